"""Periods: each needs a beginning and an end, and none may contradict another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from ..period import Period
from .coverage import Kept, ends_before, kept, may_share_rows, pairs
from .rule import Spot, rule


@rule(
    "no-starting-point",
    Severity.ERROR,
    why="a period that starts nowhere never ends, so that nothing is ever due",
    advice="add from: the column with the time of the event, such as from: completed_at; duties of tax and commercial "
    "law, and the limitation of claims under sections 195, 199(1) BGB, count from: end_of_year(…)",
    source="Art. 5(1)(e), 13(2)(a) GDPR; DIN 66398",
)
def no_starting_point(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A maximum or minimum without the event from which it is counted."""
    for one in kept(loaded):
        keep = one.keep
        for key, period in (("at_most", keep.at_most), ("at_least", keep.at_least)):
            if period and keep.from_ is None:
                said = "at most" if key == "at_most" else "at least"
                yield Spot((*one.path, key), f"{one.label} keeps data {said} {period}, but not from when")


@rule(
    "no-period",
    Severity.ERROR,
    why="a rule about keeping that names no time promises nothing",
    advice="add at_most, at_least or until",
    source="Art. 5(1)(e), 13(2)(a) GDPR",
)
def no_period(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A keep rule that names no time at all."""
    for one in kept(loaded):
        keep = one.keep
        if not (keep.at_most or keep.at_least or keep.until):
            yield Spot(one.path, f"{one.label} says neither how long nor until when")


@rule(
    "until-without-limit",
    Severity.ERROR,
    why="no machine can see when words such as 'finally handled' have come true, so that nothing would ever be deleted",
    advice="add at_most and from: the time after which it counts as handled at the latest, such as at_most: P1M, from: closed_at",
    source="Art. 5(1)(e), 13(2)(a) GDPR",
)
def until_without_limit(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Deletion after an event in words, without a time by which it must have come."""
    for one in kept(loaded):
        if one.keep.until and not one.keep.at_most:
            yield Spot((*one.path, "until"), f"{one.label} keeps data until {one.keep.until!r}, without a limit")


@rule(
    "minimum-above-maximum",
    Severity.ERROR,
    why="the same data would have to be gone and still be there",
    advice="lengthen at_most or shorten at_least; where a duty demands the longer time for some data only, give it an "
    "activity of its own with only those classes",
    source="Art. 5(1)(e) GDPR",
)
def minimum_above_maximum(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A maximum that ends before a minimum of the same class and population for the same purpose."""
    same = [(one, one) for one in kept(loaded)]
    others = [pair for pair in pairs(loaded) if pair[0].rule.activity == pair[1].rule.activity]
    for one, other in (*same, *others, *((b, a) for a, b in others)):
        most, least = one.keep.at_most, other.keep.at_least
        if most is None or least is None or not may_share_rows(one.keep, other.keep):
            continue
        if ends_before(one.keep.from_, most, other.keep.from_, least):
            at_most, at_least = _counted(one, most), _counted(other, least)
            what = f"{one.label} keeps data at most {at_most}, {other.label} at least {at_least}"
            yield Spot((*one.path, "at_most"), what)


def _counted(one: Kept, period: Period) -> str:
    return f"{period} from {one.keep.from_}" if one.keep.from_ else str(period)


@rule(
    "two-maxima",
    Severity.ERROR,
    why="one datum cannot have two latest days: keeping it to the later one breaks the earlier promise",
    advice="state one maximum for each class and population: add only: for the rows with the longer time, or an "
    "activity of its own with only the classes that a duty demands",
    source="Art. 5(1)(e), 13(2)(a) GDPR",
)
def two_maxima(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Two maxima for the same column of the same rows, under one purpose or one duty."""
    for one, other in pairs(loaded):
        first, second = one.keep.at_most, other.keep.at_most
        related = one.rule.activity == other.rule.activity or (one.keep.duty and one.keep.duty == other.keep.duty)
        if related and first and second and first.rough_days != second.rough_days and _same_rows_and_clock(one, other):
            table, column = min(one.columns() & other.columns())
            what = f"{table}.{column} is kept at most {first} by {one.label} and at most {second} by {other.label}"
            yield Spot((*other.path, "at_most"), what)


def _same_rows_and_clock(one: Kept, other: Kept) -> bool:
    a, b = one.keep, other.keep
    clocks = a.from_ is None or b.from_ is None or a.from_ == b.from_
    return a.only == b.only and a.unless == b.unless and clocks


@rule(
    "two-clocks",
    Severity.WARNING,
    why="a row goes only when the last rule about it lets go: where both are about it the earlier end that people are told is not kept, and nothing "
    "shows it",
    advice="add only: to the rule with the longer time, for the rows of which the other one does not speak",
    source="Art. 5(1)(a), (e), 13(2)(a) GDPR",
)
def two_clocks(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Two maxima of one purpose for the same rows that are counted from different times."""
    for one, other in pairs(loaded):
        first, second = one.keep, other.keep
        maxima = first.at_most and second.at_most and one.rule.activity == other.rule.activity and one.table == other.table
        clocks = first.from_ is not None and second.from_ is not None and first.from_ != second.from_
        if maxima and clocks and may_share_rows(first, second):
            what = f"{one.label} counts from {first.from_} and {other.label} from {second.from_}, and both can be about one row"
            yield Spot((*other.path, "from"), what)


@rule(
    "waits-for-itself",
    Severity.WARNING,
    why="a plan counts the rows to which none refers now; those that become free as they go are more than it has named, so that it is stopped there "
    "and the steps behind it are not carried out",
    advice="leave it out and declare the foreign key with ON DELETE RESTRICT or NO ACTION: then rows go from the bottom up, and one stays while one "
    "stays under it",
    source="Art. 5(1)(e) GDPR",
)
def waits_for_itself(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A rule whose rows wait for rows of the same table."""
    for one in kept(loaded):
        for index, link in enumerate(one.keep.waits_for):
            if link.table == one.table:
                yield Spot((*one.path, "waits_for", index), f"rows of {one.table} wait for rows of {one.table}")


@rule(
    "purpose-outlives-maximum",
    Severity.WARNING,
    why="the data are deleted before they would be blocked, so that blocking never happens",
    advice="shorten purpose_ends, or leave it out",
    source="DIN 66398",
)
def purpose_outlives_maximum(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A purpose that ends only after the final limit."""
    for one in kept(loaded):
        ends, most = one.keep.purpose_ends, one.keep.at_most
        if ends and most and ends_before(one.keep.from_, most, ends.from_, ends.after):
            what = f"{one.label} ends its purpose {ends.after} after {ends.from_}, but keeps at most {_counted(one, most)}"
            yield Spot((*one.path, "purpose_ends"), what)
