"""One kind of database: how it is opened, what its roles may do, and how its tables are cut into batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import TableInfo

from ...port import Visibility
from ..dialects.port import Dialect, Element


@dataclass(frozen=True, slots=True)
class Needs:
    """What the two roles must be able to do, by tables as an inventory names them."""

    #: tables that are looked at
    reads: frozenset[str]
    #: tables of which rows are deleted or blocked
    deletes: frozenset[str] = frozenset()
    #: table → columns that are changed or emptied
    changes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: tables into which rows come back that were restricted, where they leave their table for that
    returns: frozenset[str] = frozenset()
    #: tables whose rows are held before they go; None: all of which rows are deleted
    held: frozenset[str] | None = None
    #: table → columns that are read, where no more than these is needed; of other tables, all
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def holds(self) -> frozenset[str]:
        """Tables whose rows are held before they go."""
        return self.deletes if self.held is None else self.held


@dataclass(frozen=True, slots=True)
class Right:
    """Something that the writer's role must be allowed: what is granted and what is asked about before a plan are the same."""

    #: as an inventory names it; empty: the whole database
    table: str
    right: Literal["SELECT", "INSERT", "UPDATE", "DELETE", "MAINTAIN", "CREATE TEMPORARY TABLES"]
    #: none: on the table as a whole
    columns: tuple[str, ...] = ()
    #: the right on any column will do
    any_column: bool = False

    def __str__(self) -> str:
        listed = f" ({', '.join(self.columns)})" if self.columns else ""
        return f"{self.right}{listed} on {self.table or 'the database'}"


@dataclass(frozen=True, slots=True)
class Cutting:
    """How a walk is to be cut beforehand."""

    #: rows of a batch at most
    size: int
    #: and of the first one
    first: int
    #: about how many ranges; a batch is one of them, or several
    ranges: int
    #: the rows are changed, not deleted
    stay: bool
    #: one statement changes them, and nothing else is asked about them
    alone: bool
    #: rows of the table for each that was planned
    apart: float
    #: how many rows the plan has left
    planned: int
    #: what every row that matches fulfils, and perhaps others; an index may say of how many rows that holds
    wider: Element | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What was found in tables that were looked over."""

    #: the statement that mends those that are damaged; empty where none is
    mending: str = ""
    #: one of the others could not be looked at for now
    unseen: bool = False


class Batches(Protocol):
    """Walks the rows of one table in bounded batches. All calls but the first belong into the transaction of a batch."""

    #: the table as statements name it, with whatever numbers its rows
    clause: sa.TableClause
    #: the last choice noted every row that matched, so that nobody need count how many more there are
    whole: bool

    def all_at_once(self, where: Element, *, stay: bool, apart: float) -> bool:
        """Note every row that matches without choosing any, for one statement that says ``inside`` and can be rolled back.

        False where that cannot be without waiting for rows that do not match; otherwise the walk is over. ``stay``: the rows are
        changed, not deleted. ``apart``: rows of the table for each that was planned.
        """

    def cut(self, where: Element, how: Cutting) -> int | None:
        """Note for the whole walk which rows match, or in which ranges they lie; returns how many match in all, or how many at most.

        More than the plan has left are returned only where so many match.
        None where that cannot be, or only by waiting for rows that do not match; then each batch is chosen when its turn comes.
        """

    def choose(self, where: Element, size: int, planned: int, *, alone: bool) -> int:
        """Note the next rows, at most ``size``, that match in this transaction; 0 when the walk is over.

        Unless they are changed ``alone``, by one statement that says ``inside``, nobody else can change them from here on, and
        ``inside`` holds of no other row; for the one statement it may hold of rows that have come to match since, too.
        ``planned`` is how many there were when they were counted. A range that was cut before may have more rows than it had then, up
        to twice as many. Rows of a batch that is rolled back may be passed over: what is
        left is found by the next walk.
        """

    def inside(self) -> Element:
        """The row is one of those noted."""

    def keys(self, columns: Sequence[str]) -> sa.Select[*tuple[Any, ...]] | None:
        """What these columns hold in the rows noted, where that is noted as well; None where the table itself must be asked."""

    def change(self, update: sa.Update) -> int:
        """Carry out the statement that changes the rows noted, by a way on which it waits for no row that stays; returns how many it changed."""

    def empty(self, columns: Sequence[str]) -> None:
        """Empty some columns of the rows noted, none of them part of a key; the same rows are noted afterwards."""


class Database(Protocol):
    """One kind of database."""

    dialect: Dialect
    #: rights are given to roles, so that one can lack them
    has_roles: bool
    #: a UUID is compared with a text by itself
    compares_uuids: bool

    def looking(self, system: str, url: sa.URL) -> sa.Engine:
        """An engine that cannot write. Raises Unreachable."""

    def changing(self, system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
        """An engine that may write. Raises Unreachable."""

    def as_application(self, system: str, url: sa.URL) -> sa.Engine:
        """An engine that may do what the application may. Raises Unreachable."""

    def place(self, system: str, url: sa.URL) -> str:
        """What tells this database from others, without a password."""

    def apart(self, looking: sa.Connection, changing: sa.Connection) -> str:
        """Why it is not shown that both connections lead to one database, if not to one server; empty where it is."""

    def tables(self, connection: sa.Connection) -> dict[str, TableInfo]:
        """All tables and views that the connection's role can see, by their names in an inventory."""

    def refuse_writers(self, connection: sa.Connection, system: str) -> None:
        """Raise CanWrite when the connection could change anything."""

    def version_and_role(self, connection: sa.Connection) -> tuple[str, str]:
        """The server's version, and as what it is looked at."""

    def visibility(self, connection: sa.Connection, table: TableInfo) -> Visibility:
        """Whether every row of the table can be seen."""

    def batches(self, connection: sa.Connection, table: TableInfo, step: str) -> Batches:
        """A walk through the table for a step. Raises CannotHandle where rows cannot be told apart."""

    def deleting(self, clause: sa.TableClause, where: Element) -> sa.Delete:
        """The statement that deletes rows which are found by what they refer to."""

    def updating(self, clause: sa.TableClause, where: Element) -> sa.Update:
        """The statement that changes such rows, still without what is changed."""

    def spanned(self, value: sa.ColumnElement[Any], numbers: sa.Select[Any]) -> sa.ColumnElement[bool] | None:
        """The value is among some whole numbers, and between the least and the greatest, where that helps the database to find rows."""

    def pseudonymised(self, connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """The keyed code of a value, on a connection of the engine that ``changing`` made."""

    def may(self, connection: sa.Connection, table: TableInfo, what: Literal["read", "change"]) -> bool:
        """Whether the role could do so with any column of the table at all; True where a database has no roles."""

    def around(self, connection: sa.Connection, table: TableInfo) -> tuple[str, ...]:
        """Every way by which the role comes to rows of the table that a row policy should hide, in words; none without row policies."""

    def lacking(self, connection: sa.Connection, needs: Needs, tables: Mapping[str, TableInfo]) -> tuple[Right, ...]:
        """What of the needs the connection's role is known not to be allowed, by its own rights and those of roles that it has now.

        Whatever cannot be known counts as allowed. None where a database has no roles.
        """

    def role_statements(self, connection: sa.Connection, needs: Needs | None, reader: str, writer: str) -> tuple[str, ...]:
        """What an administrator runs to make both roles with the least rights; without needs, for all tables.

        Raises CannotHandle where a database has no roles.
        """

    def look_over(self, connection: sa.Connection, tables: Sequence[TableInfo]) -> Damage:
        """Look for damage in tables that cannot undo a change; in a transaction of its own, which it may end."""

    def mending(self, connection: sa.Connection, tables: Sequence[TableInfo], error: DBAPIError) -> str:
        """The statement that mends tables of which the failure says that one is damaged; empty where it does not say so."""

    def passes(self, error: DBAPIError) -> bool:
        """Whether the failure passes by itself, such as a lock that somebody else holds."""

    def reason(self, error: DBAPIError) -> str:
        """What went wrong, without statement, parameters or values of rows."""
