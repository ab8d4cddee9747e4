"""Counting groups: every database counts what counting row by row finds."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from random import Random
from typing import Any

from zusage.connectors.port import Grouping
from zusage.connectors.trouble import CannotHandle
from zusage.evidence.verdict import Verdict
from zusage.planning.suspension import Suspension
from zusage.promises.condition import ALWAYS, NEVER, Rare, parse
from zusage.promises.inventory import ColumnKind
from zusage.promises.manifest import Statistic

from ..bench import Bench
from ..checks import refused, same, true
from ..memory import MemoryReader, MemorySystem
from ..memory_groups import in_groups
from .shop import chosen, inventory, table
from .way import NEW, OLD, Way, manifest

_KINDS: dict[str, ColumnKind] = {"id": "integer", "month": "text", "kind": "text", "age": "integer", "people": "integer"}
_ASKED = Grouping(
    table="figure", where=ALWAYS, columns=("month", "kind", "age"), goes=("kind", "age"), at_least=3, counts=None, held=NEVER
)


_HELD = parse("id < 6 AND month = 'one'")


def rows(number: int) -> list[dict[str, Any]]:
    """Rows of which many are alike, with letters of either case, numbers and what is missing."""
    random = Random(number)  # noqa: S311 - the same rows every time, no secret
    words, ages = (None, "red", "red", "Red", "red ", "ärger"), (None, 1, 1)
    return [
        {
            "id": n,
            "month": random.choice(("one", "two")),
            "kind": random.choice(words),
            "age": random.choice(ages),
            "people": random.randint(0, 3),
        }
        for n in range(1, number + 1)
    ]


class GroupTests:
    """``Reader.groups``, and what a plan takes out of groups that are too small."""

    def test_groups_are_as_large_as_counting_row_by_row_finds(self, bench: Bench) -> None:
        seen = set()
        few: list[dict[str, Any]] = [
            dict(zip(_KINDS, (n, "two", kind, None, 1), strict=True))
            for n, kind in enumerate((None, "red", "red", "red", "red", "red"), 9)
        ]
        for given in (rows(200), rows(25), rows(12), few):
            reader = bench.build(inventory(table("figure", _KINDS)), {"figure": given}).reader()
            for least, counts, goes in product((2, 5), (None, "people"), (("kind", "age"), ("kind",), ("month", "kind", "age"))):
                asked = replace(_ASKED, at_least=least, counts=counts, goes=goes, held=_HELD)
                found = reader.groups(asked)
                wanted = in_groups(asked, [(row, row["id"] < 6 and row["month"] == "one") for row in given])
                same(replace(found, statement=""), replace(wanted, statement=""), f"{len(given)} rows, {asked}")
                seen.add((bool(found.small), bool(found.held), bool(found.remainders)))
            reader.close()
        for number, what in enumerate(("small groups", "groups that are held", "remainders that are too small")):
            same({one[number] for one in seen}, {True, False}, f"{what} are found in some and not in others")

    def test_no_row_is_no_group(self, bench: Bench) -> None:
        reader = bench.build(inventory(table("figure", _KINDS)), {"figure": []}).reader()
        found = reader.groups(_ASKED)
        same((found.groups, found.people, found.small, found.remainders), (0, 0, 0, 0), "groups of an empty table")
        true(bool(found.statement), "the statement that was run is named")
        reader.close()

    def test_a_group_by_a_column_that_does_not_exist_is_refused(self, bench: Bench) -> None:
        reader = bench.build(inventory(table("figure", _KINDS)), {"figure": []}).reader()
        for asked in (replace(_ASKED, columns=("nothing",)), replace(_ASKED, counts="nothing"), replace(_ASKED, table="nowhere")):
            with refused(CannotHandle, str(asked)):
                reader.groups(asked)
        reader.close()

    def test_what_goes_from_small_groups_is_what_going_through_them_one_by_one_finds(self, bench: Bench) -> None:
        for given in (rows(25), rows(12)):
            bed = bench.build(inventory(table("figure", _KINDS)), {"figure": given})
            reader, plain = bed.reader(), MemoryReader(MemorySystem(inventory(table("figure", _KINDS)), {"figure": given}))
            for least, counts, goes in product((2, 5), (None, "people"), (("kind", "age"), ("kind",), ("month", "kind", "age"))):
                rare = Rare("figure", parse("id > 2"), _ASKED.columns, goes, least, counts, (("month", 2),))
                wanted = plain.count(chosen(rare, "figure"))
                same(reader.count(chosen(rare, "figure")), wanted, f"of {len(given)} rows, {rare}")
            reader.close()

    def test_nothing_is_in_too_small_a_group_after_a_plan_and_a_second_plan_is_empty(self, bench: Bench) -> None:
        keys: dict[str, ColumnKind] = {
            "id": "integer",
            "person": "text",
            "month": "text",
            "kind": "text",
            "age": "integer",
            "day": "date",
        }
        people = [{**row, "person": "somebody", "day": NEW if row["id"] % 7 == 0 else OLD} for row in rows(30)]
        given = [{name: row[name] for name in keys} for row in people]
        aggregate = {"columns": ["month", "kind", "age"], "always": ["month"], "at_least": 4}
        then = {"anonymise": {"person": {}, "month": {"first": 2}}, "aggregate": aggregate}
        data = {"shop.answer": {"classes": {"text": ["person", "month", "kind", "age"]}}}
        way = Way(bench.build(inventory(table("answer", keys)), {"answer": given}), manifest(data, {"then": then}))
        planned = {step.promise: step.rows for step in way.plan().steps}
        way.goes()
        judged = way.judge("talk/gone/smallest-group")["talk/gone/smallest-group"]
        same(judged.verdict, Verdict.KEPT, str(judged))
        left = {row["id"]: row for row in way.bed.rows("answer")}
        taken = [row for row in given if row["day"] == OLD and left[row["id"]]["kind"] != row["kind"]]
        true(
            len(taken) <= planned["talk/gone/smallest-group"] and bool(taken),
            "no more went than was planned, and something did",
        )
        young = [row for row in given if row["day"] == NEW]
        same([left[row["id"]]["kind"] for row in young], [row["kind"] for row in young], "rows that are not due")

    def test_groups_are_those_of_what_is_generalised_and_only_a_small_one_loses_the_rest(self, bench: Bench) -> None:
        self._generalised(bench, "integer", {"multiple_of": 10})
        self._generalised(bench, "date", {"beginning_of": "decade"})

    def _generalised(self, bench: Bench, kind: ColumnKind, less: dict[str, Any]) -> None:
        keys: dict[str, ColumnKind] = {"id": "integer", "person": "text", "born": kind, "code": "text", "day": "date"}
        people = [
            (1980, "53111"),
            (1984, "53113"),
            (1989, "53225"),
            (1990, "53111"),
            (1991, "53111"),
            (1979, "53111"),
            (1985, "54111"),
        ]
        given: list[dict[str, Any]] = [
            {"id": n, "person": "somebody", "born": date(born, 5, 17) if kind == "date" else born, "code": code, "day": OLD}
            for n, (born, code) in enumerate(people, 1)
        ]
        anonymise = {"person": {}, "born": less, "code": {"first": 2}}
        then = {"anonymise": anonymise, "aggregate": {"columns": ["born", "code"], "at_least": 3}}
        data = {"shop.answer": {"classes": {"text": ["person", "born", "code"]}}}
        way = Way(bench.build(inventory(table("answer", keys)), {"answer": given}), manifest(data, {"then": then}))
        same(way.verdict("talk/gone/at-most"), Verdict.BROKEN, "years of birth stand there")
        way.goes()
        found = [
            (row["born"] and str(row["born"]), row["code"])
            for row in sorted(way.bed.rows("answer"), key=lambda row: int(str(row["id"])))
        ]
        same(found, [("1980" if kind == "integer" else "1980-01-01", "53")] * 3 + [(None, None)] * 4, "what remains of people")
        for promise in ("talk/gone/at-most", "talk/gone/smallest-group"):
            judged = way.judge(promise)[promise]
            same(judged.verdict, Verdict.KEPT, str(judged))

    def test_what_would_always_remain_goes_where_all_who_are_alike_in_it_are_too_few(self, bench: Bench) -> None:
        keys: dict[str, ColumnKind] = {"id": "integer", "month": "text", "kind": "text", "people": "integer"}
        counted = [
            ("one", "a", 9),
            ("one", "b", 4),
            ("two", "a", 1),
            ("two", "b", 2),
            ("three", "a", 2),
            ("three", "b", 1),
            ("four", "a", 0),
        ]
        given = [{"id": n, "month": m, "kind": k, "people": p} for n, (m, k, p) in enumerate(counted, 1)]
        figures = Statistic.model_validate(
            {
                "says": {"de": "x", "en": "x"},
                "table": "shop.figure",
                "columns": ["month", "kind"],
                "always": ["month"],
                "counts": "people",
                "at_least": 5,
            }
        )
        bed = bench.build(inventory(table("figure", keys)), {"figure": given})
        way = Way(bed, manifest({}).model_copy(update={"activities": {}, "statistics": {"f": figures}}))
        way.goes("statistics/f")
        left = [(row["month"], row["kind"], row["people"]) for row in way.bed.rows("figure")]
        same(
            left, [("one", None, 9), ("one", None, 4), *((None, None, n) for n in (1, 2, 2, 1)), ("four", "a", 0)], "what is left"
        )

    def test_a_hold_counts_for_its_group_and_stays_as_it_is(self, bench: Bench) -> None:
        keys: dict[str, ColumnKind] = {"id": "integer", "person": "text", "kind": "text", "day": "date"}
        kinds = ["a"] * 4 + ["b"] * 2 + ["c"] + ["d"]
        given = [{"id": n, "person": "x", "kind": kind, "day": OLD} for n, kind in enumerate(kinds, 1)]
        then = {"anonymise": {"person": {}}, "aggregate": {"columns": ["kind"], "at_least": 3}}
        data = {"shop.answer": {"classes": {"text": ["person", "kind"]}}}
        way = Way(bench.build(inventory(table("answer", keys)), {"answer": given}), manifest(data, {"then": then}))
        way.apply()
        same([row["kind"] for row in way.bed.rows("answer")], ["a"] * 4 + [None] * 4, "without a hold all small groups go")
        for number, kind in ((7, "c"), (8, "d")):
            way.bed.alter("answer", {"id": number}, {"kind": kind})
        same(way.verdict("talk/gone/smallest-group"), Verdict.BROKEN, "two groups of one")
        hold = Suspension(id="S-1", reason="a case", review_on=NEW, holds=(("shop.answer", parse("id = 7")),))
        way.suspensions.place(hold)
        same([step.rows for step in way.plan().steps], [1], "the one that is not held goes")
        way.apply()
        same([row["kind"] for row in way.bed.rows("answer")], ["a"] * 4 + [None, None, "c", None], "what is held stays")
        judged = way.judge("talk/gone/smallest-group")["talk/gone/smallest-group"]
        same(judged.verdict, Verdict.KEPT, str(judged))
