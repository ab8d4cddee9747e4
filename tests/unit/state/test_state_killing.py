"""What is left when the process is killed: run in processes of their own, killed with SIGKILL."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zusage.enforcement.journal import AlreadyRunning
from zusage.state import State, open_state

pytestmark = pytest.mark.usefixtures("states_are_made")

OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from zusage.state import open_state
state = open_state(None, Path(sys.argv[1]))
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
print("started", flush=True)
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
open_state(None, Path(sys.argv[1]))
"""
APPEND = """
for _ in range(40):
    state.attestations.attest(sys.argv[2], "role", "label", datetime.now(UTC))
"""


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OPEN + code, *arguments], stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_only_one_process_applies_and_a_killed_one_lets_go(state: State) -> None:
    other = child(HOLD, str(state.folder))
    try:
        assert first_line(other) == "held"
        with pytest.raises(AlreadyRunning), state.lock():
            pass
    finally:
        other.kill()
        other.wait()
    with state.lock() as still_held:
        assert still_held()


def test_the_lock_is_free_again_after_its_block_even_when_that_failed(state: State) -> None:
    with pytest.raises(ZeroDivisionError), state.lock():
        raise ZeroDivisionError
    with state.lock(), pytest.raises(AlreadyRunning), state.lock():
        pass


@pytest.mark.parametrize("after", [1, 7, 40])
def test_every_line_that_was_acknowledged_survives_a_kill(tmp_path: Path, after: int) -> None:
    writer = child(WRITE, str(tmp_path))
    assert writer.stdout is not None
    acknowledged = -1
    while acknowledged < after:
        assert first_line(writer)
        acknowledged += 1
    writer.kill()
    rest, _ = writer.communicate()
    acknowledged += rest.count("noted")
    journal = open_state(None, tmp_path).journal
    noted = journal.steps("RUN-0001")["01-a"].rows
    assert noted in (acknowledged, acknowledged + 1)


@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.8])
def test_a_kill_while_the_state_is_made_leaves_one_that_opens(tmp_path: Path, seconds: float) -> None:
    maker = child("print('made', flush=True)", str(tmp_path))
    time.sleep(seconds)
    maker.kill()
    maker.wait()
    assert open_state(None, tmp_path).suspensions.all() == ()


def test_a_kill_between_the_tables_and_their_record_leaves_a_state_that_opens(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED_ON_THE_WAY, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert open_state(None, tmp_path).suspensions.all() == ()


def test_two_processes_that_make_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [child(APPEND, str(tmp_path), name) for name in ("a", "b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    state = open_state(None, tmp_path)
    assert all(state.attestations.latest(name) for name in ("a", "b", "c"))
    from zusage.state.models import AttestationRow

    assert AttestationRow.objects.using(state.alias).count() == 120
