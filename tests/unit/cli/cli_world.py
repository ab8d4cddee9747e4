"""A small shop on SQLite with a manifest, and the command line run on it as from a shell."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from zusage.cli import main

#: stands in every column about people; it must never leave the database
MARKER = "Quillborough-7F3A"
#: the same for a second person
OTHER = "Vexholm-2C9D"

SCHEMA = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, last_order_at TEXT);
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id), number TEXT NOT NULL, recipient TEXT,
  status TEXT NOT NULL, completed_at TEXT, disputed BOOLEAN
);
CREATE TABLE item (id INTEGER PRIMARY KEY, purchase_id INTEGER NOT NULL REFERENCES purchase (id), engraving TEXT);
CREATE TABLE invoice (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id), number TEXT NOT NULL, recipient TEXT NOT NULL,
  issued_on DATE
);
CREATE TABLE visit (id INTEGER PRIMARY KEY, browser TEXT, seen_at TEXT);
"""

MANIFEST = """\
zusage: 1
controller: {name: Beispiel GmbH, email: datenschutz@shop.example, address: Weg 1, land: NW}
time_zone: Europe/Berlin
systems:
  shop: {url: "${TEST_SHOP_URL}", application: "${TEST_SHOP_URL}", refs: [T-09]}
people:
  customer: {record: shop.customer, key: id}
classes:
  contact: {de: Kontaktdaten, en: contact data}
  contract: {de: Vertragsdaten, en: contract data}
  voucher: {de: Rechnungsdaten, en: invoice data}
  visit: {de: Besuchsdaten, en: visit data}
events:
  shop.purchase.completed_at: {de: die Bestellung abgeschlossen wurde, en: the order was completed}
recipients:
  carrier: {title: {de: Paketdienst, en: carrier}, role: controller, country: DE, refs: [T-06, T-01]}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Abwicklung des Kaufs, en: performance of the sale}
    legal_basis: art-6-1-b
    obligation: {de: Ohne sie kein Kauf., en: No sale without them.}
    recipients: [carrier]
    data:
      shop.purchase:
        of: customer via customer_id
        classes: {contact: [recipient], contract: [number, status, completed_at]}
        structure: [disputed]
      shop.item: {part_of: shop.purchase via purchase_id, classes: {contract: [engraving]}}
    keep:
      - name: claims
        data: shop.purchase
        at_most: P3Y
        from: end_of_year(completed_at)
        unless: disputed
        unless_says: {de: solange ein Streit offen ist, en: while a dispute is open}
        refs: [T-01, T-02]
  customers:
    title: {de: Kundenkonto, en: Customer record}
    purpose: {de: Zuordnung mehrerer Bestellungen, en: attribution of several orders}
    legal_basis: art-6-1-b
    obligation: {de: Ohne sie kein Kauf., en: No sale without them.}
    data:
      shop.customer: {classes: {contact: [name, email, last_order_at]}}
    keep:
      - {name: after-last, at_most: P3Y, from: end_of_year(last_order_at), waits_for: [shop.purchase via customer_id]}
  vouchers:
    title: {de: Rechnungen, en: Invoices}
    purpose: {de: Aufbewahrungspflicht, en: duty to retain}
    legal_basis: art-6-1-c
    data:
      shop.invoice: {of: customer via customer_id, classes: {voucher: [number, recipient, issued_on]}}
    keep:
      - name: tax
        at_least: P8Y
        at_most: P8Y
        from: end_of_year(issued_on)
        duty: ao-147-vouchers
        purpose_ends: {from: end_of_year(issued_on), after: P3Y}
        refs: [T-03]
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: Betrieb, en: operation}
    legal_basis: art-6-1-f
    legitimate_interest: {de: sicherer Betrieb, en: safe operation}
    data:
      shop.visit: {classes: {visit: [browser, seen_at]}}
    keep:
      - {name: short, at_most: PT30M, from: seen_at, then: {anonymise: {browser: {}}}}
every_row:
  purchases-have-a-number:
    says: {de: Jede Bestellung hat eine Nummer., en: Every order has a number.}
    table: shop.purchase
    condition: length(number) > 0
    refs: [T-04]
no_column:
  no-cards:
    says: {de: Kartendaten speichern wir nicht., en: We store no card data.}
    table: shop.purchase
    columns: ["*card*"]
attested:
  locked-room:
    says: {de: Der Serverraum ist verschlossen., en: The server room is locked.}
    role: Head of IT
    every: P1Y
    refs: [T-05]
superseded:
  - {refs: [T-07], because: That act was repealed.}
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class World:
    """A folder with a database, a manifest, and our own folder beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "zusage.yaml"
        self.own = folder / ".zusage"
        self.database = folder / "shop.sqlite3"

    def run(self, *arguments: str | Path) -> Ended:
        """Run the command line in this process, as a pipe would see it."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main([str(argument) for argument in arguments])
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Ended(code, out.getvalue(), err.getvalue())

    def ok(self, *arguments: str | Path) -> Ended:
        """Run what must end with 0."""
        ended = self.run(*arguments)
        assert ended.code == 0, ended.said
        return ended

    def write(self, *more: str) -> None:
        """The manifest, with further sections."""
        self.manifest.write_text("\n".join((MANIFEST, *more)), encoding="utf-8")

    def approved_plan(self, *more: str) -> None:
        """A plan of the manifest (with further sections) that a second person has approved."""
        if not (self.folder / "second.key").exists():
            self.ok("key", "new", "second.key", "--name", "second")
        public = self.ok("key", "show", "second.key", "--json").json["public"]
        self.write(f'guard: {{approvers: ["{public}"]}}', *more)
        self.ok("plan")
        self.ok("approve", "zusage.yaml", "plan.json", "--key", "second.key")

    def keep_everything(self, *more: str) -> None:
        """Plan, approve, apply and attest, so that the second look after it finds everything kept."""
        self.approved_plan(*more)
        self.ok("apply")
        self.ok("attest", "zusage.yaml", "locked-room", "--by", "Head of IT")
        self.run("verify")
        assert self.run("verify").code == 0

    def sql(self, statement: str, *values: object) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            return database.execute(statement, values).fetchall()

    def count(self, table: str, where: str = "1") -> int:
        return int(self.sql(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def verdicts(self) -> dict[str, str]:
        """Look, and say how each promise stands."""
        return {one["promise"]: one["verdict"] for one in self.run("verify", "--json").json}


def build(folder: Path) -> World:
    """Two people; three purchases long completed, one of them in dispute; an invoice to delete and one to block; a visit.

    Everything else is new and stays.
    """
    world = World(folder)
    world.write()
    with contextlib.closing(sqlite3.connect(world.database)) as database, database:
        database.executescript(SCHEMA)
        database.executemany(
            "INSERT INTO customer VALUES (?, ?, ?, ?)",
            [(4711, MARKER, f"{MARKER}@mail.example", "2015-05-01 10:00:00"), (12, OTHER, f"{OTHER}@mail.example", _recent())],
        )
        database.executemany(
            "INSERT INTO purchase VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (1, 4711, "P-1", MARKER, "completed", "2015-05-01 10:00:00", 0),
                (2, 4711, "P-2", MARKER, "completed", "2016-05-01 10:00:00", 0),
                (3, 12, "P-3", OTHER, "completed", "2016-05-01 10:00:00", 1),
                *((n, 12, f"P-{n}", OTHER, "completed", _recent(), 0) for n in range(4, 20)),
            ],
        )
        database.executemany("INSERT INTO item VALUES (?, ?, ?)", [(n, n, MARKER if n < 3 else OTHER) for n in range(1, 20)])
        database.executemany(
            "INSERT INTO invoice VALUES (?, ?, ?, ?, ?)",
            [
                (1, 12, "R-1", MARKER, "2012-01-01"),
                (2, 12, "R-2", OTHER, f"{date.today().year - 5}-03-01"),
                *((n, 12, f"R-{n}", OTHER, _recent()[:10]) for n in range(3, 20)),
            ],
        )
        database.execute("INSERT INTO visit VALUES (1, ?, ?)", (MARKER, _recent()))
    return world


def _recent() -> str:
    """Two hours ago."""
    return (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%d %H:%M:%S")
