"""A notice as sentences, so that a page that shows it can be compared with it, whatever stands around them."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

from zusage.promises.loading import Loaded
from zusage.promises.manifest import Manifest

from .catalogue import Language
from .publishing import notice

_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "th", "td", "caption", "figcaption"})
#: what is not said but leads or decorates
_APART = frozenset({"head", "nav"})


class _Sentences(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._apart = 0
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._apart += tag in _APART
        if tag in _BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()
        self._apart -= tag in _APART

    def handle_data(self, data: str) -> None:
        if not self._apart:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            self.found.append(text)


def said(loaded: Loaded | Manifest, language: Language, on: date) -> tuple[str, ...]:
    """Each heading, paragraph and cell of the notice, in order, once. Raises UnknownLawError as ``notice`` does."""
    parser = _Sentences()
    parser.feed(notice(loaded, language, "html", on))
    parser.close()
    return tuple(dict.fromkeys(parser.found))
