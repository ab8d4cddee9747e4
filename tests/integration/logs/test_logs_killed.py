"""A log that a server goes on writing, a plan that is killed at any moment: no line is lost, none is doubled, the end is the same."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from log_world import LogWorld, line
from tests.integration import forked

from zusage.connectors.access_log import replacing
from zusage.connectors.access_log.reader import LogReader
from zusage.connectors.access_log.writer import LogWriter
from zusage.connectors.trouble import CannotHandle, Interrupted, Unreachable
from zusage.planning.plan import ChangeColumns, DeleteRows, Step
from zusage.promises.condition import ALWAYS, Before, Column, Condition, IsNull, Not
from zusage.promises.lines import ADDRESSES, beyond
from zusage.promises.manifest import AccessLog
from zusage.promises.promise import Change

KILLS = int(os.environ.get("ZUSAGE_KILLS", "20"))
DECLARED = AccessLog(kind="access-log", path="unused")
OLD: Condition = Before(Column("time"), datetime(2026, 11, 6, tzinfo=UTC), "UTC")
DROP = Step(id="1", promise="p", system="weblogs", table="line", action=DeleteRows(), where=OLD)
MASK = Step(
    id="2", promise="p", system="weblogs", table="line",
    action=ChangeColumns((Change(column=ADDRESSES, how="mask", value="24/48"),)), where=Not(IsNull(beyond("24/48"))),
)  # fmt: skip


def writer(world: LogWorld) -> LogWriter:
    return LogWriter("weblogs", DECLARED, str(world.folder / "log" / "access.log*"), world.folder / "key")


def carry_out(world: LogWorld, step: Step) -> int:
    return sum(writer(world).carry_out(step, ALWAYS, 10**9, 1))


def numbers(world: LogWorld) -> list[int]:
    found = []
    for name in world.files():
        assert not name.startswith("."), world.files()
        found += [int(re.findall(r"GET /(\d+) ", text)[0]) for text in world.read(name)]
    return sorted(found)


class Server(threading.Thread):
    """Appends whole lines as web servers do, and rotates now and then without asking anybody."""

    def __init__(self, world: LogWorld, rotates: bool) -> None:
        super().__init__(daemon=True)
        self.world, self.rotates = world, rotates
        self.written: list[int] = []
        self.ending = threading.Event()

    def run(self) -> None:
        descriptor = self._open()
        number = 10_000
        while not self.ending.is_set():
            number += 1
            os.write(descriptor, line(number, 1, "203.0.113.77").encode())
            self.written.append(number)
            if self.rotates and number % 400 == 0:
                os.rename(self.world.log, self.world.log.with_name(f"access.log.{number}"))
                os.write(descriptor, line(number * 10, 1, "203.0.113.77").encode())  # between rotation and reopening
                self.written.append(number * 10)
                os.close(descriptor)
                descriptor = self._open()
            time.sleep(0.0005)
        os.close(descriptor)

    def _open(self) -> int:
        return os.open(self.world.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


@pytest.mark.parametrize("rotates", [False, True], ids=["never rotated", "rotated"])
def test_a_writing_server_and_a_killed_writer_lose_no_line(tmp_path: Path, rotates: bool) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [line(n, 30 if n % 3 else 2, "203.0.113.77") for n in range(3000)])
    world.write("access.log.1", [line(4000 + n, 30 if n % 3 else 3, "2001:db8::1") for n in range(600)])
    world.write("access.log.2.gz", [line(5000 + n, 30 if n % 3 else 4, "2001:db8::1") for n in range(600)])
    kept = [n for n in range(3000) if n % 3 == 0] + [base + n for base in (4000, 5000) for n in range(600) if n % 3 == 0]
    server = Server(world, rotates)
    server.start()
    choose, endings = random.Random(11), set[int]()
    for _ in range(KILLS):
        child = forked.fork(lambda: [carry_out(world, step) for step in (DROP, MASK)])
        time.sleep(choose.uniform(0.0, 0.25))
        os.kill(child, signal.SIGKILL)
        endings.add(forked.wait(child))
    server.ending.set()
    server.join()
    for step in (DROP, MASK):
        carry_out(world, step)
    assert numbers(world) == sorted(kept + server.written)
    assert len(server.written) > 50
    assert -signal.SIGKILL in endings <= {0, -signal.SIGKILL}
    for name in world.files():
        assert all(text.split()[0] in {"203.0.113.0", "2001:db8::"} for text in world.read(name))


def test_the_file_that_is_being_written_stays_the_same_file_and_grows_on(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [line(n, 30) for n in range(50)] + [line(n, 1) for n in range(50, 60)])
    with world.log.open("a") as server:
        inode, size = world.log.stat().st_ino, world.log.stat().st_size
        assert carry_out(world, DROP) == 50
        server.write(line(60, 0))
    assert world.log.stat().st_ino == inode
    assert world.log.stat().st_size == size + len(line(60, 0))
    assert numbers(world) == list(range(50, 61))
    assert b"GET /1 " not in world.log.read_bytes()
    assert carry_out(world, DROP) == 0


def test_what_is_left_of_a_run_that_was_killed_while_laying_over_is_finished(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [line(n, 30 if n < 300 else 1) for n in range(400)])
    whole = world.log.read_bytes()
    assert carry_out(world, DROP) == 300
    done = world.log.read_bytes()
    for torn in (0, 1, 4096, 9000, 16384, len(done) - 1):
        world.log.write_bytes(whole)
        _note_without_end(world, torn)
        reader = LogReader("weblogs", DECLARED, str(world.folder / "log" / "access.log*"))
        assert not reader.visibility("line").shown
        carry_out(world, DROP)
        assert numbers(world) == list(range(300, 400)), torn


def _note_without_end(world: LogWorld, torn: int) -> None:
    """Kill it in the middle of laying over: only so many bytes have been laid."""

    def lay(descriptor: int, start: int, content: bytes) -> None:
        os.pwrite(descriptor, content[: torn // 4096 * 4096], start)
        forked.die()

    def work() -> None:
        replacing._lay = lay
        carry_out(world, DROP)

    assert forked.killed(work)


def test_a_note_for_another_file_of_the_same_number_is_not_laid_over_it(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [line(n, 30) for n in range(300)])
    _note_without_end(world, 0)
    other = [line(n, 1) for n in range(1000, 1400)]
    world.write("access.log", other)  # the same inode, written anew by somebody else
    carry_out(world, DROP)
    assert numbers(world) == list(range(1000, 1400))


def test_codes_that_need_more_room_wait_for_the_rotation(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [line(1, 1, "203.0.113.7")])
    code = Step(
        id="3", promise="p", system="weblogs", table="line",
        action=ChangeColumns((Change(column=ADDRESSES, how="code", value="P1D"),)), where=ALWAYS,
    )  # fmt: skip
    with pytest.raises(CannotHandle, match="would become longer"):
        carry_out(world, code)
    assert world.read() == [line(1, 1, "203.0.113.7").rstrip()]


def test_a_full_disk_changes_nothing_and_the_same_plan_goes_on_when_there_is_room(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.usual()
    world.write("access.log.1", [line(n, 30 if n % 2 else 1) for n in range(9000)])
    before = {name: world.read(name) for name in world.files()}
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(Interrupted, match="File too large"):
            carry_out(world, DROP)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    assert {name: world.read(name) for name in world.files()} == before
    assert not list(world.log.parent.glob(".*"))
    assert carry_out(world, DROP) == 4500


def test_a_step_that_blocks_or_changes_the_time_is_refused_whole(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.usual()
    clear = ChangeColumns((Change(column="time", how="clear"),))
    with pytest.raises(CannotHandle):
        carry_out(world, Step(id="4", promise="p", system="weblogs", table="line", action=clear))


def test_a_rotation_meanwhile_neither_hides_nor_doubles_a_line(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [line(n, 1) for n in range(2000)])
    reader = LogReader("weblogs", DECLARED, str(world.folder / "log" / "access.log*"))
    ending = threading.Event()

    def rotate() -> None:
        while not ending.is_set():
            for name in ("access.log.2", "access.log.1", "access.log"):
                path = world.log.with_name(name)
                if path.exists():
                    path.rename(
                        world.log.with_name(
                            {"access.log.2": "access.log", "access.log.1": "access.log.2"}.get(name, "access.log.1")
                        )
                    )
            time.sleep(0.01)

    thread = threading.Thread(target=rotate)
    thread.start()
    looks = 0
    try:
        for _ in range(40):
            try:
                seen = reader.partition("line", [("old", OLD)])
            except Unreachable:
                continue  # it moved all the time: nobody could look
            looks += 1
            assert (seen.total, sum(seen.counts.values())) == (2000, 2000)
    finally:
        ending.set()
        thread.join()
    assert looks > 10
