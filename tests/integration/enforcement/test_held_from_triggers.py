"""A trigger that may fire asks for no suspension: a step stops that would fire one which may change rows that are held."""

from __future__ import annotations

import pytest

from tests.integration.held_world import REVIEW, HeldWorld, held, made, world
from zusage.bootstrap import Product
from zusage.enforcement.apply import Progress

__all__ = ["made", "world"]

#: what a trigger on purchases does, and of which table it changes rows
OVER = {
    "directly": ("UPDATE remark SET text = 'taken' WHERE customer_id = old.customer_id", "remark"),
    "by what is taken along": ("DELETE FROM voucher WHERE id > 900 + old.id", "hanging"),
    "by another trigger": ("INSERT OR REPLACE INTO voucher VALUES (90 + old.id, old.customer_id, 'v', NULL)", "remark"),
}
FURTHER = (
    "CREATE TABLE hanging (id INTEGER PRIMARY KEY, voucher_id INTEGER REFERENCES voucher (id) ON DELETE SET NULL)",
    "CREATE TABLE copied (id INTEGER PRIMARY KEY, what TEXT)",
    "CREATE TRIGGER further AFTER INSERT ON voucher BEGIN UPDATE remark SET text = 'taken'; END",
)


def _with(world: HeldWorld, does: str, spare: str = "") -> None:
    for statement in (*FURTHER, f"CREATE TRIGGER beside AFTER DELETE ON purchase BEGIN {does}; END"):
        world.sql(statement)
    world.rewrite(
        '  shop: {url: "', f"  shop: {{triggers: {{beside: looked at, further: looked at, others: looked at}}, {spare}"
        'not_personal: {hanging: nobody, copied: nobody}, url: "',
    )  # fmt: skip


def _hold(world: HeldWorld, table: str) -> None:
    with world.opened() as product:
        product.state.suspensions.place([(f"shop.{table}", "id = 1")], "claim 7", REVIEW, "legal")


def _stopped(world: HeldWorld) -> list[str]:
    return [one.stopped for one in world.carry_out() if one.step.table == "purchase" and one.stopped]


@pytest.mark.parametrize("way", OVER)
def test_a_step_that_would_fire_a_trigger_over_held_rows_is_stopped_and_named_until_it_is_lifted(
    world: HeldWorld, way: str
) -> None:
    does, table = OVER[way]
    _with(world, does)
    before = world.sql("SELECT * FROM purchase")
    _hold(world, table)
    (step,) = (one for one in world.plan().steps if one.table == "purchase")
    assert f"the trigger purchase: beside may change rows of {table}, of which S-0001 holds some" in step.refused[0]
    assert "triggers_spare_held: {beside: why that is certain}" in step.refused[0]
    assert _stopped(world)
    assert world.sql("SELECT * FROM purchase") == before
    world.lift()
    world.plan()
    assert not _stopped(world)
    assert world.sql("SELECT id FROM purchase") == [(3,)]


def test_it_is_stopped_too_when_the_suspension_is_placed_between_two_batches(world: HeldWorld) -> None:
    _with(world, OVER["directly"][0])
    world.plan()

    def watch(product: Product, happened: Progress) -> None:
        if happened.step.table == "purchase" and happened.done == 1 and not product.state.suspensions.current():
            held(product, "a remark", 2)

    (stopped,) = [one.stopped for one in world.carry_out(watch) if one.step.table == "purchase"]
    assert "may change rows of remark, of which S-0001 holds some" in stopped
    assert len(world.sql("SELECT id FROM purchase")) == 2


@pytest.mark.parametrize("spared", [False, True])
def test_one_that_only_adds_rows_and_one_that_is_said_to_spare_them_stop_nothing(world: HeldWorld, spared: bool) -> None:
    does = OVER["directly"][0] + " AND id > 9" if spared else "INSERT INTO copied VALUES (old.id, 'UPDATE remark')"
    _with(world, does, "triggers_spare_held: {purchase.beside: only later remarks}, " if spared else "")
    _hold(world, "remark")
    world.plan()
    assert not _stopped(world)
    assert world.sql("SELECT id FROM purchase") == [(3,)]
    assert world.sql("SELECT text FROM remark WHERE id = 1") == [("remark-1",)]
