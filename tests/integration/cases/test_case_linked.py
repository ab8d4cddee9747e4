"""A mailed link shows whose an address is: a case that it has opened the door of is about nobody else by a slip of a key."""

from __future__ import annotations

import pytest

from tests.integration.cases.door_world import Door, door_, empty_state
from zusage.bootstrap.cases.operating import give
from zusage.bootstrap.cases.stepping import step
from zusage.rights.case import CaseRefused
from zusage.rights.operation import Restrict
from zusage.rights.roles import Taker

__all__ = ["door_", "empty_state"]

OTHERS = "does not have it"


def _shown(door: Door, address: str, right: str = "access") -> None:
    """Somebody asks and follows the link."""
    door.ask(address, right)
    door.tend()
    (found,) = door.calls(("POST", door.link(), {}))
    assert found.status_code == 200


def _step(door: Door, name: str, **more: str) -> str:
    with door.product() as product:
        return step(product, "C-0001", name, "clerk-1", **more).case.state  # type: ignore[arg-type]


def _refused(door: Door, name: str, **more: str) -> None:
    before = door.events()
    with pytest.raises(CaseRefused, match=OTHERS) as caught:
        _step(door, name, **more)
    assert door.events() == before
    assert "example" not in str(caught.value)


def test_whoever_has_another_address_is_not_named_until_a_human_says_how_they_are_known(door_: Door) -> None:
    _shown(door_, "stranger@example.com")
    _refused(door_, "person", person="customer=7")
    _step(door_, "identify", how="known-detail")
    assert _step(door_, "person", person="customer=7") == "identity shown"
    assert _step(door_, "grant") == "granted"


def test_of_two_people_with_one_address_either_is_named_and_nobody_else(door_: Door) -> None:
    door_.world.sql("INSERT INTO customer VALUES (9, 'BADGER@example.org', '2025-01-01')")
    _shown(door_, "badger@example.org", "erasure")
    with door_.product() as product:
        assert (product.state.cases.content("C-0001") or {})["person"] is None
    _refused(door_, "person", person="customer=7")
    _step(door_, "person", person="customer=09")
    assert _step(door_, "grant") == "granted"


def test_who_was_named_before_the_link_was_followed_is_compared_when_it_is_decided(door_: Door) -> None:
    door_.ask("stranger@example.com")
    door_.tend()
    _step(door_, "person", person="customer=7")
    door_.calls(("POST", door_.link(), {}))
    _refused(door_, "grant")
    assert _step(door_, "refuse", words="That is somebody else.") == "refused"


def test_whoever_was_found_by_the_address_and_left_since_is_decided_on(door_: Door) -> None:
    _shown(door_, "badger@example.org")
    door_.world.sql("DELETE FROM customer WHERE id = 8")
    assert _step(door_, "grant") == "granted"


def test_whose_key_was_given_to_somebody_else_since_gets_nothing_of_theirs(door_: Door) -> None:
    _shown(door_, "badger@example.org")
    door_.world.sql("UPDATE customer SET email = 'newcomer@example.org' WHERE id = 8")
    _refused(door_, "grant")


def test_nothing_is_ordered_for_whoever_was_named_by_a_slip_before_anybody_decides(door_: Door) -> None:
    door_.ask("stranger@example.com", "rectification")
    door_.tend()
    _step(door_, "person", person="customer=7")
    door_.calls(("POST", door_.link(), {}))
    before = door_.events()
    with door_.product() as product, pytest.raises(CaseRefused, match=OTHERS):
        give(product, "C-0001", Restrict(operation="restrict", ground="a"), Taker(name="clerk-1"))
    assert door_.events() == before
    assert door_.world.sql("SELECT count(*) FROM customer") == [(2,)]
