"""Rows that an application only marks as deleted: by the time of the mark, or by a yes beside another time."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from ..bench import Bench
from ..checks import same
from .shop import inventory, table
from .way import NEW, OLD, Way, left, manifest

_DATA = {"shop.note": {"classes": {"text": ["text"]}}}


class MarkTests:
    """A mark instead of a deletion."""

    def test_rows_go_by_the_time_of_their_mark_and_those_without_one_stay(self, bench: Bench) -> None:
        notes = table("note", {"id": "integer", "text": "text", "day": "date", "deleted_on": "date"})
        marks = ((1, OLD, OLD), (2, OLD, NEW), (3, OLD, None))
        rows = [{"id": id, "text": "x", "day": day, "deleted_on": mark} for id, day, mark in marks]
        way = Way(
            bench.build(inventory(notes), {"note": rows}),
            manifest(_DATA, {"only": "deleted_on IS NOT NULL", "from": "deleted_on"}),
        )
        way.goes()
        same(left(way.bed, "note"), [2, 3], "what is left")

    def test_rows_that_bear_a_yes_go_by_another_time_and_all_others_stay(self, bench: Bench) -> None:
        notes = table("note", {"id": "integer", "text": "text", "day": "date", "gone": "boolean"})
        marks = ((1, OLD, True), (2, NEW, True), (3, OLD, False))
        rows = [{"id": id, "text": "x", "day": day, "gone": mark} for id, day, mark in marks]
        way = Way(bench.build(inventory(notes), {"note": rows}), manifest(_DATA, {"only": "gone = TRUE"}))
        way.goes()
        same(left(way.bed, "note"), [2, 3], "what is left")
