"""Killed at any line, the next append finds a consistent log; and two writers never fork it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import pytest
from seal_world import KEY, ORIGIN, WITNESS, cosign, files_of, judge, make_log, numbered

from zusage.evidence.seal import EvidenceLog, read_bundle, rotate, verify_chain
from zusage.evidence.seal.reader import CHECKPOINT

_WRITER = """
import sys, pathlib
from zusage.evidence.seal import EvidenceLog, SigningKey
folder, name, seed, batch, count = sys.argv[1:]
log = EvidenceLog.open(pathlib.Path(folder), SigningKey(name, bytes.fromhex(seed)), patience=60)
for number in range(int(count)):
    size = log.append([b"%s %d" % (batch.encode(), number)] * int(batch.split("x")[1])).size
    print(size, flush=True)
"""


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(line: int, folder: Path) -> Iterator[list[int]]:
    """Kill what runs inside when it reaches the `line`-th line of the modules that write in `folder`; tells how many ran.

    A line that runs often, in a loop, counts the first four times.
    """
    count = [0]
    visits: Counter[tuple[str, int]] = Counter()

    def on_line(frame: FrameType, event: str, argument: object) -> object:
        if event == "line":
            place = (frame.f_code.co_filename, frame.f_lineno)
            visits[place] += 1
            count[0] += visits[place] <= 4
            if count[0] == line and visits[place] <= 4:
                raise Killed
        return on_line

    def on_call(frame: FrameType, event: str, argument: object) -> object:
        name = Path(frame.f_code.co_filename).name
        return on_line if name in {"store.py", "disk.py", "rotation.py"} else None

    before, open_before = sys.gettrace(), descriptors_in(folder)
    sys.settrace(on_call)
    try:
        yield count
    except Killed:
        pass
    finally:
        sys.settrace(before)
    for descriptor in descriptors_in(folder) - open_before:
        os.close(descriptor)  # as the system does for a process that ends, locks included


def descriptors_in(folder: Path) -> set[int]:
    """What this process has open below a folder; other tests' services run in it too, and what they open is theirs."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # it was the one with which they are listed
            if Path(os.readlink(entry)).is_relative_to(folder):
                found.add(int(entry.name))
    return found


def at_every_line(base: Path, work: Path, act: Callable[[Path], object]) -> Iterator[Path]:
    """A copy of `base` on which `act` was killed, once for every line it has."""
    line = 1
    while True:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        with killed_at(line, work) as count:
            act(work)
        yield work
        if count[0] < line:
            assert line > 50  # else the tracer saw nothing
            return
        line += 1


def test_an_append_killed_at_any_line_happened_or_did_not(tmp_path: Path) -> None:
    make_log(tmp_path / "base", [numbered(0, 250), numbered(250, 252)])
    seen = set()
    for folder in at_every_line(
        tmp_path / "base", tmp_path / "work", lambda f: EvidenceLog.open(f, KEY).append(numbered(252, 262))
    ):
        killed = judge(files_of(folder))
        assert killed.ok, killed.findings
        seen.add((killed.size, bool([finding for finding in killed.findings if finding.step == 9])))
        log = EvidenceLog.open(folder, KEY)
        assert log.append([b"next"]).size == (killed.size or 0) + 1
        healed = judge(files_of(folder))
        assert healed.ok
        assert [finding.step for finding in healed.findings] == [7]
        assert list(log.entries()) == [*numbered(0, killed.size or 0), b"next"]
    assert {size for size, _ in seen} == {252, 262}
    assert (252, True) in seen  # else no kill fell between the first file and the checkpoint


def test_an_object_that_outlives_another_writers_crash_clears_up_after_it(tmp_path: Path) -> None:
    make_log(tmp_path / "base", [numbered(0, 10)])
    line = 0
    while True:
        line += 1
        shutil.rmtree(tmp_path / "work", ignore_errors=True)
        shutil.copytree(tmp_path / "base", tmp_path / "work")
        survivor = EvidenceLog.open(tmp_path / "work", KEY)
        survivor.append(numbered(10, 11))
        with killed_at(line, tmp_path) as count:
            EvidenceLog.open(tmp_path / "work", KEY).append([b"lost"] * 9)
        survivor.append([b"kept"] * 5)
        survivor.append([b"kept"] * 10)
        verdict = judge(files_of(tmp_path / "work"))
        assert verdict.ok, (line, verdict.findings)
        assert [finding.step for finding in verdict.findings] == [7]
        if count[0] < line:
            return


def test_a_creation_killed_at_any_line_can_be_completed(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    for folder in at_every_line(tmp_path / "base", tmp_path / "work", lambda f: EvidenceLog.create(f, ORIGIN, KEY)):
        exists = (folder / CHECKPOINT).exists()
        log = EvidenceLog.open(folder, KEY) if exists else EvidenceLog.create(folder, ORIGIN, KEY)
        log.append([b"a"])
        assert [finding.step for finding in judge(files_of(folder)).findings] == [7]


def test_a_rotation_killed_at_any_line_is_completed_by_the_same_call(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    make_log(tmp_path / "base" / "first", [numbered(0, 3)])

    def act(folder: Path) -> EvidenceLog:
        return rotate(EvidenceLog.open(folder / "first", KEY), "second", "log.example/second")

    for folder in at_every_line(tmp_path / "base", tmp_path / "work", act):
        successor = act(folder)
        successor.append([b"later"])
        keys = [KEY.verifier, KEY.named("log.example/second").verifier]
        verdicts = verify_chain([read_bundle(folder / "first"), read_bundle(folder / "second")], keys=keys)
        assert [verdict.ok for verdict in verdicts] == [True, True], verdicts
        assert [verdict.size for verdict in verdicts] == [4, 2]


def test_keeping_cosignatures_killed_at_any_line_costs_at_most_the_cosignature(tmp_path: Path) -> None:
    make_log(tmp_path / "base", [numbered(0, 3)])
    seen = set()
    for folder in at_every_line(tmp_path / "base", tmp_path / "work", lambda f: cosign(EvidenceLog.open(f, KEY))):
        killed = judge(files_of(folder), witnesses=[WITNESS])
        seen.add(killed.anchored)
        assert judge(files_of(folder)).ok
        cosign(EvidenceLog.open(folder, KEY))
        verdict = judge(files_of(folder), witnesses=[WITNESS])
        assert (verdict.ok, verdict.findings) == (True, ())
    assert seen == {False, True}


def _start(folder: Path, batch: str, count: int) -> "subprocess.Popen[str]":
    arguments = [str(folder), KEY.name, KEY.seed.hex(), batch, str(count)]
    return subprocess.Popen([sys.executable, "-c", _WRITER, *arguments], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("run", range(20))
def test_a_writer_killed_by_the_system_leaves_all_it_acknowledged_and_nothing_broken(tmp_path: Path, run: int) -> None:
    folder = tmp_path / "log"
    make_log(folder, [])
    writer = _start(folder, "ax61", 10_000)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(random.Random(run).uniform(0, 0.15))
    writer.send_signal(signal.SIGKILL)
    acknowledged = [first, *writer.communicate()[0].splitlines()]
    verdict = judge(files_of(folder))
    assert verdict.ok, verdict.findings
    assert verdict.size in (int(acknowledged[-1]), int(acknowledged[-1]) + 61)
    log = EvidenceLog.open(folder, KEY)
    log.append([b"after"])
    healed = judge(files_of(folder))
    assert healed.ok
    assert [finding.step for finding in healed.findings] == [7]


def test_two_processes_appending_at_once_do_not_fork_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    make_log(folder, [])
    writers = [_start(folder, "ax3", 30), _start(folder, "bx5", 30)]
    sizes = [int(line) for writer in writers for line in writer.communicate(timeout=120)[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(set(sizes)) == 60
    entries = list(EvidenceLog.open(folder).entries())
    assert [entry for entry in entries if entry.startswith(b"a")] == [b"ax3 %d" % (n // 3) for n in range(90)]
    assert [entry for entry in entries if entry.startswith(b"b")] == [b"bx5 %d" % (n // 5) for n in range(150)]
    assert [finding.step for finding in judge(files_of(folder)).findings] == [7]
