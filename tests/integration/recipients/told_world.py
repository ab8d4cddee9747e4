"""A shop that says in a table to whom it gave whose data, and recipients that listen in three ways."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

from tests.integration.receivers import Receiver
from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.bootstrap.telling.sending import Swept, send
from zusage.planning.holding import Person
from zusage.sealing import SigningKey

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
THREE = Person(people="customer", key="3")
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, since DATETIME);
CREATE TABLE disclosure (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), recipient TEXT, fields TEXT, sent_at DATETIME);
CREATE TABLE review (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), text TEXT, published BOOLEAN, at DATETIME);
"""
MANIFEST = """
zusage: 1
controller: {name: Example GmbH, email: privacy@example.org}
systems: {shop: {url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"}}
classes: {contact: {de: Kontakt, en: contact}, trail: {de: Weitergaben, en: disclosures}, review: {de: Bewertung, en: review}}
guard: {share: 1.0, approvers: [KEY]}
people: {customer: {record: shop.customer, key: id, title: {de: Kundinnen, en: customers}}}
telling:
  within: P14D
  escalate: P3D
  mail: {server: "MAIL", sender: notices@example.org}
recipients:
  carrier:
    title: {de: Paketblitz, en: Paketblitz}
    role: controller
    country: DE
    known_as: [paketblitz]
    notices: {by: webhook, to: "HTTP/carrier", names: {name: shop.customer.name}}
  printer:
    title: {de: Druckhaus, en: Printing house}
    role: processor
    country: DE
    contract: 2024-01-01
    notices: {by: email, to: office@printer.example, names: {email: shop.customer.email}, language: en}
  counter:
    title: {de: Zählwerk, en: Zählwerk}
    role: processor
    country: DE
    contract: 2024-01-01
    notices: {by: opendsr, to: "HTTP/v1/opendsr_requests", names: {controller_customer_id: shop.customer.id}, otherwise: dsr@counter.example}
  search:
    title: {de: Suchmaschine, en: Search engine}
    role: controller
    country: DE
    notices: {by: webhook, to: "HTTP/search"}
public:
  reviews:
    says: {de: Bewertungen auf der Website, en: reviews on the web site}
    data: shop.review
    only: published
    informs: [search]
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    recipients: [carrier, printer, counter, search]
    data:
      shop.customer: {classes: {contact: [name, email, since]}}
      shop.disclosure:
        part_of: shop.customer via customer_id
        classes: {trail: [recipient, fields, sent_at]}
        discloses: {recipient: recipient, at: sent_at, what: fields}
      shop.review: {part_of: shop.customer via customer_id, classes: {review: [text, published, at]}}
    keep: [{name: customers, data: shop.customer, at_most: P9Y, from: since}]
"""


@dataclass
class Told:
    """Five customers; the carrier and the printer received data of each, the counter of the third."""

    folder: Path
    http: Receiver
    mails: list[Message]
    key: SigningKey
    now: datetime = NOW
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, http: Receiver, mail: tuple[str, list[Message]]) -> Told:
        key = SigningKey.generate(folder / "second.key", "second-person")
        text = MANIFEST.replace("FOLDER", str(folder)).replace("KEY", f'"{key.verifier.encode()}"')
        (folder / "zusage.yaml").write_text(text.replace("MAIL", mail[0]).replace("HTTP", http.url), encoding="utf-8")
        with closing(sqlite3.connect(folder / "shop.sqlite3")) as database, database:
            database.executescript(TABLES)
            for n in range(1, 6):
                row = (n, f"name of {n}", f"mail{n}@example.net", "2025-01-01 10:00:00")
                database.execute("INSERT INTO customer VALUES (?, ?, ?, ?)", row)
                for recipient, fields in (("paketblitz", "name,street"), ("Printing house", "email"), ("counter", "id")):
                    if recipient != "counter" or n == 3:
                        line = (n, recipient, fields, "2026-03-01 10:00:00")
                        database.execute(
                            "INSERT INTO disclosure (customer_id, recipient, fields, sent_at) VALUES (?, ?, ?, ?)", line
                        )
        http.requests.clear()
        http.answers.clear()
        http.known.clear()
        http.on_request = http.sign = None
        mail[1].clear()
        return cls(folder, http, mail[1], key)

    def opened(self) -> AbstractContextManager[Product]:
        return opened(self.folder / "zusage.yaml", clock=lambda: self.now)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database, database:
            return database.execute(statement).fetchall()

    def rewrite(self, old: str, new: str) -> None:
        path = self.folder / "zusage.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def later(self, **more: int) -> None:
        self.now += timedelta(**more)

    def correct(self, column: str = "name", value: str = "Right Name", person: Person = THREE, row: str | None = None) -> str:
        with self.opened() as product:
            wish = Correct(person=person, table="shop.customer", column=column, value=value, by="clerk", row=row)
            return correct(product, wish)

    def plan_erasure(self, key: str = "3") -> Path:
        path = self.folder / f"erasure-{key}.json"
        with self.opened() as product:
            made = plan(product, Wish(people=(Person(people="customer", key=key),), ground="b", by="clerk", needed={})).plan
            product.save_plan(made, path)
            product.approve_plan(path, self.key)
        return path

    def apply(self, path: Path) -> None:
        with self.opened() as product:
            assert not [one.stopped for one in product.apply_plan(path, lambda _: None) if one.stopped]

    def erase(self, key: str = "3") -> None:
        self.apply(self.plan_erasure(key))

    def send(self) -> Swept:
        with self.opened() as product:
            return send(product)

    def states(self) -> dict[str, str]:
        """Of the newest notices: recipient → state."""
        with self.opened() as product:
            return {one.recipient: one.state if one.settled else "uncertain" for one in product.state.notices.all()}

    def verdict(self) -> str:
        with self.opened() as product:
            return next(o.judgement.verdict.value for o in product.verify() if o.promise.id == "recipients-told")
