from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connections

from zusage.consent.record import Choice
from zusage.enforcement.journal import AlreadyRunning, Journal, JournalTorn, StepRecord
from zusage.state import State, open_state
from zusage.state.errors import StateNewer, StateUnreachable, SuspensionChanged
from zusage.state.migrating import pending

if TYPE_CHECKING:
    from tests.integration.servers import Postgres

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from zusage.state import open_state
state = open_state(sys.argv[1], Path("."))
"""
HOLD = """
import time
with state.lock():
    print("held", flush=True)
    time.sleep(60)
"""
WRITE = """
run = state.journal.begin("plan", datetime.now(UTC))
state.journal.start_step(run, "01-a")
while True:
    state.journal.note_batch(run, "01-a", 1)
    print("noted", flush=True)
"""
KILLED_ON_THE_WAY = """
import os, signal, sys
from pathlib import Path
from zusage.state import open_state
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder.record_applied = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
open_state(sys.argv[1], Path("."))
"""
APPEND = """
run = state.journal.begin("plan", datetime.now(UTC))
for _ in range(50):
    state.journal.start_step(run, sys.argv[2])
"""


def sql(state: State, statement: str) -> None:
    with connections[state.alias].cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OPEN + code, *arguments], stdout=subprocess.PIPE, text=True)


def some_run(journal: Journal) -> str:
    run = journal.begin("plan", AT)
    journal.start_step(run, "01-a")
    journal.note_batch(run, "01-a", 10)
    journal.note_batch(run, "01-a", 4)
    return run


def test_an_empty_database_is_brought_up_to_date_and_no_migration_is_missing(state: State) -> None:
    assert connections[state.alias].vendor == "postgresql"
    assert not pending(state.alias)
    call_command("makemigrations", "zusage", check=True, dry_run=True, verbosity=0)


def test_nothing_is_written_to_the_folder(state: State) -> None:
    with state.lock():
        assert list(state.folder.iterdir()) == []


def test_the_journal_adds_up_and_continues(state: State) -> None:
    run = some_run(state.journal)
    assert state.journal.begin("plan", AT) == run
    state.journal.end_step(run, "01-a", "done")
    assert state.journal.steps(run) == {"01-a": StepRecord(step="01-a", rows=14, outcome="done")}
    assert not state.journal.finished("plan")
    state.journal.end(run, AT, "done")
    assert state.journal.finished("plan")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_deleted_line_tears_the_journal(state: State, number: int) -> None:
    run = some_run(state.journal)
    sql(state, f"DELETE FROM zusage_journalline WHERE number = {number}")
    for ask in (
        lambda: state.journal.steps(run),
        lambda: state.journal.begin("plan", AT),
        lambda: state.journal.finished("plan"),
    ):
        with pytest.raises(JournalTorn):
            ask()


@pytest.mark.parametrize("change", ["rows = 11", "step = 'other'", "kind = 'step done'", "at = at + interval '1 microsecond'"])
def test_a_changed_line_tears_the_journal(state: State, change: str) -> None:
    run = some_run(state.journal)
    sql(state, f"UPDATE zusage_journalline SET {change} WHERE number = 3")
    with pytest.raises(JournalTorn, match="line 3"):
        state.journal.steps(run)


def test_registers_read_back_as_they_were_written(state: State) -> None:
    placed = state.suspensions.place(
        [("shop.order", "id = 1"), ("shop.invoice", "id = 2")], "lawsuit", date(2026, 6, 1), "m", "ab"
    )
    assert state.suspensions.current() == (placed,)
    assert state.attestations.attest("p", "role", "label", AT) == state.attestations.latest("p")
    sql(state, "DELETE FROM zusage_hold WHERE \"table\" = 'shop.invoice'")
    with pytest.raises(SuspensionChanged):
        state.suspensions.current()


def test_only_one_process_applies_and_a_killed_one_lets_go(state: State, url: str) -> None:
    other = child(HOLD, url)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), state.lock():
            pass
    finally:
        other.kill()
        other.wait()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with state.lock() as still_held:
                assert still_held()
                return
        except AlreadyRunning:
            time.sleep(0.05)
    pytest.fail("the lock of a killed process was never released")


def test_a_lock_that_the_server_has_dropped_says_so(state: State, postgres_server: Postgres) -> None:
    with state.lock() as still_held:
        assert still_held()
        postgres_server.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        assert not still_held()


def test_a_lock_that_cannot_be_asked_for_is_reported_without_the_password(
    state: State, postgres_server: Postgres, url: str
) -> None:
    postgres_server.run(f'ALTER DATABASE "{url.rpartition("/")[2]}" ALLOW_CONNECTIONS false')
    with pytest.raises(StateUnreachable, match="not currently accepting connections") as refused, state.lock():
        pass
    assert "battery" not in str(refused.value)


def test_every_line_that_was_acknowledged_survives_a_kill(url: str, tmp_path: Path) -> None:
    writer = child(WRITE, url)
    assert writer.stdout is not None
    acknowledged = sum(1 for _ in zip(range(25), writer.stdout, strict=False))
    writer.kill()
    acknowledged += writer.communicate()[0].count("noted")
    noted = open_state(url, tmp_path).journal.steps("RUN-0001")["01-a"].rows
    assert acknowledged >= 25
    assert noted in (acknowledged, acknowledged + 1)


def test_three_processes_that_make_and_write_at_once_leave_a_whole_journal(url: str, tmp_path: Path) -> None:
    writers = [child(APPEND, url, name) for name in ("a", "b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    state = open_state(url, tmp_path)
    assert state.journal.steps("RUN-0001").keys() == {"a", "b", "c"}


def test_a_kill_between_the_tables_and_their_record_leaves_a_state_that_opens(url: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED_ON_THE_WAY, url], check=False)
    assert done.returncode == -signal.SIGKILL
    assert open_state(url, tmp_path).suspensions.all() == ()


def test_an_unreachable_server_is_reported_without_the_password(postgres_server: Postgres, tmp_path: Path) -> None:
    wrong = postgres_server.url("postgres", password="not-the-s3cret")
    nowhere = "postgresql://postgres:not-the-s3cret@127.0.0.1:1/state"
    absent = postgres_server.url("no_such_database")
    for address in (wrong, nowhere, absent):
        with pytest.raises(StateUnreachable) as refused:
            open_state(address, tmp_path)
        assert "127.0.0.1" in str(refused.value)
        assert "s3cret" not in str(refused.value)
        assert "battery" not in str(refused.value)


def test_a_state_of_a_newer_program_is_refused(state: State, url: str) -> None:
    row = "('zusage', '0999_from_the_future', now())"
    sql(state, f"INSERT INTO django_migrations (app, name, applied) VALUES {row}")
    with pytest.raises(StateNewer, match="0999_from_the_future"):
        open_state(url, state.folder)


def test_commits_wait_for_the_disk_even_where_the_database_is_set_not_to(
    postgres_server: Postgres, url: str, tmp_path: Path
) -> None:
    name = url.rpartition("/")[2]
    postgres_server.run(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    assert postgres_server.run("SHOW synchronous_commit", name) == "off"
    state = open_state(url, tmp_path)
    with connections[state.alias].cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
    state.close()


def test_a_group_of_consents_is_read_back_as_it_was_whatever_stands_in_it(state: State) -> None:
    sites = ["https://shop.example", '{NULL,"x"}\\', "NULL", "", "\x1e", "a\x1eb\n\t'", "ü€𝄞"]
    choices = [
        Choice(
            subject=f"{number:064}", text="0" * 64, language="de", site=site, how="settings",
            answers={"analytics": "refused"}, at=AT, until=AT.replace(year=2027), requested_at=AT if number % 2 else None,
        )
        for number, site in enumerate(sites)
    ]  # fmt: skip
    made = (*state.consents.append(choices[:3]), *state.consents.append(choices[3:]), *state.consents.append(choices[:1]))
    assert tuple(state.consents.all()) == made
    assert [one.choice for one in made] == [*choices, choices[0]]
    assert state.consents.head() == (8, made[-1].digest)


def test_the_records_of_consent_have_the_indexes_that_are_asked_and_no_other(state: State) -> None:
    with connections[state.alias].cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'zusage_consent'")
        found = sorted(row[0].partition("btree ")[2] for row in cursor.fetchall())
    assert found == ["(number)", "(record)", "(subject, number)"]
