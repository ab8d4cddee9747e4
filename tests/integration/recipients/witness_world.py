"""A shop whose orders go when their time is over, parcels and what was told to carriers with them, and whoever must be told of that."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from zusage.bootstrap import Product, opened
from zusage.bootstrap.people import Codes
from zusage.bootstrap.proving.witness_book import WitnessBook
from zusage.evidence.observation import Recipients
from zusage.evidence.prove import Outcome
from zusage.rights.notification import Occasion

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
TABLES = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80))",
    "CREATE TABLE shop_order (id INTEGER PRIMARY KEY, customer_id INTEGER, number VARCHAR(20), completed TIMESTAMP NULL)",
    "CREATE TABLE parcel (id INTEGER PRIMARY KEY, order_id INTEGER, weight INTEGER)",
    "CREATE TABLE disclosure (id INTEGER PRIMARY KEY, parcel_id INTEGER, recipient VARCHAR(40))",
    "CREATE TABLE visit (id INTEGER PRIMARY KEY, name VARCHAR(40), at TIMESTAMP NULL)",
)
MANIFEST = """
zusage: 1
controller: {name: Example GmbH, email: privacy@example.org}
time_zone: Europe/Berlin
systems: {shop: {URL}}
classes: {order: {de: Bestellung, en: order}, trail: {de: Weitergaben, en: disclosures}}
guard: {share: 1.0}
people: {customer: {record: shop.customer, key: id}}
telling: {within: P14D, kept: P1Y}
recipients:
  carrier:
    title: {de: Paketblitz, en: Paketblitz}
    role: controller
    country: DE
    known_as: [paketblitz]
    notices: {by: webhook, to: "https://carrier.example", names: {number: shop.shop_order.number}, rules: told}
  printer:
    title: {de: Druckhaus, en: Printing house}
    role: controller
    country: DE
    notices: {by: webhook, to: "https://printer.example", rules: {excuse: disproportionate, because: {de: kurz, en: short}}}
  host:
    title: {de: Rechenzentrum, en: Host}
    role: processor
    contract: 2024-01-01
    country: DE
    notices: {by: webhook, to: "https://host.example", everybody: true, rules: told}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    recipients: [carrier, printer]
    data:
      shop.customer: {classes: {order: [name]}}
      shop.shop_order: {of: customer via customer_id, classes: {order: [number]}, structure: [completed]}
      shop.parcel: {part_of: shop.shop_order via order_id, classes: {order: [weight]}}
      shop.disclosure: {part_of: shop.parcel via parcel_id, classes: {trail: [recipient]}, discloses: {recipient: recipient}}
    keep: [{name: done, data: shop.shop_order, at_most: P3Y, from: completed}]
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: Betrieb, en: operation}
    legal_basis: art-6-1-f
    recipients: [host]
    data: {shop.visit: {classes: {order: [name]}, structure: [at]}}
    keep: [{name: seen, at_most: P30D, from: at}]
"""
#: orders 1 to 3 are over in a day, 4 in a year; the carrier had 1, 2 and 4, the printer 3
ROWS = (
    *(f"INSERT INTO customer VALUES ({n}, 'name of {n}')" for n in range(1, 5)),
    *(f"INSERT INTO shop_order VALUES ({n}, {n}, 'A{n}', '2023-06-01 18:00:00')" for n in (1, 2, 3)),
    "INSERT INTO shop_order VALUES (4, 4, 'A4', '2024-06-01 18:00:00')",
    *(f"INSERT INTO parcel VALUES ({n}0, {n}, 5)" for n in range(1, 5)),
    *(f"INSERT INTO disclosure VALUES ({n}, {n}0, 'paketblitz')" for n in (1, 2, 4)),
    "INSERT INTO disclosure VALUES (3, 30, 'Druckhaus')",
    "INSERT INTO visit VALUES (1, 'somebody', '2026-05-02 18:00:00'), (2, 'somebody', '2026-05-31 18:00:00')",
)
PROMISE = "recipients-told"


@dataclass
class Shop:
    """The shop on some database."""

    folder: Path
    #: runs statements as the owner of the database
    by: Callable[[Sequence[str]], None]
    now: datetime = NOW

    @classmethod
    def make(cls, folder: Path, system: str, by: Callable[[Sequence[str]], None]) -> Shop:
        (folder / "zusage.yaml").write_text(MANIFEST.replace("URL", system), encoding="utf-8")
        by([*TABLES, *ROWS])
        return cls(folder, by)

    def opened(self) -> AbstractContextManager[Product]:
        return opened(self.folder / "zusage.yaml", clock=lambda: self.now)

    def rewrite(self, old: str, new: str) -> None:
        path = self.folder / "zusage.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def later(self, **more: int) -> None:
        self.now += timedelta(**more)

    def apply(self, *, lost: bool = True) -> str:
        """Plan and carry out what is due, and lose every list of who is told of it; the digest of the plan."""
        digest = self.planned()
        self.carry_out(lost=lost)
        return digest

    def planned(self) -> str:
        with self.opened() as product:
            made = product.make_plan()
            product.save_plan(made, self.folder / "plan.json")
            return made.digest

    def carry_out(self, *, lost: bool = True) -> None:
        with self.opened() as product:
            assert not [one.stopped for one in product.apply_plan(self.folder / "plan.json", lambda _: None) if one.stopped]
            if lost:
                _forget(product)

    def tell(self, plan: str, whom: Sequence[tuple[str, str]], *, at: datetime | None = None, done: bool = True) -> None:
        """Notices of what a rule took: to a recipient, about somebody or a row, as ``customer:1`` or ``shop.visit:1``."""
        from zusage.state.notices import Draft

        with self.opened() as product:
            then, codes, notices = at or self.now, Codes(product), product.state.notices
            for recipient, name in whom:
                code = codes.of_person(*name.split(":"))
                occasion = Occasion(kind="erased", about=f"rule {plan}", code=code, at=then)
                notices.prepare(occasion, [Draft(recipient=recipient, key=str(uuid.uuid4()), upto="", sealed=b"sealed")])
            notices.settle(f"rule {plan}", then)
            for one in notices.all() if done else ():
                if one.open:
                    notices.receive(one.id, "status 204", then)

    def look(self) -> Outcome:
        with self.opened() as product:
            return next(one for one in product.verify() if one.promise.id == PROMISE)

    def seen(self) -> Recipients:
        found = self.look().seen.observation
        assert isinstance(found, Recipients)
        return found

    def noted(self) -> list[tuple[str, str]]:
        """Who is noted with a row of what."""
        with self.opened() as product:
            book, codes = WitnessBook(product), Codes(product)
            names = {codes.of_person("customer", str(n)): f"customer:{n}" for n in range(1, 5)}
            names |= {code: f"shop.visit:{n}" for n in (1, 2) for code in book.of_row("shop", "visit", (n,))}
            found = product.state.sightings.all()
            return sorted((one.recipient, *{names[code] for code in one.codes if code in names}) for one in found)


def _forget(product: Product) -> None:
    """As if nobody had ever written a list: how many there are to be is gone too."""
    from zusage.state.models import NoticeRow, OccasionRow, RuleListsRow

    for rows in (NoticeRow, OccasionRow, RuleListsRow):
        rows.objects.using(product.state.alias).all().delete()
