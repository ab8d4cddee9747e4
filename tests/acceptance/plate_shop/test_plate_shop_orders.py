"""An order from the first click to the parcel, and who learned what on the way."""

from datetime import timedelta

import httpx
import pytest
from plate_shop_world import PLATE, Visitor, order, pay, received, somebody, walk
from sqlalchemy import update

from plate_shop import schema
from plate_shop.database import utcnow

CARD = "4000-9999-8888-7777"


@pytest.fixture
def counted(world):
    """How many requests each stand-in had before the test."""
    services = ("payment", "carrier", "fulfilment", "registration", "portal")
    return {name: len(getattr(world.town, name).recorder.received) for name in services}


def dispatch(world, placed):
    with world.staff("orders") as staff:
        page = f"/intern/bestellungen/{placed.id}"
        assert staff.submit(f"{page}/versenden", page=page).status_code == 303


def test_full_order_with_consent_and_reservation_tells_each_recipient_only_its_fields(world, visitor, counted):
    placed = order(world, visitor, consent=True, reservation=True)
    pay(visitor, placed, CARD)
    dispatch(world, placed)
    person = placed.person
    (payment,) = received(world.town.payment, counted["payment"])
    assert set(payment) == {"amount_cents", "reference", "method", "return_url"}
    assert payment["amount_cents"] == 2 * 1290 + 490
    assert received(world.town.fulfilment, counted["fulfilment"]) == [
        {
            "order_number": placed.number,
            "plate_text": "QA-MU 77",
            "product": "Kfz-Kennzeichen Standard, 520 × 110 mm",
            "quantity": 2,
        }
    ]
    (reservation,) = world.town.registration.recorder.received[counted["registration"] :]
    assert reservation["path"] == "/zulassungsstelle-auental/reservations"
    assert reservation["body"] == {"plate_text": "QA-MU 77", "district": "QA", "holder_name": person["name"]}
    assert received(world.town.carrier, counted["carrier"]) == [
        {
            "recipient_name": person["name"],
            **{key: person[key] for key in ("street", "postal_code", "city")},
            "parcel": "Brief, 520 × 110 mm",
            "announcement_email": person["email"],
        }
    ]
    assert received(world.town.portal, counted["portal"]) == []


def test_order_without_consent_and_reservation_keeps_the_address_from_carrier_and_office(world, visitor, counted):
    placed = order(world, visitor)
    pay(visitor, placed)
    dispatch(world, placed)
    (parcel,) = received(world.town.carrier, counted["carrier"])
    assert "announcement_email" not in parcel
    assert placed.person["email"] not in str(parcel)
    assert received(world.town.registration, counted["registration"]) == []
    assert world.rows(schema.consent, order_id=placed.id) == []
    assert world.rows(schema.shipment, order_id=placed.id)[0].announced_to_email is None


def test_markers_of_an_order_are_found_only_where_they_belong(world, visitor):
    placed = order(world, visitor, consent=True, reservation=True)
    pay(visitor, placed, CARD)
    dispatch(world, placed)
    person = placed.person
    stores = {"shop.db", "mail", "customer", "shop_order"}
    papers = {"commercial_letter"}
    assert world.traces(person["email"]) == stores | {"shipment", "carrier"}
    assert world.traces(person["street"]) == stores | papers | {"shipment", "carrier", "invoice"}
    assert world.traces(person["name"]) == stores | papers | {"shipment", "carrier", "invoice", "registration"}


def test_card_data_never_reach_the_shop(world, visitor):
    placed = order(world, visitor)
    pay(visitor, placed, CARD)
    assert CARD in world.town.payment.accounts
    assert world.traces(CARD) == set()


def test_disclosures_hold_names_of_fields_and_no_values(world, visitor):
    placed = order(world, visitor, consent=True, reservation=True)
    pay(visitor, placed)
    dispatch(world, placed)
    rows = world.rows(schema.disclosure, order_id=placed.id)
    assert [row.recipient for row in rows] == [
        "zahlfix",
        "praegewerk-mitte",
        "zulassungsstelle-auental",
        "paketblitz",
    ]
    assert rows[-1].fields == "announcement_email,city,parcel,postal_code,recipient_name,street"
    assert rows[-1].consent_id == world.rows(schema.consent, order_id=placed.id)[0].id
    assert not any(value in row.fields for row in rows for value in placed.person.values())


def test_order_mails_are_confirmation_invoice_and_dispatch_over_tls(world, visitor):
    placed = order(world, visitor, consent=True, reservation=True)
    pay(visitor, placed)
    dispatch(world, placed)
    mails = [mail for mail in world.town.mail.delivered if mail.to == (placed.person["email"],)]
    subjects = [mail.message["Subject"].split()[0] for mail in mails]
    assert subjects == ["Auftragsbestätigung", "Rechnung", "Ihre"]
    assert all(mail.tls in ("TLSv1.2", "TLSv1.3") for mail in mails)
    links = [word for mail in mails for word in mail.message.get_content().split() if word.startswith("http")]
    assert links
    assert not any(value in link for link in links for value in (*placed.person.values(), placed.number))


def test_order_is_stamped_with_terms_and_notice(world, visitor):
    row = world.rows(schema.shop_order, id=order(world, visitor).id)[0]
    assert (row.terms_version, row.notice_version, row.status) == ("2025-01", "unpublished", "placed")
    assert row.completed_at is None


def test_payment_counts_when_the_provider_says_so_not_when_the_browser_returns(world, visitor):
    placed = order(world, visitor)
    visitor.get("/bestellung/bezahlt")
    assert world.rows(schema.shop_order, id=placed.id)[0].status == "placed"
    pay(visitor, placed)
    pay(visitor, placed)
    assert world.rows(schema.shop_order, id=placed.id)[0].status == "paid"
    assert len(world.rows(schema.invoice, order_number=placed.number)) == 1


@pytest.mark.parametrize("until", ["adresse", "versand", "pruefen"])
def test_abandoned_checkout_leaves_no_order_no_mail_and_no_trace_after_its_session(world, visitor, until):
    before = len(world.rows(schema.shop_order)), len(world.town.mail.delivered)
    person = walk(visitor, until=until, plate=PLATE | {"digits": "4711"})
    assert (len(world.rows(schema.shop_order)), len(world.town.mail.delivered)) == before
    let_pass(world, minutes=31)
    assert world.running.purge() >= 1
    assert world.traces(person["email"]) == set()


def test_discarded_checkout_is_gone_at_once(world, visitor):
    person = walk(visitor)
    assert world.traces(person["email"]) == {"web_session", "shop.db"}
    visitor.submit("/bestellen/abbrechen", page="/bestellen/pruefen")
    assert world.traces(person["email"]) == set()


def test_binding_step_empties_the_session_of_the_checkout(world, visitor):
    placed = order(world, visitor)
    assert "web_session" not in world.traces(placed.person["email"])


def let_pass(world, minutes):
    table = schema.web_session
    with world.shop.engine.begin() as connection:
        connection.execute(update(table).values(last_seen_at=utcnow() - timedelta(minutes=minutes)))


def test_session_is_not_accepted_after_half_an_hour(world, visitor):
    walk(visitor)
    let_pass(world, minutes=29)
    assert visitor.get("/bestellen/pruefen").status_code == 200
    let_pass(world, minutes=31)
    assert visitor.get("/bestellen/pruefen").headers["location"] == "/bestellen/kennzeichen"


def test_b_cannot_see_the_session_of_a(world, visitor):
    person = walk(visitor)
    with Visitor(world) as other:
        answer = other.get("/bestellen/pruefen")
        assert answer.status_code == 302
        assert person["name"] not in other.get("/bestellen/adresse", follow_redirects=True).text
        walk(other)
        assert person["name"] not in other.get("/bestellen/pruefen").text


def test_cookie_is_a_random_token_of_the_session_and_only_when_something_is_remembered(world, visitor):
    for path in ("/", "/bestellen/kennzeichen", "/kontakt", "/impressum", "/agb", "/datenschutz", "/en/"):
        assert "set-cookie" not in visitor.get(path).headers
    header = visitor.submit("/bestellen/kennzeichen", PLATE).headers["set-cookie"]
    name, *attributes = header.split("; ")
    assert name.startswith("session=")
    assert len(name.removeprefix("session=")) == 43
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert world.traces(name.removeprefix("session=")) == set()


def test_undeclared_fields_are_dropped(world, visitor):
    walk(visitor, somebody() | {"birth_date": "marker-birth-date"})
    visitor.submit("/bestellen/pruefen")
    assert world.traces("marker-birth-date") == set()


def test_customer_who_comes_back_is_known_by_the_address(world):
    person = somebody()
    for street in ("Altweg 1", "Neuweg 2"):
        with Visitor(world) as visitor:
            order(world, visitor, person=person | {"street": street})
    (customer,) = world.rows(schema.customer, email=person["email"])
    assert customer.street == "Neuweg 2"
    assert len(world.rows(schema.shop_order, customer_id=customer.id)) == 2


def test_order_survives_an_unreachable_payment_provider(world, visitor):
    table = schema.recipient_contract
    provider = update(table).where(table.c.recipient == "zahlfix")
    until = world.rows(table, recipient="zahlfix")[0].valid_until
    with world.shop.engine.begin() as connection:
        connection.execute(provider.values(valid_until=utcnow().date() - timedelta(days=1)))
    placed = order(world, visitor)
    assert placed.pay_at is None
    with world.shop.engine.begin() as connection:
        connection.execute(provider.values(valid_until=until))
    assert visitor.submit("/bestellung/bezahlen", page="/bestellung/danke").status_code == 303
    assert world.town.services["payment"] in visitor.get("/bestellung/danke").text


def test_stand_ins_show_what_they_received(world, visitor):
    order(world, visitor)
    shown = httpx.get(world.town.services["payment"] + "/received").json()
    assert shown[-1]["path"] == "/payments"
