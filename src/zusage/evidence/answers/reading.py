"""A delivered copy, read as its recipient reads it: the data, the page and the paper."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from ..residue.paper import has_reader, words_in

_DATA, _PAGE, _PAPER = "access.json", "access.html", "access.pdf"
#: of a page, nobody reads these
_UNSEEN = frozenset({"style", "script", "title", "head"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one copy says."""

    language: str = ""
    #: point of Art. 15(1), (2) GDPR → its lines
    information: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: title of a recipient of whom it says that they received data → the last day that it names; None where it says nothing of it
    received: Mapping[str, str] | None = None
    #: system.table → rows
    data: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict, repr=False)
    #: what of a page and of paper is to be read, without gaps; None where that could not be done
    page: str | None = field(default=None, repr=False)
    paper: str | None = field(default=None, repr=False)
    #: why the paper could not be read
    unprinted: str = ""
    unread: tuple[str, ...] = ()


def read_copy(files: Mapping[str, bytes]) -> Read:
    """Read what can be read; what cannot is named as unread."""
    unread = []
    content = _json(files.get(_DATA))
    if content is None:
        unread.append(f"{_DATA} is not there, or no JSON")
    page = _page(files[_PAGE].decode("utf-8", "replace")) if _PAGE in files else None
    found = content or {}
    paper, unprinted = _paper(files.get(_PAPER))
    return Read(
        language=str(found.get("language", "")),
        information={str(key): [str(one) for one in lines] for key, lines in dict(found.get("information", {})).items()},
        received=None if found.get("received") is None else _received(found["received"]),
        data=_data(found.get("data", ())),
        page=page,
        paper=paper,
        unprinted=unprinted,
        unread=tuple(unread),
    )


def page_said(raw: bytes) -> str:
    """The words of a page as they are compared."""
    return _page(raw.decode("utf-8", "replace"))


def plain(text: str) -> str:
    """As it is compared: small letters, and no gap, hyphen or ligature that a typesetter puts in or takes out."""
    return re.sub(r"[\s\u00ad\u200b\u2010-\u2012-]+", "", unicodedata.normalize("NFKC", text)).casefold()


def sentence(text: str) -> str:
    """A line as it is compared with what the manifest says: small letters, one gap, no stop at its end."""
    return " ".join(text.split()).casefold().rstrip(".")


def _json(raw: bytes | None) -> dict[str, Any] | None:
    try:
        content = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _data(tables: Any) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in tables if isinstance(tables, list) else ():
        found.setdefault(str(one.get("table")), []).extend(row for row in one.get("rows", ()) if isinstance(row, dict))
    return found


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def _page(text: str) -> str:
    parser = _Texts()
    parser.feed(text)
    return plain("".join(parser.found))


def _received(lines: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    return {str(one.get("recipient")): str(one.get("last") or "") for one in lines}


def _paper(raw: bytes | None) -> tuple[str | None, str]:
    """The words on paper; where they could not be read, None and why: nobody has seen then what it says."""
    if raw is None or not has_reader():
        return None, f"{_PAPER}: there is none, or nothing that reads it; install zusage[pdf]"
    try:
        return plain(words_in(io.BytesIO(raw))), ""
    except ValueError as trouble:
        return None, f"{_PAPER}: what reads it here cannot read this one ({trouble})"
