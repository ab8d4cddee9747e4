"""Packing logs into one .zip to hand on: the same logs always give the same bytes."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from zusage.evidence.seal.disk import files_below, locked
from zusage.evidence.seal.errors import LogMissing
from zusage.evidence.seal.reader import CHECKPOINT, history_size
from zusage.evidence.seal.store import PATIENCE
from zusage.evidence.seal.tiles import Tile

_WHEN = (1980, 1, 1, 0, 0, 0)  #: the earliest time that a .zip can carry; says nothing
_PLAIN_FILE = 0o100644 << 16


def pack(folders: Sequence[Path], beside: Mapping[str, bytes]) -> bytes:
    """A .zip of the logs in `folders`, each below its folder's name, with the files of `beside` at the top.

    Takes nothing along that is not part of a log. Raises `LogMissing` or `LogBusy`.
    """
    if not folders:
        raise LogMissing(folder="evidence", why="nothing was sealed yet")
    content = dict(beside)
    with ExitStack() as holding:
        for folder in folders:
            holding.enter_context(locked(folder, PATIENCE))
            content |= {f"{folder.name}/{path}": (folder / path).read_bytes() for path in _belonging(folder)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(content):
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, 3
            archive.writestr(info, content[name])
    return packed.getvalue()


def _belonging(folder: Path) -> Iterator[str]:
    for path in files_below(folder):
        if path == CHECKPOINT or history_size(path) is not None or Tile.parse(path):
            yield path
