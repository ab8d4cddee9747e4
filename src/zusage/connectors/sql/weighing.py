"""How much hangs on a selection: its rows, what belongs to them, and what stands in their way, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, Condition
from zusage.promises.promise import Part

from .compile import Compiler, from_clause


def weighing(
    compiler: Compiler, clause: sa.TableClause, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition]
) -> sa.Select[Any]:
    """A statement whose only row is: rows of the selection, one number a mark, one number a part.

    The selection is a common table expression with the columns that parts refer to, so that it is evaluated once.
    """
    where = compiler.condition(selection.where, selection.table, clause)
    if not (parts or marks):
        return sa.select(sa.func.count()).select_from(clause).where(where)
    flags = [
        sa.case((compiler.condition(mark, selection.table, clause), 1), else_=0).label(f"mark {number}")
        for number, mark in enumerate(marks)
    ]
    wanted = [clause.c[name] for name in _referred(selection.table, parts)]
    chosen = sa.select(sa.literal_column("1").label("one"), *wanted, *flags).select_from(clause).where(where).cte("chosen")
    sets: dict[str, sa.FromClause] = {selection.table: chosen}
    numbers = [sa.select(sa.func.count()).select_from(chosen)]
    numbers += [sa.select(sa.func.sum(chosen.c[flag.name])).select_from(chosen) for flag in flags]
    for part in parts:
        below = from_clause(compiler.table(part.table))
        kept = [below.c[name] for name in _referred(part.table, parts)]
        inside = _belongs(compiler, below, part, sets[part.of])
        found = sa.select(sa.literal_column("1").label("one"), *kept).select_from(below).where(inside)
        sets[part.table] = found.cte(f"chosen {part.table}") if kept else found.subquery()
        numbers.append(sa.select(sa.func.count()).select_from(sets[part.table]))
    return sa.select(*(number.scalar_subquery() for number in numbers))


def _referred(table: str, parts: Sequence[Part]) -> list[str]:
    """The columns of a table to which parts refer."""
    return list(dict.fromkeys(name for part in parts if part.of == table for _, name in part.pairs))


def _belongs(compiler: Compiler, below: sa.TableClause, part: Part, above: sa.FromClause) -> sa.ColumnElement[bool]:
    """A row belongs to one of the set; values of unlike kinds are never equal."""
    refers = _refers(compiler, below, part, above)
    return refers if part.fixed == ALWAYS else sa.and_(refers, compiler.condition(part.fixed, part.table, below))


def _refers(compiler: Compiler, below: sa.TableClause, part: Part, above: sa.FromClause) -> sa.ColumnElement[bool]:
    pairs = part.pairs
    tables = compiler.table(part.table), compiler.table(part.of)
    columns = [(tables[0].column(one), tables[1].column(other)) for one, other in pairs]
    if len(pairs) == 1 and all(one and other and one.kind == other.kind for one, other in columns):
        return below.c[pairs[0][0]].in_(sa.select(above.c[pairs[0][1]]))
    links = [(below.c[one], above.c[other]) for one, other in pairs]
    alike = [sa.and_(compiler.dialect.linked(one, other), compiler.dialect.same_kind(one, other)) for one, other in links]
    return sa.exists(sa.select(sa.literal_column("1")).select_from(above).where(*alike).correlate(below))
