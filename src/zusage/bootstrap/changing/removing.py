"""Files of rows that go: noted before the rows go, removed when they have gone, and the note after that.

Killed in between, the next run finds the note. A file whose row is still there is left to it; every other is removed. So no kill leaves a
file that is nobody's and that nobody knows of, and none takes a file from a row that stays. Where backups are declared, what is removed is
on the register of erasures before: files may be restored without their rows.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.port import RowFiles, StillThere
from zusage.connectors.row_files import files_at, refuse_missing, remove

from .. import filing

if TYPE_CHECKING:
    from ..product import Product
    from ..register.registering import Register

_FOLDER = "files"


@dataclass(frozen=True, slots=True)
class FileRemover:
    """The notes lie in our own folder, readable by its owner alone: a file's name can be a person's."""

    folder: Path
    #: takes down on the register what is removed; None where no backup is declared
    register: Register | None = None

    def __call__(self, files: Sequence[RowFiles], there: StillThere) -> Callable[[], None]:
        """As the port says."""
        if not files:
            return lambda: None
        for one in files:
            refuse_missing(one.system, one.path)  # before any row goes
        note = self.folder / _FOLDER / f"{secrets.token_hex(8)}.json"
        filing.replace(note, json.dumps([_plain(one) for one in files]).encode(), private=True)

        def gone() -> None:
            for one in files:
                self._remove(one, there)
            note.unlink(missing_ok=True)

        return gone

    def recover(self, there: Callable[[str], StillThere]) -> None:
        """End what a run that was killed had begun. Raises SystemTrouble."""
        for note in self.notes():
            for one in json.loads(note.read_text(encoding="utf-8")):
                told = {**one, "columns": tuple(one["columns"]), "values": tuple(map(tuple, one["values"]))}
                files = RowFiles(**told)
                self._remove(files, there(files.system))
            note.unlink()

    def notes(self) -> Iterator[Path]:
        """What was begun and is not known to be done."""
        folder = self.folder / _FOLDER
        yield from sorted(folder.glob("*.json")) if folder.is_dir() else ()

    def _remove(self, files: RowFiles, there: StillThere) -> None:
        named = [dict(zip(files.columns, values, strict=True)) for values in files.values]
        staying = there(files.table, named) if named else ()
        gone = (one for one, stays in zip(named, staying, strict=True) if not stays)
        paths = [path for one in gone for path in files_at(files.system, files.path, one)]
        if self.register and paths:
            self.register.take_down_files(f"{files.system}.{files.table}", files.path, paths)
        remove(paths, files.path)


def finish(product: Product, pseudonym_key: Callable[[], bytes], register: Register | None = None) -> None:
    """End what a run that was killed had begun, as the only one that changes. Raises SystemTrouble."""
    from zusage.connectors.opening import open_writer

    remover, databases = FileRemover(product.folder, register), product.loaded.manifest.databases

    @cache
    def there(system: str) -> StillThere:
        return product.keep(open_writer(system, databases[system], None, pseudonym_key)).which_still_there

    remover.recover(there)


def _plain(files: RowFiles) -> dict[str, object]:
    values = [[one if isinstance(one, int | str) or one is None else str(one) for one in row] for row in files.values]
    return {"system": files.system, "table": files.table, "path": files.path, "columns": list(files.columns), "values": values}
