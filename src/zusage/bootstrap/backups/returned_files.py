"""Files of erased rows that a restore brought back without their rows: they go again where it is certain whose they were.

1.  A file is one of them if one lay in its very place when an erasure took it, which the register knows by a keyed code.
2.  It is left to a row that names it by now, and left where anything in it is newer than that erasure: somebody else may have put it there.
3.  A file that no row names and of which the register knows nothing is nobody's to take: it is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import filter as matching
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.row_files import PLAIN, FileTrouble, every_file, files_in, refuse_missing, remove
from zusage.connectors.sql.address import fill
from zusage.planning.plan import Selection
from zusage.promises.recognition import covered
from zusage.promises.row_files import columns_in, files_of, written

from ..register.registering import Register, reader_of

if TYPE_CHECKING:
    from ..product import Product


@dataclass(slots=True)
class Files:
    """What came of the files of one path in the manifest."""

    table: str
    pattern: str
    #: went again
    gone: int = 0
    #: newer than the erasure
    newer: int = 0
    #: belong to no row, and nothing says whose they were
    unknown: int = 0

    @property
    def trouble(self) -> str:
        """What is left to do by hand; empty where nothing is. No name of a file, for it can be a person's."""
        said = []
        if self.newer:
            said.append(
                f"{self.newer} lie where one lay that was erased with its row, and are newer than the erasure: they were put there since, or "
                "restored without their times. Restore them with their times (such as by cp -p) and replay again, or look at them and "
                "delete them by hand"
            )
        if self.unknown:
            said.append(
                f"{self.unknown} belong to no row, and nothing on the register says whose they were. Look whether their rows are still to be "
                "restored, and delete by hand those that are nobody's"
            )
        return f"files of {self.table} ({self.pattern}): {'; '.join(said)}" if said else ""


def take_again(register: Register) -> Iterator[Files]:
    """Steps 1 to 3, for each path of files of the manifest. May be repeated. Raises SystemTrouble."""
    manifest = register.product.loaded.manifest
    for table, patterns in files_of(manifest).items():
        if table.split(".", 1)[0] in covered(manifest):
            yield from (_take(register, table, pattern) for pattern in patterns)


def _take(register: Register, table: str, pattern: str) -> Files:
    system, found, going = table.split(".", 1)[0], Files(table, pattern), list[Path]()
    refuse_missing(system, pattern)
    alone = set(every_file(system, pattern))  # listed before rows are read: what comes between is not nobody's
    known = register.product.state.erasures.files(table, pattern)
    for path in map(Path, sorted(alone - _named(register.product, table, pattern, alone))):
        if not any(files_in(path)):
            continue  # an empty folder is nobody's, or a link
        at = known.get(register.file_code(table, path))
        if at is None:
            found.unknown += 1
        elif _changed(path, pattern) > at.timestamp():
            found.newer += 1
        else:
            going.append(path)
    if going:
        register.take_down_files(table, pattern, going)  # the next backup may have them too
        remove(going, pattern)
    found.gone = len(going)
    return found


def _changed(path: Path, pattern: str) -> float:
    """When the file, or the newest in a folder, was written last."""
    try:
        return max((file.stat().st_mtime for file in files_in(path)), default=path.lstat().st_mtime)
    except OSError as error:
        raise FileTrouble("looked at", pattern, error.strerror or "") from None


def _named(product: Product, table: str, pattern: str, files: Collection[str]) -> set[str]:
    """Those of the files that are a row's by its name now."""
    columns, place = columns_in(pattern), fill(table.split(".", 1)[0], pattern)
    rows = reader_of(product, table).rows(Selection(system=table.split(".", 1)[0], table=table.split(".", 1)[1]), columns)
    left = set(files)
    for row in rows if files else ():
        values = dict(zip(columns, row, strict=True))
        if "*" in place:
            spelt = written(place, values, PLAIN)
            left.difference_update(matching(left, spelt) if spelt else ())
        elif name := written(place, values):
            left.discard(name)
    return set(files) - left
