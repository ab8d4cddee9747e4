"""What every section is written from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from zusage.documents.catalogue import Catalogue, tidy
from zusage.documents.page import Line, Span, line
from zusage.promises.competence import competent
from zusage.promises.law import Authority
from zusage.promises.manifest import Competent, Manifest

#: stands in a text where a link is to go
GAP = "\0"
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Setting:
    """A manifest, the language in which to say it, and the day on which it is said."""

    manifest: Manifest
    say: Catalogue
    on: date

    @property
    def is_german(self) -> bool:
        """Whether the law of Germany applies besides the GDPR."""
        return self.manifest.controller.country == "DE"

    @property
    def authority(self) -> Authority | Competent | None:
        """The authority that is competent, where it is known."""
        return competent(self.manifest.controller)

    def recipients(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Titles of recipients."""
        return tuple(self.say.of(self.manifest.recipients[name].title) for name in names)


def email(address: str) -> Line:
    """An address to click on, where it is one and nothing else."""
    text = tidy(address)
    return Line((Span(text, f"mailto:{text}"),)) if _EMAIL.fullmatch(text) else line(text)


def web(text: str, url: str) -> Line:
    """Words that lead to a page of the web."""
    return Line((Span(text, url if url.startswith("https://") else None),))


def around(text: str, inner: Line) -> Line:
    """A text with a link in its gap."""
    before, after = text.split(GAP)
    return Line((Span(before), *inner.spans, Span(after)))
