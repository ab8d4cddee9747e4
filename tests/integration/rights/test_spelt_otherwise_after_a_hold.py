"""A row that names somebody in another spelling of their key, and came after they were held, stays, as the foreign keys of SQLite and PostgreSQL have it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.integration.servers import Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights.answering import Asked, find
from zusage.connectors.trouble import CannotHandle
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBench

from .test_keys_spelt_otherwise import _MANIFEST

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
Run = Callable[..., object]
#: the type of keys, and another spelling that the database takes for the same
LOOSE = {
    "sqlite": [("TEXT COLLATE NOCASE", "0A1B"), ("TEXT COLLATE RTRIM", "0a1b  ")],
    "postgresql": [('VARCHAR(36) COLLATE "no_case"', "0A1B"), ("citext", "0A1B"), ("CHAR(6)", "0a1b  ")],
}
#: keys that are looked for to the letter; before a row goes it is asked as the foreign key compares, too
STOPS = ("no_case", "citext")


def _tables(kind: str) -> tuple[str, ...]:
    return (
        f"CREATE TABLE customer (id {kind} PRIMARY KEY, since DATE)",
        f"CREATE TABLE purchase (id VARCHAR(9) PRIMARY KEY, customer_id {kind} REFERENCES customer (id), at DATE)",
        "CREATE TABLE line (id INTEGER PRIMARY KEY, purchase_id VARCHAR(9) REFERENCES purchase (id), what VARCHAR(9))",
        "INSERT INTO customer VALUES ('0a1b', '2025-01-01'), ('0a1c', '2025-01-01')",
        "INSERT INTO purchase VALUES ('p1', '0a1b', '2020-01-01'), ('p2', '0a1c', '2020-01-01')",
    )


@pytest.fixture(params=[(name, *one) for name, some in LOOSE.items() for one in some], ids=lambda one: f"{one[0]} {one[1]}")
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Callable[[str], Sequence[Sequence[object]]], str]]:
    """What asks the database, and the other spelling."""
    name, kind, other = request.param
    if name == "sqlite":
        file = tmp_path / "shop.sqlite3"

        def ask(statement: str) -> Sequence[Sequence[object]]:
            with closing(sqlite3.connect(file)) as database, database:
                database.execute("PRAGMA foreign_keys = ON")
                return database.execute(statement).fetchall()

        for statement in _tables(kind):
            ask(statement)
        urls = f'url: "sqlite:///{file}"'
        (tmp_path / "zusage.yaml").write_text(_manifest(urls), encoding="utf-8")
        yield ask, other
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    bench = PostgresBench(server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    loose = "CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
    bed.by("CREATE EXTENSION IF NOT EXISTS citext", loose, *_tables(kind))
    for role, whose in (("READER", READER), ("WRITER", WRITER)):
        monkeypatch.setenv(f"{role}_URL", bed.address(whose, PASSWORD))
    (tmp_path / "zusage.yaml").write_text(_manifest('url: "${READER_URL}", writer: "${WRITER_URL}"'), encoding="utf-8")
    import psycopg

    def asked(statement: str) -> Sequence[Sequence[object]]:
        if statement.startswith("INSERT"):
            bed.by(statement)
            return []
        with psycopg.connect(bed.address(READER, PASSWORD).replace("+psycopg", "")) as database:
            return database.execute(statement).fetchall()

    yield asked, other
    bench.close()


def _manifest(urls: str) -> str:
    given = 'url: "${READER_URL}", writer: "${WRITER_URL}", application: "${APPLICATION_URL}"'
    assert given in _MANIFEST
    return _MANIFEST.replace(given, urls) + "guard: {share: 1.0}\n"


def test_what_is_spelt_otherwise_is_held_with_the_person(
    shop: tuple[Callable[[str], Sequence[Sequence[object]]], str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ask, other = shop
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        hold = Hold(person=Person(people="customer", key="0a1b"), reason="claim", review_on=date(2099, 1, 1), by="legal")
        place(product, hold)
        ask(f"INSERT INTO purchase VALUES ('p3', '{other}', '2020-01-01'), ('p4', '0a1c', '2020-01-01')")
        product.save_plan(product.make_plan(), tmp_path / "plan.json")
        (done,) = (one for one in product.apply_plan(tmp_path / "plan.json", lambda _: None) if one.step.table == "purchase")
        there = sorted(str(row[0]) for row in ask("SELECT id FROM purchase"))
        if any(one in request.node.name for one in STOPS):
            assert "name what a suspension holds in other letters" in done.stopped
            assert (done.rows, there) == (0, ["p1", "p2", "p3", "p4"])
            with pytest.raises(CannotHandle, match="in other letters"):
                find(product, Asked(people="customer", given="0a1b"))
        else:
            assert (done.rows, done.stopped, there) == (2, "", ["p1", "p3"])
            assert dict(find(product, Asked(people="customer", given="0a1b")).rows)["shop.purchase"] == 2
