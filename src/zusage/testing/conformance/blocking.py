"""Blocking: complete documents are with the sealer before the rows go, or the rows stay."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from zusage.connectors.port import BlockedRow
from zusage.connectors.trouble import CannotHandle, SystemTrouble
from zusage.planning.plan import BlockRows
from zusage.promises.inventory import Inventory
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint

from ..bench import Bed, Bench
from ..checks import refused, same, true
from .shop import ROWS, carry_out, everything, fill, ids, shop, step

_BLOCK = BlockRows(StartingPoint(("joined",), "end_of_year"), Period(years=8), "Europe/Berlin", ("customer", "id"))


class _Keeper:
    """Notes what it is given and whether the rows were still there then."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self.rows: list[BlockedRow] = []
        self.there: list[bool] = []

    def __call__(self, rows: Sequence[BlockedRow]) -> None:
        self.rows += rows
        self.there += [row.key[0] in ids(self._bed) for row in rows]


class BlockingTests:
    """The Writer's contract for steps that block."""

    def test_complete_documents_are_handed_over_before_the_rows_go(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        keeper = _Keeper(bed)
        same(carry_out(bed.writer(keeper), step(action=_BLOCK), batch=2), [2, 1], "customers blocked")
        same(keeper.there, [True] * 3, "a row was gone before it was handed over")
        same(ids(bed), [3, 4, 5, 7], "customers left")
        same([row.key for row in keeper.rows], [(1,), (2,), (6,)], "the documents")
        self._first(keeper.rows[0], before)

    def _first(self, found: BlockedRow, before: dict[str, list[dict[str, object]]]) -> None:
        same((found.system, found.table, found.rule), ("shop", "customer", "shop/rule"), "what the document is of")
        same(dict(found.values), before["customer"][0], "the row in the document")
        parts = {name: [dict(row) for row in rows] for name, rows in found.parts.items()}
        wanted = {"order": before["order"][:2], "line": before["line"][:3], "line_note": before["line_note"][:1]}
        same(parts, wanted, "the parts in the document")
        same((found.started_on, found.delete_from), (date(2015, 5, 5), date(2024, 1, 1)), "its days")
        same(found.person, "customer:1", "whose it is")

    def test_a_sealer_that_fails_leaves_the_rows(self, bench: Bench) -> None:
        def fails(rows: Sequence[BlockedRow]) -> None:
            raise SystemTrouble("the vault is full")

        bed = fill(bench)
        before = everything(bed)
        with refused(SystemTrouble, "a failing sealer"):
            carry_out(bed.writer(fails), step(action=_BLOCK))
        same(everything(bed), before, "something changed")

    def test_the_sealer_is_told_when_the_rows_are_gone_for_good_and_only_then(self, bench: Bench) -> None:
        bed = fill(bench)
        left: list[int] = []

        def seals(rows: Sequence[BlockedRow]) -> Callable[[], None]:
            return lambda: left.append(len(bed.rows("customer")))

        carry_out(bed.writer(seals), step(action=_BLOCK), batch=2)
        same(left, [5, 4], "customers left when the sealer was told")

    def test_a_sealer_is_not_told_of_a_batch_that_was_undone(self, bench: Bench) -> None:
        told: list[None] = []

        def seals(rows: Sequence[BlockedRow]) -> Callable[[], None]:
            return lambda: told.append(None)

        bed = fill(bench, "RESTRICT", {"review": ({"id": 1, "customer_id": 6, "stars": 5},)})
        with refused(SystemTrouble, "a review that the step does not know of"):
            carry_out(bed.writer(seals), step(action=_BLOCK))
        same((told, len(bed.rows("customer"))), ([], 7), "told, customers left")

    def test_without_a_sealer_nothing_is_blocked(self, bench: Bench) -> None:
        bed = fill(bench)
        with refused(CannotHandle, "blocking without a vault"):
            carry_out(bed.writer(), step(action=_BLOCK))
        same(len(bed.rows("customer")), 7, "customers left")

    def test_a_table_without_a_key_is_not_blocked(self, bench: Bench) -> None:
        plain = replace(shop().tables["customer"], primary_key=())
        tables = Inventory("shop", "any", {"customer": plain})
        bed = bench.build(tables, {"customer": ROWS["customer"]})
        with refused(CannotHandle, "blocking rows that could never be found again"):
            carry_out(bed.writer(_Keeper(bed)), step(action=_BLOCK, parts=()))
        true(len(bed.rows("customer")) == 7, "rows without a key are gone")
