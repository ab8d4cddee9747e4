"""Which rows are of groups of too few people, as the keys of these rows, worked out by the database in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from zusage.promises.condition import Among, Rare
from zusage.promises.inventory import ColumnInfo

from ..trouble import CannotHandle
from .linked import beside
from .rounding import lessened

if TYPE_CHECKING:
    from .compile import Compiler

Element = sa.ColumnElement[Any]
#: MariaDB compares no more than 1,024 bytes of a text where it sorts (max_sort_length): so long may one be that is written in hexadecimal
_SHORT = 120


def told_apart(dialect: str, column: Element, info: ColumnInfo) -> Element:
    """The column, so that values which differ in a letter, its case, a space or at a far end make groups of their own."""
    if info.kind != "text" or dialect == "postgresql":
        return column
    if dialect != "mariadb":
        return sa.collate(column, "BINARY")
    short = info.length is not None and info.length <= _SHORT
    return sa.func.hex(column) if short else sa.func.sha2(column, sa.literal_column("256"))


def of_rare_group(compiler: Compiler, node: Rare, row: sa.FromClause) -> Element:
    """By the primary key among the rows whose groups are too small; raises CannotHandle where there is none."""
    table = compiler.table(node.table)
    if not table.primary_key:
        raise CannotHandle(f"table {node.table} has no primary key, by which the rows of a group could be named; give it one")
    rows = compiler.clause(node.table).alias()
    linked = beside(compiler, table, rows, node.linked)
    groups = (*(_foreseen(compiler, node, rows, name) for name in node.columns), *linked.values)
    where = compiler.condition(node.where, node.table, rows)
    whole = where if linked.whole is None else sa.and_(where, linked.whole)
    found = _rare_keys(linked.rows, rows, table.primary_key, node, groups, whole)
    columns = [row.c[name] for name in table.primary_key]
    return columns[0].in_(found) if len(columns) == 1 else sa.tuple_(*columns).in_(found)


def _foreseen(compiler: Compiler, node: Rare, rows: sa.FromClause, name: str) -> Element:
    """A column by which there are groups, as it will be when what comes before is done."""
    info = compiler.column(compiler.table(node.table), name)
    first, less = dict(node.first), dict(node.less)
    column: Element = sa.func.substr(rows.c[name], 1, first[name]) if name in first else rows.c[name]
    column = lessened(compiler.dialect.name, column, less[name]) if name in less else column
    column = told_apart(compiler.dialect.name, column, info)
    gone = [compiler.condition(Among(of), node.table, rows) for of, names in node.emptied if name in names]
    return sa.case((sa.or_(*gone), sa.null()), else_=column) if gone else column


def _rare_keys(
    source: sa.FromClause, rows: sa.FromClause, key: Sequence[str], node: Rare, groups: Sequence[Element], where: Element
) -> sa.Select[Any]:
    """The keys of all rows that ``node`` is true of; ``groups`` are its columns as they are told apart, and what belongs to a row.

    Inside, each row with how many people its group has; around it, how many are in the remainder and in smaller groups.
    """
    number: Element = rows.c[node.counts] if node.counts else sa.literal_column("1")
    goes = [n for n, name in enumerate(node.columns) if name in node.goes]
    goes += [len(groups) - 1] if node.linked else []
    empty = sa.and_(*(groups[n].is_(sa.null()) for n in goes))
    within = (
        sa.select(
            *(rows.c[name].label(f"k{n}") for n, name in enumerate(key)),
            *(term.label(f"g{n}") for n, term in enumerate(groups)),
            number.label("one"),
            sa.func.sum(number).over(partition_by=list(groups)).label("people"),
            sa.case((empty, 0), else_=1).label("shown"),
        )
        .select_from(source)
        .where(where)
        .subquery("each row")
    )
    alike = [within.c[f"g{n}"] for n in range(len(groups)) if n not in goes]
    order = [within.c.shown, within.c.people, *(within.c[f"g{n}"] for n in range(len(groups)))]
    through = sa.func.sum(within.c.one).over(partition_by=alike or None, order_by=order)  # with all of the row's own group
    ranked = sa.select(
        *(within.c[f"k{n}"] for n in range(len(key))), within.c.people, within.c.shown, (through - within.c.people).label("gone")
    ).subquery("in order")
    small = ranked.c.people < node.at_least
    follows = sa.and_(ranked.c.gone > 0, ranked.c.gone < node.at_least)
    too_small = sa.and_(ranked.c.shown == 1, ranked.c.people > 0, sa.or_(small, follows))
    return sa.select(*(ranked.c[f"k{n}"] for n in range(len(key)))).where(too_small)
