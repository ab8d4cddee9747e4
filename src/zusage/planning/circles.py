"""Tables that refer to themselves or to each other: what stays with what hangs on it, and in which order rows can go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zusage.promises.condition import ALWAYS, And, Condition, Not, Surely, Under, all_of
from zusage.promises.inventory import ForeignKey, Inventory, TableInfo
from zusage.promises.promise import Part

from .plan import Loosened, Step, Tree

_ENFORCED = ("NO ACTION", "RESTRICT")


def trees_of(table: TableInfo | None) -> tuple[Tree, ...]:
    """The links by which rows of a table refer to rows of the same table."""
    return tuple(Tree(key.columns, key.referred) for key in table.trees) if table else ()


def leaves_only(table: TableInfo | None, where: Condition) -> Condition:
    """The rows under which none stays: where the database forbids to delete what is referred to, a row waits for those under it."""
    trees = [Tree(key.columns, key.referred) for key in table.trees if key.on_delete in _ENFORCED] if table else []
    return all_of(where, *(Not(_under(table.name, tree, where)) for tree in trees if table))


def of_a_leaf(where: Condition, table: str) -> Condition:
    """What is left to ask of a row to which no other refers: nothing is under it."""
    match where:
        case And(parts):
            return all_of(*(of_a_leaf(part, table) for part in parts))
        case Not(part=Under(of)) if of == table:
            return all_of()
        case _:
            return where


def nothing_held_under(step: Step, free: Condition) -> Condition:
    """The row is free and nothing under it is held."""
    return all_of(free, *(Not(_under(step.table, tree, free)) for tree in step.trees if free != ALWAYS))


def stays_under(step: Step, columns: Sequence[str], referred: Sequence[str], where: Condition) -> Condition:
    """Some row under the row does not fulfil ``where``."""
    return _under(step.table, Tree(tuple(columns), tuple(referred)), where)


def _under(table: str, tree: Tree, where: Condition) -> Condition:
    return Under(table, tree.columns, tree.referred, Not(Surely(where)))


def loosened(root: str, parts: Sequence[Part], inventory: Inventory) -> Iterator[Loosened]:
    """References among rows that go together that point against the order in which they go: parts last first, then the row.

    They are emptied first, in the same transaction. One that can be looked at when the transaction ends is left as it is.
    """
    order = {name: n for n, name in enumerate((*(part.table for part in reversed(parts)), root))}
    for name in order:
        table = inventory.tables.get(name)
        for key in table.foreign_keys if table else ():
            if table and key.table != name and key.on_delete in _ENFORCED and order.get(key.table, len(order)) < order[name]:
                yield Loosened(name, _nullable(table, key))


def hard(table: TableInfo, key: ForeignKey) -> bool:
    """Whether the reference can be neither emptied first nor looked at last."""
    return not _nullable(table, key) and not key.deferrable


def _nullable(table: TableInfo, key: ForeignKey) -> tuple[str, ...]:
    """The columns that can be emptied; none of a primary key."""
    found = ((name, table.column(name)) for name in key.columns if name not in table.primary_key)
    return tuple(name for name, column in found if column and column.nullable and not column.generated)


def soft_links(tables: Iterable[TableInfo]) -> set[tuple[str, str]]:
    """Pairs of tables between which no reference is hard, so that a circle may be broken there."""
    pairs: dict[tuple[str, str], bool] = {}
    for table in tables:
        for key in table.foreign_keys:
            pairs[table.name, key.table] = pairs.get((table.name, key.table), False) or hard(table, key)
    return {pair for pair, is_hard in pairs.items() if not is_hard}
