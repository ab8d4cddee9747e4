"""Every file below a folder, by name and by content: documents, logs, mail spools, caches, backups, our own state."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from .found import Residue
from .needles import Needles
from .streams import Gathering, read_through


def scan_files(store: str, roots: Iterable[Path], needles: Needles, without: Collection[Path] = ()) -> Residue:
    """Read every file of some folders, or single files, byte by byte; ``without`` names files that are looked at otherwise.

    Links are looked at as names, and not followed. What is not there, may not be read, or is neither a file nor a folder is
    reported as unread. A file that goes while we look is gone.
    """
    seen = Gathering(store, needles)
    left_out = {path.absolute() for path in without}
    for root in roots:
        if not os.path.lexists(root):
            seen.missed(seen.name(root.name), "is not there")
        elif root.is_dir():
            _folder(seen, root, left_out)
        else:
            _file(seen, root, root.name, left_out)
    return Residue(traces=tuple(sorted(seen.traces)), looked_at=seen.looked_at, unread=tuple(seen.unread))


def _folder(seen: Gathering, root: Path, left_out: Collection[Path]) -> None:
    def trouble(error: OSError) -> None:
        where = os.path.relpath(error.filename, root) if error.filename else "."
        seen.missed(seen.name(where), "may not be read")

    for folder, folders, files in os.walk(root, onerror=trouble):
        for name in sorted(folders):
            seen.named(os.path.relpath(os.path.join(folder, name), root))
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted([*files, *links]):
            path = Path(folder, name)
            _file(seen, path, os.path.relpath(path, root), left_out)


def _file(seen: Gathering, path: Path, name: str, left_out: Collection[Path]) -> None:
    if path.absolute() in left_out:
        return
    place = seen.named(name)
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            seen.note(place, os.fsencode(os.readlink(path)))
        elif stat.S_ISREG(mode):
            with path.open("rb") as stream:
                read_through(seen, place, stream)
        else:
            seen.missed(place, "is neither a file nor a folder")
    except FileNotFoundError:
        return
    except OSError as trouble:
        seen.missed(place, f"may not be read ({type(trouble).__name__})")
