"""The verdict on each promise about a canary follows from what was seen alone, in this order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from zusage.evidence.judgement import Verdict
from zusage.evidence.residue import Residue, Trace
from zusage.evidence.residue.canary import Flight, Pages
from zusage.evidence.residue.observation import (
    Answered,
    CanaryObservation,
    Delivered,
    Overwritten,
    Searched,
    Uncounted,
    Used,
    Withheld,
)
from zusage.evidence.verdict import judge
from zusage.promises.period import Period
from zusage.promises.promise import CanaryFlown

DAY = date(2026, 3, 1)
TIMES = {"flown_on": DAY, "counts_until": date(2026, 3, 31), "today": date(2026, 3, 10)}
GOOD = Searched(
    seeded=("email", "given", "password"),
    found=("email", "given"),
    here=("email",),
    never=False,
    clear=(),
    left=(),
    places_left=0,
    looked_at=9,
    unread=(),
    **TIMES,
)
TOLD = Answered(seeded=("email", "password"), told=("email",), **TIMES)
HELD = Withheld(declared=("shop.invoice",), before=("shop.invoice",), kept=("shop.invoice",), **TIMES)
USED = Used(used=("pool.person",), unused=(), declared=("pool.hold",), unknown=(), **TIMES)
GIVEN = Delivered(wanted=9, lacking=(), sought=2, wrong=(), unread=(), **TIMES)
SAME = Uncounted(figures=9, moved=0, unread=(), **TIMES)
GONE = Overwritten(shown=("email",), birds=1, within=(), overdue=(), unread=(), **TIMES)


def verdict(seen: CanaryObservation) -> Verdict:
    return judge(seen).verdict


def test_who_was_there_was_told_all_and_left_nothing_keeps_each_promise() -> None:
    assert {verdict(GOOD), verdict(TOLD), verdict(GONE), verdict(HELD), verdict(USED), verdict(GIVEN), verdict(SAME)} == {
        Verdict.KEPT
    }
    assert verdict(replace(GONE, within=("pool.db (email)",))) is Verdict.KEPT


@pytest.mark.parametrize(
    "seen",
    [
        replace(GOOD, left=("person.email (email)",), places_left=1, unread=("x",), found=()),
        replace(GOOD, places_left=1),
        replace(GOOD, clear=("person.hash (password)",)),
        replace(TOLD, told=()),
        replace(GONE, overdue=("pool.db (email)",), unread=("x",)),
        replace(HELD, kept=()),
        replace(SAME, moved=1),
        replace(GIVEN, lacking=("sharing",), unread=("access.pdf: there is none",)),
        replace(GIVEN, wanted=0, wrong=("another person's email",), unread=("x",)),
        replace(HELD, kept=("shop.invoice", "shop.shipment"), before=()),
    ],
)
def test_what_is_seen_to_be_wrong_breaks_it_whatever_else_could_not_be_seen(seen: CanaryObservation) -> None:
    assert verdict(seen) is Verdict.BROKEN
    assert verdict(replace(seen, today=date(2026, 5, 1))) is Verdict.BROKEN


@pytest.mark.parametrize(
    "seen",
    [
        replace(GOOD, found=("email",)),
        replace(GOOD, seeded=()),
        replace(GOOD, here=()),
        replace(GOOD, unread=("files: x.zip: is encrypted",)),
        replace(GOOD, looked_at=0),
        replace(GOOD, places_left=-1),
        replace(TOLD, seeded=("password",)),
        replace(GONE, shown=()),
        replace(GONE, birds=0),
        replace(GONE, unread=("database: is not there",)),
        replace(HELD, before=()),
        replace(GIVEN, wanted=0, sought=0),
        replace(SAME, figures=0),
        replace(SAME, unread=("statistic: cannot be read",)),
        replace(GIVEN, unread=("access.pdf: there is none",)),
        replace(GIVEN, wanted=-1),
        replace(USED, unused=("pool.alert",)),
        replace(USED, unknown=("contact",)),
        replace(USED, used=()),
        replace(GOOD, expected=("email", "given")),
        replace(HELD, declared=("shop.invoice", "shop.letter")),
        replace(HELD, declared=(), before=(), kept=()),
    ],
)
def test_absence_shows_nothing_where_presence_was_not_shown_or_nobody_could_look(
    seen: CanaryObservation,
) -> None:
    assert verdict(seen) is Verdict.UNDECIDED


@pytest.mark.parametrize("seen", [GOOD, TOLD, GONE, HELD, USED, GIVEN, SAME])
def test_a_flight_counts_until_the_next_is_due(seen: CanaryObservation) -> None:
    assert verdict(replace(seen, today=seen.counts_until)) is Verdict.KEPT
    assert verdict(replace(seen, today=date(2026, 4, 1))) is Verdict.UNDECIDED
    assert verdict(replace(seen, today=date(2026, 2, 1))) is Verdict.UNDECIDED


def test_a_store_to_which_nothing_may_come_needs_no_presence_and_is_broken_by_any() -> None:
    assert verdict(replace(GOOD, here=(), never=True)) is Verdict.KEPT
    assert verdict(replace(GOOD, never=True, clear=("access.log (email)",))) is Verdict.BROKEN


HERE = Trace("pool", "person.email", "email", "plain")
CLEAN = Residue(traces=(), looked_at=9, unread=())
FULL = Residue(traces=(HERE,), looked_at=9, unread=())
FLIGHT = Flight(
    seeded=frozenset({"email"}),
    before={"pool": FULL, "logs": CLEAN},
    told=None,
    after={"pool": CLEAN, "logs": CLEAN},
    stays={},
    pages={"files": Pages(shown=frozenset({"email"}), birds=1)},
)


def judged(flight: Flight, store: str) -> Verdict:
    promise = CanaryFlown(id="x", refs=(), path=("canary",), aspect="erased", store=store, every=Period.parse("P30D"))
    return judge(flight.seen_for(promise, DAY)).verdict


def test_what_is_left_breaks_its_own_store_alone() -> None:
    bad = replace(FLIGHT, after={"pool": CLEAN, "logs": replace(CLEAN, traces=(Trace("logs", "a.log", "email", "url"),))})
    assert (judged(bad, "pool"), judged(bad, "logs")) == (Verdict.KEPT, Verdict.BROKEN)
    assert judged(FLIGHT, "logs") is Verdict.UNDECIDED
    assert judged(replace(FLIGHT, never=frozenset({"logs"})), "logs") is Verdict.KEPT


def test_what_is_declared_to_stay_breaks_nothing_elsewhere_it_does() -> None:
    stays = replace(FLIGHT, after={"pool": FULL, "logs": CLEAN}, stays={"pool.person.email": "the ledger"})
    assert judged(stays, "pool") is Verdict.KEPT
    assert judged(replace(stays, stays={"pool.person.name": "the ledger"}), "pool") is Verdict.BROKEN


def test_a_table_counts_as_used_by_its_rows_or_by_what_was_found_in_it_and_what_no_trial_uses_is_named() -> None:
    rows = {"pool.person": 0, "pool.like": 1, "pool.hold": 0, "pool.alert": 0}
    seen = replace(FLIGHT, rows=rows, unused={"pool.hold": "nothing held is erased", "pool.like": "by mistake"})
    promise = CanaryFlown(id="x", refs=(), path=("canary",), aspect="used", store="", every=Period.parse("P30D"))
    found = seen.seen_for(promise, DAY)
    assert isinstance(found, Used)
    assert (found.used, found.unused, found.declared) == (("pool.like", "pool.person"), ("pool.alert",), ("pool.hold",))
