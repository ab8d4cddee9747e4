"""What published notices get wrong about who decides, on what basis, and what can be promised at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from .rule import Spot, rule

_PERSON = re.compile(r"^(?:Univ\.-)?(?:Dr|Prof|Dipl|Herr|Frau|Mr|Mrs|Ms)\b", re.IGNORECASE)
_ABSOLUTE = {
    "de": re.compile(r"\bkeine\b[^.]*\bkönnen\b|in keiner Weise|unter allen Umständen|maximalen Schutz|hundertprozentig", re.I),
    "en": re.compile(r"\bno\b[^.]*\bcan\b|\bcannot\b[^.]*\bany\b|\bin no way|\bnot\b[^.]*\bin any way|maximum protection", re.I),
}
#: since when § 25 TDDDG holds under its name; notices from before name other law
_TERMINAL_LAW_SINCE = date(2024, 5, 14)


@rule(
    "controller-is-a-person",
    Severity.WARNING,
    why="controller is the body that decides on purposes and means; a member of its staff answers for nothing and cannot be fined for it",
    advice="name the company, association, authority or institution; how to reach somebody stands in email",
    source="Art. 4(7), 13(1)(a) GDPR",
)
def controller_is_a_person(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A controller whose name begins with the title of a person."""
    if _PERSON.match(loaded.manifest.controller.name):
        yield Spot(("controller", "name"), "the controller bears the title of a person")


@rule(
    "interest-of-public-body",
    Severity.ERROR,
    why="public authorities cannot rest what they do in the performance of their tasks on legitimate interests",
    advice="name the task and the law that confers it (art-6-1-e), a consent, or another basis",
    source="Art. 6(1) second subparagraph GDPR",
)
def interest_of_public_body(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Legitimate interests of a public body."""
    if not loaded.manifest.controller.public_body:
        return
    for name, activity in loaded.manifest.activities.items():
        if activity.legal_basis == "art-6-1-f":
            yield Spot(
                ("activities", name, "legal_basis"), f"{name} rests on legitimate interests, but the controller is a public body"
            )


@rule(
    "absolute-promise",
    Severity.WARNING,
    why="no measure keeps what is promised without any exception, so that the promise is broken on the day on which it is made",
    advice="say what is done (encrypted up to our server, hashed with argon2id, passed on to the recipients named) instead of what cannot happen",
    source="Art. 5(1)(a), 32(1) GDPR",
)
def absolute_promise(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A measure that is said to leave no risk."""
    for name, measure in loaded.manifest.measures.items():
        for language, pattern in _ABSOLUTE.items():
            found = pattern.search(measure.says.in_language(language))
            if found:
                yield Spot(("measures", name, "says", language), f"{name} promises without exception", offset=found.start())


@rule(
    "notice-older-than-law",
    Severity.WARNING,
    why="a text from before a change of the law cannot say what holds since, and shows that nobody reads it again",
    advice="read the notice again, correct it, and give it a new version",
    source="Art. 12(1), 5(1)(a) GDPR; section 25 TDDDG",
)
def notice_older_than_law(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A notice about cookies that is older than the act on them."""
    version = loaded.manifest.notice.version
    if version and loaded.manifest.cookies and version < _TERMINAL_LAW_SINCE <= on:
        what = f"the notice is of {version.isoformat()}, the act on storage in the browser of {_TERMINAL_LAW_SINCE.isoformat()}"
        yield Spot(("notice", "version"), what)
