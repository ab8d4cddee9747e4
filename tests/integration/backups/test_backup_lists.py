"""Items that were erased from lists stay erased: a restored backup brings them back, they go again, and nobody else's item does."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.rights.test_people_in_deeper_lists import CONTENT, LEFT, MANIFEST, Rows, _lists, _statements
from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.backups.replaying import Replayed, replay
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
STAYS = "backups/nightly/erased-stay-erased"
BACKUPS = """
backups:
  nightly: {of: [shop], every: P1D, kept: P30D, kind: KIND, path: "FOLDER/backups/*", drill: P1M}
"""


class Lists:
    """Halls, rotas and teams with lists of customers, of which a backup is made."""

    def __init__(self, folder: Path, rows: Rows, kind: str) -> None:
        self.folder, self.rows, self.now = folder, rows, NOW
        self.key = SigningKey.generate(folder / "second.key", "second-person")
        text = MANIFEST.replace("KEY", f'"{self.key.verifier.encode()}"') + BACKUPS.replace("FOLDER", str(folder))
        (folder / "zusage.yaml").write_text(text.replace("KIND", kind), encoding="utf-8")
        (folder / "backups").mkdir()

    @contextmanager
    def opened(self) -> Iterator[Product]:
        with opened(self.folder / "zusage.yaml", clock=lambda: self.now) as product:
            yield product

    def erase(self, *keys: str) -> None:
        path = self.folder / f"{'-'.join(keys)}.json"
        with self.opened() as product:
            product.refuse_findings()
            people = [Person(people="customer", key=key) for key in keys]
            product.save_plan(plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan, path)
            product.approve_plan(path, self.key)
            assert [one.stopped for one in product.apply_plan(path, lambda _: None) if one.stopped] == []

    def replay(self) -> Replayed:
        with self.opened() as product:
            return replay(product, ["shop"])

    def verdict(self) -> str:
        with self.opened() as product:
            return next(one.judgement.verdict.value for one in product.verify() if one.promise.id == STAYS)

    def lists(self) -> dict[str, list[Any]]:
        return {table: _lists(self.rows, table) for table in CONTENT}

    def register(self) -> str:
        with self.opened() as product:
            return "".join(f"{one.action}{one.codes!r}" for one in product.state.erasures.batches(["shop"]))


WHOLE = {table: lists for table, (_, lists) in CONTENT.items()}


class Sqlite(Lists):
    """On SQLite, with real copies of the file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, self._rows, "sqlite-file")
        for statement in _statements("DATETIME", "TEXT"):
            self.sql(statement)
        self.back_up()

    def sql(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database, database:
            database.execute(statement, values)

    def _rows(self, table: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f"SELECT * FROM {table}")]

    def back_up(self) -> None:
        shutil.copyfile(
            self.folder / "shop.sqlite3", self.folder / "backups" / f"shop-{self.now - timedelta(days=1):%Y-%m-%d}.sqlite3"
        )

    def restore(self) -> None:
        (newest,) = (self.folder / "backups").iterdir()
        shutil.copyfile(newest, self.folder / "shop.sqlite3")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sqlite:
    for name in ("READER_URL", "WRITER_URL"):
        monkeypatch.setenv(name, f"sqlite:///{tmp_path}/shop.sqlite3")
    return Sqlite(tmp_path)


def test_items_that_a_restore_brings_back_go_again_and_all_others_stay(shop: Sqlite) -> None:
    assert shop.lists() == WHOLE
    shop.erase("3")
    gone = {table: shop.rows(table) for table in CONTENT}
    assert shop.lists() == LEFT
    assert shop.verdict() == "kept"
    assert '"3"' not in shop.register()
    shop.restore()
    assert shop.lists() == WHOLE
    assert shop.verdict() == "broken"
    done = shop.replay()
    assert done.complete
    assert done.found.rows == 6  # the customer, two halls, a rota, two teams
    assert {table: shop.rows(table) for table in CONTENT} == gone
    assert shop.verdict() == "kept"
    assert shop.replay().found.rows == 0


def test_an_item_of_somebody_new_under_the_same_key_stays_and_one_of_whom_that_is_not_sure_is_said(shop: Sqlite) -> None:
    shop.erase("3")
    shop.sql("INSERT INTO customer VALUES (3, 'somebody new', '2026-06-02 10:00:00')")
    shop.sql("UPDATE team SET members = '[1, 3, 2]' WHERE id = 1")
    shop.now = NOW + timedelta(days=2)
    assert shop.verdict() == "kept"
    done = shop.replay()
    assert (done.found.rows, done.found.doubtful) == (0, 0)
    assert shop.lists()["team"] == [[1, 3, 2], [], [13, 1], []]
    shop.sql("UPDATE customer SET since = NULL WHERE id = 3")  # nothing says when they came
    assert shop.verdict() == "undecided"
    done = shop.replay()
    assert not done.complete
    assert done.found.doubtful
    assert shop.lists()["team"] == [[1, 3, 2], [], [13, 1], []]


def test_of_several_people_of_one_plan_each_goes_from_the_rows_in_which_it_was(shop: Sqlite) -> None:
    shop.erase("2", "3")
    gone = shop.lists()
    shop.restore()
    shop.sql("UPDATE team SET members = '[13, 1, 2]' WHERE id = 3")  # a row in which 2 was not
    assert shop.verdict() == "broken"
    assert shop.replay().complete
    assert shop.lists() == {**gone, "team": [[1], [], [13, 1, 2], []]}
    assert shop.verdict() == "kept"


def test_what_a_suspension_holds_stays_in_its_list(shop: Sqlite) -> None:
    shop.erase("3")
    shop.restore()
    with shop.opened() as product:
        product.state.suspensions.place([("shop.team", "id = 1")], "a case", NOW.date() + timedelta(days=90), "office")
    shop.replay()
    assert shop.lists()["team"] == [[1, 3, 2], [], [13, 1], []]
    assert shop.lists()["rota"] == LEFT["rota"]


def test_a_drill_takes_them_out_of_the_copy_and_finds_none_left(shop: Sqlite) -> None:
    shop.erase("3")
    before = {path.name: path.read_bytes() for path in (shop.folder / "backups").iterdir()}
    with shop.opened() as product:
        held = drill(product, "nightly")
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert (held.drill.back, held.drill.left) == (6, 0)
    assert {path.name: path.read_bytes() for path in (shop.folder / "backups").iterdir()} == before


def test_an_entry_of_items_that_never_went_is_taken_off_and_one_of_items_that_went_stays(shop: Sqlite) -> None:
    shop.erase("3")
    with shop.opened() as product:
        erasures = product.state.erasures
        for one in list(erasures.batches(["shop"])):
            erasures._rows().filter(pk=one.id).update(gone=False)
    shop.sql("UPDATE team SET members = '[1, 3, 2]' WHERE id = 1")  # as if the batch had not come so far
    with shop.opened() as product, product.changing():
        pass
    with shop.opened() as product:
        left = {one.table: len(one.codes) for one in product.state.erasures.batches(["shop"]) if one.gone}
    assert left == {"shop.customer": 1, "shop.hall": 2, "shop.rota": 1, "shop.team": 1}


def _again(rows: Rows, world: Lists, by: Any) -> None:
    """On a server what a restore brings back is written there again, row by row."""
    assert world.lists() == WHOLE
    whole = {table: [dict(row) for row in rows(table)] for table in CONTENT}
    world.erase("3")
    assert world.lists() == LEFT
    assert world.verdict() == "kept"
    by("INSERT INTO customer VALUES (3, 'name of 3', '2026-01-01 10:00:00')")
    for table, (column, lists) in CONTENT.items():
        for n, one in enumerate(lists, 1):
            array = table == "team" and not isinstance(whole[table][0][column], str)
            value = str(one).replace("[", "{").replace("]", "}") if array else json.dumps(one)
            by(f"UPDATE {table} SET {column} = '{value}' WHERE id = {n}")
    assert world.lists() == WHOLE
    assert world.verdict() == "broken"
    done = world.replay()
    assert [one.stopped for one in done.results if one.stopped] == []
    assert done.found.rows == 6
    assert world.lists() == LEFT
    assert world.verdict() == "kept"


def test_on_postgresql(postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(*_statements("timestamptz", "jsonb", "integer[]"))
    monkeypatch.setenv("READER_URL", bed.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", bed.address(WRITER, PASSWORD))

    def rows(table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in bed.rows(table)]

    _again(rows, Lists(tmp_path, rows, "pg-dump"), bed.by)
    bench.close()


def test_on_mariadb(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *_statements("DATETIME", "JSON"))
    monkeypatch.setenv("READER_URL", bed.address("reader"))
    monkeypatch.setenv("WRITER_URL", bed.address("writer"))

    def rows(table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in bed.rows(table)]

    _again(rows, Lists(tmp_path, rows, "mariadb-dump"), lambda one: bed.by(f"USE `{bed.name}`", one))
    bench.close()
