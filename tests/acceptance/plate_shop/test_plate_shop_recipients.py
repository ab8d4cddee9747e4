"""Fulfilment, carrier and payment provider are told of what became of a customer's data; a registration office by a human."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.receivers import http_receiver, mail_server

from plate_shop.generate import generate
from zusage.bootstrap import opened
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.bootstrap.telling.sending import send
from zusage.evidence.verdict import judge
from zusage.planning.holding import Person
from zusage.promises.derive import promises_of
from zusage.sealing import SigningKey

SHOP = Path(__file__).parents[3] / "examples" / "plate_shop"


@pytest.fixture
def around(tmp_path, monkeypatch):
    addresses = [f"sqlite:///{tmp_path}/{name}.db" for name in ("shop", "mailbox")]
    generate(*addresses, customers=80, now=datetime.now(UTC).replace(tzinfo=None))
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    for name in ("zusage.yaml", "website.yaml", "telling.yaml", "requests.yaml"):
        text = (SHOP / name).read_text()
        named = f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.2'
        (tmp_path / name).write_text(text.replace("guard:\n  share: 0.2", named))
    with http_receiver() as http, mail_server() as (server, mails):
        for name, value in {
            "SHOP_DATABASE_URL": addresses[0],
            "MAILBOX_DATABASE_URL": addresses[1],
            "SHOP_FULFILMENT_NOTICES": f"{http.url}/fulfilment",
            "SHOP_CARRIER_NOTICES": f"{http.url}/carrier",
            "SHOP_MAIL_SERVER": server,
        }.items():
            monkeypatch.setenv(name, value)
        yield tmp_path, key, http, mails


def _customer(folder):
    """Somebody with one recent order that was made, sent and paid, with a plate reserved."""
    with closing(sqlite3.connect(folder / "shop.db")) as database:
        found = database.execute(
            "SELECT o.customer_id, o.number, s.tracking_code, p.provider_reference FROM shop_order o"
            " JOIN shipment s ON s.order_id = o.id JOIN payment p ON p.order_id = o.id JOIN reservation r ON r.order_id = o.id"
            " WHERE o.status = 'completed' AND (SELECT count(*) FROM shop_order x WHERE x.customer_id = o.customer_id) = 1"
            " AND o.completed_at > date('now', '-1 year') AND NOT EXISTS (SELECT 1 FROM dispute d WHERE d.order_id = o.id)"
            " ORDER BY o.id LIMIT 1"
        ).fetchone()
    assert found
    return found


def test_recipients_learn_of_a_correction_and_of_the_erasure_by_what_they_know(around):
    folder, key, http, mails = around
    number, order, tracking, reference = _customer(folder)
    person, now = Person(people="customer", key=str(number)), datetime.now(UTC)
    with opened(folder / "telling.yaml", folder / "own", lambda: now) as product:
        wish = Correction(person=person, table="shop.shop_order", column="street", value="Richtiger Weg 7", by="clerk")
        correct(product, wish)
        swept = send(product)
    assert {one.recipient for one in swept.told} == {"fulfilment", "carrier", "payment-provider"}
    (to_carrier,), (to_fulfilment,) = http.to("/carrier"), http.to("/fulfilment")
    assert to_carrier.content["data"]["identities"] == [{"type": "tracking-code", "value": tracking}]
    assert to_carrier.content["data"]["corrected"]["after"] == "Richtiger Weg 7"
    assert to_fulfilment.content["data"]["identities"] == [{"type": "order-number", "value": order}]
    assert to_fulfilment.content["data"]["corrected"] == {"what": "street"}  # it makes plates and never had an address
    (letter,) = mails
    assert reference in letter.get_payload(decode=True).decode()
    assert "Richtiger Weg" not in letter.get_payload(decode=True).decode()
    (office,) = swept.by_hand  # the office that the register of disclosures names
    later = now + timedelta(minutes=1)
    with opened(folder / "telling.yaml", folder / "own", lambda: later) as product:
        product.state.notices.receive(office.id, "letter, answered on the next day", later, by="clerk")
        made = plan(product, Wish(people=(person,), ground="b", by="clerk", needed={})).plan
        product.save_plan(made, folder / "erasure.json")
        product.approve_plan(folder / "erasure.json", key)
        product.apply_plan(folder / "erasure.json", lambda _: None)
        assert {one.recipient for one in send(product).told} == {"fulfilment", "carrier", "payment-provider"}
        assert http.to("/carrier")[1].content["data"]["identities"] == [{"type": "tracking-code", "value": tracking}]
        (promise,) = [one for one in promises_of(product.loaded.manifest) if one.id == "recipients-told"]
        assert promise.refs == ("PS-207",)
        assert judge(product.eyes().look(promise).observation).verdict.value == "kept"
