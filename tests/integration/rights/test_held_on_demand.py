"""Every kind of suspension against what a person demands: erasure, correction, restriction."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.integration.held_world import ALL, KEPT, KINDS, NOTHING, PURCHASE, REMARK, HeldWorld, made, world
from tests.integration.small_world import NOW
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights import correction_notes, demands
from zusage.bootstrap.rights.correcting import Wish as Right
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.bootstrap.rights.restricting import Wish as Restricted
from zusage.bootstrap.rights.restricting import lift, restrict
from zusage.bootstrap.rights.stating import Wish as Statement
from zusage.bootstrap.rights.stating import state, statements
from zusage.planning.holding import Person
from zusage.planning.plan import Plan

__all__ = ["made", "world"]

ONE, TWO = (Person(people="customer", key=key) for key in "12")
#: those that are placed before the plan too, which asks for them in the same way
EARLY = ("a purchase", "all entries", "a person")


def demanded(world: HeldWorld) -> Plan:
    """Both demand that everything is erased."""
    with world.opened() as product:
        found = plan(product, Wish(people=[ONE, TWO], ground="b", by="clerk", needed={})).plan
        product.save_plan(found, world.folder / "plan.json")
    return found


def records(world: HeldWorld) -> list[int]:
    return [id for (id,) in world.sql("SELECT id FROM customer WHERE id < 3 ORDER BY id")]


def test_without_a_suspension_both_are_erased_and_the_third_stays(world: HeldWorld) -> None:
    third = world.as_it_was(3)
    demanded(world)
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2), world.as_it_was(3), records(world)) == (NOTHING, NOTHING, third, [])


@pytest.mark.parametrize(("kind", "late"), [*((kind, True) for kind in KINDS), *((kind, False) for kind in EARLY)])
def test_what_is_held_is_not_erased_and_the_answer_says_so_until_it_is_lifted(world: HeldWorld, kind: str, late: bool) -> None:
    if late:
        demanded(world)
    world.hold(kind)
    if not late:
        demanded(world)
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2)) == KEPT[kind]
    stays = [n for n, kept in zip((1, 2), KEPT[kind], strict=True) if kept & PURCHASE]
    assert records(world) == stays  # whoever has a purchase has a record
    if not late:
        return
    with world.opened() as product:
        assert not answer(product, world.folder / "plan.json").complete
    world.lift()
    demanded(world)
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2), records(world)) == (NOTHING, NOTHING, [])


def test_what_was_blocked_of_a_person_is_held_however_their_key_is_spelt(world: HeldWorld) -> None:
    with world.opened() as product:
        person = Person(people="customer", key="001")
        assert place(product, Hold(person=person, reason="claim 7", review_on=date(2027, 1, 1), by="legal")).blocked == 1
    world.plan()
    world.carried_out()
    assert (world.as_it_was(1), world.as_it_was(2)) == (ALL, NOTHING)


def rows(world: HeldWorld) -> dict[str, list[tuple[object, ...]]]:
    """Every row with each value and the type in which it is stored."""
    found = {}
    for table in ("customer", "purchase", "line", "review", "remark", "voucher", "entry"):
        columns = [str(row[1]) for row in world.sql(f"PRAGMA table_info({table})")]
        shown = ", ".join(f"{column}, typeof({column})" for column in columns)
        found[table] = world.sql(f"SELECT {shown} FROM {table} ORDER BY 1")
    return found


@pytest.mark.parametrize("kind", ["a remark", "all remarks", "a person", "a case"])
def test_a_held_value_is_corrected_and_what_it_was_is_kept_as_long_as_it_is_held(world: HeldWorld, kind: str) -> None:
    world.hold(kind)
    others = Person(people="customer", key="3")
    with world.opened() as product:
        for person in (ONE, others):
            assert correct(product, Right(person=person, table="shop.remark", column="text", value="right", by="clerk"))
    assert world.sql("SELECT id FROM remark WHERE text = 'right'") == [(1,), (3,)]
    later = datetime.now(UTC) + timedelta(days=1)
    both = kind in ("a remark", "all remarks")  # a note does not say of which row it is
    with world.opened() as product:
        assert correction_notes.forget(product, later) == (0 if both else 1)
        assert [one.before for one in correction_notes.corrections(product, ONE)] == ["remark-1"]
    world.lift()
    with world.opened() as product:
        assert correction_notes.forget(product, later) == (2 if both else 1)
        assert correction_notes.corrections(product, ONE) == ()


@pytest.mark.parametrize("kind", ["a remark", "all remarks", "a person", "a case"])
def test_what_is_held_is_restricted_stays_while_it_is_and_comes_back_as_it_was_and_held(world: HeldWorld, kind: str) -> None:
    world.hold(kind)
    world.rewrite(
        "shop.review: {structure: [stars]}", "shop.review: {part_of: shop.purchase via purchase_id, structure: [stars]}"
    )
    world.rewrite("        elsewhere: [{rows: shop.review via purchase_id, become: {purchase_id: {}}}]\n", "")
    world.rewrite(', files: ["' + str(world.folder) + '/orders/{id}.pdf"]', "")
    world.rewrite("of: customer via user, ", "")  # lines of a log cannot be restricted
    before = rows(world)
    with world.opened() as product:
        restrict(product, Restricted(person=ONE, ground="a", by="clerk"))
    assert world.sql("SELECT id FROM remark WHERE id < 3") == [(2,)]
    world.plan()
    world.carried_out()
    with world.opened() as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")
    after = rows(world)
    assert {
        table: [row for row in found if row[0] == 1] for table, found in after.items() if table in ("customer", "remark")
    } == {table: [row for row in found if row[0] == 1] for table, found in before.items() if table in ("customer", "remark")}
    world.plan()
    world.carried_out()
    assert world.as_it_was(1) >= KEPT[kind][0] & REMARK
    world.lift()
    world.plan()
    world.carried_out()
    assert not world.as_it_was(1) & REMARK


def test_what_somebody_stated_beside_their_data_stays_while_they_are_held(world: HeldWorld) -> None:
    """Nothing of theirs is left in reach and the demand is closed, but what was blocked is held."""
    with world.opened() as product:
        for person in (ONE, TWO):
            state(product, Statement(person=person, table="shop.remark", text="That is not all.", by="clerk"))
    world.sql("DELETE FROM remark WHERE id < 3")
    world.hold("a person")
    demanded(world)
    with world.opened() as product:
        assert demands.close(product, world.folder / "plan.json") == 2
        assert (len(statements(product, ONE)), len(statements(product, TWO))) == (1, 0)
