"""The gateway: what it refuses leaves neither the shop nor a row."""

from datetime import timedelta

import pytest
from plate_shop_world import order, pay
from sqlalchemy import update

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.gateway import FieldRefusedError, NoContractError, UnreachableError
from plate_shop.recipients import CARRIER, PORTAL, PROFILES

PARCEL = {"recipient_name": "X", "street": "X", "postal_code": "X", "city": "X", "parcel": "X"}
#: days of grace: the day may change while the tests run
LAST_WEEK, NEXT_WEEK = (utcnow().date() + timedelta(days=days) for days in (-7, 7))


@pytest.fixture
def contract(world):
    """Changes the carrier's contract; afterwards it is as before."""
    table = schema.recipient_contract
    theirs = update(table).where(table.c.recipient == CARRIER)
    before = world.rows(table, recipient=CARRIER)[0]._asdict()

    def change(**values):
        with world.shop.engine.begin() as connection:
            connection.execute(theirs.values(**values))

    yield change
    change(**before)


def assert_refused(world, error, values, **more):
    before = len(world.rows(schema.disclosure)), len(world.town.carrier.recorder.received)
    with pytest.raises(error) as raised:
        world.shop.gateway.hand_over(PROFILES[CARRIER], values, **more)
    assert (len(world.rows(schema.disclosure)), len(world.town.carrier.recorder.received)) == before
    return str(raised.value)


@pytest.mark.parametrize("change", [{"valid_until": LAST_WEEK}, {"signed_on": NEXT_WEEK}, {"country": "US"}])
def test_recipient_without_a_valid_contract_gets_nothing(world, contract, change):
    contract(**change)
    assert_refused(world, NoContractError, PARCEL)


def test_field_outside_the_profile_is_refused_by_name_and_without_its_value(world):
    said = assert_refused(world, FieldRefusedError, PARCEL | {"plate_text": "marker-value"})
    assert "plate_text" in said
    assert "marker-value" not in said


def test_address_without_consent_is_refused(world, visitor):
    placed = order(world, visitor)
    mail = {"announcement_email": "marker@example.org"}
    assert_refused(world, FieldRefusedError, PARCEL | mail, order_id=placed.id)
    assert_refused(world, FieldRefusedError, PARCEL | mail)


def test_consent_of_another_order_and_a_withdrawn_one_do_not_count(world, visitor):
    placed = order(world, visitor, consent=True)
    mail = {"announcement_email": placed.person["email"]}
    assert_refused(world, FieldRefusedError, PARCEL | mail, order_id=placed.id + 1)
    with world.shop.engine.begin() as connection:
        theirs = update(schema.consent).where(schema.consent.c.order_id == placed.id)
        connection.execute(theirs.values(withdrawn_at=utcnow()))
    assert_refused(world, FieldRefusedError, PARCEL | mail, order_id=placed.id)


def test_transfer_is_registered_before_it_is_sent(world):
    before = len(world.rows(schema.disclosure, recipient=PORTAL))
    world.town.portal.broken = True
    try:
        with pytest.raises(UnreachableError):
            world.shop.gateway.hand_over(PROFILES[PORTAL], {"use": "private"})
    finally:
        world.town.portal.broken = False
    assert len(world.rows(schema.disclosure, recipient=PORTAL)) == before + 1


def test_refused_dispatch_leaves_the_order_ready_to_be_sent(world, visitor, contract):
    placed = order(world, visitor)
    pay(visitor, placed)
    page = f"/intern/bestellungen/{placed.id}"
    with world.staff("orders") as staff:
        contract(valid_until=LAST_WEEK)
        assert staff.submit(f"{page}/versenden", page=page).status_code == 503
        assert world.rows(schema.shop_order, id=placed.id)[0].status == "paid"
        contract(valid_until=NEXT_WEEK)
        assert staff.submit(f"{page}/versenden", page=page).status_code == 303


def test_page_of_a_recipient_is_always_its_own(world):
    for path in ("//evil.example/x", "/pay/../../admin", "@evil.example/", "/start/short"):
        with pytest.raises(UnreachableError):
            world.shop.gateway.page(PROFILES[PORTAL], path)
