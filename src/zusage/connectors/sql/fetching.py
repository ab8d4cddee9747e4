"""The statement that fetches the rows of a selection for an answer.

A condition asks each row whether there is one above it. To fetch few rows of a large table it is the other way round: what is above
is found first, and an index on the reference leads to what belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import Selection
from zusage.promises.condition import And, Column, Compare, Condition, Exists, Literal, OneOf, all_of

from .compile import Compiler, Element, from_clause

#: of these, two columns of one kind are equal exactly where a plain comparison says so, in every database
_PLAIN = ("integer", "uuid")


#: stands in a statement where the keys go; the keys are numbers, so that their digits can be written there
KEYS = "(NULL /* keys */)"
_MARK = (Literal("\0keys"),)


def keyed(node: Condition) -> tuple[Condition, tuple[int, ...] | None]:
    """The same condition for any keys, and the keys: one statement serves all who are asked about. None where they are no numbers."""
    match node:
        case OneOf(Column() as column, values) if values:
            numbers = tuple(one.value for one in values if type(one.value) is int)
            return (OneOf(column, _MARK), numbers) if len(numbers) == len(values) else (node, None)
        case Exists(table, where, name):
            inner, keys = keyed(where)
            return Exists(table, inner, name), keys
        case And(parts):
            marked = [keyed(part) for part in parts]
            found = [keys for _, keys in marked if keys is not None]
            return (And(tuple(part for part, _ in marked)), found[0]) if len(found) == 1 else (node, None)
        case _:
            return node, None


def fetching(compiler: Compiler, clause: sa.TableClause, selection: Selection, columns: Sequence[str]) -> sa.Select[Any]:
    """The columns of the rows of a selection."""
    where = _filter(compiler, selection.where, selection.table, clause)
    return sa.select(*(clause.c[column] for column in columns)).select_from(clause).where(where)


def _filter(compiler: Compiler, node: Condition, table: str, clause: sa.TableClause) -> Element:
    return sa.and_(*(_part(compiler, part, table, clause) for part in _flat(node)), sa.true())


def _part(compiler: Compiler, node: Condition, table: str, clause: sa.TableClause) -> Element:
    match node:
        case OneOf(Column(name, None), values) if values == _MARK:
            return clause.c[name].op("IN", is_comparison=True)(sa.literal_column(KEYS))
        case Exists(inner, where, None) if inner != table:
            gathered = _gathered(compiler, inner, where, table, clause)
            return compiler.condition(node, table, clause) if gathered is None else gathered
        case _:
            return compiler.condition(node, table, clause)


def _gathered(compiler: Compiler, inner: str, where: Condition, table: str, clause: sa.TableClause) -> Element | None:
    """The reference is among the keys of what is above; None where the two tables are not joined by one plain column."""
    links, rest = [], []
    for part in _flat(where):
        match part:
            case Compare("=", Column(key, None), Column(reference, of)) if of == table:
                links.append((key, reference))
            case _:
                rest.append(part)
    if len(links) != 1:
        return None
    ((key, reference),) = links
    kind = compiler.kind(inner, key)
    if kind != compiler.kind(table, reference) or (kind not in _PLAIN and compiler.dialect.loose):
        return None
    above = from_clause(compiler.table(inner))
    found = sa.select(above.c[key]).select_from(above).where(_filter(compiler, all_of(*rest), inner, above))
    return clause.c[reference].in_(found)


def _flat(node: Condition) -> tuple[Condition, ...]:
    return tuple(inner for part in node.parts for inner in _flat(part)) if isinstance(node, And) else (node,)
