"""Restriction on servers: by row policy on PostgreSQL, through the vault on MariaDB, looked at as the application."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.restricted import show
from zusage.bootstrap.rights.restricting import Wish, lift, prepare, restrict
from zusage.bootstrap.rights.using import close, open_rows
from zusage.connectors.trouble import CannotHandle, SystemTrouble
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import APPLICATION, PASSWORD, READER, WRITER, PostgresBed, PostgresBench

from .erasing_shop import MANIFEST, NOW, TABLES

NAMES = ("customer", "purchase", "line", "invoice", "remark")
RIGHT = Correction(person=Person(people="customer", key="3"), table="shop.customer", column="name", value="Zoë Right", by="clerk")
ODD = "Zoë 'x' \\ 1"


def _tables(time: str) -> list[str]:
    made = TABLES.replace("DATETIME", time).replace("TEXT UNIQUE", "VARCHAR(20) UNIQUE").strip().rstrip(";")
    return made.split(";\n")


def _rows() -> Iterator[str]:
    for n in (1, 3):
        name = ODD.replace("'", "''") if n == 3 else "other"
        yield f"INSERT INTO customer VALUES ({n}, '{name}', '2025-01-01 10:00:00.5')"
        yield f"INSERT INTO remark VALUES ({n}, {n}, NULL, '2026-01-01 10:00:00')"
        yield f"INSERT INTO purchase VALUES ({n}, 'N{n}', {n}, '2026-01-01 10:00:00', FALSE)"
        yield f"INSERT INTO line VALUES ({n}, {n}, 'words')"
        yield f"INSERT INTO invoice VALUES ({n}, 'N{n}', 'x', '2026-01-01')"


def _made(folder: Path, monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    names = ("READER", "WRITER", "APPLICATION")
    for name, address in zip(names, addresses, strict=True):
        monkeypatch.setenv(f"{name}_URL", address)
    file = "sqlite:///FOLDER/shop.sqlite3"
    text = MANIFEST.replace(f'url: "{file}"', 'url: "${READER_URL}", writer: "${WRITER_URL}"').replace(file, "${APPLICATION_URL}")
    key = SigningKey.generate(folder / "second.key", "second-person")
    (folder / "zusage.yaml").write_text(text.replace("KEY", f'"{key.verifier.encode()}"'))


def _opened(folder: Path) -> AbstractContextManager[Product]:
    return opened(folder / "zusage.yaml", clock=lambda: NOW)


def _wish() -> Wish:
    return Wish(person=Person(people="customer", key="3"), ground="c", by="clerk")


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(*_tables("timestamp"), *(row.replace("\\\\", "\\") for row in _rows()))
    yield bed
    bench.close()
    for role in (READER, WRITER):
        postgres_server.run(f"ALTER ROLE {role} NOBYPASSRLS")


def test_on_postgresql_the_application_reaches_nothing_until_it_is_lifted(
    postgres: PostgresBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [postgres.address(role, PASSWORD) for role in (READER, WRITER, APPLICATION)]
    _made(tmp_path, monkeypatch, *addresses)
    before = {name: postgres.rows(name) for name in NAMES}
    with _opened(tmp_path) as product:
        with pytest.raises(CannotHandle, match="`zusage restriction prepare`"):
            restrict(product, _wish())
        assert product.state.restrictions.all() == ()
        assert product.state.suspensions.all() == ()
        postgres.by(*prepare(product))
        product.state.suspensions.place([("shop.customer", "id = 3"), ("shop.line", "TRUE")], "claim", NOW.date(), "legal")
        found = restrict(product, _wish())  # as without the legal hold, and so is everything that follows
        assert (found.shown, found.broken, found.hidden) == (True, False, 5)
        assert restrict(product, _wish()).hidden == 5
        noted, path = open_rows(
            product, "R-0001", "legal-claims", by="clerk", second="boss", reasons="x", time=timedelta(hours=1)
        )
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        assert {table.removeprefix("shop."): len(mine) for table, mine in rows.items()} == dict.fromkeys(NAMES, 1)
        assert rows["shop.customer"][0]["name"] == ODD
        assert show(product, "R-0001").shown  # what is opened is for a human; the application reaches nothing
        assert close(product, noted.id).closed_at is not None
        assert not path.exists()
        assert {name: postgres.rows(name) for name in NAMES} == before  # where they are
        correct(product, RIGHT)
        assert show(product, "R-0001").shown
    (name,) = (row["name"] for row in postgres.rows("customer") if row["id"] == 3)
    assert name == RIGHT.value
    postgres.by("INSERT INTO line VALUES (99, 3, 'came since')")  # hangs on a row that is hidden
    with _opened(tmp_path) as product:
        found = show(product, "R-0001")
        assert found.broken
        assert {one.table for one in found.reached if one.readable} == {"shop.line"}
        assert restrict(product, _wish()).shown
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        postgres.by("ALTER TABLE remark DISABLE ROW LEVEL SECURITY")  # the saboteur
        assert {one.table for one in show(product, "R-0001").reached if one.readable} == {"shop.remark"}
        lift(product, "R-0001", "clerk")
        after = show(product, "R-0001")
        assert sum(one.readable or 0 for one in after.reached) == 6


@pytest.fixture
def maria(mariadb_server: MariaDB) -> Iterator[MariaDbBed]:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *_tables("DATETIME(3)"), *(row.replace("\\", "\\\\") for row in _rows()))
    yield bed
    bench.close()


def test_on_mariadb_rows_leave_and_come_back_as_they_were(
    maria: MariaDbBed, mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mariadb_server.run("GRANT INSERT ON `zb%`.* TO bench_writer@'%'")
    addresses = [maria.address(role) for role in ("reader", "writer", "application")]
    _made(tmp_path, monkeypatch, *addresses)
    before = {name: maria.rows(name) for name in NAMES}
    assert before["customer"][1]["name"] == ODD
    with _opened(tmp_path) as product:
        assert prepare(product) == ()
        found = restrict(product, _wish())
        assert (found.shown, found.hidden) == (True, 5)
        assert {len(maria.rows(name)) for name in NAMES} == {1}
        correct(product, RIGHT)
        with pytest.raises(SystemTrouble, match="constraints forbid"):
            correct(product, replace(RIGHT, table="shop.purchase", column="number", value="N1"))  # another's
        assert {len(maria.rows(name)) for name in NAMES} == {1}
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")
    before["customer"][1]["name"] = RIGHT.value
    assert {name: maria.rows(name) for name in NAMES} == before
