"""How large groups of rows are, in one statement of which no value comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..port import Grouped, Grouping
from .compile import Compiler
from .linked import beside

Element = sa.ColumnElement[Any]


def grouping(compiler: Compiler, clause: sa.TableClause, asked: Grouping) -> sa.Select[Any]:
    """A statement whose only row holds the numbers of ``Grouped``, in its order.

    Inside, one row a group; around it, what else there is beside the group with the same values in what always remains.
    Raises CannotHandle for a column that there is not.
    """
    table = compiler.table(asked.table)
    linked = beside(compiler, table, clause, asked.linked)
    columns = [compiler.apart(table, clause, name) for name in asked.columns]
    of = [*columns, *linked.values]
    if asked.counts:
        compiler.column(table, asked.counts)
    number: Element = clause.c[asked.counts] if asked.counts else sa.literal_column("1")
    free = sa.case((compiler.condition(asked.held, asked.table, clause), 0), else_=number)
    goes = [n for n, name in enumerate(asked.columns) if name in asked.goes] + ([len(of) - 1] if asked.linked else [])
    empty = sa.and_(*(of[n].is_(sa.null()) for n in goes))
    whole: Element = sa.literal_column("1") if linked.whole is None else sa.case((linked.whole, 1), else_=0)
    each = (
        sa.select(
            *(term.label(f"g{n}") for n, term in enumerate(of)),
            sa.func.sum(number).label("people"),
            sa.func.sum(free).label("free"),
            sa.func.min(sa.case((empty, 1), else_=0)).label("rest"),
            whole.label("whole"),
        )
        .select_from(linked.rows)
        .where(compiler.condition(asked.where, asked.table, clause))
        .group_by(*of, *([] if linked.whole is None else [whole]))
        .subquery("each group")
    )
    same = [f"g{n}" for n in range(len(of)) if n not in goes] + ([] if linked.whole is None else ["whole"])
    return _summed(_beside(each, same, asked.at_least), asked.at_least)


def read(row: Any, statement: str) -> Grouped:
    """The numbers as they come back; no group at all is none."""
    groups, people, small, small_people, smallest, held, remainders, untold = (int(number or 0) for number in row)
    return Grouped(
        groups=groups,
        people=people,
        small=small,
        small_people=small_people,
        smallest=smallest,
        held=held,
        remainders=remainders,
        untold=untold,
        statement=statement,
    )


def _beside(each: sa.Subquery, same: Sequence[str], at_least: int) -> sa.Subquery:
    """Each group with what else there is where what always remains is the same: small ones, held ones, ones that could be added."""
    over: dict[str, Any] = {"partition_by": [each.c[name] for name in same]} if same else {}
    small = sa.and_(each.c.rest == 0, each.c.people < at_least)
    others = sa.func.sum(sa.case((sa.and_(each.c.rest == 0, each.c.free > 0), 1), else_=0)).over(**over)
    small_people = sa.func.sum(sa.case((small, each.c.people), else_=0)).over(**over)
    held = sa.func.sum(each.c.people - each.c.free).over(**over)
    numbers = (each.c.people, each.c.free, each.c.rest, each.c.whole)
    return (
        sa.select(*numbers, others.label("others"), small_people.label("small_people"), held.label("held"))
        .where(each.c.people > 0)
        .subquery("beside")
    )


def _summed(of: sa.Subquery, at_least: int) -> sa.Select[Any]:
    whole = of.c.whole == sa.literal_column("1")
    little = sa.and_(whole, of.c.rest == 0, of.c.people < at_least)
    small, held = sa.and_(little, of.c.free > 0), sa.and_(little, of.c.free == 0)
    alone = sa.and_(whole, of.c.rest == 1, of.c.people + of.c.small_people < at_least, of.c.others > 0, of.c.held == 0)

    def how_many(where: Element, what: Element | None = None) -> Element:
        return sa.func.sum(sa.case((where, sa.literal_column("1") if what is None else what), else_=0))

    return sa.select(
        how_many(sa.and_(whole, of.c.rest == 0)),
        how_many(whole, of.c.people),
        how_many(small),
        how_many(small, of.c.people),
        sa.func.min(sa.case((small, of.c.people))),
        how_many(held),
        how_many(alone),
        how_many(sa.not_(whole), of.c.people),
    )
