"""The law data, read once when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from zusage.yaml_text import own

from .entries import Act, Authority, Duty, DutyEntry, DutyTerm, LegalBasisEntry, UnknownLawError

Entry = TypeVar("Entry", DutyEntry, Act, LegalBasisEntry)


def read_data(name: str) -> Mapping[str, Any]:
    """One data file as plain values."""
    values: Mapping[str, Any] = own(files(__package__) / "data" / f"{name}.yaml")
    return values


def duty(id: str, on: date) -> Duty:
    """A duty as it stands on a day; UnknownLawError for an unknown id, or a day before the data begin."""
    entry = _find(_duties(), id, "duty")
    members = [_find(_duties(), member, "duty") for member in entry.of] or [entry]
    terms = [term for member in members for term in _terms(member, on)]
    return Duty(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        cite=entry.cite,
        starts=entry.starts,
        event=entry.event,
        terms=tuple(sorted(terms, key=lambda term: term.period.rough_days)),
        note=entry.note,
    )


def duties() -> tuple[DutyEntry, ...]:
    """Every duty and limitation that is known, with all its terms over time."""
    return tuple(_duties().values())


@cache
def acts() -> tuple[Act, ...]:
    """Every act or decision that is known to hold no longer."""
    return tuple(_unique(Act.model_validate(one) for one in read_data("acts")["acts"]).values())


def authority(land: str, *, public_body: bool = False) -> Authority:
    """The authority for a controller in a Land (ISO 3166-2:DE, such as ``NW``), or at federal level (``DE``).

    Bavaria has one for public bodies and another for everybody else.
    """
    fitting = {"all", "public" if public_body else "private"}
    for one in _authorities():
        if one.land == land and one.competent_for in fitting:
            return one
    known = ", ".join(sorted({one.land for one in _authorities()}))
    raise UnknownLawError(f"no authority is known for {land!r}; known are {known}")


def authority_abroad(country: str) -> Authority | None:
    """The authority of another state of the European Economic Area or of Switzerland; None where none is known."""
    return next((one for one in _abroad() if one.country == country), None)


def legal_basis(id: str) -> LegalBasisEntry:
    """A legal basis, such as ``art-6-1-b``; raises UnknownLawError for an unknown id."""
    return _find(_bases(), id, "legal basis")


def legal_bases() -> tuple[LegalBasisEntry, ...]:
    """Every legal basis that is known."""
    return tuple(_bases().values())


def _terms(entry: DutyEntry, on: date) -> list[DutyTerm]:
    found = [
        DutyTerm(
            duty=entry.id,
            title=entry.title,
            cite=entry.cite,
            period=term.period,
            valid_from=term.valid_from,
            valid_until=term.valid_until,
            source=term.source,
        )
        for term in entry.terms
        if term.holds(on)
    ]
    if not found:
        raise UnknownLawError(f"the law data do not say which period {entry.id!r} had on {on.isoformat()}")
    return found


def _unique(entries: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if found.setdefault(entry.id, entry) is not entry:
            raise ValueError(f"{entry.id!r} stands twice in the law data")
    return found


def _find(entries: Mapping[str, Entry], id: str, kind: str) -> Entry:
    if id not in entries:
        raise UnknownLawError(f"{id!r} is no {kind} in the law data; known are {', '.join(sorted(entries))}")
    return entries[id]


@cache
def _duties() -> dict[str, DutyEntry]:
    return _unique(DutyEntry.model_validate(one) for one in read_data("duties")["duties"])


@cache
def _bases() -> dict[str, LegalBasisEntry]:
    return _unique(LegalBasisEntry.model_validate(one) for one in read_data("bases")["bases"])


@cache
def _authorities() -> tuple[Authority, ...]:
    return tuple(Authority.model_validate(one) for one in read_data("authorities")["authorities"])


@cache
def _abroad() -> tuple[Authority, ...]:
    return tuple(Authority.model_validate(one) for one in read_data("authorities")["countries"])
