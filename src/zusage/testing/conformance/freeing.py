"""Rows that wait for references which the same plan empties go with it."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from zusage.evidence.verdict import Verdict
from zusage.planning.afterwards import freed_later
from zusage.planning.suspension import Suspension
from zusage.promises.condition import parse
from zusage.promises.inventory import OnDelete

from ..bench import Bench
from ..checks import same
from .shop import inventory, link, table
from .way import NEW, OLD, Way, left, manifest

_TEXT = {"de": "x", "en": "x"}
#: its link has ended, and it itself has not
_CUT = date(2023, 9, 5)
_COMMENT: Mapping[str, object] = {"classes": {"text": ["text"]}, "structure": ["day"]}


def _activity(data: Mapping[str, object], rule: Mapping[str, object]) -> dict[str, object]:
    return {"title": _TEXT, "purpose": _TEXT, "legal_basis": "art-6-1-b", "data": data, "keep": [rule]}


def _row(number: int, answers: int | None, day: date | None) -> dict[str, object]:
    return {"id": number, "answers": answers, "day": day, "text": f"text {number}"}


def _threads(bench: Bench, rows: Sequence[dict[str, object]], kind: OnDelete = "NO ACTION", **rule: object) -> Way:
    """Comments last a year, with their marks; what they answer is taken out after half of one."""
    tables = inventory(
        table("comment", {"id": "integer", "answers": "integer", "day": "date", "text": "text"}, links=[link("answers", "comment", kind)]),
        table("mark", {"id": "integer", "comment_id": "integer"}, links=[link("comment_id", "comment")]),
    )  # fmt: skip
    cuts = {"name": "cut", "at_most": "P6M", "from": "day", "then": {"anonymise": {"answers": {}}}}
    data = {"shop.comment": _COMMENT, "shop.mark": {"part_of": "shop.comment via comment_id"}}
    threads = _activity({"shop.comment": {"classes": {"text": ["answers"]}, "structure": ["day"]}}, cuts)
    marks = [{"id": 100 + int(str(row["id"])), "comment_id": row["id"]} for row in rows]
    return Way(bench.build(tables, {"comment": list(rows), "mark": marks}), manifest(data, rule, threads=threads))


def _above(way: Way) -> dict[object, object]:
    return {row["id"]: row["answers"] for row in way.bed.rows("comment")}


def _hold(way: Way, condition: str) -> None:
    holds = (("shop.comment", parse(condition)),)
    way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=holds))


class FreeingTests:
    """What an emptied reference sets free."""

    def test_rows_above_an_emptied_reference_go_with_the_same_plan_whatever_the_foreign_key(self, bench: Bench) -> None:
        rows = [_row(1, None, OLD), _row(2, 1, OLD), _row(3, 2, _CUT), _row(4, 3, NEW), _row(5, None, OLD), _row(6, 5, NEW)]
        for kind in ("NO ACTION", "RESTRICT"):
            way = _threads(bench, [*rows, _row(7, None, OLD)], kind)
            plan = [(step.table, step.rows, dict(step.part_rows)) for step in way.plan().steps]
            taken_out: list[object] = [
                ("mark", 3, {}),
                ("comment", 3, {}),
                ("comment", 2, {}),
            ]  # of rows that wait; and what they answer
            same(plan, [("comment", 1, {"mark": 1}), *taken_out, ("comment", 2, {"mark": 2})], f"the plan with {kind}")
            same(list(freed_later(way.plan().steps)), [], "what is left for another plan")
            way.goes()
            same((_above(way), left(way.bed, "mark")), ({3: None, 4: 3, 5: None, 6: 5}, [103, 104, 106]), "what is left")

    def test_what_is_held_keeps_its_reference_and_all_above_it_and_what_is_held_below_an_emptied_one_keeps_nothing(
        self, bench: Bench
    ) -> None:
        rows = [_row(1, None, OLD), _row(2, 1, _CUT), _row(3, 2, OLD), _row(4, None, OLD), _row(5, 4, _CUT)]
        way = _threads(bench, rows)
        _hold(way, "id IN (3, 5)")
        way.goes()
        same(_above(way), {2: None, 3: 2, 4: None, 5: 4}, "what is left")

    def test_rows_that_are_blocked_leave_with_the_same_plan_too(self, bench: Bench) -> None:
        rows = [_row(1, None, date(2023, 2, 2)), _row(2, 1, _CUT), _row(3, 2, NEW)]
        way = _threads(bench, rows, at_most="P4Y", purpose_ends={"from": "day", "after": "P1Y"})
        way.goes("threads/cut/at-most")
        same(way.verdict("talk/gone/blocked"), Verdict.KEPT, "what had to be blocked")
        same((_above(way), [row.key for row in way.vault.entries.values()]), ({2: None, 3: 2}, [(1,)]), "what is left")

    def test_what_waits_in_another_table_goes_with_the_same_plan_and_with_it_what_waits_for_that(self, bench: Bench) -> None:
        tables = inventory(
            table("house", {"id": "integer", "day": "date"}),
            table("tenant", {"id": "integer", "house_id": "integer", "day": "date"}, links=[link("house_id", "house")]),
            table("letter", {"id": "integer", "tenant_id": "integer", "day": "date"}, links=[link("tenant_id", "tenant")]),
        )
        bed = bench.build(
            tables,
            {
                "house": [{"id": n, "day": OLD} for n in (1, 2)],
                "tenant": [{"id": 10, "house_id": 1, "day": OLD}, {"id": 20, "house_id": 2, "day": OLD}],
                "letter": [{"id": 100, "tenant_id": 10, "day": _CUT}, {"id": 200, "tenant_id": 20, "day": NEW}],
            },
        )
        keep = {"name": "gone", "at_most": "P1Y", "from": "day"}
        tenants = {**keep, "waits_for": ["shop.letter via tenant_id"]}
        cut = {"name": "cut", "at_most": "P6M", "from": "day", "then": {"anonymise": {"tenant_id": {}}}}
        way = Way(
            bed,
            manifest(
                {"shop.house": {"structure": ["day"]}},
                {"waits_for": ["shop.tenant via house_id"]},
                tenants=_activity({"shop.tenant": {"structure": ["day", "house_id"]}}, tenants),
                letters=_activity({"shop.letter": {"classes": {"text": ["tenant_id"]}, "structure": ["day"]}}, cut),
            ),
        )
        same(way.verdict("talk/gone/at-most"), Verdict.KEPT, "houses wait for their tenants")
        way.goes("letters/cut/at-most")
        same((left(way.bed, "house"), left(way.bed, "tenant")), ([2], [20]), "what is left")
        same(set(way.verdicts().values()), {Verdict.KEPT}, "afterwards")

    def test_where_the_plan_changes_what_a_rule_asks_what_waits_goes_with_the_next_plan_and_this_one_says_so(
        self, bench: Bench
    ) -> None:
        way = _threads(bench, [_row(1, None, OLD), _row(2, 1, _CUT), _row(3, None, OLD)], only="id < 9 AND answers IS NULL")
        steps = way.plan().steps
        same([(step.table, step.rows) for step in steps], [("comment", 1), ("mark", 1), ("comment", 1), ("comment", 1)], "steps")
        same([(step.id, later.id) for step, later in freed_later(steps)], [(steps[0].id, steps[-1].id)], "what the plan says")
        way.apply()
        same(_above(way), {1: None, 2: None}, "left by the first plan")
        way.goes()
        same(_above(way), {2: None}, "left by the second plan")
