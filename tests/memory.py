"""Files of the tests lie in memory where there is room: most are small, written once and gone after the test."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
#: what must be free, in bytes: several times what four workers with their servers ever hold at once
_ROOM = 8 << 30


def in_memory() -> None:
    """Let everything temporary of this process, and of all that it starts, lie in memory, unless ``TMPDIR`` says where."""
    if "TMPDIR" in os.environ or not _MEMORY.is_dir() or min(shutil.disk_usage(_MEMORY).free, _available()) < _ROOM:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _available() -> int:
    """Memory that can be had without taking any away, in bytes."""
    said = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(said["MemAvailable"].split()[0]) << 10
