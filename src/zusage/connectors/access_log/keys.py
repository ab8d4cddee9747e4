"""The key of the codes that stand for addresses. When its time is over it is gone for good, and with it what the codes could tell."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SIZE = 32


@dataclass(slots=True)
class RotatingKey:
    """A random key for each period of so many seconds since 1970, in memory or in a file that only its owner can read.

    With a file, a filter that is started anew within the period, or a second one, makes the same codes.
    """

    seconds: int
    path: Path | None = None
    clock: Callable[[], float] = time.time
    _period: int = -1
    _key: bytes = b""

    def __call__(self) -> bytes:
        """The key of now."""
        period = int(self.clock() // self.seconds)
        if period != self._period:
            self._key = self._shared(period) if self.path else secrets.token_bytes(_SIZE)
            self._period = period
        return self._key

    def _shared(self, period: int) -> bytes:
        """The file's key if it is of this period; else a new one takes its place, the first of several that try."""
        assert self.path is not None  # noqa: S101 - asked above
        head = b"%d\n" % period
        for _ in range(2):
            try:
                found = self.path.read_bytes()
            except FileNotFoundError:
                found = b""
            if found.startswith(head) and len(found) == len(head) + _SIZE:
                return found[len(head) :]
            if found:
                self.path.unlink(missing_ok=True)
            self._make(head)
        return self.path.read_bytes()[len(head) :]

    def _make(self, head: bytes) -> None:
        assert self.path is not None  # noqa: S101 - asked above
        new = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(head + secrets.token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, self.path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
