"""What tests of people in documents begin with: a database of each kind that the manifest leads to, a second person's key, and an erasure."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

#: a table → its rows
Rows = Callable[[str], list[dict[str, Any]]]


def signed(manifest: str, folder: Path) -> SigningKey:
    """The manifest in the folder, with the second person who approves in the place of KEY."""
    key = SigningKey.generate(folder / "second.key", "second-person")
    (folder / "zusage.yaml").write_text(manifest.replace("KEY", f'"{key.verifier.encode()}"'), encoding="utf-8")
    return key


def erase(product: Product, key: SigningKey, path: Path, *people: Person) -> None:
    """By a plan that a second person approves; nothing is left."""
    product.save_plan(plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan, path)
    product.approve_plan(path, key)
    assert [one.stopped for one in product.apply_plan(path, lambda _: None) if one.stopped] == []
    assert answer(product, path).complete


def on_sqlite(folder: Path, monkeypatch: pytest.MonkeyPatch, statements: Iterable[str]) -> Rows:
    """A file in the folder."""
    file = folder / "shop.sqlite3"
    for variable in ("READER_URL", "WRITER_URL"):
        monkeypatch.setenv(variable, f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)

    def rows(table: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(file)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f"SELECT * FROM {table}")]

    return rows


@contextmanager
def on_postgresql(server: Postgres, monkeypatch: pytest.MonkeyPatch, statements: Iterable[str]) -> Iterator[PostgresBed]:
    """A database of its own, with roles that read and write."""
    bench = PostgresBench(server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(*statements)
    monkeypatch.setenv("READER_URL", bed.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", bed.address(WRITER, PASSWORD))
    yield bed
    bench.close()


@contextmanager
def on_mariadb(server: MariaDB, monkeypatch: pytest.MonkeyPatch, statements: Iterable[str]) -> Iterator[MariaDbBed]:
    """The same there."""
    bench = MariaDbBench(server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *statements)
    monkeypatch.setenv("READER_URL", bed.address("reader"))
    monkeypatch.setenv("WRITER_URL", bed.address("writer"))
    yield bed
    bench.close()
