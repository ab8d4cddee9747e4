"""The insurance comparison: after an order, with consent, and then nothing of it is left."""

import pytest
from plate_shop_world import VEHICLE, order, pay, received

from plate_shop import schema

MARKED = VEHICLE | {"mileage": "737373", "consent": "yes"}


@pytest.fixture
def customer(world, visitor):
    """Somebody whose order is paid."""
    pay(visitor, order(world, visitor))
    return visitor


def test_comparison_cannot_be_reached_before_an_order(visitor):
    assert visitor.get("/vergleich/").status_code == 404
    assert visitor.post("/vergleich/", data=MARKED).status_code in (403, 404)


def test_hand_off_passes_product_data_and_leaves_only_a_consent_behind(world, customer):
    consents = len(world.rows(schema.comparison_consent))
    answer = customer.submit("/vergleich/", MARKED)
    assert answer.status_code == 303
    assert received(world.town.portal)[-1] == VEHICLE | {"mileage": "737373"}
    assert world.traces("737373") == {"portal"}
    rows = world.rows(schema.comparison_consent)
    assert len(rows) == consents + 1
    assert (rows[-1].portal, rows[-1].text_version) == ("tarifkompass", "2026-11/de")
    disclosed = world.rows(schema.disclosure, recipient="tarifkompass")[-1]
    assert disclosed.order_id is None


def test_redirect_leads_only_to_the_portal_with_an_opaque_token_that_works_once(world, customer):
    before = dict(customer.cookies)
    answer = customer.submit("/vergleich/", MARKED)
    target = answer.headers["location"]
    assert target.startswith(world.town.services["portal"] + "/start/")
    assert "set-cookie" not in answer.headers
    assert dict(customer.cookies) == before
    first, second = customer.get(target), customer.get(target)
    assert (first.status_code, second.status_code) == (200, 404)
    assert "referral" in first.headers["set-cookie"]
    assert "referral" not in customer.get("/").request.headers.get("cookie", "")


def test_without_consent_nothing_is_sent_and_nothing_recorded(world, customer):
    before = len(world.rows(schema.comparison_consent)), len(received(world.town.portal))
    answer = customer.submit("/vergleich/", {**MARKED, "consent": ""})
    assert answer.status_code == 422
    assert (len(world.rows(schema.comparison_consent)), len(received(world.town.portal))) == before


def test_portal_error_leaves_no_product_data(world, customer):
    world.town.portal.broken = True
    try:
        answer = customer.submit("/vergleich/", MARKED | {"mileage": "646464"})
    finally:
        world.town.portal.broken = False
    assert answer.status_code == 503
    assert world.traces("646464") == {"portal"}


def test_order_is_unaffected_by_the_comparison(world, visitor):
    placed = order(world, visitor)
    pay(visitor, placed)
    before = world.rows(schema.shop_order, id=placed.id)
    visitor.get("/vergleich/")
    visitor.submit("/vergleich/", MARKED)
    assert world.rows(schema.shop_order, id=placed.id) == before


def test_page_lets_its_form_lead_to_the_portal_and_nowhere_else(world, customer):
    policy = customer.get("/vergleich/").headers["content-security-policy"]
    assert f"form-action 'self' {world.town.services['portal']};" in policy
    assert policy.count("http") == 1
