"""What goes from groups that are too small goes the same way, wherever a run is interrupted; and a hold never lets more go."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from zusage.enforcement.apply import Enforcement, Progress
from zusage.planning.suspension import Suspension
from zusage.promises.condition import Column, Literal, OneOf
from zusage.promises.inventory import ColumnKind
from zusage.testing.conformance.shop import SYSTEM, inventory, table
from zusage.testing.conformance.way import NEW, NOW, OLD, Way, manifest
from zusage.testing.memory_bench import MemoryBench
from zusage.testing.memory_state import MemoryJournal
from zusage.testing.sqlite_bench import SqliteBench

KEYS: dict[str, ColumnKind] = {"id": "integer", "person": "text", "month": "text", "kind": "text", "day": "date"}
THEN = {"anonymise": {"person": {}}, "aggregate": {"columns": ["month", "kind"], "always": ["month"], "at_least": 3}}
MANIFEST = manifest({"shop.answer": {"classes": {"text": ["person", "month", "kind"]}}}, {"then": THEN})


class Pulled(Exception):
    """The plug."""


def answers(pairs: list[tuple[str, str]], day: date = OLD) -> list[dict[str, Any]]:
    return [{"id": n, "person": "x", "month": m, "kind": k, "day": day} for n, (m, k) in enumerate(pairs, 1)]


def interrupted(folder: Path, given: list[dict[str, Any]], stop: int) -> tuple[list[dict[str, object]], int]:
    """What is left after a run that stops at a moment and is taken up again, and how many such moments there are."""
    folder.mkdir()
    way = Way(SqliteBench(folder).build(inventory(table("answer", KEYS)), {"answer": given}), MANIFEST)
    plan, journal, seen = way.plan(), MemoryJournal(), 0

    def watch(_: Progress) -> None:
        nonlocal seen
        seen += 1
        if seen == stop:
            raise Pulled

    def carry_out() -> None:
        writer = way.bed.writer()
        try:
            parts: dict[str, Any] = {"journal": journal, "suspensions": way.suspensions, "vault": way.vault, "now": lambda: NOW}
            Enforcement(writers={SYSTEM: writer}, batch=2, watch=watch, **parts).apply(plan, "test")
        finally:
            writer.close()

    try:
        carry_out()
    except Pulled:
        carry_out()
    return way.bed.rows("answer"), seen


def test_interrupted_between_any_two_batches_the_same_is_left(tmp_path: Path) -> None:
    given = answers(
        [("one", k) for k in "aaaabbccd"] + [("two", k) for k in "aab"] + [("three", "a"), ("three", "b"), ("four", "a")]
    )
    whole, moments = interrupted(tmp_path / "0", given, 0)
    assert [row["kind"] for row in whole] == ["a"] * 4 + [None] * 11
    assert [row["month"] for row in whole] == ["one"] * 9 + ["two"] * 3 + [None] * 3
    assert moments > 6
    for stop in range(1, moments + 1):
        assert interrupted(tmp_path / str(stop), given, stop)[0] == whole, stop


def left(given: list[dict[str, Any]], held: set[int]) -> dict[Any, tuple[Any, Any]]:
    way = Way(MemoryBench().build(inventory(table("answer", KEYS)), {"answer": given}), MANIFEST)
    if held:
        where = OneOf(Column("id"), tuple(map(Literal, sorted(held))))
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=(("shop.answer", where),)))
    way.apply()
    assert way.judge()["talk/gone/smallest-group"].verdict.value in ("kept", "undecided"), way.judge()
    assert not way.plan().steps
    return {row["id"]: (row["month"], row["kind"]) for row in way.bed.rows("answer")}


pairs = st.lists(st.tuples(st.sampled_from(["one", "two"]), st.sampled_from("abc")), min_size=1, max_size=9)


@settings(max_examples=25, deadline=None)
@given(pairs, st.sets(st.integers(1, 9)))
def test_after_one_plan_no_group_is_too_small_and_what_is_held_is_as_it_was(found: list[tuple[str, str]], held: set[int]) -> None:
    given = answers(found)
    after = left(given, held)
    assert all(after[row["id"]] == (row["month"], row["kind"]) for row in given if row["id"] in held)
    assert all(month is not None or kind is None for month, kind in after.values())
