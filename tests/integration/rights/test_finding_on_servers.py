"""Finding people in one statement, or one a table, gives what asking place by place gives, value for value, on each kind of database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.persons import Search
from zusage.connectors.finding import PlainFinder
from zusage.connectors.port import Asked, Finder, Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.places import places
from zusage.promises.inventory import Inventory
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, PostgresBed, PostgresBench

MANIFEST = """\
zusage: 1
controller: {name: Beispiel GmbH, email: d@shop.example, address: Weg 1, land: NW}
systems: {shop: {url: "${SHOP_URL}"}}
people: {customer: {record: shop.customer, key: KEY, known_by: [shop.customer.email, shop.letter.sender]}}
classes: {text: {de: Texte, en: texts}}
activities:
  shop:
    title: {de: Kauf, en: Sale}
    purpose: {de: Kauf, en: sale}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {text: [name, email, born, since, score, ok]}}
      shop.purchase: {of: customer via customer, classes: {text: [what, price, day]}}
      shop.line: {part_of: shop.purchase via purchase_id where kind = 'a', classes: {text: [engraving, weight, made]}}
      shop.ticket: {about: shop.purchase(what) via subject, classes: {text: [subject, note]}}
      shop.letter: {classes: {text: [sender, body]}}
"""
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, number VARCHAR(20), name VARCHAR(40), email VARCHAR(40), born DATE,
  since TIME_TYPE, score NUMERIC(10,2), ok BOOLEAN);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer TYPE, what VARCHAR(10), price NUMERIC(12,4), day DATE);
CREATE TABLE line (id INTEGER PRIMARY KEY, kind CHAR(1), purchase_id INTEGER, engraving TEXT, weight DOUBLE PRECISION, made TIME_TYPE);
CREATE TABLE ticket (id INTEGER PRIMARY KEY, subject VARCHAR(10), note TEXT);
CREATE TABLE letter (id INTEGER PRIMARY KEY, sender VARCHAR(40), body TEXT)
"""
#: two differ in nothing but a capital letter, and one is quoted badly by whoever quotes it by hand
NUMBERS = {1: "K-1", 2: "k-1", 3: "Zoë 'x' %s"}


def _statements(kind: str, key: str) -> Iterator[str]:
    tables = TABLES.replace("TIME_TYPE", "TIMESTAMP" if kind == "postgresql" else "DATETIME")
    yield from tables.replace("TYPE", "VARCHAR(20)" if key == "number" else "INTEGER").split(";")
    for n, number in NUMBERS.items():
        told = number.replace("'", "''")
        whose = f"'{told}'" if key == "number" else str(n)
        yield (
            f"INSERT INTO customer VALUES ({n}, '{told}', 'name {n}', 'Some{n}@mail.example', '19{n}0-02-03', "
            f"'2026-01-0{n} 10:00:00', {n}.50, {'TRUE' if n == 1 else 'FALSE'})"
        )
        for p in (10 * n, 10 * n + 1):
            yield f"INSERT INTO purchase VALUES ({p}, {whose}, 'thing {n}', {p}.1234, '2026-02-0{n}')"
            yield f"INSERT INTO line VALUES ({p}, 'a', {p}, 'engraving {p}', {p}.25, NULL)"
        yield f"INSERT INTO line VALUES ({10 * n + 2}, 'b', {10 * n}, 'of something else', 1, NULL)"
        yield f"INSERT INTO ticket VALUES ({n}, 'thing {n}', 'note {n}')"
        yield f"INSERT INTO letter VALUES ({n}, 'some{n}@MAIL.example', 'body {n}')"
    yield "INSERT INTO line VALUES (99, 'a', 99, 'nobody', 0, NULL)"


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["id", "number"])
def product(kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    key = str(request.param)
    close = None
    if kind == "sqlite":
        address = f"sqlite:///{tmp_path}/shop.db"
        with closing(sqlite3.connect(tmp_path / "shop.db")) as database, database:
            for statement in _statements(kind, key):
                database.execute(statement)
    elif kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        bench = PostgresBench(server.url())
        bed = bench.build(Inventory("shop", "postgresql", {}), {})
        assert isinstance(bed, PostgresBed)
        bed.by(*_statements(kind, key))
        address, close = bed.address(READER, PASSWORD), bench.close
    else:
        other: MariaDB = request.getfixturevalue("mariadb_server")
        benches = MariaDbBench(other.url())
        table = benches.build(Inventory("shop", "mariadb", {}), {})
        assert isinstance(table, MariaDbBed)
        table.by(f"USE `{table.name}`", *_statements(kind, key))
        address, close = table.address("reader"), benches.close
    monkeypatch.setenv("SHOP_URL", address)
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("KEY", key), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml") as one:
        yield one
    if close:
        close()


def _keys(product: Product) -> list[str]:
    by_number = product.loaded.manifest.people["customer"].key == "number"
    return list(NUMBERS.values()) if by_number else [str(n) for n in NUMBERS]


def _asked(product: Product, reader: Reader) -> list[Asked]:
    number = product.loaded.manifest.people["customer"].key == "id"
    tables = reader.survey().tables
    return [
        Asked(place=one, columns=tuple(column.name for column in tables[one.bare].columns), numbers=number)
        for one in places(product.loaded.manifest, "customer")
        if not one.candidate
    ]


def _found(reader: Reader, finder: Finder, keys: list[str]) -> dict[int, list[str]]:
    with reader.snapshot():
        return {at: sorted(map(repr, rows)) for at, rows in finder.find(keys) if rows}


def test_one_statement_finds_what_asking_place_by_place_finds(product: Product) -> None:
    reader = product.readers["shop"]
    assert not isinstance(reader, SystemTrouble)
    asked, keys = _asked(product, reader), _keys(product)
    finder, plain = reader.finder(asked), PlainFinder(reader.rows, asked)
    for some in ([keys[0]], [keys[1]], [keys[2]], keys, keys[:2], [*keys, "nobody"]):
        found = _found(reader, finder, some)
        assert found == _found(reader, plain, some)
        people = [key for key in some if key != "nobody"]
        counts = {asked[at].place.bare: len(rows) / len(people) for at, rows in found.items()}
        assert counts == {
            "customer": 1,
            "purchase": 2,
            "line": 2,
            "ticket": 1,
        }  # the ticket once, though two purchases are called so
    assert _found(reader, finder, ["nobody"]) == {}


def test_each_gets_their_own_with_every_value_as_it_is_stored(product: Product, kind: str) -> None:
    include = frozenset({"shop.letter.sender"})
    keys = _keys(product)
    every = Search(product, "customer", include=include).gather(keys)
    for n, key in zip(NUMBERS, keys, strict=True):
        alone = Search(product, "customer", include=include).gather((key,))
        for held in (alone.people[key], every.people[key]):
            tables = {one.content.place.bare: [row[: len(one.columns)] for row in one.rows] for one in held}
            assert sorted(tables) == ["customer", "letter", "line", "purchase", "ticket"]
            assert tables["letter"] == [(f"some{n}@MAIL.example", f"body {n}")]
            assert tables["ticket"] == [(f"thing {n}", f"note {n}")]
            (name, _, born, _, score, _) = tables["customer"][0]
            assert name == f"name {n}"
            assert born == (f"19{n}0-02-03" if kind == "sqlite" else date(1900 + 10 * n, 2, 3))
            prices = sorted(str(row[1]) for row in tables["purchase"])
            assert prices == [f"{10 * n}.1234", f"{10 * n + 1}.1234"]
            assert score == n + 0.5
            assert kind == "sqlite" or str(score) == str(Decimal(f"{n}.50"))
