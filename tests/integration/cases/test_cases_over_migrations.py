"""A case that an older program has left open goes on under this one: its tables are those of the migration that first had cases."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zusage.rights.case import CaseRefused, Event, after
from zusage.state import open_state
from zusage.state.errors import CaseTorn
from zusage.state.opened import State

RECEIVED = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
CONTENT = json.dumps({"person": "customer=1", "words": "please", "salt": "00"}, sort_keys=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state of migration 0004 with one open case, whose rows are written as that program wrote them."""
    from django.core.management import call_command

    from zusage.state.configuring import configure
    from zusage.state.database import FILE, database
    from zusage.state.embedded import prepare

    made = tmp_path / "state"
    made.mkdir()
    prepare(made / FILE)
    alias = configure(database(None, made))
    call_command("migrate", "zusage", "0004_cases", database=alias, verbosity=0, interactive=False)
    State(alias, made, embedded=True, clock=lambda: datetime.now(UTC)).close()
    with closing(sqlite3.connect(made / FILE)) as state, state:
        _write(state)
    return made


def _write(state: sqlite3.Connection) -> None:
    digest, text = _sha(CONTENT), RECEIVED.isoformat(timespec="microseconds")
    before = _sha(json.dumps(["zusage case 1", 1, "access", digest]))
    head = _sha(json.dumps([before, 1, "received", text, "clerk-1", "", _sha("")]))
    at = RECEIVED.replace(tzinfo=None).isoformat(" ")
    case = "INSERT INTO zusage_case (id, right, received_at, content, content_digest, events, head) VALUES (?, ?, ?, ?, ?, ?, ?)"
    state.execute(case, (1, "access", at, CONTENT, digest, 1, head))
    fields = "case_id, number, kind, at, by, detail, words, words_digest, digest"
    event = f"INSERT INTO zusage_case_event ({fields}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    state.execute(event, (1, 1, "received", at, "clerk-1", "", "", _sha(""), head))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _tables(folder: Path) -> frozenset[str]:
    with closing(sqlite3.connect(folder / "state.sqlite3")) as state:
        return frozenset(name for (name,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def _next(state: State, event: Event) -> None:
    state.cases.add("C-0001", event, "", lambda case: after(case, event, "Europe/Berlin", lambda _: False))


def test_an_open_case_of_the_first_migration_with_cases_is_whole_under_this_program_and_goes_on_to_its_answer(
    folder: Path,
) -> None:
    assert "zusage_case" in _tables(folder)
    assert "zusage_objection" not in _tables(folder)  # the older program knew of none
    state = open_state(None, folder)
    assert "zusage_objection" in _tables(folder)
    assert state.cases.get("C-0001").events == (Event(kind="received", at=RECEIVED, by="clerk-1"),)
    assert state.cases.content("C-0001") == {"person": "customer=1", "words": "please"}
    with pytest.raises(CaseRefused):
        _next(state, Event(kind="granted", at=RECEIVED, by="clerk-1"))
    _next(state, Event(kind="identity shown", at=RECEIVED, by="clerk-1", detail="login"))
    for kind in ("granted", "carried out", "answered", "closed"):
        _next(state, Event(kind=kind, at=RECEIVED, by="clerk-1"))
    assert state.cases.get("C-0001").last("closed")
    state.close()


def test_a_case_that_was_changed_before_the_migration_is_refused_after_it(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "state.sqlite3")) as state, state:
        state.execute("UPDATE zusage_case_event SET by = 'clerk-2'")
    opened = open_state(None, folder)
    with pytest.raises(CaseTorn):
        opened.cases.get("C-0001")
    opened.close()


def test_what_an_older_program_left_open_is_sealed_by_a_sweep_and_reads_as_before(folder: Path) -> None:
    opened = open_state(None, folder)
    assert opened.cases.seal_what_lies_open() == 1
    assert opened.cases.seal_what_lies_open() == 0
    assert opened.cases.content("C-0001") == {"person": "customer=1", "words": "please"}
    opened.close()
    assert b"please" not in b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_without_its_key_nothing_of_a_case_is_read_and_nothing_taken_for_whole(folder: Path) -> None:
    opened = open_state(None, folder)
    event = Event(kind="acknowledged", at=RECEIVED, by="clerk-1")
    opened.cases.add("C-0001", event, "told", lambda case: case)
    opened.cases.seal_what_lies_open()
    assert opened.cases.words("C-0001") == ("", "told")
    (folder / "vault.key").write_bytes(b"\x07" * 32)
    again = open_state(None, folder)
    with pytest.raises(CaseTorn):
        again.cases.content("C-0001")
    with pytest.raises(CaseTorn):
        again.cases.get("C-0001")
    again.close()
