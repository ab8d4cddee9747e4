"""How far choices were acknowledged, noted apart from the database: a witness that a kill or a database that lost its end cannot take along.

Written after the transaction is on disk and before anybody is told. It survives the death of the process, and is behind, never ahead.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

#: in our own folder
FILE = "consents.acknowledged"
_SHAPE = re.compile(r"(\d{1,19}) ([0-9a-f]{64})\n")


class Acknowledged:
    """The file; each process that records has it open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def note(self, number: int, digest: str) -> None:
        """Everything up to this record is acknowledged; an earlier number than is noted changes nothing."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            known = _read(os.pread(self._handle, 128, 0))
            if known is None or known[0] < number:
                os.pwrite(self._handle, f"{number:019d} {digest}\n".encode(), 0)
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)


def acknowledged(folder: Path) -> tuple[int, str] | None:
    """The last acknowledged record and its digest; None where nothing was ever acknowledged here."""
    try:
        return _read((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None


def _read(raw: bytes) -> tuple[int, str] | None:
    found = _SHAPE.fullmatch(raw.decode("ascii", "replace"))
    return (int(found[1]), found[2]) if found else None
