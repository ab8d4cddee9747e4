"""Which rows are of groups of too few people, as the keys of these rows, worked out by the database in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from zusage.promises.condition import Rare
from zusage.promises.inventory import ColumnInfo

Element = sa.ColumnElement[Any]


def told_apart(dialect: str, column: Element, info: ColumnInfo) -> Element:
    """The column, so that values which differ in a letter, its case or a space make groups of their own."""
    if info.kind != "text" or dialect == "postgresql":
        return column
    return sa.func.hex(column) if dialect == "mariadb" else sa.collate(column, "BINARY")


def rare_keys(rows: sa.FromClause, key: Sequence[str], node: Rare, groups: Sequence[Element], where: Element) -> sa.Select[Any]:
    """The keys of all rows that ``node`` is true of; ``groups`` are its columns as they are told apart.

    Inside, each row with how many people its group has; around it, how many are in the remainder and in smaller groups.
    """
    number: Element = rows.c[node.counts] if node.counts else sa.literal_column("1")
    empty = sa.and_(*(rows.c[name].is_(sa.null()) for name in node.goes))
    within = (
        sa.select(
            *(rows.c[name].label(f"k{n}") for n, name in enumerate(key)),
            *(term.label(f"g{n}") for n, term in enumerate(groups)),
            number.label("one"),
            sa.func.sum(number).over(partition_by=list(groups)).label("people"),
            sa.case((empty, 0), else_=1).label("shown"),
        )
        .select_from(rows)
        .where(where)
        .subquery("each row")
    )
    alike = [within.c[f"g{n}"] for n, name in enumerate(node.columns) if name not in node.goes]
    order = [within.c.shown, within.c.people, *(within.c[f"g{n}"] for n in range(len(groups)))]
    through = sa.func.sum(within.c.one).over(partition_by=alike or None, order_by=order)  # with all of the row's own group
    ranked = sa.select(
        *(within.c[f"k{n}"] for n in range(len(key))), within.c.people, within.c.shown, (through - within.c.people).label("gone")
    ).subquery("in order")
    small = ranked.c.people < node.at_least
    follows = sa.and_(ranked.c.gone > 0, ranked.c.gone < node.at_least)
    goes = sa.and_(ranked.c.shown == 1, ranked.c.people > 0, sa.or_(small, follows))
    return sa.select(*(ranked.c[f"k{n}"] for n in range(len(key)))).where(goes)
