"""Every kind of suspension against every kind of rule, before a plan, after it, and between two batches of one step."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.integration.held_world import ALL, BLOCKED, KEPT, KINDS, NOTHING, PURCHASE, HeldWorld, held, made, world
from zusage.bootstrap import Product
from zusage.cli import cli
from zusage.enforcement.apply import Progress
from zusage.evidence.observation import Rows

__all__ = ["made", "world"]


def test_without_a_suspension_one_plan_takes_all_of_both_and_nothing_of_the_third(world: HeldWorld) -> None:
    assert (world.as_it_was(1), world.as_it_was(2)) == (ALL, ALL)
    third = world.as_it_was(3)
    world.plan()
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2), world.as_it_was(3)) == (NOTHING, NOTHING, third)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_held_stays_and_the_neighbours_goes_in_the_same_run_until_it_is_lifted(world: HeldWorld, kind: str) -> None:
    world.hold(kind)
    plan = world.plan()
    assert all(step.suspensions == ("S-0001",) for step in plan.steps)
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2)) == KEPT[kind]
    verdicts = {name: verdict for name, verdict in world.verdicts().items() if name.endswith(("at-most", "blocked"))}
    assert verdicts == dict.fromkeys(verdicts, "kept")
    world.lift()
    world.plan()
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2)) == (NOTHING, NOTHING)


@pytest.mark.parametrize("kind", ["a review, which outlives its purchase", "all entries", "a line of a log", "a case"])
def test_a_suspension_that_is_placed_after_the_plan_holds_as_much(world: HeldWorld, kind: str) -> None:
    world.plan()
    world.hold(kind)
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2)) == KEPT[kind]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("all purchases", "all remarks", "all vouchers")])
def test_a_suspension_that_is_placed_between_two_batches_holds_what_is_left(world: HeldWorld, kind: str) -> None:
    """A batch is one row: when the first has gone of what the suspension keeps, it is placed on the other person's."""
    kept, left = KEPT[kind][0], dict[int, frozenset[str]]()
    world.plan()

    def watch(product: Product, happened: Progress) -> None:
        now = {n: world.as_it_was(n) & kept for n in (1, 2)}
        if happened.done == 1 and not left and now[1] != now[2]:
            left.update(now)
            held(product, kind, max(now, key=lambda n: len(now[n])))

    world.carried_out(watch)
    other = max(left, key=lambda n: len(left[n]))
    assert left[other] >= kept - BLOCKED
    assert world.as_it_was(other) == left[other]
    mine = left[3 - other] if KEPT[kind][1] else NOTHING
    assert world.as_it_was(3 - other) == mine


def test_of_two_suspensions_on_a_row_the_other_still_wins_when_one_is_lifted(world: HeldWorld) -> None:
    for kind in ("a purchase", "all lines", "a person"):
        world.hold(kind)
    for id, left in (("S-0003", PURCHASE), ("S-0001", PURCHASE), ("S-0002", NOTHING)):
        world.lift(id)
        world.plan()
        world.carried_out()
        assert world.as_it_was(1) == left
        assert world.as_it_was(2) == left  # of all lines theirs is one


def test_a_suspension_that_is_lifted_after_the_plan_still_holds_for_it(world: HeldWorld) -> None:
    world.hold("a purchase")
    world.plan()
    world.lift()
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2)) == (PURCHASE, NOTHING)


def test_a_file_that_a_held_row_names_too_stays_when_the_other_row_goes(world: HeldWorld) -> None:
    world.rewrite("orders/{id}.pdf", "orders/{what}.pdf")
    world.sql("UPDATE purchase SET what = id WHERE id = 3")
    world.sql("UPDATE purchase SET what = 'one' WHERE id < 3")
    file = world.folder / "orders" / "one.pdf"
    file.write_text("of both")
    world.hold("a purchase")
    world.plan()
    world.carried_out()
    assert (world.sql("SELECT id FROM purchase"), file.exists()) == ([(1,), (3,)], True)
    world.lift()
    world.plan()
    world.carried_out()
    assert (world.sql("SELECT id FROM purchase"), file.exists()) == ([(3,)], False)


def test_the_plan_says_in_words_and_as_data_what_is_held_and_by_which_number_and_no_value(world: HeldWorld) -> None:
    arguments = ["plan", str(world.folder / "zusage.yaml"), "-o", str(world.folder / "plan.json")]

    def run(*more: str) -> str:
        return CliRunner().invoke(cli, [*arguments, *more], catch_exceptions=False).output

    before = {step["table"]: step["rows"] for step in json.loads(run("--json"))["steps"]}
    assert before == dict.fromkeys(before, 2)
    for kind in ("a purchase", "a remark", "a person", "a case"):
        world.hold(kind)
    data = json.loads(run("--json"))
    assert {step["table"]: step["rows"] for step in data["steps"]} == dict.fromkeys(before, 1)
    assert [(one["id"], one["tables"]) for one in data["suspensions"][:2]] == [
        ("S-0001", ["shop.purchase"]),
        ("S-0002", ["shop.remark"]),
    ]
    assert data["suspensions"][0]["rows"] == {"shop.purchase": 1}
    theirs = dict.fromkeys(("customer", "purchase", "line", "remark", "voucher", "entry"), 1)
    assert data["suspensions"][2]["rows"] == {"weblogs.line": 1} | {f"shop.{name}": rows for name, rows in theirs.items()}
    assert {one["review_on"] for one in data["suspensions"]} == {"2027-01-01"}
    text = run() + json.dumps(data) + (world.folder / "plan.json").read_text()
    for number in (
        "S-0001 holds rows of shop.purchase (1) whatever",
        "S-0003 holds rows of shop.customer (1)",
        "S-0004",
        "case C-0001",
    ):
        assert number in text
    assert not [value for value in ("person-1@", "purchase-1", "remark-1", "customer=1") if value in text]


def test_the_proof_counts_what_is_held_and_a_row_that_nothing_holds_is_still_broken(world: HeldWorld) -> None:
    world.hold("a purchase")
    world.plan()
    world.carried_out()
    with world.opened() as product:
        seen = {one.promise.id: one.seen.observation for one in product.verify()}
    found = seen["orders/purchases/at-most"]
    assert isinstance(found, Rows)
    assert found.allowed["suspended"] == 1
    world.sql("INSERT INTO purchase VALUES (9, 2, 'late', '2024-01-01 10:00:00')")
    assert world.verdicts()["orders/purchases/at-most"] == "broken"
