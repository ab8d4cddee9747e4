"""Locks that the operating system or the server releases when their holder is killed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from .database import named, without_secret
from .errors import StateUnreachable

Taken = Callable[[], bool]


class LockTaken(Exception):
    """Somebody else holds the lock."""


@contextmanager
def alone(lock: AbstractContextManager[Taken], taken: Callable[[], Exception]) -> Iterator[Taken]:
    """Hold a lock inside; raises what ``taken`` makes, in words of its own, where somebody else holds it."""
    with ExitStack() as stack:
        try:
            still_held = stack.enter_context(lock)
        except LockTaken:
            raise taken() from None
        yield still_held


def wait_for(attempt: Callable[[], bool], seconds: float) -> None:
    """Try until it succeeds or the time is over; raises LockTaken."""
    deadline = time.monotonic() + seconds
    while not attempt():
        if time.monotonic() >= deadline:
            raise LockTaken
        time.sleep(0.05)


@contextmanager
def file_lock(path: Path, seconds: float = 0) -> Iterator[Taken]:
    """Hold ``flock`` on a file of its own; the file stays, for removing it would let two hold it at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        wait_for(lambda: _flock(handle), seconds)
        yield lambda: True
    finally:
        os.close(handle)


def _flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def advisory_lock(alias: str, name: str, seconds: float = 0) -> Iterator[Taken]:
    """Hold PostgreSQL's advisory lock on a connection of its own; gives a way to ask whether it is still held.

    The server releases it when the connection ends, also when the server itself restarts: whoever works for long asks.
    Raises LockTaken or StateUnreachable.
    """
    from django.db import OperationalError, connections

    key = int.from_bytes(hashlib.sha256(f"zusage {name}".encode()).digest()[:8], "big", signed=True)
    own = connections[alias].copy()
    try:
        with own.cursor() as cursor:

            def attempt() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
                return bool((cursor.fetchone() or (False,))[0])

            wait_for(attempt, seconds)
    except OperationalError as error:
        own.close()
        spec = own.settings_dict
        raise StateUnreachable(where=named(spec), why=without_secret(str(error), spec)) from None
    except LockTaken:
        own.close()
        raise
    try:
        yield own.is_usable
    finally:
        own.close()
