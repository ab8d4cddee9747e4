"""The register of erasures: what goes is taken down under keyed codes before it goes, and looked for again.

An entry is there before its rows go and is settled when they are gone. What an interrupted run left unsettled is looked for in its
table; where a backup was restored meanwhile, which shows by rows that were gone for certain, nothing is taken off the register.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.port import Reader
from zusage.connectors.trouble import CannotHandle, SystemTrouble
from zusage.planning.codec import decode, encode
from zusage.planning.plan import Action, BlockRows, ChangeColumns, DeleteRows, Selection, Step
from zusage.planning.release import unchanged
from zusage.promises.condition import ALWAYS, Column, Compare, Condition, Literal, all_of
from zusage.promises.derive import rules_of
from zusage.promises.inventory import Inventory
from zusage.promises.recognition import Mark, covered, marks
from zusage.sealing.erased import row_code

from .. import filing
from ..vaults import vault_of
from .in_lists import InLists

if TYPE_CHECKING:
    from zusage.state.erasures import Erased

    from ..product import Product

#: rows, each as its code, its key and when it came to be
Rows = Iterator[tuple[bytes, tuple[object, ...]]]

_KEY = "register.key"
_DELETED, _BLOCKED = "deleted", "blocked"


class RegisterKeyGone(SystemTrouble):
    """The register cannot be read without its key."""

    def __init__(self) -> None:
        super().__init__(
            f"the key of the register of erasures ({_KEY} in our own folder) is gone, and the register is not empty. Without it nobody "
            "could tell whether a restored backup brought erased data back. Nothing was changed. Restore the key from its own copy."
        )


@dataclass(frozen=True, slots=True)
class Register:
    """Takes down what goes from the systems of which backups are declared; fulfils the port ``Registrar``."""

    product: Product
    marks: Mapping[str, Mark]
    key: bytes
    #: tables of which it was shown in this run that whoever looks makes the same codes as whoever changes
    shown: set[str] = field(default_factory=set)

    def columns(self, step: Step) -> tuple[str, ...]:
        """What a restriction hides comes back, so that it is not erased."""
        mark = self.marks.get(f"{step.system}.{step.table}")
        ends = isinstance(step.action, DeleteRows | ChangeColumns | BlockRows) and not step.promise.endswith("/restricted")
        return mark.columns if mark and ends else ()

    def __call__(self, step: Step, rows: Iterable[Sequence[object]]) -> Callable[[], None]:
        """One entry a batch; of a table's first row in a run it is shown that it would be found again."""
        table, erasures, columns = f"{step.system}.{step.table}", self.product.state.erasures, self.columns(step)
        gone = [(row_code(self.key, table, row), row) for row in rows]
        if gone and table not in self.shown:
            self._show(table, columns, *gone[0])
        codes = b"".join(code for code, _ in gone)
        action = self.lists.coded(table, step.action) if isinstance(step.action, ChangeColumns) else step.action
        number = erasures.note(table, step.promise, written(action), self.product.clock(), columns, codes)
        return lambda: erasures.settle(number)

    def take_down_files(self, table: str, pattern: str, paths: Iterable[Path]) -> None:
        """Files that went with rows of a table, by where they lay; on disk when it returns."""
        codes = b"".join(self.file_code(table, path) for path in paths)
        self.product.state.erasures.note_files(table, pattern, self.product.clock(), codes)

    def file_code(self, table: str, path: Path) -> bytes:
        """The code of where a file of a row of a table lies."""
        return row_code(self.key, f"files of {table}", (str(path),))

    @property
    def lists(self) -> InLists:
        """What it can say of items in lists."""
        return InLists(key=self.key, manifest=self.product.loaded.manifest, marks=self.marks)

    def _show(self, table: str, columns: Sequence[str], code: bytes, row: Sequence[object]) -> None:
        """The row is still there for others: looked at with the reading role it must have the same code."""
        key = [(name, value) for name, value in zip(columns[:-1], row, strict=False) if isinstance(value, int | str)]
        where = all_of(*(Compare("=", Column(name), Literal(value)) for name, value in key))
        seen = [found for found, _ in self.codes(reader_of(self.product, table), table, columns, where)] if key else []
        if len(key) == len(columns) - 1 and seen and code not in seen:
            raise CannotHandle(
                f"a row of {table} has another code for whoever looks than for whoever changes: {', '.join(columns)} are told otherwise to "
                "the two roles. An erased row would not be known again. Nothing was changed. Give both roles the same view of the table."
            )
        self.shown.add(table)

    def found(
        self, reader: Reader, table: str, columns: Sequence[str], wanted: Container[bytes], where: Condition = ALWAYS
    ) -> Rows:
        """The rows of a table that are among those wanted, each as its code, its key and when it came to be."""
        return ((code, row) for code, row in self.codes(reader, table, columns, where) if code in wanted)

    def codes(
        self, reader: Reader, table: str, columns: Sequence[str], where: Condition = ALWAYS, most: int | None = None
    ) -> Rows:
        """Rows of a table, each as its code, its key and when it came to be; the columns must be there. ``most``: the first so many."""
        for row in reader.rows(Selection(system=reader.system, table=table.split(".", 1)[1], where=where), columns, most):
            yield row_code(self.key, table, row), row

    def blocked(self, table: str) -> Callable[[Sequence[object]], bool]:
        """Tells by its key whether a row waits in the vault."""

        vault, (system, bare) = vault_of(self.product), table.split(".", 1)
        there = vault.ids_of(system, bare)
        return lambda key: bool(there) and vault.id_of(system, bare, tuple(key)) in there  # type: ignore[arg-type]

    def recover(self) -> None:
        """After an interrupted run: settle what is gone, and take off what is there still; and what no backup can have any more."""
        from .copies import forget

        lists = self.lists
        for batch in self.product.state.erasures.unsettled():
            reader = reader_of(self.product, batch.table) if batch.table.split(".", 1)[0] in self.product.readers else None
            if reader is None or not knows(reader, batch) or self._restored(reader, batch.table):
                continue
            action = read(batch.action)
            left: Condition = ALWAYS
            if isinstance(action, ChangeColumns):
                left = unchanged(lists.there(reader, batch.table, action.changes)[0])
            there = {code for code, _ in self.found(reader, batch.table, batch.columns, batch.codes, left)}
            self.product.state.erasures.keep(batch.id, batch.codes - there)
        forget(self.product)

    def _restored(self, reader: Reader, table: str) -> bool:
        """Rows that went for certain are back."""
        gone: dict[tuple[str, ...], set[bytes]] = {}
        for one in self.product.state.erasures.batches([table.split(".", 1)[0]]):
            if one.table == table and one.gone and isinstance(read(one.action), DeleteRows) and knows(reader, one):
                gone.setdefault(one.columns, set()).update(one.codes)
        return any(True for columns, codes in gone.items() for _ in self.found(reader, table, columns, codes))


def knows(reader: Reader, batch: Erased) -> bool:
    """Whether the table has the columns from which codes were made."""
    table = reader.survey().tables.get(batch.table.split(".", 1)[1])
    return table is not None and bool(batch.columns) and all(table.column(name) for name in batch.columns)


def register_of(
    product: Product, *, inventories: Mapping[str, Inventory] | None = None, key: bytes | None = None
) -> Register | None:
    """The register, where the manifest says of any database where its backups are. Raises SystemTrouble.

    ``inventories`` are those of restored copies, where rows are looked for in them; ``key`` is the register's, where they have none.
    """
    manifest = product.loaded.manifest
    systems = covered(manifest)
    if not systems:
        return None
    if inventories is None:
        inventories = {name: product.reader(name).survey() for name in systems}
    return Register(product, marks(manifest, rules_of(manifest), inventories), key or key_of(product))


def recovered(product: Product) -> Register | None:
    """The register, after what an interrupted run left in it is settled. Raises SystemTrouble."""
    register = register_of(product)
    if register:
        register.recover()
    return register


def key_of(product: Product) -> bytes:
    """The register's own key, made when it is first needed. Raises RegisterKeyGone."""
    path = product.folder / _KEY
    if not path.exists() and product.state.erasures.any():
        raise RegisterKeyGone
    return filing.key(path)


def written(action: Action) -> str:
    """What became of the rows, as text without anybody's name."""
    match action:
        case BlockRows():
            return _BLOCKED
        case ChangeColumns(changes):
            return json.dumps(encode(changes), sort_keys=True)
        case _:
            return _DELETED


def read(text: str) -> DeleteRows | ChangeColumns | None:
    """What became of the rows; None: they wait in the vault."""
    if text == _BLOCKED:
        return None
    return DeleteRows() if text == _DELETED else ChangeColumns(decode(json.loads(text)))


def became(batch: Erased) -> str:
    """What tells entries of one code apart: how the rows were changed, that they wait in the vault, or nothing where they are gone."""
    return "" if isinstance(read(batch.action), DeleteRows) else batch.action


def reader_of(product: Product, table: str) -> Reader:
    """The reader of the system that a table belongs to. Raises SystemTrouble."""
    return product.reader(table.split(".", 1)[0])
