"""Staff: each role does its own tasks and no other."""

from datetime import timedelta

import pytest
from plate_shop_world import Visitor, order, pay, received

from plate_shop import schema
from plate_shop.database import utcnow

PAGES = {
    "/intern/bestellungen": {"orders", "support"},
    "/intern/bestellungen/1": {"orders", "support"},
    "/intern/anfragen": {"support"},
    "/intern/rechnungen": {"accounts"},
}
STEPS = {
    "versenden": {"orders"},
    "abschliessen": {"orders"},
    "stornieren": {"orders"},
    "notiz": {"orders", "support"},
    "streit": {"support"},
    "widerruf": {"support"},
}


@pytest.fixture(scope="module")
def first(world):
    with Visitor(world) as visitor:
        return order(world, visitor)


@pytest.mark.parametrize("role", ["orders", "support", "accounts"])
def test_role_sees_its_own_pages_only(world, first, role):
    with world.staff(role) as staff:
        for path, allowed in PAGES.items():
            assert staff.get(path).status_code == (200 if role in allowed else 403)


@pytest.mark.parametrize("role", ["orders", "support", "accounts"])
def test_role_is_refused_every_step_of_another(world, first, role):
    with world.staff(role) as staff:
        home = staff.get("/intern/").headers["location"]
        for step, allowed in STEPS.items():
            answer = staff.submit(f"/intern/bestellungen/{first.id}/{step}", page=home)
            assert (answer.status_code == 403) == (role not in allowed), step
            if step == "stornieren" and role in allowed:
                assert world.rows(schema.shop_order, id=first.id)[0].completed_at


def test_strangers_are_sent_to_the_login(visitor):
    for path in PAGES:
        assert visitor.get(path).headers["location"] == "/intern/"


def test_customers_session_opens_no_staff_page(world, visitor):
    order(world, visitor)
    assert visitor.get("/intern/bestellungen").status_code == 303


def test_account_without_briefing_cannot_log_in(world, visitor):
    world.hire("test-new", "orders", briefed=False)
    answer = visitor.submit("/intern/", {"login": "test-new", "password": world.passwords["test-new"]})
    assert answer.status_code == 403


@pytest.mark.parametrize(("days", "status"), [(0, 403), (1, 303)])
def test_account_of_somebody_who_left_cannot_log_in(world, visitor, days, status):
    login = f"test-left-{days}"
    world.hire(login, "orders", left_on=utcnow().date() + timedelta(days=days))
    assert visitor.submit("/intern/", {"login": login, "password": world.passwords[login]}).status_code == status


def test_accounts_have_no_password_until_one_is_given(visitor):
    for password in ("", "!", "auftrag"):
        assert visitor.submit("/intern/", {"login": "auftrag", "password": password}).status_code == 403


def test_login_rests_after_five_wrong_passwords(world, visitor):
    world.hire("test-locked", "orders")
    for _ in range(5):
        visitor.submit("/intern/", {"login": "test-locked", "password": "wrong"})
    answer = visitor.submit("/intern/", {"login": "test-locked", "password": world.passwords["test-locked"]})
    assert answer.status_code == 403


def test_login_begins_a_new_session(world, visitor):
    order(world, visitor)
    before = visitor.cookies["session"]
    world.hire("test-again", "orders")
    visitor.submit("/intern/", {"login": "test-again", "password": world.passwords["test-again"]})
    assert visitor.cookies["session"] != before


def test_order_goes_from_paid_to_completed_and_gets_its_end(world, visitor):
    placed = order(world, visitor)
    pay(visitor, placed)
    page = f"/intern/bestellungen/{placed.id}"
    with world.staff("orders") as staff:
        assert staff.submit(f"{page}/abschliessen", page=page).status_code == 409
        staff.submit(f"{page}/versenden", page=page)
        assert staff.submit(f"{page}/versenden", page=page).status_code == 409
        staff.submit(f"{page}/abschliessen", page=page)
    row = world.rows(schema.shop_order, id=placed.id)[0]
    assert row.status == "completed"
    assert row.completed_at is not None
    assert world.rows(schema.shipment, order_id=placed.id)[0].delivered_at is not None


def test_withdrawn_consent_stops_the_address_before_dispatch(world, visitor):
    placed = order(world, visitor, consent=True)
    pay(visitor, placed)
    (consent,) = world.rows(schema.consent, order_id=placed.id)
    visitor.submit(f"/einwilligung/{consent.id}")
    page = f"/intern/bestellungen/{placed.id}"
    with world.staff("orders") as staff:
        staff.submit(f"{page}/versenden", page=page)
    assert "announcement_email" not in received(world.town.carrier)[-1]


def test_withdrawal_after_dispatch_tells_the_carrier_to_forget(world, visitor):
    placed = order(world, visitor, consent=True)
    pay(visitor, placed)
    page = f"/intern/bestellungen/{placed.id}"
    with world.staff("orders") as staff:
        staff.submit(f"{page}/versenden", page=page)
    with world.staff("support") as support:
        support.submit(f"{page}/widerruf", page=page)
    (shipment,) = world.rows(schema.shipment, order_id=placed.id)
    told = {"tracking_code": shipment.tracking_code, "erase": "announcement_email"}
    assert received(world.town.carrier)[-1] == told
    assert shipment.announced_to_email is None
    assert world.rows(schema.consent, order_id=placed.id)[0].withdrawn_at is not None


def test_dispute_needs_reference_reason_and_a_day_to_come(world, visitor):
    placed = order(world, visitor)
    page = f"/intern/bestellungen/{placed.id}"
    day = utcnow().date() + timedelta(days=30)
    good = {"reference": "S-1", "reason": "Mängelrüge", "review_on": day.isoformat()}
    with world.staff("support") as support:
        for missing in ({"reference": ""}, {"review_on": "2001-01-01"}, {"review_on": "bald"}):
            assert support.submit(f"{page}/streit", good | missing, page=page).status_code == 422
        assert support.submit(f"{page}/streit", good, page=page).status_code == 303
        (opened,) = world.rows(schema.dispute, order_id=placed.id)
        assert opened.closed_at is None
        support.submit(f"{page}/streit/{opened.id}/beilegen", page=page)
    assert world.rows(schema.dispute, order_id=placed.id)[0].closed_at is not None


def test_note_is_filed_to_its_order_with_the_role(world, visitor):
    placed = order(world, visitor)
    page = f"/intern/bestellungen/{placed.id}"
    with world.staff("support") as support:
        support.submit(f"{page}/notiz", {"text": "Telefonnotiz: ruft zurück."}, page=page)
    (note,) = world.rows(schema.order_note, order_id=placed.id)
    assert (note.author_role, note.text) == ("support", "Telefonnotiz: ruft zurück.")


def test_accounts_settle_a_payment_whose_customer_did_not_return(world, visitor):
    placed = order(world, visitor)
    visitor.post(placed.pay_at, data={"account": "x"})
    with world.staff("accounts") as accounts:
        accounts.submit("/intern/zahlungen", {"number": placed.number}, page="/intern/rechnungen")
        (invoice,) = world.rows(schema.invoice, order_number=placed.number)
        assert not invoice.assessment_open
        accounts.submit(f"/intern/rechnungen/{invoice.id}/veranlagung", page="/intern/rechnungen")
    assert world.rows(schema.invoice, order_number=placed.number)[0].assessment_open


def test_staff_find_orders_by_post_only(world, visitor):
    placed = order(world, visitor)
    with world.staff("orders") as staff:
        assert staff.get("/intern/bestellungen", params={"email": placed.person["email"]}).status_code == 400
        found = staff.submit("/intern/bestellungen", {"word": placed.person["email"]})
        assert placed.number in found.text
