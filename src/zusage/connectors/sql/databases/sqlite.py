"""SQLite: a file without roles, whose tables number their rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from zusage.promises.inventory import TableInfo

from ...port import Visibility
from ...trouble import CannotHandle, CanWrite
from ..compile import from_clause
from ..dialects.port import Dialect, Element
from ..dialects.sqlite import SQLite
from ..wider import Explained
from .port import Cutting, Damage, Needs, Right
from .ranges import Ranges
from .sqlite_catalogue import tables
from .sqlite_connection import as_application, changing, file_of, looking

_ROWID_NAMES = ("rowid", "_rowid_", "oid")
#: rows of a table for each row planned, up to which it is quicker to read all of them than to follow an index from page to page
_FEW = 20
_BATCH = sa.table("zusage_batch", sa.column("id"), schema="temp")


class SqliteDatabase:
    """SQLite 3.35 or newer."""

    dialect: Dialect = SQLite()
    has_roles = False
    compares_uuids = True

    def looking(self, system: str, url: sa.URL) -> sa.Engine:
        """Read-only file, read-only connection, and an authorizer."""
        return looking(system, url)

    def changing(self, system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
        """Foreign keys enforced, deleted content overwritten."""
        return changing(system, url, pseudonym_key)

    def as_application(self, system: str, url: sa.URL) -> sa.Engine:
        """The file as anybody opens it."""
        return as_application(system, url)

    def place(self, system: str, url: sa.URL) -> str:
        """The path of the file."""
        return str(file_of(system, url).resolve())

    def apart(self, looking: sa.Connection, changing: sa.Connection) -> str:
        """A file is at one place, and whoever asks has found two."""
        return "url and writer lead to two files"

    def tables(self, connection: sa.Connection) -> dict[str, TableInfo]:
        """As SQLite itself reads its schema."""
        return tables(connection)

    def refuse_writers(self, connection: sa.Connection, system: str) -> None:
        """Try to make a table."""
        try:
            with connection.begin():
                connection.exec_driver_sql("CREATE TABLE zusage_write_probe (x INTEGER)")
                connection.rollback()
        except DBAPIError:
            return
        raise CanWrite(system, "create a table")

    def version_and_role(self, connection: sa.Connection) -> tuple[str, str]:
        """The library's version; there are no roles."""
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        return str(version), "mode=ro, query_only, authorizer"

    def visibility(self, connection: sa.Connection, table: TableInfo) -> Visibility:
        """SQLite has neither roles nor row policies: who can read a real table sees all its rows."""
        if table.is_view:
            return Visibility(shown=False, how="it is a view, which may hide rows")
        return Visibility(shown=True, how="a table read whole; SQLite has no row policies")

    def batches(self, connection: sa.Connection, table: TableInfo, step: str) -> RowNumbers:
        """By row number."""
        taken = {column.name.lower() for column in table.columns}
        number = next((name for name in _ROWID_NAMES if name not in taken), None)
        if number is None or not _numbered(connection, table.name, number):
            raise CannotHandle(
                f"step {step}: table {table.name} has no row numbers (WITHOUT ROWID), by which batches are cut. "
                "It is left untouched. Make it anew with row numbers, or clear it by hand."
            )
        return RowNumbers(connection, table, number)

    def deleting(self, clause: sa.TableClause, where: Element) -> sa.Delete:
        """A plain DELETE."""
        return sa.delete(clause).where(where)

    def updating(self, clause: sa.TableClause, where: Element) -> sa.Update:
        """A plain UPDATE."""
        return sa.update(clause).where(where)

    def spanned(self, value: sa.ColumnElement[Any], numbers: sa.Select[Any]) -> sa.ColumnElement[bool] | None:
        """It looks for each of them by itself."""
        return None

    def pseudonymised(self, connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """By a function of ours that the connection was given."""
        return sa.func.zusage_pseudonym(column)

    def may(self, connection: sa.Connection, table: TableInfo, what: Literal["read", "change"]) -> bool:
        """There are no roles."""
        return True

    def around(self, connection: sa.Connection, table: TableInfo) -> tuple[str, ...]:
        """There are no row policies."""
        return ()

    def lacking(self, connection: sa.Connection, needs: Needs, tables: Mapping[str, TableInfo]) -> tuple[Right, ...]:
        """There are no roles."""
        return ()

    def role_statements(self, connection: sa.Connection, needs: Needs | None, reader: str, writer: str) -> tuple[str, ...]:
        """There are no roles."""
        raise CannotHandle(
            "SQLite has no roles, so that there is nothing to grant: whoever may write the file may change all of it. "
            "Run Zusage as a user of its own, and let the application's user keep out of its folder."
        )

    def look_over(self, connection: sa.Connection, tables: Sequence[TableInfo]) -> Damage:
        """Every table can undo."""
        return Damage()

    def mending(self, connection: sa.Connection, tables: Sequence[TableInfo], error: DBAPIError) -> str:
        """Nothing that a statement would mend."""
        return ""

    def passes(self, error: DBAPIError) -> bool:
        """Somebody else is at work, which passes by itself; a full disk does not."""
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

    def reason(self, error: DBAPIError) -> str:
        """SQLite's words, where they cannot hold what a row or a trigger says."""
        text = str(error.orig).split("\n")[0]
        if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER":
            return "a trigger refused it"  # what a trigger says is anybody's text
        if type(error.orig).__name__ == "IntegrityError":
            return text.split(":")[0]
        return text if "'" not in text and '"' not in text else type(error.orig).__name__


class RowNumbers:
    """A walk along the row numbers, once through the table."""

    def __init__(self, connection: sa.Connection, table: TableInfo, number: str) -> None:
        self.clause = from_clause(table, number)
        self._connection = connection
        self._number = self.clause.c[number]
        self._last = -(2**63)
        self.whole = False
        #: stands for the rows, where none were noted
        self._every: Element | None = None
        self._cut = Ranges()

    def all_at_once(self, where: Element, *, stay: bool, apart: float) -> bool:
        """The condition itself says which rows; where they are many, in the order in which they are stored."""
        self.whole, self._every = True, _without_index(where) if apart <= _FEW else where
        return True

    def cut(self, where: Element, how: Cutting) -> int | None:
        """By row numbers, of rows that are changed alone."""
        if not how.alone:
            return None
        self._cut.behind = self._last
        stretch = self._cut.numbered(self._connection, self.clause, self._number, how.ranges)
        at_most = self._cut.cut_by_index(self._connection, self.clause, self._number, stretch, how, self._by_index)
        return self._cut.cut(self._connection, self.clause, self._number, where, stretch, how) if at_most is None else at_most

    def _by_index(self, asked: sa.Select[Any, int]) -> bool:
        """An index has all that is asked, row numbers among it."""
        return any("USING COVERING INDEX" in row.detail for row in self._connection.execute(Explained(asked)))

    def choose(self, where: Element, size: int, planned: int, *, alone: bool) -> int:
        """Note the numbers of the next rows that match; the whole file is locked in any case.

        Where all should fit into one batch, the first time without an order, so that an index may serve and no walk is needed.
        """
        if self.whole:
            return 0
        if self._cut.made:
            return self._next(where, size, planned) if self._cut.left else 0
        first = self._last == -(2**63) and planned <= size
        matching = sa.select(self._number).select_from(self.clause).where(where).limit(size)
        rows, highest = self._note(matching) if first else (size, self._last)
        self.whole = first and rows < size
        if not self.whole:
            rows, highest = self._note(matching.where(self._number > self._last).order_by(self._number))
        self._last = highest if rows else self._last
        return rows

    def _next(self, where: Element, size: int, planned: int) -> int:
        """The next range; an index for the condition would find all the rows of the walk for each range."""
        after, self._last, rows = self._cut.next(size, planned)
        self._every = sa.and_(self._number > after, self._number <= self._last, _without_index(where))
        return rows

    def _note(self, chosen: sa.Select[Any]) -> tuple[int, int]:
        """Note these; returns how many they are and the highest number."""
        self._connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS zusage_batch (id INTEGER PRIMARY KEY)")
        self._connection.execute(sa.delete(_BATCH))
        self._connection.execute(sa.insert(_BATCH).from_select(["id"], chosen))
        rows, highest = self._connection.execute(sa.select(sa.func.count(), sa.func.max(_BATCH.c.id))).one()
        return int(rows), int(highest or 0)

    def inside(self) -> Element:
        """The row's number is among those noted."""
        return self._every if self._every is not None else self._number.in_(sa.select(_BATCH.c.id))

    def keys(self, columns: Sequence[str]) -> sa.Select[*tuple[Any, ...]] | None:
        """Rows are told by where they lie, and by nothing that stands in them."""
        return None

    def change(self, update: sa.Update) -> int:
        """The whole file is locked in any case."""
        return int(self._connection.execute(update).rowcount)

    def empty(self, columns: Sequence[str]) -> None:
        """A row keeps its number."""
        self._connection.execute(sa.update(self.clause).where(self.inside()).values(dict.fromkeys(columns)))


def _without_index(where: Element) -> Element:
    """The same inside a CASE, so that rows are met as they lie and each page once."""
    return sa.case((where, sa.literal_column("1")))


def _numbered(connection: sa.Connection, table: str, number: str) -> bool:
    """A table without row numbers does not know the name; what fails otherwise is trouble like any other."""
    quoted = table.replace('"', '""')
    try:
        connection.exec_driver_sql(f'SELECT {number} FROM "{quoted}" LIMIT 0')  # noqa: S608 - the name is quoted
    except OperationalError as error:
        if "no such column" in str(error.orig):
            return False
        raise
    return True
