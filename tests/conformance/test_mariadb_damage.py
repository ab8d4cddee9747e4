"""Tables whose engine has no transactions and whose index leads elsewhere, as a killed server can leave it: no wrong row goes by it.

The index of an earlier state is put back over the present one, between two statements that open the file. Nothing marks such a table as damaged.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pymysql
import pytest
from mariadb_made import Made
from tests.integration.servers import PASSWORD, MariaDB

from zusage.connectors.opening import open_corrector, open_returner
from zusage.connectors.trouble import Damaged, Interrupted
from zusage.planning.plan import ChangeColumns, Selection, Step
from zusage.promises.condition import parse
from zusage.promises.promise import Change, Part
from zusage.testing.conformance.shop import carry_out, step
from zusage.testing.mariadb_bench import MariaDbBench

_SUFFIX = {"MyISAM": "MYI", "Aria": "MAI"}
_NOTES = Part(table="note", of="person", columns=("person_id",), referred=("id",))


@dataclass
class Old:
    """Persons and their notes, on an engine without transactions."""

    made: Made
    server: MariaDB
    engine: str

    @property
    def folder(self) -> Path:
        """Where the tables' files lie."""
        return self.server.home / "data" / self.made.bed.name

    def index(self) -> bytes:
        """What lies on disk of the index of the notes, all of it written."""
        self.run("FLUSH TABLES note")
        return (self.folder / f"note.{_SUFFIX[self.engine]}").read_bytes()

    def put_back(self, index: bytes) -> None:
        """The index is an earlier one; the rows stay as they are."""
        self.run("FLUSH TABLES note")
        (self.folder / f"note.{_SUFFIX[self.engine]}").write_bytes(index)
        self.run("FLUSH TABLES note")

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        return self.server.run(*statements, database=self.made.bed.name)

    def notes(self) -> list[tuple[object, ...]]:
        """As they are stored, each with its person; by no index."""
        return sorted(self.run("SELECT id, person_id FROM note IGNORE INDEX (PRIMARY, by_person)"))


@pytest.fixture(scope="module")
def bench(mariadb_server: MariaDB) -> Iterator[MariaDbBench]:
    bench = MariaDbBench(mariadb_server.url())
    yield bench
    bench.close()


@pytest.fixture(params=["MyISAM", "Aria"])
def old(request: pytest.FixtureRequest, bench: MariaDbBench, mariadb_server: MariaDB) -> Iterator[Old]:
    made = Made(bench)
    made.by(
        f"CREATE TABLE person (id INT PRIMARY KEY) ENGINE={request.param}",
        f"CREATE TABLE note (id INT PRIMARY KEY, person_id INT NOT NULL, words TEXT, KEY by_person (person_id)) ENGINE={request.param}",
        "INSERT INTO person SELECT seq FROM seq_1_to_40",
        "INSERT INTO note SELECT seq, seq DIV 2, 'x' FROM seq_2_to_41",
    )
    one = Old(made, mariadb_server, request.param)
    yield one
    one.run("REPAIR TABLE note")
    for copy in one.folder.glob("*.BAK"):  # the server's own, of a table that it tried to mend
        copy.unlink()
    made.bed.close()


def _deletion(where: str) -> Step:
    return replace(step(parse(where), of="person", parts=(_NOTES,)), without_undo=("person", "note"))


def _lead_to_others(old: Old) -> None:
    """Where the notes of persons 1 to 4 lay, those of persons 31 to 34 lie now; the index does not know."""
    before = old.index()
    old.run("DELETE FROM note WHERE person_id <= 4", "INSERT INTO note SELECT seq + 50, seq DIV 2 + 30, 'x' FROM seq_2_to_9")
    old.put_back(before)
    found = old.run("SELECT person_id + 0 * LENGTH(words) FROM note FORCE INDEX (by_person) WHERE person_id = 3")
    assert found
    assert {person for (person,) in found} <= {31, 32, 33, 34}, "the server did not follow the forged index"
    assert len(old.notes()) == 40


def test_rows_that_a_wrong_index_would_give_stay_where_they_are(old: Old) -> None:
    """By it the notes of others would go as if they were theirs."""
    _lead_to_others(old)
    before = old.notes()
    with pytest.raises(Damaged, match="Nothing was changed by it since") as caught:
        carry_out(old.made.writer(), _deletion("id <= 6"))
    assert caught.value.mending == f"REPAIR TABLE `{old.made.bed.name}`.`note`"
    assert str(caught.value).endswith(f": {caught.value.mending}")
    old.run(caught.value.mending)
    assert (len(old.made.bed.rows("person")), old.notes()) == (40, before)
    assert carry_out(old.made.writer(), _deletion("id <= 6")) == [6]
    assert old.notes() == [(id, person) for id, person in before if int(str(person)) > 6]
    assert (31, 31) not in before
    assert {person for _, person in old.notes()} >= {31, 32, 33, 34}


def test_an_index_that_names_rows_that_are_gone_stops_the_step_until_the_table_is_mended(old: Old) -> None:
    before = old.index()
    old.run("DELETE FROM note WHERE person_id <= 4")
    old.put_back(before)
    with pytest.raises(pymysql.err.OperationalError, match="1032"):
        old.run("SELECT words FROM note FORCE INDEX (by_person) WHERE person_id = 3")
    with pytest.raises(Damaged) as caught:
        carry_out(old.made.writer(), _deletion("id <= 6"))
    assert len(old.made.bed.rows("person")) == 40
    old.run(caught.value.mending)
    assert carry_out(old.made.writer(), _deletion("id <= 6")) == [6]
    assert old.notes() == [(n, n // 2) for n in range(14, 42)]


def test_a_table_that_is_damaged_in_the_middle_of_a_step_stops_it_with_the_statement_that_mends_it(old: Old) -> None:
    batches = old.made.writer().carry_out(_deletion("id <= 6"), parse("TRUE"), 100, 2)
    earlier = old.index()
    assert next(batches) == 2
    old.run("DELETE FROM note WHERE person_id = 3")
    old.put_back(earlier)
    with pytest.raises(Damaged, match="What its batch had done stays done") as caught:
        next(batches)
    assert "`note`" in caught.value.mending
    old.run(*caught.value.mending.split(";"))
    assert {row["id"] for row in old.made.bed.rows("person")} >= set(range(3, 41))
    assert sum(carry_out(old.made.writer(), _deletion("id <= 6"), batch=2)) == 4
    assert (len(old.made.bed.rows("person")), old.notes()) == (34, [(n, n // 2) for n in range(14, 42)])


def test_a_table_by_which_others_are_held_is_looked_over_too(old: Old) -> None:
    """Whoever has a note stays; by the index nobody's would be found."""
    old.run(
        "CREATE TABLE account (id INT PRIMARY KEY, name VARCHAR(20)) ENGINE=InnoDB",
        "INSERT INTO account SELECT seq, 'x' FROM seq_1_to_4",
    )
    old.made.by("SELECT 1")
    held = parse("id <= 4 AND NOT EXISTS (SELECT 1 FROM note WHERE note.person_id = account.id)")
    forget = ChangeColumns((Change(column="name", how="constant", value="gone"),))
    todo = step(held, of="account", parts=(), action=forget)
    _lead_to_others(old)
    with pytest.raises(Damaged):
        carry_out(old.made.writer(), todo)
    assert {row["name"] for row in old.made.bed.rows("account")} == {"x"}


def test_only_a_look_that_marks_the_table_finds_the_damage_and_what_the_mark_means_is_a_setting(old: Old) -> None:
    _lead_to_others(old)
    blind = ("CHECK TABLE note QUICK", "CHECK TABLE note FAST", "CHECK TABLE note CHANGED", "CHECKSUM TABLE note EXTENDED")
    assert not [row for asked in blind for row in old.run(asked) if "error" in row]
    if old.engine == "Aria":  # the other engine's setting can be given at the start of the server alone
        (usual,) = old.run("SELECT @@aria_recover_options")[0]
        old.run("SET GLOBAL aria_recover_options = 'OFF'")
        try:
            assert "error" in {row[2] for row in old.run("CHECK TABLE note EXTENDED")}
            with pytest.raises(pymysql.err.InternalError, match="145"):
                old.run("SELECT words FROM note")
        finally:
            old.run(f"SET GLOBAL aria_recover_options = '{usual}'")
    else:
        assert "error" in {row[2] for row in old.run("CHECK TABLE note MEDIUM")}
    assert old.run("SELECT person_id + 0 * LENGTH(words) FROM note FORCE INDEX (by_person) WHERE person_id = 33") == [
        (33,),
        (33,),
    ]
    assert old.run("CHECK TABLE note MEDIUM")[-1][3] == "OK"


def _corrected(old: Old) -> None:
    with closing(open_corrector("shop", old.made.bed._system)) as corrector:
        corrector.correct(Selection(system="shop", table="note", where=parse("id = 20")), "words", "right", lambda _, __: None)


def _back(old: Old) -> None:
    with closing(open_returner("shop", old.made.bed._system)) as returner:
        assert returner.put_back([("note", {"id": 20, "person_id": 10, "words": "x"})]) == 0


def _looked_for(old: Old) -> None:
    assert old.made.writer().which_still_there("note", [{"id": 20}, {"id": 2}]) == [True, False]  # type: ignore[attr-defined]


@pytest.mark.parametrize("change", [_corrected, _back, _looked_for])
def test_a_value_that_is_corrected_and_rows_that_come_back_or_are_looked_for_after_a_kill_wait_until_the_table_is_mended(
    old: Old, change: Callable[[Old], None]
) -> None:
    _lead_to_others(old)
    before = old.run("SELECT id, person_id, words FROM note IGNORE INDEX (PRIMARY, by_person)")
    with pytest.raises(Damaged, match=r"the change is stopped.*Nothing was changed by it since.*try again") as caught:
        change(old)
    old.run(caught.value.mending)
    assert sorted(old.run("SELECT id, person_id, words FROM note")) == sorted(before)
    change(old)
    assert [row for row in old.run("SELECT id, words FROM note") if row[1] == "right"] == [(20, "right")] * (change is _corrected)


def test_a_connection_that_is_lost_while_a_table_is_looked_over_had_begun_nothing(old: Old) -> None:
    writer = old.made.writer()
    writer.survey()
    at = {"host": "127.0.0.1", "port": old.server.port, "user": "root", "password": PASSWORD, "database": old.made.bed.name}

    def end_it() -> None:
        looking = "SELECT id FROM information_schema.processlist WHERE info LIKE 'CHECK TABLE%'"
        for _ in range(200):
            for (number,) in old.run(looking):
                old.run(f"KILL {number}")
                return
            time.sleep(0.05)

    with pymysql.connect(**at) as somebody:
        somebody.cursor().execute("LOCK TABLES note WRITE")
        ending = threading.Thread(target=end_it)
        ending.start()
        with pytest.raises(Interrupted, match="No batch had begun, so that nothing was changed") as caught:
            carry_out(writer, _deletion("id <= 6"))
        ending.join()
    assert "rolled back" not in str(caught.value)
    assert caught.value.retryable
    assert len(old.made.bed.rows("person")) == 40


def test_a_table_that_somebody_holds_is_waited_for(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "SET SESSION sql_mode = 'STRICT_ALL_TABLES', lock_wait_timeout = 1, autocommit = 1"
    monkeypatch.setattr("zusage.connectors.sql.databases.mariadb_connection._SETTINGS", settings)
    writer = old.made.writer()
    writer.survey()
    at = {"host": "127.0.0.1", "port": old.server.port, "user": "root", "password": PASSWORD, "database": old.made.bed.name}
    with pymysql.connect(**at) as somebody:
        somebody.cursor().execute("LOCK TABLES note WRITE")
        with pytest.raises(Interrupted, match="could not be looked over") as caught:
            carry_out(writer, _deletion("id <= 6"))
    assert caught.value.retryable
    assert carry_out(writer, _deletion("id <= 6")) == [6]
