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


def _step(table: str) -> Step:
    action = DeleteRows() if table == "customer" else RefreshView()
    return Step(id="", promise=table, system="shop", table=table, action=action)


def test_a_view_that_stores_rows_is_made_anew_after_those_from_which_it_is_made() -> None:
    customer = TableInfo("customer", (ColumnInfo("id", "integer", nullable=False),))
    view = replace(customer, is_view=True, materialised=True)
    behind = {"c_first": (), "b_second": ("c_first",), "a_third": ("b_second", "c_first")}
    views = {name: replace(view, name=name, behind=others) for name, others in behind.items()}
    inventory = Inventory("shop", "postgresql", {"customer": customer, **views})
    steps = in_order(map(_step, ("a_third", "b_second", "customer", "c_first")), {"shop": inventory})
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
    inventory = Inventory("shop", "mariadb", {"bill": bill, "line": replace(bill, name="line")})
    line = Part(table="line", columns=("id",), of="bill", referred=("id",))
    block = BlockRows(StartingPoint(("on",)), Period(years=8), "UTC")
    step = Step(id="", promise="bill", system="shop", table="bill", action=block, parts=(line,), without_undo=("line",))
    assert "line cannot undo a change" in with_keys(step, inventory).refused[0]
    for other in (replace(step, without_undo=()), replace(step, parts=()), replace(step, action=DeleteRows())):
        assert not with_keys(other, inventory).stopped
