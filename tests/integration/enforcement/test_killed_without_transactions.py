"""Tables that cannot roll back: ``apply`` or the server is killed anywhere, and what is taken up again ends in the same rows.

ZUSAGE_KILLS is how often each is killed; without it a few times.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pymysql
import pytest

from tests.integration import killing
from tests.integration.killing_places import Rows
from tests.integration.servers import PASSWORD, MariaDB, mariadb
from zusage.bootstrap import opened
from zusage.bootstrap.granting import role_statements
from zusage.bootstrap.plans import read_plan
from zusage.cli.plan import show_steps
from zusage.planning.plan import Plan

KILLS = int(os.environ.get("ZUSAGE_KILLS", "2"))
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${SHOP_READER_URL}", writer: "${SHOP_WRITER_URL}"}}
classes: {contact: {de: Kontakt, en: contact}}
import: [guard.yaml]
activities:
  parcels:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.parcel: {classes: {contact: [words]}, structure: [id, sent_on]}
      shop.item: {part_of: shop.parcel via parcel_id}
      shop.note: {part_of: shop.item via item_id}
    keep: [{at_most: P1Y, from: sent_on, then: delete}]
  accounts:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data: {shop.account: {classes: {contact: [name, code]}, structure: [id, closed_on]}}
    keep: [{at_most: P1Y, from: closed_on, then: {anonymise: {name: {constant: gone}, code: {unique: "x-*"}}}}]
  invoices:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-c
    data: {shop.invoice: {classes: {contact: [name]}, structure: [id, paid_on]}}
    keep: [{at_most: P90Y, from: paid_on, then: delete, purpose_ends: {from: paid_on, after: P1Y}}]
"""
_OLD = "IF(seq <= 32, '2001-01-01', CURRENT_DATE)"
_TABLES = (
    "CREATE TABLE parcel (id INT PRIMARY KEY, sent_on DATE NOT NULL, words TEXT) ENGINE=MyISAM",
    "CREATE TABLE item (id INT PRIMARY KEY, parcel_id INT NOT NULL, KEY (parcel_id)) ENGINE=Aria",
    "CREATE TABLE note (id INT PRIMARY KEY, item_id INT NOT NULL, KEY (item_id)) ENGINE=MyISAM",
    "CREATE TABLE account (id INT PRIMARY KEY, name VARCHAR(40), code VARCHAR(80) UNIQUE, closed_on DATE) ENGINE=Aria",
    "CREATE TABLE invoice (id INT PRIMARY KEY, name VARCHAR(40), paid_on DATE) ENGINE=MyISAM",
    f"INSERT INTO parcel SELECT seq, {_OLD}, 'x' FROM seq_1_to_48",
    "INSERT INTO item SELECT seq, (seq + 1) DIV 2 FROM seq_1_to_96",
    "INSERT INTO note SELECT seq, (seq + 1) DIV 2 FROM seq_1_to_192",
    f"INSERT INTO account SELECT seq, CONCAT('name of ', seq), CONCAT('code of ', seq), {_OLD} FROM seq_1_to_48",
    f"INSERT INTO invoice SELECT seq, CONCAT('name of ', seq), {_OLD} FROM seq_1_to_48",
)
_NAMES = ("parcel", "item", "note", "account", "invoice")


@dataclass
class OldTables:
    """One database whose engines know no transaction."""

    server: MariaDB
    addresses: dict[str, str] = field(default_factory=dict)

    def environment(self, folder: Path) -> dict[str, str]:
        return self.addresses

    def end_connections(self) -> None:
        """What the writer asked for before it was killed is not carried out behind its back."""
        for (number,) in self.server.run("SELECT ID FROM information_schema.PROCESSLIST WHERE USER LIKE 'zusage%'"):
            with suppress(pymysql.err.OperationalError):  # it may have gone by itself
                self.server.run(f"KILL {number}")

    def restore(self) -> None:
        """Whole again: a server that was killed may have left a table that the next one repairs when it opens it."""
        self.end_connections()
        back = (part for name in _NAMES for part in (f"TRUNCATE {name}", f"INSERT INTO {name} SELECT * FROM kept.{name}"))
        self.server.run(*back, database="old")

    def torn(self) -> bool:
        """A parcel has lost what belongs to it, and is there still: the kill came in the middle of a batch."""
        whole = "SELECT 1 FROM item JOIN note ON item_id = item.id WHERE parcel_id = parcel.id HAVING COUNT(*) = 4"
        ((torn,),) = self.server.run(f"SELECT COUNT(*) FROM parcel WHERE NOT EXISTS ({whole})", database="old")
        return bool(torn)

    def rows(self, folder: Path) -> Rows:
        found: Rows = {name: sorted(self.server.run(f"SELECT * FROM old.{name}"), key=repr) for name in _NAMES}
        codes = {row[2] for row in found["account"]}
        assert len(codes) == 48
        found["account"] = [(id, name, "x" if code.startswith("x-") else code, on) for id, name, code, on in found["account"]]
        return found


@dataclass
class Ready:
    """A plan, and how its tables end when nobody kills anything."""

    room: Path
    place: OldTables
    plan: Plan
    wanted: Rows = field(default_factory=dict)
    took: float = 0
    #: statements that ``apply`` named and that were carried out, since a server that was killed had left a table damaged
    mended: list[str] = field(default_factory=list)

    def fresh(self) -> Path:
        return killing.copy(self.room / "base", self.room / "place", self.place)

    def ends_right(self, folder: Path, about: str) -> None:
        """As whoever runs it would: what ``apply`` says that is to be done is done, as it says, and it is applied again."""
        while ended := killing.apply(folder, place=self.place):
            assert self.mends(folder), (about, ended, killing.stopped(folder))
        assert killing.contents(folder, self.place) == self.wanted, about

    def mends(self, folder: Path) -> bool:
        """Whether ``apply`` stopped with a statement that mends a table; it has been carried out then."""
        _, named, tables = killing.stopped(folder).partition("REPAIR TABLE ")
        if named:
            statement = f"{named}{tables.splitlines()[0]}"
            assert statement not in self.mended[-3:], f"{statement} did not mend it"
            self.place.server.run(statement)
            self.mended.append(statement)
            (folder / "stopped").unlink()
        return bool(named)


@pytest.fixture(scope="module")
def ready() -> Iterator[Ready]:
    shared = Path("/dev/shm")
    room = Path(tempfile.mkdtemp(prefix="zusage-kill-", dir=shared if shared.is_dir() else None))
    with mariadb() as server, pytest.MonkeyPatch.context() as patch:
        place = OldTables(server)
        server.database("old")
        server.run(*_TABLES, database="old")
        server.database("kept")
        server.run(*(f"CREATE TABLE {name} ENGINE=InnoDB SELECT * FROM old.{name}" for name in _NAMES), database="kept")
        folder = room / "place"
        folder.mkdir()
        (folder / "zusage.yaml").write_text(_MANIFEST)
        (folder / "guard.yaml").write_text("guard: {share: 1.0, batch: 4}\n")
        for name in ("READER", "WRITER"):
            patch.setenv(f"SHOP_{name}_URL", server.url("old"))
            place.addresses[f"SHOP_{name}_URL"] = server.url("old", f"zusage_{name.lower()}")
        for statement in role_statements(server.url("old"), folder / "zusage.yaml", "shop"):
            server.run(statement.replace("'…'", f"'{PASSWORD}'"))
        for name, url in place.addresses.items():
            patch.setenv(name, url)
        yield _prepared(room, folder, place)
    shutil.rmtree(room)


def _prepared(room: Path, folder: Path, place: OldTables) -> Ready:
    killing.in_child(lambda: _plan(folder))
    plan, _ = read_plan(folder / "plan.json")
    killing.preload(folder)
    folder.rename(room / "base")
    ready = Ready(room, place, plan)
    again, began = ready.fresh(), time.monotonic()
    before = killing.contents(again, place)
    assert killing.apply(again, place=place) == 0
    ready.took, ready.wanted = time.monotonic() - began, killing.contents(again, place)
    assert [len(ready.wanted[name]) for name in (*_NAMES, "vault")] == [16, 32, 64, 48, 16, 32]
    assert [len(before[name]) for name in (*_NAMES, "vault")] == [48, 96, 192, 48, 48, 0]
    assert sum(row[1] == "gone" for row in ready.wanted["account"]) == 32
    return ready


def _plan(folder: Path) -> None:
    with opened(folder / "zusage.yaml") as product:
        product.save_plan(product.make_plan(), folder / "plan.json")


def test_it_is_said_beforehand_that_nothing_is_undone(ready: Ready, capsys: pytest.CaptureFixture[str]) -> None:
    show_steps(ready.plan)
    said = " ".join(capsys.readouterr().out.split())
    assert all(f"what it does in {name} cannot be rolled back" in said for name in _NAMES)


@pytest.mark.parametrize("victim", ["apply", "server"])
def test_a_batch_that_was_torn_by_a_kill_ends_in_the_same_rows(ready: Ready, victim: str) -> None:
    """Somebody holds the items: their notes are gone already, and the rows to which both belong are there still."""
    folder, server = ready.fresh(), ready.place.server
    holding = pymysql.connect(host="127.0.0.1", port=server.port, user="root", password=PASSWORD, database="old")
    holding.cursor().execute("LOCK TABLES item READ")
    child = killing.start(folder, place=ready.place)
    while server.run("SELECT COUNT(*) FROM old.note") == [(192,)]:  # whoever reads the items now waits behind their deletion
        time.sleep(0.02)
    if victim == "server":
        server.kill()
        server.start()
        killing.wait(child)
    else:
        assert killing.kill(child, 0) == -9
        ready.place.end_connections()
        holding.close()
        assert ready.place.torn()
    ready.ends_right(folder, f"after a kill of the {victim} in the middle of a batch")


@pytest.mark.parametrize("engine", ["MyISAM", "Aria"])
def test_a_table_that_the_kill_left_damaged_is_mended_as_apply_says_and_ends_in_the_same_rows(ready: Ready, engine: str) -> None:
    """The server comes back with an index of before the kill, and nothing marks that: it names rows that are gone."""
    folder, server = ready.fresh(), ready.place.server
    name, suffix = ("note", "MYI") if engine == "MyISAM" else ("item", "MAI")
    server.run(f"FLUSH TABLES {name}", database="old")
    index = server.home / "data" / "old" / f"{name}.{suffix}"
    before, rows = index.read_bytes(), len(ready.place.rows(folder)[name])
    assert killing.apply(folder, crash_at=5, place=ready.place) == -9
    ready.place.end_connections()
    assert rows > len(ready.place.rows(folder)[name]) > len(ready.wanted[name]), "the kill came in the middle of the step"
    server.stop()  # after a kill Aria would mend from its log what is forged here
    index.write_bytes(before)
    server.start()
    assert server.run(f"SELECT COUNT(*) FROM old.{name}") == [(rows,)], "the index did not count what is gone"
    assert killing.apply(folder, place=ready.place) != 0
    assert f"REPAIR TABLE `old`.`{name}`" in killing.stopped(folder)
    assert ready.mends(folder)
    found = ready.place.rows(folder)
    assert len(found[name]) < rows
    assert all(set(ready.wanted[table]) <= set(found[table]) for table in _NAMES if table != "account")
    ready.ends_right(folder, f"after a kill that left {name} damaged")
    assert ready.mended[-1:] == [f"REPAIR TABLE `old`.`{name}`"]


def test_apply_killed_at_random_moments_ends_in_the_same_rows_where_nothing_is_undone(ready: Ready) -> None:
    chance, killed, folder = random.Random(3), 0, ready.fresh()
    while killed < KILLS:
        child = killing.start(folder, place=ready.place)
        if killing.kill(child, chance.uniform(0.0, ready.took)) == -9:
            killed += 1
        else:
            ready.ends_right(folder, f"after {killed} kills")
            folder = ready.fresh()
    ready.ends_right(folder, f"after {killed} kills")


def test_the_server_killed_at_random_moments_ends_in_the_same_rows_where_nothing_is_undone(
    ready: Ready, record_property: Callable[[str, object], None]
) -> None:
    chance, folder, mended = random.Random(4), ready.fresh(), len(ready.mended)
    for killed in range(KILLS):
        child = killing.start(folder, place=ready.place)
        time.sleep(chance.uniform(0.0, ready.took))
        ready.place.server.kill()
        ready.place.server.start()
        if killing.wait(child) == 0:
            ready.ends_right(folder, f"after {killed + 1} kills of the server")
            folder = ready.fresh()
        else:
            ready.mends(folder)
    ready.ends_right(folder, f"after {KILLS} kills of the server")
    record_property("repairs", len(ready.mended) - mended)
    sys.stdout.write(
        f"{KILLS} kills of the server left {len(ready.mended) - mended} damaged tables that it did not mend by itself\n"
    )
