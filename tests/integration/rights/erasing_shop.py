"""A small shop whose customers have themselves erased."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.enforcement.apply import StepResult
from zusage.planning.holding import Person
from zusage.planning.plan import Plan
from zusage.sealing import SigningKey

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, since DATETIME);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, number TEXT UNIQUE, customer_id INTEGER REFERENCES customer (id), at DATETIME, open BOOLEAN);
CREATE TABLE line (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id), words TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, number TEXT, recipient TEXT, issued_on DATE);
CREATE TABLE remark (id INTEGER PRIMARY KEY, customer_id INTEGER, text TEXT, at DATETIME);
CREATE TABLE stray (id INTEGER PRIMARY KEY, text TEXT, at DATETIME);
"""
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, approvers: [KEY]}
people: {customer: {record: shop.customer, key: id, title: {de: Kundinnen, en: customers}}}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [name, since]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [number, at]}, structure: [open]}
      shop.line: {part_of: shop.purchase via purchase_id, classes: {one: [words]}}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since, waits_for: [shop.purchase via customer_id]}
      - {name: purchases, data: shop.purchase, at_most: P9Y, from: at, unless: open, unless_says: {de: offen, en: open}}
  remarks:
    title: {de: Vermerke, en: Remarks}
    purpose: {de: Vermerke, en: remarks}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data: {shop.remark: {of: customer via customer_id, classes: {one: [customer_id, text, at]}}}
    keep: [{name: remarks, at_most: P9Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]
  strays:
    title: {de: Verstreutes, en: Strays}
    purpose: {de: Verstreutes, en: strays}
    legal_basis: art-6-1-b
    data: {shop.stray: {classes: {one: [text, at]}}}
    keep: [{name: strays, at_most: P9Y, from: at}]
  vouchers:
    title: {de: Rechnungen, en: Invoices}
    purpose: {de: Rechnungen, en: invoices}
    legal_basis: art-6-1-c
    data: {shop.invoice: {about: shop.purchase(number) via number, classes: {one: [number, recipient, issued_on]}}}
    keep: [{name: tax, at_least: P8Y, at_most: P8Y, from: end_of_year(issued_on), duty: ao-147-vouchers}]
"""


class Shop:
    """Ten customers with two purchases each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, SigningKey.generate(folder / "second.key", "second-person")
        text = MANIFEST.replace("FOLDER", str(folder)).replace("KEY", f'"{self.key.verifier.encode()}"')
        (folder / "zusage.yaml").write_text(text)
        with closing(sqlite3.connect(folder / "shop.sqlite3")) as database, database:
            database.executescript(TABLES)
            for n in range(1, 11):
                database.execute("INSERT INTO customer VALUES (?, ?, '2025-01-01 10:00:00')", (n, f"name of {n}"))
                database.execute("INSERT INTO remark VALUES (?, ?, ?, '2026-01-01 10:00:00')", (n, n, f"remark on {n}"))
                for p in (2 * n, 2 * n + 1):
                    database.execute("INSERT INTO purchase VALUES (?, ?, ?, '2026-01-01 10:00:00', FALSE)", (p, f"N{p}", n))
                    database.execute("INSERT INTO line (purchase_id, words) VALUES (?, 'words')", (p,))
                    database.execute("INSERT INTO invoice VALUES (?, ?, ?, '2026-01-01')", (p, f"N{p}", f"name of {n}"))

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database, database:
            return database.execute(statement).fetchall()

    def rows(self) -> dict[str, set[tuple[object, ...]]]:
        return {name: set(self.sql(f"SELECT * FROM {name}")) for name in ("customer", "purchase", "line", "invoice", "remark")}

    def opened(self) -> AbstractContextManager[Product]:
        return opened(self.folder / "zusage.yaml", clock=lambda: NOW)

    def plan(self, key: str = "3", **needed: str) -> Plan:
        with self.opened() as product:
            made = plan(product, Wish(people=[Person(people="customer", key=key)], ground="b", by="clerk", needed=needed)).plan
            product.save_plan(made, self.folder / "erasure.json")
            product.approve_plan(self.folder / "erasure.json", self.key)
        return made

    def apply(self) -> tuple[StepResult, ...]:
        with self.opened() as product:
            return product.apply_plan(self.folder / "erasure.json", lambda _: None)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)
