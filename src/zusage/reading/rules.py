"""How long the rows of a table may be kept: proposals that a person must confirm."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from zusage.promises import law
from zusage.promises.condition import Column, to_text

from .columns import ColumnGuess
from .tables import TableGuess

_COUNTABLE = re.compile(r"[^\W\d]\w*")
#: of several last times, those that tell when somebody was there come first
_SIGHT = re.compile(r"seen|log_?in|active|activity|visit|zugriff|anmeldung|besuch", re.IGNORECASE)
#: which event starts a period best, by the kind of table
_PREFERENCES = {
    "voucher": ("issued", "ended", "begun", "last", "changed"),
    "letter": ("issued", "begun", "ended", "last", "changed"),
    "session": ("last", "begun", "ended", "changed", "future"),
    "log": ("begun", "last", "ended", "issued"),
    "consent": ("ended", "begun", "issued", "last", "changed"),
    "person": ("ended", "last", "begun", "changed", "issued"),
}
#: kinds of table that a statutory duty demands
_DUTIES = {"voucher": "ao-147-vouchers", "letter": "ao-147-letters"}
_PREFERENCE = ("ended", "last", "issued", "begun", "changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGuess:
    """A keep rule with the reasons for its parts."""

    name: str
    only: str | None = None
    at_most: str
    at_least: str | None = None
    #: the starting point; None where the table has no time
    start: str | None = None
    duty: str | None = None
    period_reason: str
    start_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A legal basis and the period that often goes with it."""

    legal_basis: str
    period: str
    end_of_year: bool
    reason: str
    basis_reason: str
    duty: str | None = None


def basis_of(kind: str, on: date) -> Basis:
    """What is usual for a kind of table, by the law of a day."""
    claims = "claims become time-barred three years after the end of the year (sections 195, 199 BGB)"
    if kind in _DUTIES:
        duty = law.duty(_DUTIES[kind], on)
        why = f"{duty.cite.en} demands that {kind}s are kept so long"
        basis = f"{duty.cite.en} is a legal obligation"
        return Basis(
            legal_basis="art-6-1-c", period=str(duty.period), end_of_year=True, reason=why, basis_reason=basis, duty=duty.id
        )
    short = {
        "session": (
            "art-6-1-f",
            "P30D",
            "a session is of use only while it lasts",
            "a service that works is a legitimate interest",
        ),
        "log": (
            "art-6-1-f",
            "P30D",
            "a log is of use only while an attack or fault can be traced",
            "security is a legitimate interest",
        ),
        "inquiry": ("art-6-1-b", "P6M", "somebody may write again about the same", "people ask before they conclude a contract"),
        "application": (
            "art-6-1-b",
            "P6M",
            "claims under section 15(4) AGG are raised within months",
            "people apply for a contract",
        ),
    }
    if kind in short:
        legal_basis, period, reason, basis = short[kind]
        return Basis(legal_basis=legal_basis, period=period, end_of_year=False, reason=reason, basis_reason=basis)
    if kind == "consent":
        basis = "Art. 7(1) GDPR demands proof of consent"
        return Basis(legal_basis="art-6-1-c", period="P3Y", end_of_year=True, reason=claims, basis_reason=basis)
    basis = "most records exist for a contract"
    return Basis(legal_basis="art-6-1-b", period="P3Y", end_of_year=True, reason=claims, basis_reason=basis)


def rules_for(guess: TableGuess, basis: Basis) -> tuple[RuleGuess, ...]:
    """One rule; or two, where the best starting point is empty in some rows and another time is not; first what is marked.

    A row goes when the last rule about it lets go, so the others leave out what is marked: otherwise it would stay for their time.
    """
    flag = next((column for column in guess.columns if column.role == "time" and column.event == "marked"), None)
    if flag is None:
        return _unmarked(guess, basis)
    others = _unmarked(guess, basis)
    if flag.nullable:
        there = f"{to_text(Column(flag.name))} IS NULL"
        others = tuple(replace(rule, only=f"{there} AND {rule.only}" if rule.only else there) for rule in others)
    return (_marked(flag), *others)


def _marked(flag: ColumnGuess) -> RuleGuess:
    """For whoever looks, what is marked as deleted is gone."""
    return RuleGuess(
        name="marked",
        only=f"{to_text(Column(flag.name))} IS NOT NULL",
        at_most="P30D",
        start=flag.name,
        period_reason="the application only marks the row as deleted, and some time may be needed to take that back",
        start_reason=f"{flag.name} is {flag.reason}",
    )


def _unmarked(guess: TableGuess, basis: Basis) -> tuple[RuleGuess, ...]:
    times = _times(guess)
    if not times:
        reason = f"{guess.name} has no column with a time. Which other event starts the period?"
        return (RuleGuess(name="limit", at_most=basis.period, period_reason=basis.reason, start_reason=reason),)
    best = times[0]
    others = [time for time in times[1:] if time.event != "future"]
    if guess.kind == "person" and best.event == "ended":  # whoever is still there does not go because they once came
        others = [time for time in others if time.event == "last"]
    rest = next((time for time in others if not time.nullable), others[0] if others else None)
    if not best.nullable:
        return (_rule("limit", best, basis, None),)
    name, column = _word(best), to_text(Column(best.name))
    if rest is None and guess.kind != "person":
        return (_rule("limit", best, basis, None),)
    filled = _rule(name, best, basis, f"{column} IS NOT NULL")
    return (filled, _rule(f"not-{name}", rest, basis, f"{column} IS NULL")) if rest else (filled,)


def _times(guess: TableGuess) -> list[ColumnGuess]:
    """The times of a table that can be counted from, best first."""
    preference = _PREFERENCES.get(guess.kind, _PREFERENCE)
    times = [c for c in guess.columns if c.role == "time" and c.event in preference and _COUNTABLE.fullmatch(c.name)]
    return sorted(times, key=lambda c: (preference.index(c.event or ""), not _SIGHT.search(c.name)))


def _word(time: ColumnGuess) -> str:
    return {"ended": "closed", "last": "used", "issued": "issued", "begun": "begun", "changed": "changed"}.get(
        time.event or "", "dated"
    )


def _rule(name: str, start: ColumnGuess, basis: Basis, only: str | None) -> RuleGuess:
    empty = "; rows where it is empty are undecided" if start.nullable and only is None else ""
    return RuleGuess(
        name=name,
        only=only,
        at_most=basis.period,
        at_least=basis.period if basis.duty else None,
        start=f"end_of_year({start.name})" if basis.end_of_year else start.name,
        duty=basis.duty,
        period_reason=basis.reason,
        start_reason=f"{start.name} is {start.reason}{empty}",
    )
