"""Changes a system in memory, by the same contract as a database."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zusage.connectors.port import Batch, BlockedRow, Sealer
from zusage.connectors.sql.databases.sqlite_connection import pseudonym
from zusage.connectors.trouble import CannotHandle, InACircle, Interrupted, MoreThanPlanned, StillReferred
from zusage.planning.plan import BlockRows, ChangeColumns, DeleteRows, Step
from zusage.promises.condition import Column, Condition, Shaped, all_of, parse
from zusage.promises.condition.evaluate import holds
from zusage.promises.condition.rounding import lessened
from zusage.promises.condition.tree import RANDOM_DIGITS, around_random
from zusage.promises.inside import Path, items_in, removed
from zusage.promises.inventory import ForeignKey, Inventory
from zusage.promises.promise import Change

from .memory import MemorySystem, Row, Tables, belonging, matching, values
from .memory_documents import document


class MemoryWriter:
    """A Writer. A batch works on a copy, which takes the place of the tables when all went well."""

    def __init__(self, world: MemorySystem, sealer: Sealer | None = None, key: Callable[[], bytes] = lambda: b"memory") -> None:
        self.system = world.inventory.system
        self.world = world
        self._sealer = sealer
        self._key = key

    def survey(self) -> Inventory:
        """The inventory."""
        return self.world.inventory

    def lacking(self, _steps: Sequence[Step]) -> tuple[str, ...]:
        """Memory has no roles."""
        return ()

    def carry_out(self, step: Step, free: Condition, limit: int, batch: int) -> Iterator[int]:
        """Walk the table once by row number; see the port for what is promised."""
        where, last, done = all_of(step.where, free), 0, 0
        if len(matching(self.world.inventory, self.world.tables, step.table, where)) > limit:
            raise MoreThanPlanned(step.id, limit)
        room = dict(step.part_rows)
        while True:
            tables = self.world.copy()
            matched = matching(self.world.inventory, tables, step.table, where)
            ahead = [number for number in sorted(matched) if number > last or step.trees]
            chosen = [number for number in ahead if not _referred(step, tables, number)][:batch]
            if done + len(chosen) > limit:
                raise MoreThanPlanned(step.id, limit)
            if not chosen and step.trees and ahead:
                columns = ", ".join(name for tree in step.trees for name in tree.columns)
                raise InACircle(step.id, step.table, columns, len(ahead))
            if not chosen:
                return
            before = dict(room)
            gone = self._act(step, tables, chosen, room)
            if isinstance(step.action, ChangeColumns):
                self._refuse_forbidden(tables, step.table)
            self.world.tables = tables
            if gone:
                gone()
            last, done = chosen[-1], done + len(chosen)
            yield Batch(len(chosen), {table: before.get(table, 0) - left for table, left in room.items()})

    def _act(self, step: Step, tables: Tables, chosen: Sequence[int], room: dict[str, int]) -> Callable[[], None] | None:
        roots = [tables[step.table][number] for number in chosen]
        for one in step.elsewhere:
            (numbers,) = belonging(tables, step.table, roots, [one.part]).values()
            self._spend(step, one.part.table, len(numbers), room)
            for number in numbers:
                self._change(one.changes, one.part.table, tables[one.part.table][number])
        if isinstance(step.action, ChangeColumns):
            for row in roots:
                self._change(step.action.changes, step.table, row)
            return None
        parts = belonging(tables, step.table, roots, step.parts)
        self._refuse_referred(step, tables, {step.table: roots, **_rows(tables, parts)}, parts)
        gone: Callable[[], None] | None = None
        match step.action:
            case DeleteRows():
                pass
            case BlockRows():
                gone = self._seal(step, roots, {table: [tables[table][n] for n in numbers] for table, numbers in parts.items()})
            case _:
                raise CannotHandle(f"step {step.id} is not for a database")
        for loosened in step.loosened:
            for number in chosen if loosened.table == step.table else parts[loosened.table]:
                tables[loosened.table][number].update(dict.fromkeys(loosened.columns))
        for part in reversed(step.parts):
            self._spend(step, part.table, len(parts[part.table]), room)
            self._remove(tables, part.table, parts[part.table])
        self._remove(tables, step.table, list(chosen))
        return gone

    def _spend(self, step: Step, table: str, rows: int, room: dict[str, int]) -> None:
        room[table] = room.get(table, 0) - rows
        if room[table] < 0:
            raise MoreThanPlanned(step.id, dict(step.part_rows).get(table, 0))

    def _refuse_forbidden(self, tables: Tables, table: str) -> None:
        """What UNIQUE and CHECK say of the whole table."""
        info = self.world.inventory.tables[table]
        rows = list(tables[table].values())
        for group in (info.primary_key, *info.unique):
            found = [key for row in rows if group and (key := values(row, group))]
            if len(set(found)) < len(found):
                raise self._forbidden(f"UNIQUE constraint failed: {table}.{', '.join(group)}")
        for check in info.checks:
            if any(holds(parse(check), table, row, lambda _: ()) is False for row in rows):
                raise self._forbidden("CHECK constraint failed")

    def _seal(self, step: Step, roots: Sequence[Row], parts: dict[str, list[Row]]) -> Callable[[], None] | None:
        if self._sealer is None:
            raise CannotHandle(f"step {step.id}: there is no vault to block rows in")
        documents: list[BlockedRow] = [document(step, self.world.inventory, root, parts) for root in roots]
        return self._sealer(documents)

    def _refuse_referred(self, step: Step, tables: Tables, going: dict[str, list[Row]], parts: dict[str, list[int]]) -> None:
        for referrer in step.referrers:
            if step.trees and referrer.table == referrer.of == step.table:
                continue
            referred = {values(row, referrer.referred) for row in going.get(referrer.of, ())} - {None}
            along = parts.get(referrer.table, ()) if referrer.table == referrer.of else ()
            others = (row for number, row in tables[referrer.table].items() if number not in along)
            if any(values(row, referrer.columns) in referred for row in others):
                raise StillReferred(step.id, referrer.table, ", ".join(referrer.columns), referrer.of)

    def _change(self, changes: Sequence[Change], table: str, row: Row) -> None:
        for change in changes:
            row[change.column] = self._changed(change, row[change.column])
            info = self.world.inventory.tables[table].column(change.column)
            if info is not None and not info.nullable and row[change.column] is None:
                raise self._forbidden(f"{table}.{change.column} must have a value")

    def _changed(self, change: Change, value: object) -> object:
        match change.how:
            case "items":
                return _without_items(change, value)
            case "mask" | "code":
                raise CannotHandle(f"{change.column} is to be masked as in a log, but this is a table")
            case "clear":
                return None
            case "constant":
                return change.value
            case "truncate" if isinstance(value, list):
                return [one if one is None else str(one)[: int(change.value or 0)] for one in value]
            case "truncate":
                return None if value is None else str(value)[: int(change.value or 0)]
            case "multiple" | "beginning":
                return lessened(value, change.value or 1)
            case "unique":
                before, after = around_random(str(change.value))
                already = holds(Shaped(Column("value"), "unique", change.value), "", {"value": value}, lambda _: ())
                return value if already or value is None else before + secrets.token_hex(RANDOM_DIGITS // 2) + after
            case "json":
                return _without(value, *removed(str(change.value)))
            case "pseudonymise":
                already = holds(Shaped(Column("value"), "pseudonym"), "", {"value": value}, lambda _: ())
                return value if already else pseudonym(self._key(), value)

    def _remove(self, tables: Tables, table: str, numbers: Sequence[int]) -> None:
        """Rows go; what refers to them follows its foreign key."""
        gone = [tables[table].pop(number) for number in numbers if number in tables[table]]
        for other, key in self.world.inventory.referrers(table):
            lost = {values(row, key.referred) for row in gone} - {None}
            hit = [n for n, row in tables[other.name].items() if values(row, key.columns) in lost]
            if hit:
                self._follow(tables, other.name, key, hit)

    def _follow(self, tables: Tables, table: str, key: ForeignKey, numbers: Sequence[int]) -> None:
        match key.on_delete:
            case "CASCADE":
                self._remove(tables, table, numbers)
            case "SET NULL" | "SET DEFAULT":
                for number in numbers:
                    tables[table][number].update(dict.fromkeys(key.columns))
            case _:
                raise self._forbidden("FOREIGN KEY constraint failed")

    def _forbidden(self, why: str) -> Interrupted:
        return Interrupted(self.system, why, retryable=False)

    def close(self) -> None:
        """Nothing is held."""


def _without_items(change: Change, value: object) -> object:
    """A list in a document, or an array, without the items of some people."""
    items = items_in(change.among.term.name) if change.among and isinstance(change.among.term, Column) else None
    if items is None or change.among is None:
        raise CannotHandle(f"it is not said which items of {change.column} go")
    return items.without({str(one.value) for one in change.among.values}, value)


def _without(value: object, ways: Sequence[Path], below: Path) -> object:
    """A JSON document without what lies at a path, in every item of the lists on it."""
    if value is None:
        return None
    document = json.loads(str(value))
    for one in _items(document, ways):
        inner: Any = one
        for key in below[:-1]:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop(below[-1], None)
    return json.dumps(document)


def _items(found: Any, ways: Sequence[Path]) -> Iterator[Any]:
    if not ways:
        yield found
        return
    for key in ways[0]:
        found = found.get(key) if isinstance(found, dict) else None
    for item in found if isinstance(found, list) else ():
        yield from _items(item, ways[1:])


def _referred(step: Step, tables: Tables, number: int) -> bool:
    """Another row of the table refers to the row."""
    rows = tables[step.table]
    own = [(tree, values(rows[number], tree.referred)) for tree in step.trees]
    return any(n != number and key and values(row, tree.columns) == key for n, row in rows.items() for tree, key in own)


def _rows(tables: Tables, parts: dict[str, list[int]]) -> dict[str, list[Row]]:
    return {table: [tables[table][number] for number in numbers] for table, numbers in parts.items()}
