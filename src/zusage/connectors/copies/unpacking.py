"""A backup as the plain file that it was before it was compressed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .port import BackupUnreadable

_KINDS: Mapping[bytes, Callable[[Path], Any]] = {b"\x1f\x8b": gzip.GzipFile, b"BZh": bz2.BZ2File, b"\xfd7zXZ": lzma.LZMAFile}


@contextmanager
def reading(copy: Path) -> Iterator[Any]:
    """The plain content of a file that is packed or not. Raises BackupUnreadable."""
    try:
        with copy.open("rb") as file:
            head = file.read(6)
        opened = next((how for mark, how in _KINDS.items() if head.startswith(mark)), None)
        with opened(copy) if opened else copy.open("rb") as source:
            yield source
    except EOFError:
        raise BackupUnreadable("it ends before it is whole") from None
    except (OSError, zlib.error, lzma.LZMAError) as error:
        why = getattr(error, "strerror", None)
        raise BackupUnreadable(f"it cannot be read ({why})" if why else "it is packed, and damaged") from None


def unpack(copy: Path, to: Path) -> Path:
    """Copy a file, unpacked where it was packed, for our eyes alone. Raises BackupUnreadable."""
    to.touch(mode=0o600)
    with reading(copy) as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    return to
