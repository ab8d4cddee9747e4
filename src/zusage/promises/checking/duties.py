"""Statutory duties: whether what the manifest promises is what the law of the day demands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from .. import law
from ..finding import Severity
from ..loading import Loaded
from ..period import Period
from .coverage import Kept, kept
from .rule import Spot, rule

_YEAR = 365.25


def _owed(loaded: Loaded, on: date) -> Iterator[tuple[Kept, law.Duty]]:
    """Every keep rule that names a known duty or limitation, with that as it stands on the day."""
    for one in kept(loaded):
        if one.keep.duty:
            try:
                yield one, law.duty(one.keep.duty, on)
            except law.UnknownLawError:
                continue


def _periods(one: Kept) -> Iterator[tuple[str, Period]]:
    for key, period in (("at_most", one.keep.at_most), ("at_least", one.keep.at_least)):
        if period:
            yield key, period


def _named(duty: law.Duty) -> str:
    terms = ", ".join(f"{term.period} for {term.title.en}" for term in duty.terms)
    return f"{duty.cite.en} ({terms})"


@rule(
    "unknown-duty",
    Severity.ERROR,
    why="a duty that nobody can look up justifies nothing",
    advice="write an id of the law data",
    source="Art. 6(3) GDPR",
)
def unknown_duty(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A duty that the law data do not have."""
    for one in kept(loaded):
        if one.keep.duty:
            try:
                law.duty(one.keep.duty, on)
            except law.UnknownLawError as error:
                yield Spot((*one.path, "duty"), str(error.args[0]))


@rule(
    "below-duty",
    Severity.ERROR,
    why="records would be destroyed that the law still demands",
    advice="use the period of the law; where several kinds of records are meant, write one rule for each of them",
    source="Art. 6(1)(c), 17(3)(b) GDPR",
)
def below_duty(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A maximum or minimum shorter than a duty that the rule names."""
    for one, duty in _owed(loaded, on):
        longer = [term for term in duty.terms if duty.kind == "duty"]
        for key, period in _periods(one):
            owed = [term for term in longer if period.rough_days < term.period.rough_days]
            if owed:
                list_ = " and ".join(f"{term.period} for {term.title.en}" for term in owed)
                yield Spot((*one.path, key), f"{period} is shorter than the law demands: {list_}", source=duty.cite.en)


@rule(
    "no-term-of-duty",
    Severity.WARNING,
    why="a period that stands in no law is right for none of the records that it is meant for",
    advice="give each kind of record a rule of its own, with the duty and the period that the law has for it",
    source="Art. 5(1)(e), 6(3) GDPR",
)
def no_term_of_duty(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A period between the shortest and longest of a kind of duties that is none of them."""
    for one, duty in _owed(loaded, on):
        lengths = [term.period.rough_days for term in duty.terms]
        for key, period in _periods(one):
            if lengths[0] < period.rough_days < lengths[-1] and period.rough_days not in lengths:
                yield Spot((*one.path, key), f"{period} is no period of {_named(duty)}", source=duty.cite.en)


@rule(
    "longer-than-duty",
    Severity.WARNING,
    why="a duty allows keeping data only as long as it lasts",
    advice="shorten at_most to the period of the law; where several kinds of records are meant, write one rule for each",
    source="Art. 5(1)(e) GDPR",
)
def longer_than_duty(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A maximum longer than a duty, or limitation, that the rule names."""
    for one, duty in _owed(loaded, on):
        key, period = next(_periods(one), ("", None))
        if period is None:
            continue
        slack = _YEAR if _starts_early(one, duty) else 0.0
        over = [term for term in duty.terms if period.rough_days > term.period.rough_days + slack]
        if over:
            list_ = " and ".join(f"{term.period} for {term.title.en}" for term in over)
            yield Spot((*one.path, key), f"{period} is longer than needed: {list_}", source=duty.cite.en)


def _starts_early(one: Kept, duty: law.Duty) -> bool:
    start = one.keep.from_
    return duty.starts == "end_of_year" and start is not None and start.rounding != "end_of_year"


@rule(
    "duty-clock",
    Severity.ERROR,
    why="the law counts from the end of the calendar year; counted from the event, up to a year is missing",
    advice="write from: end_of_year(…)",
    source="section 147(4) AO, section 257(5) HGB",
)
def duty_clock(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A period of the law counted from the event instead of the end of its year."""
    for one, duty in _owed(loaded, on):
        least = duty.period.rough_days + _YEAR
        if duty.kind == "duty" and _starts_early(one, duty) and any(p.rough_days < least for _, p in _periods(one)):
            what = f"{one.label} counts from {one.keep.from_}, but {duty.cite.en} from the end of the year"
            yield Spot((*one.path, "from"), what, f"write from: end_of_year({_inner(one)})", duty.cite.en)


def _inner(one: Kept) -> str:
    columns = one.keep.from_.columns if one.keep.from_ else ()
    return columns[0] if len(columns) == 1 else f"latest({', '.join(columns)})"


@rule(
    "same-duty-different-maxima",
    Severity.WARNING,
    why="the same duty lasts equally long wherever its records lie, so that one of the two is wrong",
    advice="use one period for one duty, or name the duty of each kind of record",
    source="Art. 5(1)(a), (e) GDPR",
)
def same_duty_different_maxima(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Two rules that rest on the same duty and keep for different times."""
    first: dict[str, tuple[Kept, Period]] = {}
    for one, duty in _owed(loaded, on):
        most = one.keep.at_most
        if most is None or duty.kind != "duty":
            continue
        other, length = first.setdefault(duty.id, (one, most))
        if length.rough_days != most.rough_days:
            what = f"{one.label} keeps at most {most} for {duty.title.en}, {other.label} {length}"
            yield Spot((*one.path, "at_most"), what, source=duty.cite.en)


@rule(
    "duty-without-minimum",
    Severity.WARNING,
    why="without a minimum nothing holds the records back, and the duty is kept by chance",
    advice="add at_least with the period of the law",
    source="Art. 6(1)(c) GDPR",
)
def duty_without_minimum(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A rule that names a duty but only says how long data are kept at most."""
    for one, duty in _owed(loaded, on):
        if duty.kind == "duty" and one.keep.at_least is None:
            what = f"{one.label} names {duty.cite.en}, but no time for which the records are kept at least"
            yield Spot((*one.path, "duty"), what, source=duty.cite.en)


@rule(
    "duty-under-other-basis",
    Severity.ERROR,
    why="keeping data because a statute demands it rests on a legal obligation, and people must be told that basis",
    advice="move the rule to an activity of its own with legal_basis: art-6-1-c and only the classes that the duty needs",
    source="Art. 6(1)(c), 13(1)(c) GDPR",
)
def duty_under_other_basis(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A statutory duty under an activity that rests on something else."""
    for one, duty in _owed(loaded, on):
        if duty.kind == "duty" and one.activity.legal_basis != "art-6-1-c":
            cite = law.legal_basis(one.activity.legal_basis).cite.en
            yield Spot((*one.path, "duty"), f"{one.label} keeps data for {duty.cite.en}, but its activity rests on {cite}")


@rule(
    "claim-is-no-duty",
    Severity.ERROR,
    why="the limitation of claims allows keeping data as far as they are needed; it obliges nobody to keep them",
    advice="use legal_basis: art-6-1-b or art-6-1-f and at_most instead of at_least",
    source="Art. 6(1)(b), (c), (f), 17(3)(e) GDPR",
)
def claim_is_no_duty(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A limitation period treated as if it were a duty to keep."""
    for one, duty in _owed(loaded, on):
        if duty.kind == "claim" and (one.keep.at_least or one.activity.legal_basis == "art-6-1-c"):
            yield Spot((*one.path, "duty"), f"{one.label} treats {duty.cite.en} as a duty to keep", source=duty.cite.en)
