"""How large groups of rows are, in one statement of which no value comes back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo

from ..port import Grouped, Grouping
from ..trouble import CannotHandle
from .compile import Compiler
from .rare import told_apart

Element = sa.ColumnElement[Any]


def grouping(compiler: Compiler, clause: sa.TableClause, asked: Grouping) -> sa.Select[Any]:
    """A statement whose only row holds the numbers of ``Grouped``, in its order.

    Inside, one row a group; around it, what else there is beside the group with the same values in what always remains.
    Raises CannotHandle for a column that there is not.
    """
    of = {name: _told_apart(compiler, clause, asked.table, name) for name in asked.columns}
    if asked.counts:
        _told_apart(compiler, clause, asked.table, asked.counts)
    number: Element = clause.c[asked.counts] if asked.counts else sa.literal_column("1")
    free = sa.case((compiler.condition(asked.held, asked.table, clause), 0), else_=number)
    empty = sa.and_(*(clause.c[name].is_(sa.null()) for name in asked.goes))
    each = (
        sa.select(
            *(term.label(f"g{n}") for n, term in enumerate(of.values())),
            sa.func.sum(number).label("people"),
            sa.func.sum(free).label("free"),
            sa.func.min(sa.case((empty, 1), else_=0)).label("rest"),
        )
        .select_from(clause)
        .where(compiler.condition(asked.where, asked.table, clause))
        .group_by(*of.values())
        .subquery("each group")
    )
    return _summed(_beside(each, asked), asked.at_least)


def read(row: Any, statement: str) -> Grouped:
    """The numbers as they come back; no group at all is none."""
    groups, people, small, small_people, smallest, held, remainders = (int(number or 0) for number in row)
    return Grouped(
        groups=groups,
        people=people,
        small=small,
        small_people=small_people,
        smallest=smallest,
        held=held,
        remainders=remainders,
        statement=statement,
    )


def _told_apart(compiler: Compiler, clause: sa.TableClause, table: str, name: str) -> Element:
    info: ColumnInfo | None = compiler.table(table).column(name)
    if info is None:
        raise CannotHandle(f"table {table} has no column {name}; check the manifest with `zusage check --live`")
    return told_apart(compiler.dialect.name, clause.c[name], info)


def _beside(each: sa.Subquery, asked: Grouping) -> sa.Subquery:
    """Each group with what else there is where what always remains is the same: small ones, held ones, ones that could be added."""
    same = [each.c[f"g{n}"] for n, name in enumerate(asked.columns) if name not in asked.goes]
    over: dict[str, Any] = {"partition_by": same} if same else {}
    small = sa.and_(each.c.rest == 0, each.c.people < asked.at_least)
    others = sa.func.sum(sa.case((sa.and_(each.c.rest == 0, each.c.free > 0), 1), else_=0)).over(**over)
    small_people = sa.func.sum(sa.case((small, each.c.people), else_=0)).over(**over)
    held = sa.func.sum(each.c.people - each.c.free).over(**over)
    numbers = (each.c.people, each.c.free, each.c.rest)
    return (
        sa.select(*numbers, others.label("others"), small_people.label("small_people"), held.label("held"))
        .where(each.c.people > 0)
        .subquery("beside")
    )


def _summed(of: sa.Subquery, at_least: int) -> sa.Select[Any]:
    little = sa.and_(of.c.rest == 0, of.c.people < at_least)
    small, held = sa.and_(little, of.c.free > 0), sa.and_(little, of.c.free == 0)
    alone = sa.and_(of.c.rest == 1, of.c.people + of.c.small_people < at_least, of.c.others > 0, of.c.held == 0)

    def how_many(where: Element, what: Element | None = None) -> Element:
        return sa.func.sum(sa.case((where, sa.literal_column("1") if what is None else what), else_=0))

    return sa.select(
        how_many(of.c.rest == 0),
        sa.func.sum(of.c.people),
        how_many(small),
        how_many(small, of.c.people),
        sa.func.min(sa.case((small, of.c.people))),
        how_many(held),
        how_many(alone),
    )
