"""Batches on PostgreSQL: page by page through the table, and then until nothing is left that matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

from zusage.promises.inventory import TableInfo

from ...port import CannotHandle
from ..compile import from_clause
from ..dialects.port import Element

#: the table with all that inherits from it, and where their rows lie
_TREE = """
WITH RECURSIVE tree(id) AS (
    SELECT CAST(to_regclass(:name) AS oid)
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.id
)
SELECT c.relname::text AS name, c.relkind::text AS kind, coalesce(m.amname::text, '') AS storage,
       CASE WHEN c.relkind = 'r' THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END AS bytes,
       pg_catalog.row_security_active(c.oid) AS hidden,
       CAST(current_setting('block_size') AS int) AS page, CAST(current_setting('server_version_num') AS int) AS version
FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
"""
_FIRST_SPAN, _WIDEST_SPAN = 64, 8192
#: from this version on a range of pages is read without reading the others
_RANGES_SINCE = 140000


class _Named(UserDefinedType[Any]):
    """A type of PostgreSQL's own."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Its name."""
        return self.name


_TID, _TIDS, _XIDS, _OIDS = _Named("tid"), _Named("tid[]"), _Named("xid[]"), _Named("oid[]")


@dataclass(frozen=True, slots=True)
class Shape:
    """What has to be known of a table before its pages are walked."""

    pages: int
    #: rows lie in several tables: partitions, or tables that inherit
    several: bool
    page_bytes: int
    version: int


def shape(connection: sa.Connection, table: TableInfo, step: str) -> Shape:
    """Raises CannotHandle where rows lie elsewhere, are stored otherwise, or a policy hides some of them."""
    found = connection.execute(sa.text(_TREE), {"name": quoted(table)}).mappings().all()
    for row in found:
        why = ""
        if row["kind"] not in ("r", "p"):
            why = "its rows lie on another server (a foreign table)"
        elif row["kind"] == "r" and row["storage"] != "heap":
            why = f"its rows are stored by {row['storage']}, which does not number them as pages of a heap"
        elif row["hidden"]:
            why = "a row policy hides rows of it from the writer's role (give the role BYPASSRLS)"
        if why:
            raise CannotHandle(f"step {step}: table {table.name}: {row['name']}: {why}. It is left untouched.")
    if not found:
        raise CannotHandle(f"step {step}: table {table.name} is not there any more; make a new plan")
    pages = max(-(-row["bytes"] // row["page"]) for row in found)
    return Shape(pages, len(found) > 1, found[0]["page"], found[0]["version"])


def quoted(table: TableInfo) -> str:
    """The table's name as SQL."""
    names = (table.schema, table.bare) if table.schema else (table.bare,)
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


class PageRanges:
    """A walk along the pages of a table and of all that inherits from it.

    A row that somebody else changes moves, perhaps to a page behind the walk; so at the end the whole table is asked until
    nothing matches any more. A row that the walk itself has changed is not looked at again: its new version bears the number of
    the transaction that made it.
    """

    def __init__(self, connection: sa.Connection, table: TableInfo, found: Shape) -> None:
        self.clause = from_clause(table, "ctid", "tableoid", "xmin")
        self._connection = connection
        self._shape = found
        #: the first page not yet walked, or the row behind which to go on
        self._page, self._behind = 0, ("(0,0)", 0)
        self._span = _FIRST_SPAN
        self._rows: list[tuple[str, int]] = []
        self._transactions: list[str] = []
        self._alone: Element = sa.true()
        self.whole = False
        self._begun = False

    def choose(self, where: Element, size: int, *, alone: bool) -> int:
        """Note where the next rows lie that match; lock them unless they are changed alone.

        Where all of them fit into one batch no walk is needed, and an index may find them.
        """
        if self.whole:
            return 0
        if not self._begun:
            self._begun, self.whole = True, self._all(where, size, alone)
            if self.whole:
                return len(self._rows)
        fresh = self._unchanged()
        self._alone = sa.and_(where, fresh) if alone else sa.true()
        before, self._rows = self._rows, []
        while self._page < self._shape.pages and len(self._rows) < size:
            end, wanted = min(self._page + self._span, self._shape.pages), size - len(self._rows)
            found = self._take(sa.and_(self._within(end), where, fresh), wanted, alone)
            self._rows += found
            self._go_on(end, found, wanted)
        if not self._rows:
            self._rows = self._take(sa.and_(where, fresh), size, alone)
            return len(self._rows) if self._rows != before else 0  # what a trigger keeps, say, would be met for ever
        return len(self._rows)

    def _all(self, where: Element, size: int, alone: bool) -> bool:
        """Note every row that matches, where they are fewer than a batch may have."""
        found = self._take(where, size, alone=True, ordered=False)
        if len(found) >= size:
            return False
        self._rows, self._alone = found, where
        if found and not alone:
            self._rows = self._take(self.inside(), size, alone=False)
            self._alone = sa.true()
        return True

    def _take(self, where: Element, size: int, alone: bool, *, ordered: bool = True) -> list[tuple[str, int]]:
        ctid, table = self.clause.c.ctid, self.clause.c.tableoid
        transaction: Element = sa.literal_column("pg_current_xact_id()::xid::text")
        found = sa.select(sa.cast(ctid, sa.Text), sa.cast(table, sa.BigInteger), transaction).where(where)
        chosen = (found.order_by(ctid, table) if ordered else found).limit(size)
        rows = self._connection.execute(chosen if alone else chosen.with_for_update()).all()
        if rows and rows[0][2] not in self._transactions[-1:]:
            self._transactions.append(rows[0][2])
        return [(row[0], row[1]) for row in rows]

    def _go_on(self, end: int, found: list[tuple[str, int]], wanted: int) -> None:
        """Behind the last row where there may be more on its page, otherwise behind the last page; wider where little was found."""
        if len(found) == wanted:
            self._behind = found[-1]
            self._page = int(found[-1][0].strip("()").split(",")[0])
        else:
            self._page, self._behind = end, (f"({end},0)", 0)
            if len(found) * 4 < wanted:
                self._span = min(self._span * 2, _WIDEST_SPAN)

    def _within(self, end: int) -> Element:
        """On the pages from where the walk stands to ``end``."""
        ctid, table = self.clause.c.ctid, self.clause.c.tableoid
        place, oid = self._behind
        behind: Element = ctid > _tid(place)
        if self._shape.several:
            behind = sa.and_(ctid >= _tid(place), sa.or_(ctid > _tid(place), table > oid))
        last = ctid < _tid(f"({end},0)")
        if self._shape.version >= _RANGES_SINCE:
            return sa.and_(behind, last)
        return sa.and_(ctid == sa.func.any(self._every_place(end)), behind, last)

    def _every_place(self, end: int) -> Element:
        """Wherever a row can lie on these pages, where a range of them cannot be read by itself."""
        pages = sa.func.generate_series(self._page, end - 1).table_valued("n").render_derived(name="pages")
        places = sa.func.generate_series(1, (self._shape.page_bytes - 24) // 28).table_valued("n").render_derived(name="places")
        tid = sa.cast(sa.func.format("(%s,%s)", pages.c.n, places.c.n), _TID)
        return sa.func.array(sa.select(tid).select_from(sa.join(pages, places, sa.true())).scalar_subquery())

    def _unchanged(self) -> Element:
        if not self._transactions:
            return sa.true()
        made = "{" + ",".join(self._transactions) + "}"
        return sa.not_(self.clause.c.xmin == sa.func.any(sa.cast(sa.literal(made), _XIDS)))

    def inside(self) -> Element:
        """The row lies where one of those noted does, and still matches where nobody was kept from changing it."""
        places = "{" + ",".join(f'"{place}"' for place, _ in self._rows) + "}"
        listed: Element = sa.literal_column(
            f"CAST('{places}' AS tid[])"
        )  # written out, so that the planner knows how many they are
        there: Element = self.clause.c.ctid == sa.func.any(listed)
        if self._shape.several:
            tables = "{" + ",".join(str(table) for _, table in self._rows) + "}"
            pairs = sa.select(
                sa.func.unnest(sa.cast(sa.literal(places), _TIDS)), sa.func.unnest(sa.cast(sa.literal(tables), _OIDS))
            )
            there = sa.and_(there, sa.tuple_(self.clause.c.ctid, self.clause.c.tableoid).in_(pairs))
        return sa.and_(there, self._alone)

    def empty(self, columns: Sequence[str]) -> None:
        """A row moves when it is changed: note where it lies now."""
        ctid, table = sa.cast(self.clause.c.ctid, sa.Text), sa.cast(self.clause.c.tableoid, sa.BigInteger)
        emptied = sa.update(self.clause).where(self.inside()).values(dict.fromkeys(columns)).returning(ctid, table)
        self._rows = [(row[0], row[1]) for row in self._connection.execute(emptied)]


def _tid(place: str) -> Element:
    return sa.cast(sa.literal(place), _TID)
