"""The live filter as a process: at once, through rotation and signals, on a full disk, with whatever comes in."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from log_world import ZUSAGE, LogWorld, line

from zusage.connectors.access_log.filtering import Filter
from zusage.connectors.access_log.formats import parse
from zusage.connectors.access_log.hiding import Truncate
from zusage.connectors.access_log.loop import fastest
from zusage.connectors.access_log.masking import UNMASKABLE, Masker


@pytest.fixture
def world(tmp_path: Path) -> LogWorld:
    return LogWorld.make(tmp_path)


class Running:
    """``zusage logs filter`` with a pipe into it."""

    def __init__(self, world: LogWorld, *arguments: str) -> None:
        command = [ZUSAGE, "logs", "filter", "zusage.yaml", *arguments]
        self.process = subprocess.Popen(
            command, cwd=world.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )

    def send(self, text: str | bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(text.encode() if isinstance(text, str) else text)

    def read(self) -> bytes:
        assert self.process.stdout
        return os.read(self.process.stdout.fileno(), 1 << 20)

    def end(self) -> tuple[int, bytes, str]:
        out, error = self.process.communicate(timeout=60)
        return self.process.returncode, out, error.decode()


@pytest.fixture
def running(world: LogWorld) -> Iterator[Running]:
    found = Running(world)
    yield found
    found.process.kill()
    found.process.communicate()


def until(condition: object, what: str) -> None:
    ends = time.monotonic() + 30
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends, what
        time.sleep(0.02)


def test_a_line_is_there_masked_before_the_next_one_comes(running: Running) -> None:
    for number in range(5):
        running.send(line(number, 1, "203.0.113.7"))
        assert running.read() == line(number, 1, "203.0.113.0").encode()
    running.send(line(5, 1, "203.0.113.7").rstrip())
    assert running.end() == (0, line(5, 1, "203.0.113.0").rstrip().encode(), "")


def test_half_a_line_waits_for_its_other_half(running: Running) -> None:
    whole = line(1, 1, "203.0.113.7")
    running.send(line(0, 1) + whole[:9])
    assert running.read() == line(0, 1).encode()
    running.send(whole[9:])
    assert running.read() == line(1, 1, "203.0.113.0").encode()


def test_sighup_does_not_end_it_and_sigterm_lets_out_what_was_sent(running: Running) -> None:
    running.send(line(1, 1))
    running.read()
    running.process.send_signal(signal.SIGHUP)
    running.send(line(2, 1, "203.0.113.7") * 200)
    running.process.send_signal(signal.SIGTERM)
    code, out, error = running.end()
    assert (code, out, error) == (0, line(2, 1, "203.0.113.0").encode() * 200, "")


@pytest.mark.parametrize("how", ["sighup", "moved", "deleted"])
def test_a_file_that_is_rotated_away_is_made_anew_and_no_line_is_lost(world: LogWorld, how: str) -> None:
    running = Running(world, "--to", str(world.log))
    running.send("".join(line(n, 1, "203.0.113.7") for n in range(50)))
    until(lambda: world.log.exists() and len(world.read()) == 50, "the first lines")
    if how == "deleted":
        world.log.unlink()
    else:
        world.log.rename(world.log.with_name("access.log.1"))
    if how == "sighup":
        running.process.send_signal(signal.SIGHUP)
        until(world.log.exists, "a new file")
    else:
        time.sleep(0.4)
    running.send("".join(line(n, 1, "203.0.113.7") for n in range(50, 90)))
    assert running.end()[0] == 0
    assert len(world.read()) == 40
    if how != "deleted":
        assert len(world.read("access.log.1")) == 50
    assert "203.0.113.7 " not in world.log.read_text()


def test_a_disk_without_room_is_waited_out_and_said(world: LogWorld) -> None:
    running = Running(world, "--to", "/dev/full")
    running.send(line(1, 1))
    assert running.process.stderr
    said = os.read(running.process.stderr.fileno(), 4096).decode()
    assert "No space left on device" in said
    assert "nothing is lost" in said
    running.process.send_signal(signal.SIGTERM)
    code, _, error = running.end()
    assert code == 2
    assert "bytes were not written" in error
    assert "203" not in error


class Tight:
    """A disk on which there is room only now and then, and never for much."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.calls = 0

    def write(self, data: memoryview) -> int:
        self.calls += 1
        if self.calls % 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.data += data[:100]
        return min(len(data), 100)

    def again(self) -> None:
        pass


def filtered(data: bytes, target: object, form: str = "combined") -> tuple[Filter, list[str]]:
    """Run the filter in this process over some bytes."""
    told: list[str] = []
    source, into = os.pipe()

    def feed() -> None:
        with os.fdopen(into, "wb") as file:
            file.write(data)

    thread = threading.Thread(target=feed)
    thread.start()
    masker = Masker(parse(form), Truncate())
    work = Filter(lines=fastest(masker), source=source, target=target, tell=told.append)  # type: ignore[arg-type]
    work.run()
    thread.join()
    os.close(source)
    return work, told


def test_when_there_is_room_again_it_goes_on_where_it_stopped() -> None:
    tight = Tight()
    lines = "".join(line(n, 1, "203.0.113.7") for n in range(8))
    _, told = filtered(lines.encode(), tight)
    assert bytes(tight.data) == lines.replace("113.7", "113.0").encode()
    assert told[0].startswith("cannot write")
    assert told[-1] == "writing again"


class Kept:
    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: memoryview) -> int:
        self.data += data
        return len(data)

    def again(self) -> None:
        pass


def test_binary_junk_and_a_line_of_ten_megabytes_come_out_as_they_are_but_for_addresses() -> None:
    junk = bytes(n for n in range(256) if n != 10) * 40_000 + b" 203.0.113.7 \xff\xfe\n"
    kept = Kept()
    filtered(line(1, 1, "203.0.113.7").encode() + junk + line(2, 1).encode(), kept)
    assert bytes(kept.data) == (line(1, 1, "203.0.113.0").encode() + junk + line(2, 1).encode()).replace(b"113.7", b"113.0")


def test_a_line_that_does_not_end_is_cut_where_no_address_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from zusage.connectors.access_log import filtering

    monkeypatch.setattr(filtering, "_LONGEST", 1 << 16)
    kept = Kept()
    filtered(b"203.0.113.7 " * 40_000 + b"\n", kept)
    assert bytes(kept.data) == b"203.0.113.0 " * 40_000 + b"\n"
    kept = Kept()
    work, told = filtered(b"7" * 300_000 + b"\n", kept)
    assert work.failed > 0
    assert UNMASKABLE in kept.data
    assert told


def test_a_masker_that_fails_lets_nothing_through() -> None:
    def broken(block: bytes) -> bytes:
        raise ValueError("203.0.113.7")

    told: list[str] = []
    source, into = os.pipe()
    os.write(into, line(1, 1, "203.0.113.7").encode() * 3)
    os.close(into)
    kept = Kept()
    work = Filter(lines=broken, source=source, target=kept, tell=told.append)
    work.run()
    assert bytes(kept.data) == (UNMASKABLE + b"\n") * 3
    assert work.failed == 3
    assert "203" not in "".join(told)


def test_it_does_not_start_without_a_promise_to_keep(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path, protect="")
    ended = subprocess.run(
        [ZUSAGE, "logs", "filter", "zusage.yaml"], cwd=tmp_path, input=b"203.0.113.7\n", capture_output=True, check=False
    )
    assert ended.returncode == 3
    assert ended.stdout == b""
    assert b"taken out before storage" in ended.stderr
    assert world
