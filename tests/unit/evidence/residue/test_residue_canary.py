"""The verdict on a canary follows from what was seen alone, in this order."""

from __future__ import annotations

from dataclasses import replace

from zusage.evidence.judgement import Verdict
from zusage.evidence.residue import Residue, Trace
from zusage.evidence.residue.canary import Flight, judge_flight

HERE = Trace("pool", "person.email", "email", "plain")
NAMED = Trace("pool", "profile.name", "given", "plain")
CLEAN = Residue(traces=(), looked_at=9, unread=())
GOOD = Flight(
    seeded=frozenset({"email", "given", "password"}),
    before=Residue(traces=(HERE, NAMED), looked_at=9, unread=()),
    told=frozenset({"email", "given"}),
    after=CLEAN,
    stays={},
)


def verdict(seen: Flight) -> Verdict:
    return judge_flight(seen).verdict


def test_who_was_there_was_told_all_and_left_nothing_keeps_the_promise() -> None:
    assert verdict(GOOD) is Verdict.KEPT
    assert verdict(replace(GOOD, told=None)) is Verdict.KEPT


def test_what_is_left_breaks_it_at_once_and_is_named_without_a_value() -> None:
    left = judge_flight(replace(GOOD, after=replace(CLEAN, traces=(HERE,), unread=("pool: x",)), before=CLEAN))
    assert left.verdict is Verdict.BROKEN
    assert "pool.person.email (email)" in left.reason


def test_what_is_declared_to_stay_breaks_nothing_elsewhere_it_does() -> None:
    kept = replace(GOOD, after=replace(CLEAN, traces=(HERE,)), stays={"pool.person.email": "the ledger"})
    assert verdict(kept) is Verdict.KEPT
    assert verdict(replace(kept, after=replace(CLEAN, traces=(HERE, NAMED)))) is Verdict.BROKEN


def test_absence_shows_nothing_where_presence_was_not_shown() -> None:
    assert verdict(replace(GOOD, before=replace(GOOD.before, traces=(HERE,)))) is Verdict.UNDECIDED
    assert verdict(replace(GOOD, seeded=frozenset())) is Verdict.UNDECIDED


def test_what_could_not_be_read_decides_nothing() -> None:
    assert verdict(replace(GOOD, after=replace(CLEAN, unread=("files: x.zip: is encrypted",)))) is Verdict.UNDECIDED
    assert verdict(replace(GOOD, unread=("database: is not there",))) is Verdict.UNDECIDED


def test_an_answer_that_lacks_a_kind_of_value_breaks_it() -> None:
    assert verdict(replace(GOOD, told=frozenset({"email"}))) is Verdict.BROKEN


def test_a_password_in_clear_breaks_it_even_before_the_erasure() -> None:
    clear = Trace("pool", "person.hash", "password", "base64")
    assert verdict(replace(GOOD, before=replace(GOOD.before, traces=(HERE, NAMED, clear)))) is Verdict.BROKEN


def test_physical_residue_breaks_it_only_when_it_is_late() -> None:
    page = Trace("database", "pool.db", "email", "plain")
    assert verdict(replace(GOOD, physical=(page,))) is Verdict.KEPT
    assert verdict(replace(GOOD, overdue=(page,))) is Verdict.BROKEN
