"""Deleting: what matches goes with all that belongs to it, in batches, once, and nothing else changes by a byte."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from datetime import date

from zusage.connectors.trouble import CannotHandle, MoreThanPlanned
from zusage.promises.condition import Not, Possibly, parse

from ..bench import Bench
from ..checks import refused, same
from .shop import OLD, carry_out, everything, fill, ids, step


class DeletingTests:
    """The Writer's contract for steps that delete."""

    def test_only_rows_that_match_go_and_all_others_are_as_they_were(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        same(carry_out(bed.writer(), step()), [3], "customers deleted")
        gone = {
            "customer": {1, 2, 6},
            "order": {10, 11, 20},
            "line": {100, 101, 110, 200},
            "line_note": {1},
            "review": set[int](),
        }
        wanted = {name: [row for row in rows if row["id"] not in gone[name]] for name, rows in before.items()}
        same(everything(bed), wanted, "what is left after customers went with their orders, lines and notes")

    def test_a_step_without_matching_rows_changes_nothing(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        same(carry_out(bed.writer(), step(parse("id = 99"))), [], "batches of nothing")
        same(everything(bed), before, "something changed")

    def test_carrying_a_step_out_again_changes_nothing_more(self, bench: Bench) -> None:
        bed = fill(bench)
        writer = bed.writer()
        carry_out(writer, step())
        after = everything(bed)
        same(carry_out(writer, step()), [], "the second time")
        same(carry_out(bed.writer(), step()), [], "by another writer")
        same(everything(bed), after, "the second time something changed")

    def test_batches_are_never_larger_than_asked_and_each_is_committed_before_it_is_reported(self, bench: Bench) -> None:
        bed = fill(bench)
        left = []
        for rows in bed.writer().carry_out(step(Possibly(OLD)), parse("TRUE"), 100, 2):
            same(rows <= 2, True, "a batch was larger than asked")
            left.append(len(bed.rows("customer")))
        same(left, [5, 3], "rows that somebody else sees after each batch")

    def test_a_row_changed_since_the_plan_stays(self, bench: Bench) -> None:
        bed = fill(bench)
        writer = bed.writer()
        bed.alter("customer", {"id": 2}, {"joined": "2024-01-01"} if _text(bed.rows("customer")) else {"joined": None})
        same(carry_out(writer, step()), [2], "customers deleted")
        same(2 in ids(bed) and 20 in ids(bed, "order"), True, "a customer who came back is gone")

    def test_a_row_changed_between_two_batches_stays(self, bench: Bench) -> None:
        bed = fill(bench)
        batches = bed.writer().carry_out(step(), parse("TRUE"), 100, 1)
        next(batches)
        bed.alter("customer", {"id": 6}, {"joined": None})
        same(list(batches), [1], "batches after the change")
        same(ids(bed), [3, 4, 5, 6, 7], "customers left")

    def test_a_row_that_is_not_free_stays_with_all_that_belongs_to_it(self, bench: Bench) -> None:
        bed = fill(bench)
        same(carry_out(bed.writer(), step(), free=Not(Possibly(parse("name = 'Ada'")))), [2], "customers deleted")
        same((1 in ids(bed), ids(bed, "order"), ids(bed, "line_note")), (True, [10, 11, 70], [1, 2, 3]), "what is held")

    def test_more_rows_than_planned_stop_the_step_before_any_goes(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        with refused(MoreThanPlanned, "a third row where two were planned"):
            carry_out(bed.writer(), step(), limit=2, batch=1)
        same(everything(bed), before, "nobody can tell which of the three were reviewed, and some are gone")

    def test_rows_that_come_while_the_step_runs_stop_it_and_that_batch_is_undone(self, bench: Bench) -> None:
        bed = fill(bench)
        batches = bed.writer().carry_out(step(), parse("TRUE"), 3, 2)
        same(next(batches), 2, "the first batch")
        same(bed.put("customer", {"id": 50, "joined": date(2011, 1, 1)}), True, "somebody else was locked out between batches")
        with refused(MoreThanPlanned, "a fourth row where three were planned"):
            next(batches)
        same(ids(bed), [3, 4, 5, 6, 7, 50], "customers left")

    def test_more_parts_than_planned_stop_the_step_and_nothing_of_that_batch_goes(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        with refused(MoreThanPlanned, "parts where none were planned"):
            carry_out(bed.writer(), step(room=0))
        same(everything(bed), before, "something changed")

    def test_a_plan_for_no_rows_deletes_none(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        with refused(MoreThanPlanned, "rows where none were planned"):
            carry_out(bed.writer(), step(), limit=0)
        same(everything(bed), before, "something changed")

    def test_a_table_that_is_gone_is_refused(self, bench: Bench) -> None:
        with refused(CannotHandle, "a step on a table that does not exist"):
            carry_out(fill(bench).writer(), step(parse("TRUE"), of="nowhere", parts=()))


def _text(rows: list[dict[str, object]]) -> bool:
    return isinstance(rows[0]["joined"], str)
