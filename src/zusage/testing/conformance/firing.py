"""Triggers on the way, and two time zones in one table."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from datetime import datetime
from typing import Any

from zusage.evidence.verdict import Verdict
from zusage.planning.suspension import Suspension
from zusage.promises.condition import ALWAYS

from ..bench import Bench, Copier
from ..checks import same, true
from .shop import inventory, table
from .way import NEW, OLD, Way, left, manifest

_DATA = {"shop.letter": {"classes": {"text": ["text"]}}}


def _letters(bench: Bench, **system: Any) -> Way:
    """Letters, of which every change is copied into an audit table by a trigger."""
    tables = inventory(
        table("letter", {"id": "integer", "day": "date", "text": "text"}),
        table("audit", {"id": "integer", "text": "text"}, key=()),
    )
    bed = bench.build(tables, {"letter": [{"id": 1, "day": OLD, "text": "a"}, {"id": 2, "day": NEW, "text": "b"}]})
    bed.add_trigger(Copier("keeps_a_copy", "letter", "DELETE", "text", ("audit", "text")))
    bed.add_trigger(Copier("notes_changes", "letter", "UPDATE", "text", ("audit", "text")))
    return Way(bed, manifest(_DATA, system=system))


class TriggerTests:
    """What a trigger does cannot be known from outside."""

    def test_a_trigger_that_nobody_has_spoken_for_stops_the_step_by_its_name(self, bench: Bench) -> None:
        if "triggers" in bench.lacks:
            return
        way = _letters(bench)
        (step,) = way.plan().steps
        same(step.rows, 1, "rows of the plan")
        true(any(one.startswith("letter: keeps_a_copy") for one in step.triggers), "the plan names the trigger")
        true(
            "keeps_a_copy" in step.refused[0] and "systems: {shop: {triggers:" in step.refused[0],
            "it says which, and what to write",
        )
        (result,) = way.apply()
        true("keeps_a_copy" in result.stopped, "the step was stopped")
        same((left(way.bed, "letter"), left(way.bed, "audit", "text")), ([1, 2], []), "something changed")
        same(way.verdict(), Verdict.BROKEN, "the promise")

    def test_a_trigger_that_may_fire_fires_and_is_named_in_the_plan(self, bench: Bench) -> None:
        if "triggers" in bench.lacks:
            return
        for name in ("keeps_a_copy", "letter.keeps_a_copy"):
            way = _letters(bench, triggers={name: "the copy has a rule of its own", "notes_changes": "so has this one"})
            (step,) = way.plan().steps
            true(any("keeps_a_copy" in one for one in step.triggers) and not step.refused, "the plan names it and is not stopped")
            way.apply()
            true(1 not in left(way.bed, "letter") and "a" in left(way.bed, "audit", "text"), "the row went and its copy came")

    def test_only_triggers_of_what_is_done_count(self, bench: Bench) -> None:
        if "triggers" in bench.lacks:
            return
        if "events" in bench.lacks:
            return
        way = _letters(bench)
        way.manifest = manifest(_DATA, {"then": {"anonymise": {"text": {}}}})
        (step,) = way.plan().steps
        same([one.partition(" (")[0] for one in step.triggers], ["letter: notes_changes"], "triggers of a change")

    def test_one_of_which_nobody_knows_that_it_spares_what_is_held_stops_the_step(self, bench: Bench) -> None:
        if "triggers" in bench.lacks:
            return
        spoken = {"keeps_a_copy": "the copy has a rule of its own", "notes_changes": "so has this one"}
        way = _letters(bench, triggers=spoken)
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=(("shop.audit", ALWAYS),)))
        (step,) = way.plan().steps
        # it adds rows alone; where its text is out of sight, it may change any
        same(bool(step.refused), {table for _, table in step.alters} == {"*"}, "the step is stopped")
        way.manifest = manifest(
            _DATA, system={"triggers": spoken, "triggers_spare_held": {"letter.keeps_a_copy": "it only adds"}}
        )
        (step,) = way.plan().steps
        same((step.alters, step.refused), ((), ()), "what is said to spare what is held")
        same(left(way.bed, "letter"), [1, 2], "letters before")
        way.apply()
        same(left(way.bed, "letter"), [2], "letters left")


class ZoneTests:
    """Times without an offset, some of which another clock showed."""

    def test_a_column_of_another_zone_is_read_in_it(self, bench: Bench) -> None:
        tables = inventory(table("visit", {"id": "integer", "here": "time", "there": "time"}))
        wall = datetime(2024, 5, 31, 23, 30)
        rows: list[dict[str, object]] = [
            {"id": 1, "here": wall, "there": wall},
            {"id": 2, "here": None, "there": wall},
            {"id": 3, "here": wall, "there": None},
        ]
        zones = {"visit.there": "America/New_York"}
        bed = bench.build(tables, {"visit": rows}, zone="Europe/Berlin", zones=zones)
        same({str(bed.means("visit", "there", row["there"])) for row in bed.rows("visit")} >= {"None"}, True, "an empty time")
        data = {"shop.visit": {"structure": ["here", "there"]}}
        system = {"time_zone": "Europe/Berlin", "zones": zones}
        # at noon UTC of 1 June: 23:30 of 31 May in Berlin was 14.5 hours ago, in New York 8.5
        here = Way(bed, manifest(data, {"at_most": "PT10H", "from": "here"}, system=system))
        there = Way(bed, manifest(data, {"at_most": "PT10H", "from": "there"}, system=system))
        same(
            [[step.rows for step in way.plan().steps] for way in (here, there)],
            [[2], []],
            "rows due by one clock and by the other",
        )
        same(there.verdict(), Verdict.UNDECIDED, "nothing is due, and one row has no time")
        here.apply()
        same(left(bed, "visit"), [2], "visits left")
