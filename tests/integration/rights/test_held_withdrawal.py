"""Every kind of suspension against a withdrawal: the use ends, and what rests on the consent alone stays as long as it is held."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.holding import Wish, place
from zusage.planning.holding import Person
from zusage.sealing import SigningKey

from .test_withdrawal import run, withdrawn, world

__all__ = ["world"]

#: what is held, and which of the alerts stay
KINDS = {
    "shop.alert: id = 1": [1],
    "shop.alert: TRUE": [1, 2],
    "shop.consent: id = 1": [],
    "shop.consent: TRUE": [],
    "shop.customer: id = 1": [],
    "a person": [1],
    "a case": [1],
}


def hold(world: SmallWorld, kind: str) -> None:
    table, colon, where = kind.partition(": ")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        case = receive(product, "access", "clerk", {"person": "customer=1"}).case.id if kind == "a case" else None
        person = Person.parse("customer=1") if kind == "a person" else None
        rows = [(table, where)] if colon else []
        place(product, Wish(rows=rows, person=person, case=case, reason="claim 7", review_on=date(2027, 1, 1), by="legal"))


def both_withdraw(world: SmallWorld, now: datetime = NOW, *, late: str = "") -> None:
    """Each ends their consent, and what rests on it goes by a plan; a suspension may come between plan and apply."""
    for key in "12":
        found = withdrawn(world, now, person=Person.parse(f"customer={key}"))
        if late and key == "1":
            hold(world, late)
        if found.plan is None:
            continue
        with opened(world.folder / "zusage.yaml", clock=lambda: now) as product:
            product.approve_plan(world.folder / "withdrawal.json", SigningKey.load(world.folder / "second.key"))
            assert not [one for one in product.apply_plan(world.folder / "withdrawal.json", lambda _: None) if one.stopped]


def alerts(world: SmallWorld) -> list[int]:
    return [id for (id,) in world.sql("SELECT id FROM alert ORDER BY id")]


@pytest.fixture
def kept(world: SmallWorld) -> SmallWorld:
    """Cases are kept."""
    world.rewrite("controller: {name: Example GmbH}", "controller: {name: Example GmbH, land: BE}\nrequests: {kept: P1Y}")
    return world


def test_without_a_suspension_both_lose_what_rests_on_their_consent(kept: SmallWorld) -> None:
    both_withdraw(kept)
    assert alerts(kept) == []
    assert kept.sql("SELECT id FROM consent WHERE withdrawn_at IS NULL") == [(2,)]  # another purpose's


@pytest.mark.parametrize(("kind", "late"), [*((kind, False) for kind in KINDS), ("shop.alert: id = 1", True), ("a person", True)])
def test_the_use_ends_and_what_is_held_stays_until_it_is_lifted(kept: SmallWorld, kind: str, late: bool) -> None:
    if not late:
        hold(kept, kind)
    both_withdraw(kept, late=kind if late else "")
    assert alerts(kept) == KINDS[kind]
    assert kept.sql("SELECT id FROM consent WHERE withdrawn_at IS NULL") == [(2,)]
    assert kept.verdicts()["withdrawals/alerts"] == "kept"
    with opened(kept.folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.state.suspensions.lift("S-0001", "legal", "settled")
    both_withdraw(kept, NOW + timedelta(hours=1))
    assert alerts(kept) == []


def test_a_held_consent_without_a_mark_stays_is_named_and_breaks_the_promise_until_it_is_lifted(kept: SmallWorld) -> None:
    kept.rewrite(", then: {set: {withdrawn_at: now}}", "")
    hold(kept, "shop.consent: id = 1")
    both_withdraw(kept)
    assert kept.sql("SELECT id FROM consent ORDER BY id") == [(1,), (2,)]
    assert kept.verdicts()["withdrawals/alerts"] == "broken"
    said = run(kept, "place", "alerts", "--person", "customer=1", "--by", "clerk")
    assert (said.return_value, "S-0001 holds 1 row of shop.consent: they stay as they are" in said.output) == (1, True)
    with opened(kept.folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.state.suspensions.lift("S-0001", "legal", "settled")
    assert run(kept, "enforce", "alerts").return_value == 0
    assert kept.sql("SELECT id FROM consent ORDER BY id") == [(2,)]
    assert kept.verdicts()["withdrawals/alerts"] == "kept"
