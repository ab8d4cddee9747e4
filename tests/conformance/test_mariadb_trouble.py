"""Trouble with a MariaDB server: what passes is waited out, what does not stops clearly, and no message holds a value."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from mariadb_made import Made, bench
from tests.integration.servers import MariaDB, mariadb

from zusage.connectors.opening import open_reader, open_writer
from zusage.connectors.port import Writer
from zusage.connectors.trouble import CannotHandle, Interrupted, SystemTrouble, Unreachable
from zusage.planning.plan import ChangeColumns, DeleteRows, Step
from zusage.promises.condition import ALWAYS, parse
from zusage.promises.manifest import System
from zusage.promises.promise import Change
from zusage.testing.conformance.shop import carry_out, chosen, step
from zusage.testing.mariadb_bench import MariaDbBench, administrator

__all__ = ["bench"]


@pytest.fixture
def made(bench: MariaDbBench) -> Made:
    made = Made(bench)
    made.by("CREATE TABLE t (id INT PRIMARY KEY, x VARCHAR(40))", "INSERT INTO t SELECT seq, 'MARKER-1' FROM seq_1_to_6")
    return made


WHOLE = step(ALWAYS, of="t", parts=())


def taken_up(writer: Writer, todo: Step, limit: int) -> list[int]:
    """As the enforcement does it: what passes by itself is tried again."""
    for _ in range(200):
        try:
            return carry_out(writer, todo, limit=limit, batch=2)
        except Interrupted as trouble:
            if not trouble.retryable:
                raise
            time.sleep(0.3)
    raise AssertionError("it did not pass")


@contextmanager
def somebody(made: Made, *statements: str) -> Iterator[None]:
    """Another connection in the middle of a transaction."""
    connection = administrator(made.bed._server)
    connection.select_db(made.bed.name)
    try:
        with connection.cursor() as cursor:
            for statement in ("START TRANSACTION", *statements):
                cursor.execute(statement)
        yield
    finally:
        connection.rollback()
        connection.close()


def kill_others(server: MariaDB, user: str) -> None:
    for (number,) in server.run(f"SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '{user}'"):
        server.run(f"KILL {number}")


def test_a_lost_connection_is_made_anew_and_the_step_taken_up(made: Made, mariadb_server: MariaDB) -> None:
    writer = made.writer()
    batches = writer.carry_out(WHOLE, ALWAYS, 100, 2)
    assert next(batches) == 2
    kill_others(mariadb_server, "bench_writer")
    with pytest.raises(Interrupted, match="connection") as caught:
        next(batches)
    assert caught.value.retryable
    assert carry_out(writer, WHOLE, limit=4, batch=2) == [2, 2]
    assert made.bed.rows("t") == []


def test_a_reader_that_lost_its_connection_says_so_and_looks_again(made: Made, mariadb_server: MariaDB) -> None:
    reader = made.bed.reader()
    assert reader.count(chosen(ALWAYS, "t")) == 6
    kill_others(mariadb_server, "bench_reader")
    with pytest.raises(Unreachable):
        reader.count(chosen(ALWAYS, "t"))
    assert reader.count(chosen(ALWAYS, "t")) == 6


def test_a_row_that_somebody_holds_is_waited_for_and_the_batch_is_tried_again(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "zusage.connectors.sql.databases.mariadb_connection._SETTINGS",
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = 1, lock_wait_timeout = 1, autocommit = 1",
    )
    writer = made.writer()
    with somebody(made, "UPDATE t SET x = 'MARKER-2' WHERE id = 3"):
        with pytest.raises(Interrupted, match="lock") as caught:
            carry_out(writer, WHOLE, batch=2)
        assert caught.value.retryable
        assert [row["id"] for row in made.bed.rows("t")] == [3, 4, 5, 6]
    assert taken_up(writer, WHOLE, 4) == [2, 2]


@pytest.fixture
def snapshots(mariadb_server: MariaDB) -> Iterator[None]:
    """As servers are from 11.6 on; the first ones of a version do not know it."""
    known = mariadb_server.run("SHOW GLOBAL VARIABLES LIKE 'innodb_snapshot_isolation'")
    if known:
        mariadb_server.run("SET GLOBAL innodb_snapshot_isolation = ON")
    yield
    if known:
        mariadb_server.run(f"SET GLOBAL innodb_snapshot_isolation = {known[0][1]}")


@pytest.mark.usefixtures("snapshots")
def test_rows_that_somebody_holds_and_that_do_not_match_are_not_waited_for(made: Made) -> None:
    forget = ChangeColumns((Change(column="x", how="constant", value="forgotten"),))
    with somebody(made, "UPDATE t SET x = 'MARKER-2' WHERE id IN (2, 4)"):
        for action in (forget, DeleteRows()):
            assert carry_out(made.writer(), step(parse("id IN (1, 3, 5)"), of="t", parts=(), action=action), batch=2) == [2, 1]
    assert [row["id"] for row in made.bed.rows("t")] == [2, 4, 6]


def test_a_batch_does_not_wait_for_rows_of_another_whichever_index_finds_them(made: Made) -> None:
    values = ", ".join(f"({n}, 1, NULL)" for n in range(1, 2001))
    made.by("CREATE TABLE many (id INT PRIMARY KEY, due INT, x TEXT)", f"INSERT INTO many VALUES {values}")
    made.by("UPDATE many SET due = NULL WHERE id % 200 <> 2", "CREATE INDEX by_due ON many (due)", "ANALYZE TABLE many")
    forget = ChangeColumns((Change(column="x", how="constant", value="forgotten"),))
    with somebody(made, "UPDATE many SET x = 'MARKER-2' WHERE id = 1802"):
        batches = made.writer().carry_out(step(parse("due = 1"), of="many", parts=(), action=forget), ALWAYS, 10, 3)
        assert [next(batches) for _ in range(3)] == [3, 3, 3]


def test_a_deadlock_passes_and_the_step_is_taken_up(made: Made) -> None:
    """Somebody who has done much holds row 2, and wants row 1 when the batch has that and waits for row 2."""
    made.by("CREATE TABLE many (id INT PRIMARY KEY)", "INSERT INTO many SELECT seq FROM seq_1_to_500")
    writer = made.writer()
    writer.survey()
    outcome: list[object] = []
    thread = threading.Thread(target=lambda: outcome.append(_attempt(writer)))
    connection = administrator(made.bed._server)
    connection.select_db(made.bed.name)
    with connection.cursor() as cursor:
        for statement in ("START TRANSACTION", "DELETE FROM many", "UPDATE t SET x = 'MARKER-2' WHERE id = 2"):
            cursor.execute(statement)
        thread.start()
        _until_somebody_waits(made)
        cursor.execute("UPDATE t SET x = 'MARKER-2' WHERE id = 1")
    connection.rollback()
    connection.close()
    thread.join(30)
    (found,) = outcome
    assert isinstance(found, Interrupted), found
    assert (found.retryable, "deadlock" in str(found)) == (True, True)
    assert taken_up(writer, WHOLE, 6) == [2, 2, 2]


def _attempt(writer: Writer) -> object:
    try:
        return carry_out(writer, WHOLE, batch=2)
    except SystemTrouble as trouble:
        return trouble


def _until_somebody_waits(made: Made) -> None:
    with made.bed.connected() as connection, connection.cursor() as cursor:
        for _ in range(300):
            cursor.execute("SELECT count(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.2)  # what the server tells is renewed only when nobody has asked for a tenth of a second
    raise AssertionError("nobody waits")


def test_a_server_that_only_reads_stops_the_step_clearly(made: Made, mariadb_server: MariaDB) -> None:
    writer = made.writer()
    mariadb_server.run("SET GLOBAL read_only = ON")
    try:
        with pytest.raises(CannotHandle, match="only reads, such as a replica"):
            made.writer()
        with pytest.raises(Interrupted, match="read-only") as caught:
            carry_out(writer, WHOLE)
        assert not caught.value.retryable
        assert made.bed.reader().count(chosen(ALWAYS, "t")) == 6
    finally:
        mariadb_server.run("SET GLOBAL read_only = OFF")
    assert carry_out(writer, WHOLE) == [6]


def test_no_message_holds_a_value_of_a_row(made: Made) -> None:
    made.by(
        "CREATE TABLE u (id INT PRIMARY KEY, x VARCHAR(12) UNIQUE CHECK (x NOT LIKE 'gone%'), n INT, e ENUM('a','b'), d DATE)",
        "INSERT INTO u VALUES (1, 'MARKER-1', 5, 'a', '2020-01-01'), (2, 'MARKER-2', 6, 'b', NULL)",
    )
    made.by("CREATE TRIGGER says BEFORE UPDATE ON t FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'MARKER-9'")
    cases = (("u", "x", "MARKER-3"), ("u", "x", "gone MARKER"), ("u", "x", "MARKER" * 9), ("u", "n", "MARKER-4"), ("u", "e", "MARKER-5"),
             ("u", "d", "MARKER-6"), ("t", "x", "MARKER-7"))  # fmt: skip
    for of, column, value in cases:
        change = ChangeColumns((Change(column=column, how="constant", value=value),))
        with pytest.raises(Interrupted, match="MariaDB error") as caught:
            carry_out(made.writer(), step(ALWAYS, of=of, parts=(), action=change))
        assert "MARKER" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert not caught.value.retryable


@pytest.mark.parametrize("error", [1032, 1034, 1035, 1194, 1195])
def test_a_damaged_table_stops_the_step_with_what_mends_it(made: Made, error: int) -> None:
    """A trigger says what the engine says of such a table."""
    made.by(f"CREATE TRIGGER stop BEFORE DELETE ON t FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {error}")
    with pytest.raises(Interrupted, match="REPAIR TABLE mends it") as caught:
        carry_out(made.writer(), WHOLE, limit=6)
    assert not caught.value.retryable
    assert len(made.bed.rows("t")) == 6


def test_a_role_that_lost_its_rights_stops_the_step_clearly(made: Made, mariadb_server: MariaDB) -> None:
    writer = made.writer()
    writer.survey()
    mariadb_server.run("REVOKE DELETE ON `zb%`.* FROM bench_writer@'%'")
    try:
        with pytest.raises(Interrupted, match="lacks a right") as caught:
            carry_out(made.writer(), WHOLE)
        assert not caught.value.retryable
    finally:
        mariadb_server.run("GRANT DELETE ON `zb%`.* TO bench_writer@'%'")
    assert len(made.bed.rows("t")) == 6


def test_a_server_that_is_killed_and_comes_back_in_the_middle_ends_as_if_nothing_had_happened() -> None:
    with mariadb() as server:
        bench = MariaDbBench(server.url())
        made = Made(bench)
        made.by("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t SELECT seq FROM seq_1_to_40")
        writer, reader = made.writer(), made.bed.reader()
        batches = writer.carry_out(WHOLE, ALWAYS, 100, 2)
        assert next(batches) == 2
        server.kill()
        with pytest.raises(Interrupted) as caught:
            next(batches)
        assert caught.value.retryable
        with pytest.raises(Unreachable):
            reader.count(chosen(ALWAYS, "t"))
        with pytest.raises(Interrupted) as caught:
            carry_out(writer, WHOLE)
        assert caught.value.retryable
        server.start()
        assert sum(taken_up(writer, WHOLE, 40)) >= 36
        assert reader.count(chosen(ALWAYS, "t")) == 0
        for opened in made.bed._opened:
            opened.close()


@pytest.mark.parametrize("option", ["ssl=true", "unheard_of=MARKER", "ssl_ca=/MARKER/ca.pem"])
def test_an_option_that_the_driver_cannot_use_is_told_without_what_was_written(option: str) -> None:
    system = System.model_validate({"url": f"mariadb://MARKER:MARKER@127.0.0.1:1/shop?{option}"})
    for opened in (open_reader, lambda name, one: open_writer(name, one, None, lambda: b"")):
        with pytest.raises(Unreachable, match="ssl_ca") as caught:
            opened("shop", system)
        assert "MARKER" not in str(caught.value)
