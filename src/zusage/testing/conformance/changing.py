"""Changing columns: cleared, set to a constant, truncated, pseudonymised; doing it twice is doing it once."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from zusage.connectors.trouble import Interrupted, MoreThanPlanned
from zusage.planning.plan import ChangeColumns
from zusage.promises.condition import ALWAYS, Condition, parse
from zusage.promises.condition.tree import beginning
from zusage.promises.promise import Change

from ..bench import Bed, Bench
from ..checks import refused, same, true
from .shop import CUSTOMERS, OLD, carry_out, everything, fill, step

#: of a small table, which is walked range by range, and of a large one with few rows to change
_TOTALS = (7, 10**9)
_CODE = re.compile(r"psn1:[A-Za-z0-9_-]{43}")


def _change(bed: Bed, *changes: Change, where: Condition = OLD, batch: int = 100) -> list[int]:
    return carry_out(bed.writer(), step(where, action=ChangeColumns(changes), parts=()), batch=batch)


def _going(bed: Bed, *, limit: int, total: int) -> Iterator[int]:
    """Names of customers who joined long ago are cleared one by one; ``total`` is how large the plan says that the table is."""
    cleared = ChangeColumns((Change(column="name", how="clear"),))
    return bed.writer().carry_out(replace(step(OLD, action=cleared, parts=()), total=total), ALWAYS, limit, 1)


def _column(bed: Bed, name: str) -> list[object]:
    return [row[name] for row in bed.rows("customer")]


class ChangingTests:
    """The Writer's contract for steps that change columns."""

    def test_cleared_columns_are_empty_and_nothing_else_changes(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        same(_change(bed, Change(column="email", how="clear"), Change(column="points", how="clear")), [3], "customers changed")
        wanted = [row | {"email": None, "points": None} if row["id"] in (1, 2, 6) else row for row in before["customer"]]
        same(everything(bed), before | {"customer": wanted}, "the rows")

    def test_a_constant_stands_in_every_changed_row(self, bench: Bench) -> None:
        bed = fill(bench)
        _change(bed, Change(column="name", how="constant", value='it\'s "gone"'))
        same([_column(bed, "name")[n] for n in (0, 1, 5)], ['it\'s "gone"'] * 3, "the names")

    def test_a_truncated_column_keeps_its_first_characters(self, bench: Bench) -> None:
        bed = fill(bench)
        _change(bed, Change(column="name", how="truncate", value=2), where=ALWAYS)
        same(_column(bed, "name"), ["Ad", "ad", "Bö", "O'", None, " t", "st"], "the names")

    def test_a_number_becomes_the_multiple_below_it_also_under_zero(self, bench: Bench) -> None:
        bed = fill(bench)
        before = _column(bed, "points")
        _change(bed, Change(column="points", how="multiple", value=4), where=ALWAYS)
        wanted = [None if value is None else int(str(value)) // 4 * 4 for value in before]
        true(wanted != before, "no number had to change")
        same(_column(bed, "points"), wanted, "the points")

    def test_a_day_becomes_the_first_of_its_month_year_or_decade(self, bench: Bench) -> None:
        for of in ("month", "year", "decade"):
            bed = fill(bench)
            before = [value if value is None else date.fromisoformat(str(value)) for value in _column(bed, "joined")]
            _change(bed, Change(column="joined", how="beginning", value=of), where=ALWAYS)
            wanted = [None if value is None else str(beginning(value, of)) for value in before]
            same([None if value is None else str(value) for value in _column(bed, "joined")], wanted, f"the days of a {of}")

    def test_a_pseudonym_is_the_same_for_the_same_value_and_says_nothing_of_it(self, bench: Bench) -> None:
        bed = fill(bench)
        _change(bed, Change(column="email", how="pseudonymise"), where=ALWAYS)
        codes = _column(bed, "email")
        same([bool(_CODE.fullmatch(str(code))) for code in codes], [True, False, *[True] * 5], "pseudonyms by row")
        true(codes[2] == codes[3], "one address has two pseudonyms")
        same(len(set(codes)), 6, "two addresses have one pseudonym")
        same(codes[1], None, "what is missing has a pseudonym")

    def test_changing_twice_changes_nothing_more(self, bench: Bench) -> None:
        changes = (
            Change(column="email", how="pseudonymise"),
            Change(column="name", how="truncate", value=1),
            Change(column="points", how="multiple", value=3),
        )
        bed = fill(bench)
        _change(bed, *changes, where=ALWAYS)
        once = everything(bed)
        _change(bed, *changes, where=ALWAYS)
        same(everything(bed), once, "the second time something changed, perhaps a hash was hashed")

    def test_rows_that_still_match_after_the_change_are_changed_once_a_run(self, bench: Bench) -> None:
        same(_change(fill(bench), Change(column="name", how="clear"), batch=2), [2, 1], "batches")

    def test_few_rows_of_a_large_table_change_or_go_in_one_batch(self, bench: Bench) -> None:
        for total in _TOTALS:
            bed = fill(bench)
            cleared = ChangeColumns((Change(column="name", how="clear"),))
            todo = replace(step(OLD, action=cleared, parts=()), total=total)
            same(carry_out(bed.writer(), todo, limit=3), [3], f"rows changed of {total}")
            same(_column(bed, "name").count(None), 3 + 1, f"names that are missing of {total}")
            todo = replace(step(parse("body = 'gift'"), of="line_note", parts=()), total=total)
            same(carry_out(bed.writer(), todo, limit=1), [1], f"rows deleted of {total}")
            same(len(bed.rows("line_note")), 2, f"notes left of {total}")

    def test_a_row_that_others_change_before_its_batch_is_judged_as_it_is_then(self, bench: Bench) -> None:
        for total in _TOTALS:
            bed = fill(bench)
            going = _going(bed, limit=3, total=total)
            next(going)
            bed.alter("customer", {"id": 2}, {"points": 5})
            bed.alter("customer", {"id": 6}, {"joined": date(2021, 1, 1)})
            same(sum(going), 1, "customers changed after the first")
            same(_column(bed, "name"), [None, None, *(row["name"] for row in CUSTOMERS[2:])], "the names")

    def test_rows_that_come_to_match_between_batches_are_never_more_than_planned(self, bench: Bench) -> None:
        for total in _TOTALS:
            bed = fill(bench)
            going = _going(bed, limit=3, total=total)
            next(going)
            bed.alter("customer", {"id": 3}, {"joined": date(2015, 1, 1)})
            with suppress(MoreThanPlanned):  # or it is left for the next plan
                sum(going)
            gone = _column(bed, "name").count(None)
            true(1 + 1 <= gone <= 1 + 3, f"{gone} names are missing where one was, and at most three were planned")

    def test_a_column_that_must_have_a_value_cannot_be_cleared(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        with refused(Interrupted, "the key was cleared"):
            _change(bed, Change(column="id", how="clear"))
        same(everything(bed), before, "something changed")
