"""The order of steps."""

from __future__ import annotations

from dataclasses import replace

from zusage.planning.keyless import with_keys
from zusage.planning.order import in_order
from zusage.planning.plan import BlockRows, DeleteRows, RefreshView, Step
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.promises.period import Period
from zusage.promises.promise import Part
from zusage.promises.starting_point import StartingPoint
from zusage.testing.conformance.shop import inventory, table
from zusage.testing.conformance.way import OLD, Way, manifest
from zusage.testing.memory_bench import MemoryBench


def _step(table: str) -> Step:
    action = DeleteRows() if table == "customer" else RefreshView()
    return Step(id="", promise=table, system="shop", table=table, action=action)


def test_a_view_that_stores_rows_is_made_anew_after_those_from_which_it_is_made() -> None:
    customer = TableInfo("customer", (ColumnInfo("id", "integer", nullable=False),))
    view = replace(customer, is_view=True, materialised=True)
    behind = {"c_first": (), "b_second": ("c_first",), "a_third": ("b_second", "c_first")}
    views = {name: replace(view, name=name, behind=others) for name, others in behind.items()}
    there = Inventory("shop", "postgresql", {"customer": customer, **views})
    steps = in_order(map(_step, ("a_third", "b_second", "customer", "c_first")), {"shop": there})
    assert [step.table for step in steps] == ["customer", "c_first", "b_second", "a_third"]


def test_a_step_whose_rows_would_take_those_of_a_view_with_them_is_stopped() -> None:
    customer = TableInfo("customer", (ColumnInfo("id", "integer", nullable=False),), primary_key=("id",))
    step = replace(_step("customer"), parts=(Part(table="total", columns=("id",), of="customer", referred=("id",)),))
    for is_view in (False, True):
        total = replace(customer, name="total", is_view=is_view, materialised=is_view)
        found = with_keys(step, Inventory("shop", "postgresql", {"customer": customer, "total": total}))
        assert found.stopped is is_view


def test_rows_that_would_be_torn_from_what_belongs_to_them_are_not_blocked() -> None:
    bill = TableInfo("bill", (ColumnInfo("id", "integer", nullable=False),), primary_key=("id",))
    there = Inventory("shop", "mariadb", {"bill": bill, "line": replace(bill, name="line")})
    line = Part(table="line", columns=("id",), of="bill", referred=("id",))
    block = BlockRows(StartingPoint(("on",)), Period(years=8), "UTC")
    step = Step(id="", promise="bill", system="shop", table="bill", action=block, parts=(line,), without_undo=("line",))
    assert "line cannot undo a change" in with_keys(step, there).refused[0]
    elsewhere = replace(step, without_undo=("copy",))
    for other in (elsewhere, replace(step, without_undo=()), replace(step, parts=()), replace(step, action=DeleteRows())):
        assert not with_keys(other, there).stopped


def test_a_table_that_cannot_undo_is_named_where_only_a_reference_in_it_is_emptied() -> None:
    person = table("person", {"id": "integer", "day": "date"})
    note = table("note", {"id": "integer", "person_id": "integer", "words": "text"})
    left = {"rows": "shop.note via person_id", "become": {"person_id": {}}}
    promised = manifest({"shop.person": {"classes": {"text": ["day"]}}}, {"then": "delete", "elsewhere": [left]})
    for lasting, named in ((note, ()), (replace(note, transactional=False), ("note",))):
        rows = {"person": [{"id": 1, "day": OLD}], "note": [{"id": 1, "person_id": 1, "words": "x"}]}
        (step,) = Way(MemoryBench().build(inventory(person, lasting), rows), promised).plan().steps
        assert (step.rows, step.without_undo) == (1, named)
