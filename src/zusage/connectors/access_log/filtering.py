"""The live filter between a server and its log: masks what has come in and writes it at once.

1.  What is read is masked and written before anything more is read; nothing waits but the beginning of a line.
2.  A line without an end in sight is cut where no address can be, and never grows beyond a bound.
3.  SIGHUP, or a file that was moved away, makes the file anew; no line is lost between the two.
4.  A full disk stops the reading, not the filter: it says so, tries again, and goes on where it stopped.
5.  At the end of the input, at SIGTERM or SIGINT, what has been sent is written before the filter ends.
"""

from __future__ import annotations

import errno
import os
import re
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .masking import UNMASKABLE, Lines

_CHUNK = 1 << 18
_LONGEST = 1 << 26
_WAIT = 1.0
#: how often, in seconds, it is looked whether the file is still the one of its name
_LOOK = 0.25
#: errors of writing that pass when somebody makes room
_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.EINTR})
#: nothing in an address, or before one, is any of these
_SAFE_CUT = re.compile(rb"[ \"<>{}|\t,;=()]")


class Target(Protocol):
    """Where lines go."""

    def write(self, data: memoryview) -> int:
        """Write the beginning of the data; returns how much. Raises OSError."""

    def again(self) -> None:
        """The target may have been moved away: make it anew."""


@dataclass(slots=True)
class Stream:
    """An open file that cannot be moved away, such as standard output."""

    descriptor: int

    def write(self, data: memoryview) -> int:
        """Write to it."""
        return os.write(self.descriptor, data)

    def again(self) -> None:
        """Nothing moves it."""


@dataclass(slots=True)
class LogFile:
    """A file that is always the one of its name."""

    path: Path
    _descriptor: int = -1
    _looked: float = 0.0

    def __post_init__(self) -> None:
        self._open()

    def write(self, data: memoryview) -> int:
        """Append to it."""
        now = time.monotonic()
        if now - self._looked > _LOOK:
            self._looked = now
            if self._moved():
                self.again()
        return os.write(self._descriptor, data)

    def again(self) -> None:
        """Open it anew; the old one stays open until that has worked."""
        old = self._descriptor
        self._open()
        os.close(old)

    def _open(self) -> None:
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _moved(self) -> bool:
        mine = os.fstat(self._descriptor)
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            return True
        return (mine.st_dev, mine.st_ino) != (there.st_dev, there.st_ino)


@dataclass(slots=True, kw_only=True)
class Filter:
    """Reads from a descriptor, masks and writes."""

    lines: Lines
    source: int
    target: Target
    #: says what went wrong, to whoever runs the filter
    tell: Callable[[str], None]
    #: lines that could not be masked, and bytes that could not be written
    failed: int = 0
    lost: int = 0
    _pieces: list[bytes] = field(default_factory=list)
    _waiting: int = 0
    _again: bool = False
    _ending: bool = False

    def run(self) -> None:
        """Filter until the input ends or somebody says so."""
        with self._signals() as woken:
            while not self._ending:
                ready = {descriptor for descriptor, _ in _poll(self.source, woken)}
                if woken in ready:
                    os.read(woken, 4096)
                if self._again:
                    self._make_anew()
                if self.source in ready and not self._take(os.read(self.source, _CHUNK)):
                    break
            self._drain()
        self._write(self._masked(b"".join(self._pieces)))

    def _take(self, data: bytes) -> bool:
        """Step 1; False at the end of the input."""
        end = data.rfind(b"\n") + 1
        if end:
            self._write(self._masked(b"".join((*self._pieces, data[:end]))))
            self._pieces, self._waiting = [], 0
        self._pieces.append(data[end:])
        self._waiting += len(data) - end
        if self._waiting > _LONGEST:
            self._cut()
        return bool(data)

    def _cut(self) -> None:
        """Step 2."""
        whole = b"".join(self._pieces)
        end = max((found.end() for found in _SAFE_CUT.finditer(whole, max(0, len(whole) - _CHUNK))), default=0)
        if not end:
            self.tell("a line without any end or space was left out: it cannot be told where addresses are in it")
            self.failed += 1
        self._write(self._masked(whole[:end]) if end else UNMASKABLE)
        self._pieces = [whole[end:]] if end else []
        self._waiting = len(self._pieces[0]) if end else 0

    def _masked(self, block: bytes) -> bytes:
        """Fails closed: what cannot be masked does not pass."""
        if not block:
            return block
        try:
            return self.lines(block)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the lines must not pass
            self.tell(f"lines could not be masked ({type(error).__name__}) and were left out")
            count = block.count(b"\n") or 1
            self.failed += count
            return (UNMASKABLE + b"\n") * count

    def _write(self, data: bytes) -> None:
        """Step 4. Raises OSError where waiting does not help."""
        view, told = memoryview(data), False
        while view:
            try:
                view = view[self.target.write(view) :]
            except OSError as error:
                if error.errno not in _PASSING or self._ending:
                    self.lost += len(view)
                    raise
                if not told:
                    self.tell(
                        f"cannot write: {error.strerror}. Nothing more is read, and nothing is lost, until there is room again"
                    )
                    told = True
                time.sleep(0.05)
                if self._again:
                    self._make_anew()
        if told:
            self.tell("writing again")

    def _make_anew(self) -> None:
        self._again = False
        try:
            self.target.again()
        except OSError as error:
            self.tell(f"the file cannot be made anew ({error.strerror}); lines go on into the old one")

    def _drain(self) -> None:
        """Step 5: what was sent before the signal."""
        self._ending = True
        while select.select([self.source], [], [], 0)[0]:
            if not self._take(os.read(self.source, _CHUNK)):
                return

    @contextmanager
    def _signals(self) -> Iterator[int]:
        """SIGHUP asks for the file anew, SIGTERM and SIGINT for the end; a pipe wakes the filter."""
        woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

        def again(*_: object) -> None:
            self._again = True

        def end(*_: object) -> None:
            self._ending = True

        before = {sign: signal.signal(sign, again if sign is signal.SIGHUP else end) for sign in _SIGNALS}
        old = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        try:
            yield woken
        finally:
            signal.set_wakeup_fd(old)
            for sign, handler in before.items():
                signal.signal(sign, handler)
            os.close(woken)
            os.close(waker)


_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


def _poll(*descriptors: int) -> list[tuple[int, int]]:
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return poll.poll()
