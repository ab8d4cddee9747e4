"""Promises that say one thing in one place and another thing elsewhere, and words that nobody can look up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase

from ..finding import Severity
from ..loading import Loaded
from ..manifest.activities import CONSENT
from ..source import KeyPath
from .coverage import Kept, kept, pairs
from .rule import Spot, rule


@rule(
    "absent-but-held",
    Severity.ERROR,
    why="what is promised not to exist cannot have a purpose at the same time",
    advice="take the column out of the activity, or correct the promise: data that lead to a person are personal data",
    source="Art. 4(1), 5(1)(a) GDPR; CJEU C-582/14",
)
def absent_but_held(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A column that an activity holds although it is promised that there is none of its name."""
    for name, absent in loaded.manifest.no_column.items():
        for where, column in _held(loaded, absent.table):
            if any(fnmatchcase(column.lower(), pattern.lower()) for pattern in absent.columns):
                yield Spot(where, f"{column} in {absent.table} is held here, while {name} promises that there is none")


def _held(loaded: Loaded, table: str) -> Iterator[tuple[KeyPath, str]]:
    for activity, declared in loaded.manifest.activities.items():
        data = declared.data.get(table)
        for class_name, columns in data.classes.items() if data else ():
            for index, column in enumerate(columns):
                yield ("activities", activity, "data", table, "classes", class_name, index), column


@rule(
    "deleted-and-anonymised",
    Severity.ERROR,
    why="people are promised that their data are deleted and that something of them is kept, at the same moment",
    advice="say which of the two it is: if figures remain, delete the rows and count before; if rows remain, promise no deletion",
    source="Art. 5(1)(a), 17(1) GDPR, recital 26",
)
def deleted_and_anonymised(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Two rules of one purpose for the same rows and day, of which one deletes what the other changes."""
    for one, other in pairs(loaded):
        if one.rule.activity == other.rule.activity and one.rule.deletes != other.rule.deletes and _same_end(one, other):
            deletes, changes = (one, other) if one.rule.deletes else (other, one)
            yield Spot((*changes.path, "then"), f"{changes.label} changes what {deletes.label} deletes at the same time")


def _same_end(one: Kept, other: Kept) -> bool:
    a, b = one.keep, other.keep
    return (a.only, a.from_, a.at_most, a.until) == (b.only, b.from_, b.at_most, b.until)


@rule(
    "condition-in-words-only",
    Severity.WARNING,
    why="words such as 'successfully' or 'inactive' mean to everybody what they like, and no machine can tell whom they are about",
    advice="add the condition that the words stand for: only: status = 'accepted', or unless: EXISTS (…)",
    source="Art. 5(1)(a), (e), 12(1) GDPR",
)
def condition_in_words_only(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Words for a population or an exception, without the condition itself."""
    for one in kept(loaded):
        for key, said, condition in (
            ("only_says", one.keep.only_says, one.keep.only),
            ("unless_says", one.keep.unless_says, one.keep.unless),
        ):
            if said is not None and condition is None:
                yield Spot((*one.path, key), f"{one.label} says {said.en!r}, but not by what that is known")


@rule(
    "choice-not-kept",
    Severity.WARNING,
    why="whoever must show that consent was given has to remember the choice, and people must be told with what",
    advice="declare the cookie that remembers the choice: necessary: true, with its lifetime",
    source="Art. 7(1), 13(2)(a) GDPR, section 25 TDDDG",
)
def choice_not_kept(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Cookies that need a choice, while every necessary one ends with the session."""
    cookies = loaded.manifest.cookies
    optional = [name for name, cookie in cookies.items() if not cookie.necessary]
    kept_longer = any(cookie.necessary and cookie.lifetime != "session" for cookie in cookies.values())
    if optional and not kept_longer:
        yield Spot(("cookies",), f"{optional[0]} needs a choice, but no necessary cookie outlives the session to remember it")


@rule(
    "special-without-basis",
    Severity.ERROR,
    why="special categories of data may be processed only under an exception of Art. 9(2), such as explicit consent",
    advice="hold the class in an activity with legal_basis: art-9-2-a or another of Art. 9, or refuse such data",
    source="Art. 9(1), (2) GDPR",
)
def special_without_basis(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A class with special categories that an activity holds on Art. 6 alone."""
    manifest = loaded.manifest
    for name, activity in manifest.activities.items():
        for table, data in activity.data.items() if not activity.legal_basis.startswith("art-9-2-") else ():
            for class_name in data.classes:
                if class_name in manifest.special:
                    path = ("activities", name, "data", table, "classes", class_name)
                    yield Spot(path, f"{class_name} holds special categories, but {name} rests on Art. 6 alone")


@rule(
    "consent-of-dependents",
    Severity.WARNING,
    why="people who depend on the controller can seldom refuse freely, and a consent that is not free is none",
    advice="add consent: {free_because: {de: …, en: …}}, or rest it on the contract or its preparation",
    source="Art. 7(4) GDPR, recital 43, section 26(2) BDSG",
)
def consent_of_dependents(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Consent of applicants, employees or others who depend on the controller, without a word on why it is free."""
    manifest = loaded.manifest
    dependent = {name: person for name, person in manifest.people.items() if person.dependent}
    for name, activity in manifest.activities.items():
        if activity.legal_basis not in CONSENT or (activity.consent and activity.consent.free_because):
            continue
        whose = {data.of.target for data in activity.data.values() if data.of}
        whose |= {kind for kind, person in dependent.items() if person.record in activity.data}
        if whose & set(dependent):
            yield Spot(("activities", name, "legal_basis"), f"{name} rests on the consent of people who depend on the controller")
