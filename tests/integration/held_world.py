"""A small shop of which every kind of rule takes something of two people in one plan, and suspensions of every kind on the first of them.

Customer 1 is the one who may be held, customer 2 the neighbour whose rows are like theirs to the word, customer 3 has nothing that is due.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import Product, opened
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.holding import Placed, Wish, place
from zusage.enforcement.apply import Progress, StepResult
from zusage.planning.holding import Person
from zusage.sealing import SigningKey
from zusage.vault import VaultWriter

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, since DATETIME);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), what TEXT, at DATETIME);
CREATE TABLE line (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id) ON DELETE CASCADE, words TEXT);
CREATE TABLE review (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id) ON DELETE SET NULL, stars INTEGER);
CREATE TABLE remark (id INTEGER PRIMARY KEY, customer_id INTEGER, text TEXT, at DATETIME);
CREATE TABLE voucher (id INTEGER PRIMARY KEY, customer_id INTEGER, words TEXT, at DATETIME);
CREATE TABLE entry (id INTEGER PRIMARY KEY, voucher_id INTEGER REFERENCES voucher (id), words TEXT);
"""
ROWS = """
INSERT INTO customer VALUES (§, 'person-§@example.org', '2025-01-01 10:00:00');
INSERT INTO purchase VALUES (§, §, 'purchase-§', 'OLD');
INSERT INTO line VALUES (1§, §, 'line-§');
INSERT INTO review VALUES (2§, §, 5);
INSERT INTO remark VALUES (§, §, 'remark-§', 'OLD');
INSERT INTO voucher VALUES (§, §, 'voucher-§', 'OLD');
INSERT INTO entry VALUES (3§, §, 'entry-§');
"""
BLOCKED_ROWS = """
INSERT INTO voucher VALUES (4§, §, 'blocked-§', '2018-01-01 10:00:00');
INSERT INTO entry VALUES (5§, 4§, 'blocked-entry-§');
"""
ORDERS = """
    data:
      shop.customer: {classes: {one: [email, since]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [what, at, customer_id]}, files: ["FOLDER/orders/{id}.pdf"]}
      shop.line: {part_of: shop.purchase via purchase_id, classes: {one: [words]}}
      shop.review: {structure: [stars]}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since, waits_for: [shop.purchase via customer_id]}
      - name: purchases
        data: shop.purchase
        at_most: P1Y
        from: at
        elsewhere: [{rows: shop.review via purchase_id, become: {purchase_id: {}}}]
"""
REMARKS = """
    data: {shop.remark: {of: customer via customer_id, classes: {one: [customer_id, text, at]}}}
    keep: [{name: remarks, at_most: P1Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]
"""
VOUCHERS = """
    data:
      shop.voucher: {of: customer via customer_id, classes: {one: [words, at, customer_id]}}
      shop.entry: {part_of: shop.voucher via voucher_id, classes: {one: [words]}}
    keep: [{name: tax, data: shop.voucher, at_most: P8Y, from: at, purpose_ends: {from: at, after: P1Y}}]
"""
VISITS = """
    data: {weblogs.line: {of: customer via user, classes: {one: [ip_address, user, time, request, referrer, user_agent]}, structure: [status, size, ident]}}
    keep: [{name: lines, at_most: P1Y, from: time}]
"""
LINE = '192.0.2.0 - § [01/Jan/2024:10:00:00 +0000] "GET /visit-§ HTTP/1.1" 200 5 "-" "agent"\n'
_NEW = '192.0.2.0 - 3 [01/May/2026:10:00:00 +0000] "GET /visit-3 HTTP/1.1" 200 5 "-" "agent"\n'
REVIEW = date(2027, 1, 1)
#: when the older vouchers were blocked
BLOCKED_IN = datetime(2020, 6, 1, 9, 0, tzinfo=UTC)
#: what belongs together of each of the two, and everything of theirs that a plan takes, or changes
PURCHASE, VOUCHER = frozenset({"purchase", "line", "file", "review"}), frozenset({"voucher", "entry"})
REMARK, LOG, BLOCKED = frozenset({"remark"}), frozenset({"log"}), frozenset({"blocked"})
ALL, NOTHING = PURCHASE | VOUCHER | REMARK | LOG | BLOCKED, frozenset[str]()


@dataclass(frozen=True)
class HeldWorld(SmallWorld):
    """The shop."""

    @classmethod
    def filled(cls, folder: Path) -> HeldWorld:
        """Everything is there, and of each of the two an old voucher lies in the vault."""
        activities = {"orders": ORDERS.replace("FOLDER", str(folder)), "remarks": REMARKS, "vouchers": VOUCHERS, "visits": VISITS}
        made = cls(SmallWorld.make(folder, TABLES, activities, batch=1).folder)
        key = SigningKey.generate(folder / "second.key", "second-person")
        made.rewrite("guard: {share: 1.0,", f'guard: {{share: 1.0, approvers: ["{key.verifier.encode()}"],')
        made.rewrite("controller: {name: Example GmbH}", "controller: {name: Example GmbH, land: BE}\nrequests: {kept: P1Y}")
        made.rewrite(
            "systems:\n",
            f"people: {{customer: {{record: shop.customer, key: id, known_by: [shop.customer.email], title: {{de: X, en: X}}}}}}\n"
            f'systems:\n  weblogs: {{kind: access-log, path: "{folder}/access.log*"}}\n',
        )
        for n in "12":
            made._script(BLOCKED_ROWS.replace("§", n))
        assert [one.rows for one in made.do(BLOCKED_IN)] == [2]
        (folder / "orders").mkdir()
        for n in "123":
            made._script(ROWS.replace("§", n).replace("OLD", "2026-05-01 10:00:00" if n == "3" else "2024-01-01 10:00:00"))
            (folder / "orders" / f"{n}.pdf").write_text(f"file-{n}")
        (folder / "access.log.1").write_text(LINE.replace("§", "1"))
        (folder / "access.log").write_text(LINE.replace("§", "2") + _NEW)
        return made

    def _script(self, text: str) -> None:
        for statement in filter(str.strip, text.split(";")):
            self.sql(statement)

    def opened(self, now: datetime = NOW) -> AbstractContextManager[Product]:
        return opened(self.folder / "zusage.yaml", clock=lambda: now)

    def as_it_was(self, n: int) -> frozenset[str]:
        """What is left, as it was, of one of the people."""
        found = {
            "purchase": self.sql(f"SELECT 1 FROM purchase WHERE id = {n}"),
            "line": self.sql(f"SELECT 1 FROM line WHERE words = 'line-{n}'"),
            "file": (self.folder / "orders" / f"{n}.pdf").exists(),
            "review": self.sql(f"SELECT 1 FROM review WHERE purchase_id = {n}"),
            "remark": self.sql(f"SELECT 1 FROM remark WHERE text = 'remark-{n}' AND customer_id = {n}"),
            "voucher": self.sql(f"SELECT 1 FROM voucher WHERE words = 'voucher-{n}'"),
            "entry": self.sql(f"SELECT 1 FROM entry WHERE words = 'entry-{n}'"),
            "log": any(f"/visit-{n} " in path.read_text() for path in self.folder.glob("access.log*")),
            "blocked": self._in_the_vault(n),
        }
        return frozenset(name for name, there in found.items() if there)

    def _in_the_vault(self, n: int) -> bool:
        vault = VaultWriter(self.folder / ".zusage")
        found = map(vault.unseal, vault.ids_of("shop", "voucher"))
        return any(dict(one.row)["words"] == f"blocked-{n}" for one in found)

    def hold(self, kind: str, now: datetime = NOW) -> Placed:
        """Place a suspension of a kind that ``KINDS`` names."""
        with self.opened(now) as product:
            return held(product, kind)

    def lift(self, id: str = "S-0001") -> None:
        with self.opened() as product:
            product.state.suspensions.lift(id, "legal", "settled")

    def carry_out(self, watch: Callable[[Product, Progress], None] = lambda *_: None) -> tuple[StepResult, ...]:
        """Apply the plan that was made; what happens in between is told."""
        with self.opened() as product:
            path = self.folder / "plan.json"
            product.approve_plan(path, SigningKey.load(self.folder / "second.key"))
            return product.apply_plan(path, lambda happened: watch(product, happened))

    def carried_out(self, watch: Callable[[Product, Progress], None] = lambda *_: None) -> None:
        """Apply the plan that was made, of which nothing is stopped."""
        assert not [one.stopped for one in self.carry_out(watch) if one.stopped]


#: what is held of the §th of them: single rows by a condition, or a whole table, or a person, or what a case says
KINDS = {
    "a purchase": ("shop.purchase", "id = §"),
    "a line, which belongs to a purchase": ("shop.line", "words = 'line-§'"),
    "a review, which outlives its purchase": ("shop.review", "id = 2§"),
    "a remark": ("shop.remark", "id = §"),
    "a voucher": ("shop.voucher", "id = §"),
    "an entry, which belongs to a voucher": ("shop.entry", "words = 'entry-§'"),
    "a line of a log": ("weblogs.line", "request LIKE '%/visit-§ %'"),
    "all purchases": ("shop.purchase", "TRUE"),
    "all lines": ("shop.line", "TRUE"),
    "all remarks": ("shop.remark", "TRUE"),
    "all vouchers": ("shop.voucher", "TRUE"),
    "all entries": ("shop.entry", "TRUE"),
    "the whole log": ("weblogs.line", "TRUE"),
    "a person": ("", ""),
    "a case": ("", ""),
}

#: what a suspension keeps of the first person, and of the neighbour
KEPT = {
    "a purchase": (PURCHASE, NOTHING),
    "a line, which belongs to a purchase": (PURCHASE, NOTHING),
    "a review, which outlives its purchase": (PURCHASE, NOTHING),
    "a remark": (REMARK, NOTHING),
    "a voucher": (VOUCHER, NOTHING),
    "an entry, which belongs to a voucher": (VOUCHER, NOTHING),
    "a line of a log": (LOG, NOTHING),
    "all purchases": (PURCHASE, PURCHASE),
    "all lines": (PURCHASE, PURCHASE),
    "all remarks": (REMARK, REMARK),
    "all vouchers": (VOUCHER | BLOCKED, VOUCHER | BLOCKED),
    "all entries": (VOUCHER | BLOCKED, VOUCHER | BLOCKED),
    "the whole log": (LOG, LOG),
    "a person": (ALL, NOTHING),
    "a case": (ALL, NOTHING),
}


def held(product: Product, kind: str, n: int = 1) -> Placed:
    """Place a suspension of a kind, as whoever opened the product."""
    table, where = KINDS[kind]
    rows, name = [(table, where.replace("§", str(n)))] if table else [], f"customer={n}"
    person = Person.parse(name) if kind == "a person" else None
    case = receive(product, "access", "clerk", {"words": "x", "person": name}).case.id if kind == "a case" else None
    return place(product, Wish(rows=rows, person=person, case=case, reason="claim 7", review_on=REVIEW, by="legal", ahead=True))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> HeldWorld:
    """The shop, and beside its folder a copy of how it began."""
    world = HeldWorld.filled(tmp_path_factory.mktemp("held"))
    shutil.copytree(world.folder, _beginning(world))
    return world


@pytest.fixture
def world(made: HeldWorld) -> HeldWorld:
    """The shop as it began."""
    with made.opened() as product:
        product.state.close()
    shutil.rmtree(made.folder)
    shutil.copytree(_beginning(made), made.folder)
    return made


def _beginning(world: HeldWorld) -> Path:
    return world.folder.with_name(f"{world.folder.name}-began")
