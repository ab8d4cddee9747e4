"""Meetings. Names, chat and pad are held in memory and nowhere else; slides lie in a folder of the meeting.

Every meeting has a folder with a file ``alive`` in it, which this process holds locked. The lock ends with the process, however it
ends: what nobody holds locked belongs to no meeting and goes, at the next start or as soon as the watcher sees it. ``service`` is a
folder of that kind without any content, so that it can be seen from outside that living folders are told from dead ones.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from threading import RLock
from time import monotonic

ALIVE = "alive"
SERVICE = "service"
EMPTY_AFTER = 60.0  #: seconds without anybody until a meeting ends by itself
MOST_SLIDES = 60


class NoSuchMeetingError(Exception):
    """The meeting is over, or there never was one."""


@dataclass(slots=True)
class Participant:
    """Somebody in a meeting, under a name typed for it."""

    name: str
    moderator: bool
    seen: float = field(default_factory=monotonic)


@dataclass(slots=True)
class Meeting:
    """What one meeting consists of."""

    id: str
    folder: Path
    people: dict[str, Participant] = field(default_factory=dict)
    chat: list[tuple[str, str]] = field(default_factory=list)
    pad: str = ""
    slides: list[str] = field(default_factory=list)
    guests: int = 0
    begun: float = field(default_factory=monotonic)

    @property
    def last_seen(self) -> float:
        """When somebody was here last."""
        return max((one.seen for one in self.people.values()), default=self.begun)

    def join(self, name: str, *, moderator: bool) -> str:
        """Somebody comes in, under any name or none; returns the token of their cookie."""
        self.guests += 1
        token = token_urlsafe(24)
        self.people[token] = Participant(name or f"Gast {self.guests}", moderator)
        return token


class Rooms:
    """All meetings of this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._meetings: dict[str, Meeting] = {}
        self._locks: dict[str, int] = {}
        self._guard = RLock()
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        self._hold(SERVICE)

    def begin(self) -> Meeting:
        """A new meeting under a random number that says nothing about who began it."""
        with self._guard:
            number = token_urlsafe(18)
            self._hold(number)
            self._meetings[number] = Meeting(number, self.folder / number)
            return self._meetings[number]

    def find(self, number: str) -> Meeting:
        """The meeting, while it lasts."""
        try:
            return self._meetings[number]
        except KeyError:
            raise NoSuchMeetingError from None

    def end(self, number: str) -> None:
        """Ends a meeting: everything of it is gone when this returns."""
        with self._guard:
            meeting = self._meetings.pop(number, None)
            if meeting is None:
                return
            meeting.people.clear()
            meeting.chat.clear()
            meeting.pad = ""
            remove(meeting.folder)
            os.close(self._locks.pop(number))

    def end_empty(self) -> None:
        """Ends what everybody has left."""
        for meeting in list(self._meetings.values()):
            if monotonic() - meeting.last_seen > EMPTY_AFTER:
                self.end(meeting.id)

    def beat(self) -> None:
        """Marks the folders as in use now, for those who look at them from outside."""
        with self._guard:
            for number in self._locks:
                os.utime(self.folder / number / ALIVE)

    def close(self) -> None:
        """Ends every meeting, and the service."""
        for number in list(self._meetings):
            self.end(number)
        remove(self.folder / SERVICE)
        for lock in self._locks.values():
            os.close(lock)
        self._locks.clear()

    def _hold(self, name: str) -> None:
        with _sweeping(self.folder):  # nobody sweeps between the folder and its lock
            (self.folder / name).mkdir(mode=0o700)
            lock = os.open(self.folder / name / ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._locks[name] = lock


def sweep(folder: Path) -> int:
    """Removes everything that no living process holds; returns how much that was."""
    with _sweeping(folder):
        dead = [entry for entry in folder.iterdir() if not is_held(entry)]
        for entry in dead:
            remove(entry)
    return len(dead)


def is_held(entry: Path) -> bool:
    """Whether a living process holds the folder."""
    try:
        lock = os.open(entry / ALIVE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def remove(entry: Path) -> None:
    """Removes a folder or a file with all that is in it."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=False)
    else:
        with suppress(FileNotFoundError):
            entry.unlink()


@contextmanager
def _sweeping(folder: Path) -> Iterator[None]:
    lock = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
