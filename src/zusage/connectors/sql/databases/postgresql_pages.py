"""Batches on PostgreSQL: page by page through the table, and then until nothing is left that matches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from zusage.promises.inventory import TableInfo

from ..compile import from_clause
from ..dialects.port import Element
from ..dialects.postgresql import Named
from ..wider import Explained, moved
from .port import Cutting
from .postgresql_shape import Shape
from .ranges import Ranges

_FIRST_SPAN, _WIDEST_SPAN = 64, 8192


_TID, _TIDS, _XID, _XIDS, _OIDS = (Named(name) for name in ("tid", "tid[]", "xid", "xid[]", "oid[]"))
#: the transaction's own number
_NUMBER: Element = sa.literal_column("pg_current_xact_id()::xid::text")
#: rows of a batch for each of its pages, from which on reading the pages again costs less than a list of places
_DENSE = 0.5
#: of a hundred pages so many are looked at for how rows are spread, and full pages of rows that a batch has at least for that to tell enough
_SAMPLE, _SURE = 10, 200
#: rows that the sample has to meet at least
_TOLD = 50


class _Met(NamedTuple):
    """Rows that a statement met, those of them that are in its range, and the last of these."""

    met: int
    rows: int
    last: str | None


class PageRanges:
    """A walk along the pages of a table and of all that inherits from it.

    Where a range of pages can be read alone, a batch is such a range, and its rows are those that this transaction has locked,
    which it tells by its own number (``xmax``); or, for one statement that changes them alone, those that match. Elsewhere, and
    where few rows of many pages were found, it is a list of places.

    A row that somebody else changes moves, perhaps to a page behind the walk; so at the end the whole table is asked until
    nothing matches any more. A row that the walk itself has changed is not looked at again: its new version bears the number of
    the transaction that made it.
    """

    def __init__(self, connection: sa.Connection, table: TableInfo, found: Shape) -> None:
        self.clause = from_clause(table, "ctid", "tableoid", "xmin", "xmax")
        self._connection = connection
        self._shape = found
        #: the first page not yet walked, or the row behind which to go on
        self._page, self._behind = 0, ("(0,0)", 0)
        self._span = 0
        self._rows: list[tuple[str, int]] = []
        self._transactions: list[str] = []
        self._inside: Element = sa.false()
        self.whole = False
        self._begun = False
        self._cut = Ranges()
        #: rows that matched when the walk was cut, and how many of the plan were left then
        self._counted, self._left = 0, 0
        #: how many of them lie in each range is worked out from a sample
        self._by_sample = False

    def all_at_once(self, where: Element, *, stay: bool, apart: float) -> bool:
        """The condition itself says which rows; PostgreSQL asks it again of a row that somebody else has just changed."""
        self.whole, self._inside = True, where
        return True

    def cut(self, where: Element, how: Cutting) -> int | None:
        """By places, where a range of pages can be read alone."""
        if not (how.alone and self._shape.ranges):
            return None
        self._begun = True
        self._cut.behind = "(0,0)"
        ranges = min(how.ranges, self._shape.pages)
        pages = [self._shape.pages * n // ranges for n in range(1, ranges)] or [self._shape.pages]
        at_most = self._estimated(how, pages) if self._told_of(how.first) else None
        self._by_sample = at_most is not None
        self._counted = self._exactly(where, how, pages) if at_most is None else at_most
        return self._counted

    def _told_of(self, size: int) -> bool:
        """A sample says how the rows of so large a batch are spread."""
        return self._shape.density is not None and size >= self._shape.density * _SURE

    def _exactly(self, where: Element, how: Cutting, pages: Sequence[int]) -> int:
        """Count the rows of each stretch of pages."""
        ctid = self.clause.c.ctid
        return self._cut.cut(self._connection, self.clause, ctid, where, sa.func.width_bucket(ctid, _places(pages)), how)

    def _estimated(self, how: Cutting, pages: Sequence[int]) -> int | None:
        """Count in an index, and look at one page in ten for how the rows are spread; None where an index alone does not tell."""
        sample = sa.tablesample(self.clause, sa.func.system(sa.literal_column(str(_SAMPLE))))
        if how.wider is None or (there := moved(how.wider, sample)) is None:
            return None
        some = sa.select(sa.literal_column("1")).select_from(self.clause).where(how.wider).limit(how.planned + 1).subquery("some")
        asked = sa.select(sa.func.count()).select_from(some)
        if not any("Index Only Scan" in line for line in self._connection.execute(Explained(asked)).scalars()):
            return None
        rows = int(self._connection.execute(asked).scalar_one())
        if rows > how.planned:
            return None
        stretch = sa.func.width_bucket(sample.c.ctid, _places(pages)).label("stretch")
        spread = sa.select(stretch, sa.func.count()).select_from(sample).where(there).group_by(stretch)
        met = {int(n): int(count) for n, count in self._connection.execute(spread)}
        if sum(met.values()) < _TOLD:
            return None
        self._cut.estimate([f"({page},0)" for page in (*pages, self._shape.pages)], met, rows)
        return rows

    def choose(self, where: Element, size: int, planned: int, *, alone: bool) -> int:
        """Note which rows match next; lock them unless they are changed alone.

        Where all of them should fit into one batch no walk is needed, and an index may find them.
        """
        if self.whole:
            return 0
        if not self._begun:
            self._begun = True
            self._span = self._pages_for(size, planned / max(1, self._shape.pages))
            if planned <= size and (rows := self._all(where, size, planned, alone)) is not None:
                self.whole = True
                return rows
        fresh = sa.and_(where, self._unchanged())
        if self._cut.made and not self._transactions:
            self._left = planned
        if self._cut.made and not self._cut.left and self._left - planned == self._counted:
            return 0  # all of them were met: none can have moved behind the walk
        if self._cut.left and self._by_sample and not self._told_of(size):
            self._walk_on(size)
        if self._cut.left:
            self._remember(str(self._connection.execute(sa.select(_NUMBER)).scalar_one()))
            after, last, rows = self._cut.next(size, planned)
            self._page, self._inside = self._shape.pages, sa.and_(self._between(after, last), fresh)
            return min(rows, planned) if self._by_sample else rows
        if rows := self._next_range(fresh, size, alone) if self._shape.ranges else self._next_places(fresh, size, alone):
            return rows
        before, self._rows = self._rows, self._take(fresh, size, alone)
        self._inside = self._listed(fresh, alone)
        return len(self._rows) if self._rows != before else 0  # what a trigger keeps, say, would be met for ever

    def _walk_on(self, size: int) -> None:
        """Batches have become too small for the sample to tell of them: from here on their rows are counted."""
        place = self._cut.behind
        self._cut.left.clear()
        self._page, self._behind = _page_of(place), (place, 0)
        self._span = self._pages_for(size, self._shape.density or 1)

    def _all(self, where: Element, size: int, planned: int, alone: bool) -> int | None:
        """Note every row that matches; None where they are more than a batch may have."""
        if self._shape.ranges and not alone and planned >= self._shape.pages * _DENSE:
            found = self._count(where, size + 1, None, lock=True)
            self._inside = self._locked(found.rows, self._shape.pages)
            return found.rows if found.rows <= size else None
        rows = self._take(where, size, alone=True, ordered=False)
        if len(rows) >= size:
            return None
        self._rows = rows
        self._inside = self._listed(where, alone)
        if rows and not alone:
            self._rows = self._take(sa.and_(self._listed(where, alone=False), where), size, alone=False)
            self._inside = self._listed(where, alone=False)
        return len(self._rows)

    def _next_range(self, where: Element, size: int, alone: bool) -> int:
        """Note as many pages as hold one batch."""
        (after, _), first, rows = self._behind, self._page, 0
        while self._page < self._shape.pages and rows < size:
            end, wanted = min(self._page + self._span, self._shape.pages), size - rows
            found = self._count(sa.and_(self._within(end), where), wanted, end, lock=not alone)
            rows += found.rows
            self._go_on(end, found.met, wanted, (found.last, 0) if found.last else None, size)
        if not rows:
            return 0
        self._rows = []
        self._inside = sa.and_(
            self._between(after, self._behind[0]), where if alone else self._locked(rows, self._page - first + 1)
        )
        if rows < (self._page - first) * _DENSE:
            self._rows = self._take(self._inside, size, alone=True)
            self._inside = self._listed(where, alone)
        return rows

    def _between(self, after: str, last: str) -> Element:
        return sa.and_(self.clause.c.ctid > _tid(after), self.clause.c.ctid <= _tid(last))

    def _next_places(self, where: Element, size: int, alone: bool) -> int:
        """Note where the next rows lie."""
        rows: list[tuple[str, int]] = []
        while self._page < self._shape.pages and len(rows) < size:
            end, wanted = min(self._page + self._span, self._shape.pages), size - len(rows)
            found = self._take(sa.and_(self._within(end), where), wanted, alone)
            rows += found
            self._go_on(end, len(found), wanted, found[-1] if found else None, size)
        if rows:
            self._rows = rows
            self._inside = self._listed(where, alone)
        return len(rows)

    def _count(self, where: Element, size: int, end: int | None, *, lock: bool) -> _Met:
        """Rows that match, before a page or anywhere, locked or not.

        A row that somebody has just changed is met where it lies now, perhaps out of the range, and is left for the last pass.
        """
        found = sa.select(self.clause.c.ctid).where(where).limit(size)
        found = found if end is None else found.order_by(self.clause.c.ctid)
        met = (found.with_for_update() if lock else found).subquery("met")
        inside = sa.true() if end is None else sa.and_(met.c.ctid > _tid(self._behind[0]), met.c.ctid < _tid(f"({end},0)"))
        rows, last = sa.func.count().filter(inside), sa.func.max(met.c.ctid).filter(inside)
        row = self._connection.execute(sa.select(sa.func.count(), rows, sa.cast(last, sa.Text), _NUMBER).select_from(met)).one()
        self._remember(row[3])
        return _Met(row[0], row[1], row[2])

    def _take(self, where: Element, size: int, alone: bool, *, ordered: bool = True) -> list[tuple[str, int]]:
        ctid, table = self.clause.c.ctid, self.clause.c.tableoid
        found = sa.select(sa.cast(ctid, sa.Text), sa.cast(table, sa.BigInteger), _NUMBER).where(where)
        chosen = (found.order_by(ctid, table) if ordered else found).limit(size)
        rows = self._connection.execute(chosen if alone else chosen.with_for_update()).all()
        if rows:
            self._remember(rows[0][2])
        return [(row[0], row[1]) for row in rows]

    def _remember(self, transaction: str) -> None:
        if transaction not in self._transactions[-1:]:
            self._transactions.append(transaction)

    def _go_on(self, end: int, met: int, wanted: int, last: tuple[str, int] | None, size: int) -> None:
        """Behind the last row where there may be more on its page, otherwise behind the last page; as wide as what was found says."""
        begun = self._page
        if met == wanted and last:
            self._behind = last
            self._page = _page_of(last[0])
            self._span = self._pages_for(size, met / (self._page - begun + 1))
        else:
            self._page, self._behind = end, (f"({end},0)", 0)
            density = met / (end - begun)
            self._span = min(self._span * 2, self._pages_for(wanted - met, density) if met else _WIDEST_SPAN)

    def _pages_for(self, rows: int, density: float) -> int:
        """Pages that should hold so many rows and a few more."""
        return max(_FIRST_SPAN, min(int(rows / density * 1.05) + 1 if density else _WIDEST_SPAN, _WIDEST_SPAN))

    def _within(self, end: int) -> Element:
        """On the pages from where the walk stands to ``end``."""
        ctid, table = self.clause.c.ctid, self.clause.c.tableoid
        place, oid = self._behind
        behind: Element = ctid > _tid(place)
        if self._shape.several:
            behind = sa.and_(ctid >= _tid(place), sa.or_(ctid > _tid(place), table > oid))
        last = ctid < _tid(f"({end},0)")
        if self._shape.in_ranges:
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

    def _locked(self, rows: int, pages: int) -> Element:
        """This transaction has locked the row and not changed it.

        The planner knows nothing of such numbers, and takes a CASE to hold of one row in two: said so often that it expects about
        as many as there are.
        """
        ours = sa.cast(sa.literal(self._transactions[-1]), _XID)
        said = sa.case((sa.and_(self.clause.c.xmax == ours, self.clause.c.xmin != ours), sa.true()), else_=sa.false())
        halves = round(math.log2(max(2.0, pages * (self._shape.density or 1) / max(1, rows))))
        return sa.and_(*(said for _ in range(halves)))

    def _listed(self, where: Element, alone: bool) -> Element:
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
        return sa.and_(there, where) if alone else there

    def inside(self) -> Element:
        """The row is one of the batch."""
        return self._inside

    def keys(self, columns: Sequence[str]) -> sa.Select[*tuple[Any, ...]] | None:
        """Rows are told by where they lie, and by nothing that stands in them."""
        return None

    def change(self, update: sa.Update) -> int:
        """Rows that do not match are not waited for, whichever way they are found."""
        return int(self._connection.execute(update).rowcount)

    def empty(self, columns: Sequence[str]) -> None:
        """A row moves when it is changed: note where it lies now."""
        ctid, table = sa.cast(self.clause.c.ctid, sa.Text), sa.cast(self.clause.c.tableoid, sa.BigInteger)
        emptied = sa.update(self.clause).where(self.inside()).values(dict.fromkeys(columns)).returning(ctid, table)
        self._rows = [(row[0], row[1]) for row in self._connection.execute(emptied)]
        self._inside = self._listed(sa.true(), alone=False)


def _places(pages: Sequence[int]) -> Element:
    """Where stretches of pages end."""
    places = ",".join(f'"({page},0)"' for page in pages)
    return sa.literal_column(f"CAST('{{{places}}}' AS tid[])")


def _page_of(place: str) -> int:
    return int(place.strip("()").split(",")[0])


def _tid(place: str) -> Element:
    return sa.cast(sa.literal(place), _TID)
