"""The kinds of entry that the law data have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..manifest.texts import Country, Line, Name, Part, PeriodText, Texts
from ..period import Period

Starts = Literal["end_of_year", "event"]


class UnknownLawError(LookupError):
    """The law data have no such entry, or not for that day; write one of the ids that the message names."""


class Dated(Part):
    """Something that holds from one day to another, both included; a missing day means no known end."""

    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_until is None or on <= self.valid_until)


class TermEntry(Dated):
    """A period that a duty had for some time."""

    period: PeriodText
    source: Line


class DutyEntry(Part):
    """A duty to keep records, or the time in which claims can be raised.

    A duty keeps data against deletion and rests on Art. 6(1)(c) GDPR. The limitation of claims only allows
    keeping them, as far as that is needed, under Art. 6(1)(b) or (f) GDPR; it is no duty.
    """

    id: Name
    kind: Literal["duty", "claim"] = "duty"
    title: Texts
    cite: Texts
    starts: Starts
    #: the event from which, or from the end of whose year, the period runs
    event: Texts
    terms: tuple[TermEntry, ...] = ()
    #: a kind of duties that notices name as one, with its members
    of: tuple[Name, ...] = ()
    note: Texts | None = None


class Act(Part):
    """An act or decision that no longer holds, and what has taken its place."""

    id: Name
    title: Texts
    #: the words by which texts name it
    names: tuple[Line, ...]
    kind: Literal["statute", "transfer"] = "statute"
    #: the first day on which it no longer held, or no longer bore its name
    ended: date
    how: Literal["repealed", "renamed", "invalid"]
    successor: Texts | None = None
    source: Line


class Authority(Part):
    """A data protection supervisory authority (Art. 51 GDPR, § 40 BDSG)."""

    #: ISO 3166-1
    country: Country = "DE"
    #: in Germany, ISO 3166-2:DE, or ``DE`` at federal level
    land: Line = ""
    #: whether it supervises public bodies, private ones or both
    competent_for: Literal["all", "private", "public"] = "all"
    name: Texts
    url: Line
    source: Line


class Adequacy(Dated):
    """A decision of the Commission that a third country protects data adequately (Art. 45 GDPR)."""

    country: Country
    title: Texts
    cite: Texts
    #: to whom the decision is limited; nothing: to nobody
    only_for: Texts | None = None
    source: Line


class LegalBasisEntry(Part):
    """A legal basis for processing."""

    id: Name
    cite: Texts
    #: what the article says, in short
    title: Texts
    source: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTerm:
    """One period that a duty has on the day asked for."""

    #: the entry that sets it
    duty: str
    title: Texts
    cite: Texts
    period: Period
    valid_from: date | None
    valid_until: date | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty as it stands on one day. A kind of duties has the terms of all its members, shortest first."""

    id: str
    kind: Literal["duty", "claim"]
    title: Texts
    cite: Texts
    starts: Starts
    event: Texts
    terms: tuple[DutyTerm, ...]
    note: Texts | None = None

    @property
    def period(self) -> Period:
        """The period; of a kind of duties, the longest."""
        return self.terms[-1].period
