"""What belongs to a row in another table, as one value: equal where as many rows with the same values belong to it.

1.  Rows that belong to something are numbered by what they say: the same number where all their values are the same, nothing included.
2.  The numbers of what belongs to one row are strung together in their order, each followed by a mark. So no order of rows matters,
    nothing that stands in a value can look like two, and a row that is there twice is there twice.
3.  A database that cuts long texts would make unlike rows alike. What was strung together is whole where it has as many marks as there are
    rows, and a row of which it is not whole is of no group.
4.  MariaDB compares no more than the beginning of a long text where it sorts: there the digest of the text stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from zusage.promises.condition import Linked
from zusage.promises.inventory import TableInfo

from .dialects.mariadb import exact

if TYPE_CHECKING:
    from .compile import Compiler

Element = sa.ColumnElement[Any]
_MARK: Element = sa.literal_column("';'")
_ONE: Element = sa.literal_column("1")


@dataclass(frozen=True, slots=True)
class Beside:
    """A table with what belongs to its rows."""

    #: to select from: the table, and beside each row what belongs to it
    rows: sa.FromClause
    #: one value for each kind of what belongs; none where nothing does
    values: tuple[Element, ...]
    #: all of them are whole (3)
    whole: Element | None


class _Strung(sa.sql.functions.GenericFunction[str]):
    """Numbers with a mark after each, in their order."""

    type = sa.String()
    inherit_cache = True
    _register = False


@compiles(_Strung, "postgresql")
def _strung_postgresql(element: _Strung, compiler: Any, **more: Any) -> str:
    (number,) = (compiler.process(clause, **more) for clause in element.clauses)
    return f"string_agg(CAST({number} AS text) || ';', '' ORDER BY {number})"


@compiles(_Strung, "mysql", "mariadb")
def _strung_mariadb(element: _Strung, compiler: Any, **more: Any) -> str:
    (number,) = (compiler.process(clause, **more) for clause in element.clauses)
    return f"group_concat({number}, ';' ORDER BY {number} SEPARATOR '')"


def beside(compiler: Compiler, table: TableInfo, rows: sa.FromClause, links: Sequence[Linked]) -> Beside:
    """The rows with what belongs to them; raises CannotHandle for a table or column that there is not."""
    source, values, whole = rows, [], []
    for link in links:
        found = _belonging(compiler, table, link)
        source = source.outerjoin(found, sa.and_(*_meeting(compiler, table, rows, link, found)))
        values.append(found.c.said)
        whole.append(sa.func.coalesce(found.c.whole, _ONE) == _ONE)
    return Beside(source, tuple(values), sa.and_(*whole) if whole else None)


def _meeting(compiler: Compiler, table: TableInfo, rows: sa.FromClause, link: Linked, found: sa.Subquery) -> Iterator[Element]:
    """What belongs to a row meets it; texts letter by letter, because they were told apart so."""
    for n, (there, here) in enumerate(link.pairs):
        if _by_letters(compiler, table, link, there, here):
            yield found.c[f"k{n}"] == _letters(compiler.dialect.name, rows.c[here])
        else:
            yield compiler.dialect.linked(found.c[f"k{n}"], rows.c[here])


def _by_letters(compiler: Compiler, above: TableInfo, link: Linked, there: str, here: str) -> bool:
    """Whether the database may take texts for equal that are not."""
    kinds = {compiler.column(above, here).kind, compiler.column(compiler.table(link.table), there).kind}
    return kinds == {"text"} and compiler.dialect.name != "postgresql"


def _letters(dialect: str, column: Element) -> Element:
    """A text that is equal to another where all its letters are, in whatever alphabet either is written."""
    return sa.func.sha2(exact(column), sa.literal_column("256")) if dialect == "mariadb" else sa.collate(column, "BINARY")


def _belonging(compiler: Compiler, above: TableInfo, link: Linked) -> sa.Subquery:
    """One row for each value by which something belongs to rows of the table ``above``."""
    table = compiler.table(link.table)
    rows = compiler.clause(link.table).alias()
    with_further = beside(compiler, table, rows, link.within)
    said = [compiler.apart(table, rows, name) for name in link.columns]
    keys = [
        _letters(compiler.dialect.name, rows.c[there]) if _by_letters(compiler, above, link, there, here) else rows.c[there]
        for there, here in link.pairs
    ]
    whole = sa.literal_column("1") if with_further.whole is None else sa.case((with_further.whole, 1), else_=0)
    numbered = (
        sa.select(
            *(key.label(f"k{n}") for n, key in enumerate(keys)),
            sa.func.dense_rank().over(order_by=[*said, *with_further.values]).label("number"),
            whole.label("whole"),
        )
        .select_from(with_further.rows)
        .where(
            *(key.is_not(sa.null()) for key in keys),
            compiler.condition(link.fixed, link.table, rows),
            compiler.condition(link.where, link.table, rows),
        )
        .subquery()
    )
    names = [f"k{n}" for n in range(len(keys))]
    return _strung_up(numbered, names) if compiler.dialect.name != "sqlite" else _strung_in_a_window(numbered, names)


def _strung_up(numbered: sa.Subquery, names: Sequence[str]) -> sa.Subquery:
    keys = [numbered.c[name] for name in names]
    each = (
        sa.select(
            *keys,
            _Strung(numbered.c.number).label("text"),
            sa.func.count().label("rows"),
            sa.func.min(numbered.c.whole).label("whole"),
        )
        .group_by(*keys)
        .subquery()
    )
    return _whole(each, [each.c[name] for name in names]).subquery()


def _strung_in_a_window(numbered: sa.Subquery, names: Sequence[str]) -> sa.Subquery:
    """SQLite before 3.44 takes the order of a window, and no other. That each of the rows says the same is said by grouping them."""
    keys = [numbered.c[name] for name in names]
    marked = sa.cast(numbered.c.number, sa.Text()).op("||")(_MARK)
    within: dict[str, Any] = {"partition_by": keys, "order_by": numbered.c.number, "rows": (None, None)}
    strung = sa.select(
        *keys, numbered.c.whole, sa.func.group_concat(marked, sa.literal_column("''")).over(**within).label("text")
    ).subquery()
    same = [strung.c[name] for name in names]
    said = sa.select(*same, sa.func.min(strung.c.text).label("said"), sa.func.min(strung.c.whole).label("whole"))
    return said.group_by(*same).subquery()  # nothing is cut here: what is too long is an error


def _whole(each: sa.Subquery, keys: Sequence[Element]) -> sa.Select[Any]:
    marks = sa.func.length(each.c.text) - sa.func.length(sa.func.replace(each.c.text, _MARK, sa.literal_column("''")))
    whole = sa.case((sa.and_(each.c.whole == _ONE, marks == each.c.rows), 1), else_=0)
    return sa.select(*keys, _Digest(each.c.text).label("said"), whole.label("whole"))


class _Digest(sa.sql.functions.GenericFunction[str]):
    """What can be compared instead of a long text (4)."""

    type = sa.String()
    inherit_cache = True
    _register = False


@compiles(_Digest)
def _digest(element: _Digest, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(_Digest, "mysql", "mariadb")
def _digest_mariadb(element: _Digest, compiler: Any, **more: Any) -> str:
    return f"sha2({compiler.process(element.clauses, **more)}, 256)"
