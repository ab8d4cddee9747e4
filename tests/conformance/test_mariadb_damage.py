"""Tables whose engine has no transactions and whose index leads elsewhere, as a killed server can leave it: no wrong row goes by it.

The index of an earlier state is put back over the present one, between two statements that open the file. Nothing marks such a table as damaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pymysql
import pytest
from mariadb_made import Made
from tests.integration.servers import PASSWORD, MariaDB

from zusage.connectors.trouble import Damaged, Interrupted
from zusage.planning.plan import ChangeColumns, Step
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
