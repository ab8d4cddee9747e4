"""Everything of people, for an answer to them: one statement over all tables for one person, one a table for many.

A condition asks each row whether there is one above it. To fetch few rows of large tables it is the other way round: what is above
is found first, and an index on the reference leads to what belongs to it. The statements are put together once for all keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from zusage.planning.places import Place
from zusage.promises.condition import Call as Function
from zusage.promises.condition import Column, Literal, OneOf, all_of
from zusage.promises.condition import Compare as Equal
from zusage.promises.inside import items_in

from ..port import Asked, Row
from . import inside
from .compile import GAP, WRITTEN, Compiler, Element, digits, from_clause

#: stand for one key until a statement is run
_TEXT, _NUMBER = "\0key", -2_147_483_011
#: so many tables at most in one statement
_TABLES = 100
#: of these, two columns of one kind are equal exactly where a plain comparison says so, in every database
_PLAIN = ("integer", "uuid")


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement as its database reads it."""

    text: str
    parameters: Mapping[str, object]
    #: the parameters in their order, where the driver counts them
    order: tuple[str, ...] | None

    @classmethod
    def of(cls, statement: sa.Select[Any] | sa.CompoundSelect[Any], engine: sa.Engine) -> _Written:
        """Put it together."""
        compiled = statement.compile(engine, compile_kwargs={"render_postcompile": True})
        order = getattr(compiled, "positiontup", None)
        return cls(str(compiled), dict(compiled.params), tuple(order) if order is not None else None)

    def bound(self, keys: Mapping[object, object]) -> tuple[object, ...] | dict[str, object]:
        """The parameters with keys in the place of what stands for them."""
        told = {name: keys.get(value, value) for name, value in self.parameters.items()}
        return told if self.order is None else tuple(told[name] for name in self.order)


@dataclass(frozen=True, slots=True)
class _Union:
    """One statement over several tables, and where in its rows the columns of each stand."""

    written: _Written
    picks: Mapping[int, Callable[[Row], Row]]


class SqlFinder:
    """Finds people again and again. ``run`` gives the rows of a statement as the driver has them."""

    def __init__(
        self, engine: sa.Engine, compiler: Compiler, asked: Sequence[Asked], run: Callable[[str, Any], Sequence[Row]]
    ) -> None:
        self._engine, self._compiler, self._asked, self._run = engine, compiler, asked, run
        self._unions: tuple[_Union, ...] | None = None
        self._texts: dict[int, _Written] = {}

    def find(self, keys: Sequence[str]) -> Iterator[tuple[int, Sequence[Row]]]:
        """As the port says."""
        whole = [int(key) for key in keys if key.isascii() and key.isdigit()]
        if len(keys) == 1:
            yield from self._one(keys[0], whole)
            return
        written = digits(whole)
        for at, asked in enumerate(self._asked):
            if items_in(asked.place.column):
                yield at, [row for key in keys for row in self._of_items(asked, key)]
            elif not asked.numbers:
                values = tuple(map(Literal, keys))
                statement = _Written.of(_selecting(self._compiler, asked, values, named=True), self._engine)
                yield at, self._run(statement.text, statement.bound({}))
            elif whole:
                if at not in self._texts:
                    self._texts[at] = _Written.of(_selecting(self._compiler, asked, GAP, named=True), self._engine)
                yield at, self._run(self._texts[at].text.replace(WRITTEN, written), self._texts[at].bound({}))

    def _of_items(self, asked: Asked, key: str) -> Iterator[Row]:
        """Rows in a list of which somebody has an item: a row is of many, so that each person is asked for alone."""
        statement = _Written.of(_selecting(self._compiler, asked, (Literal(key),), named=False), self._engine)
        for row in self._run(statement.text, statement.bound({})):
            yield (*row, key)

    def _one(self, key: str, whole: Sequence[int]) -> Iterator[tuple[int, Sequence[Row]]]:
        if self._unions is None:
            every = range(len(self._asked))
            groups = (every[first : first + _TABLES] for first in range(0, len(every), _TABLES))
            self._unions = tuple(self._union(list(group)) for group in groups)
        keys = {_TEXT: key, _NUMBER: whole[0] if whole else None}
        for union in self._unions:
            found: dict[int, list[Row]] = {}
            for row in self._run(union.written.text, union.written.bound(keys)):
                at: int = row[0]  # type: ignore[assignment]
                found.setdefault(at, []).append(union.picks[at](row))
            yield from found.items()

    def _union(self, group: Sequence[int]) -> _Union:
        """Each column has a place among those of its very type, so that no value is changed by standing under another."""
        slots: dict[tuple[str, int], int] = {}
        kinds: list[str] = []
        placed: dict[int, list[int]] = {}
        for at in group:
            seen: dict[str, int] = {}
            for name in self._asked[at].columns:
                declared = self._declared(at, name)
                nth = seen[declared] = seen.get(declared, -1) + 1
                if (declared, nth) not in slots:
                    slots[declared, nth] = len(slots)
                    kinds.append(declared)
                placed.setdefault(at, []).append(slots[declared, nth])
        parts = [self._branch(at, placed.get(at, []), kinds) for at in group]
        statement = sa.union_all(*parts) if len(parts) > 1 else parts[0]
        return _Union(_Written.of(statement, self._engine), {at: _pick(placed.get(at, [])) for at in group})

    def _branch(self, at: int, placed: Sequence[int], kinds: Sequence[str]) -> sa.Select[Any]:
        values = (Literal(_NUMBER if self._asked[at].numbers else _TEXT),)
        found = _selecting(self._compiler, self._asked[at], values, named=False)
        columns = dict(zip(placed, found.selected_columns, strict=True))
        filled = [columns.get(slot, self._compiler.dialect.missing(kind)).label(f"c{slot}") for slot, kind in enumerate(kinds)]
        return found.with_only_columns(sa.literal_column(str(at)).label("at"), *filled)

    def _declared(self, at: int, name: str) -> str:
        info = self._compiler.table(self._asked[at].place.bare).column(name)
        return info.declared if info else ""


def _pick(places: Sequence[int]) -> Callable[[Row], Row]:
    if not places:
        return lambda _: ()
    if len(places) == 1:
        return lambda row: (row[places[0] + 1],)
    return itemgetter(*(place + 1 for place in places))


def _selecting(compiler: Compiler, asked: Asked, values: Sequence[Literal], *, named: bool) -> sa.Select[Any]:
    """The columns of the rows in a place; behind them, where ``named``, whose each is."""
    place = asked.place
    table = compiler.table(place.bare)
    clause = from_clause(table)
    columns = [inside.term(clause, table, name) for name in asked.columns]
    if place.column:
        where = compiler.condition(_theirs(place, values), place.bare, clause)
        key = [inside.term(clause, table, place.column)] if named else []
        return sa.select(*columns, *key).select_from(clause).where(where)
    above = _above(compiler, place, values)
    return sa.select(*columns, *([above.c.whose] if named else [])).select_from(
        clause.join(above, _met(compiler, place, clause, above))
    )


def _theirs(place: Place, values: Sequence[Literal]) -> Any:
    term = Function("lower", (Column(place.column),)) if place.candidate else Column(place.column)
    alone = len(values) == 1 and tuple(values) != GAP
    theirs = Equal("=", term, values[0]) if alone else OneOf(term, tuple(values))
    return all_of(theirs, *(Equal("=", Column(name), Literal(value)) for name, value in place.fixed))


def _above(compiler: Compiler, place: Place, values: Sequence[Literal]) -> sa.FromClause:
    """What the rows of a place refer to, and whose that is; each once, so that no row below is found twice."""
    at = place.parent
    table = compiler.table(at.bare)
    clause = from_clause(table)
    referred = [clause.c[name].label(f"r{number}") for number, name in enumerate(place.referred)]
    if at.column:
        found = sa.select(*referred, inside.term(clause, table, at.column).label("whose")).select_from(clause)
        found = found.where(compiler.condition(_theirs(at, values), at.bare, clause))
    else:
        higher = _above(compiler, at, values)
        found = sa.select(*referred, higher.c.whose).select_from(clause.join(higher, _met(compiler, at, clause, higher)))
    keys = [set(group) for group in (table.primary_key, *table.unique) if group]
    once = any(group <= set(place.referred) for group in keys)
    return (found if once else found.distinct()).subquery()


def _met(compiler: Compiler, place: Place, clause: sa.FromClause, above: sa.FromClause) -> Element:
    """A row refers to what was found above it; values of unlike kinds are never equal."""
    parts: list[Element] = []
    for number, (one, other) in enumerate(zip(place.own, place.referred, strict=True)):
        here, there = clause.c[one], above.c[f"r{number}"]
        kinds = compiler.kind(place.bare, one), compiler.kind(place.parent.bare, other)
        if kinds[0] == kinds[1] and kinds[0] in _PLAIN:
            parts.append(here == there)
        else:
            parts += [compiler.dialect.linked(here, there), compiler.dialect.same_kind(here, there)]
    fixed = all_of(*(Equal("=", Column(name), Literal(value)) for name, value in (place.link.fixed if place.link else ())))
    return sa.and_(*parts, compiler.condition(fixed, place.bare, clause))
