"""MariaDB: a server with roles, whose rows are found by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import TableInfo

from ...port import Visibility
from ...trouble import CanWrite
from ..dialects.mariadb import MariaDB
from ..dialects.port import Dialect, Element
from . import mariadb_connection as opening
from . import mariadb_damage as damage
from . import mariadb_errors as errors
from .mariadb_batches import KeyRanges, key_of, selects, within_itself
from .mariadb_catalogue import tables
from .mariadb_grants import ALL, grants, reads_whole, told_once, writing
from .mariadb_kin import apart
from .mariadb_lacking import lacking
from .mariadb_pseudonym import pseudonymised
from .mariadb_roles import roles
from .port import Damage, Needs, Right

#: beside another table MariaDB plans a DELETE or UPDATE like a SELECT; alone it would ask of every row of the table
_BESIDE = sa.select(sa.literal_column("1").label("one")).subquery("zusage_one")


class MariaDbDatabase:
    """MariaDB 10.6 or newer, by PyMySQL."""

    dialect: Dialect = MariaDB()
    has_roles = True
    compares_uuids = True

    def looking(self, system: str, url: sa.URL) -> sa.Engine:
        """Transactions that can only read."""
        return opening.looking(system, url)

    def changing(self, system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
        """Foreign keys enforced, nothing cut off in silence."""
        return opening.changing(system, url, pseudonym_key)

    def as_application(self, system: str, url: sa.URL) -> sa.Engine:
        """With the application's own role."""
        return opening.as_application(system, url)

    def place(self, system: str, url: sa.URL) -> str:
        """Server, port and database."""
        return opening.place(url)

    def apart(self, looking: sa.Connection, changing: sa.Connection) -> str:
        """By a lock that both see, or by the changes that a replica has applied."""
        return apart(looking, changing)

    def tables(self, connection: sa.Connection) -> dict[str, TableInfo]:
        """From information_schema."""
        return tables(connection)

    def refuse_writers(self, connection: sa.Connection, system: str) -> None:
        """Any right but to look, also one of a role that could be taken on."""
        with connection.begin():
            found = next(writing(grants(connection)), None)
        if found is not None:
            raise CanWrite(system, f"do more than look ({found})")

    def version_and_role(self, connection: sa.Connection) -> tuple[str, str]:
        """As the server names both."""
        version, role = connection.exec_driver_sql("SELECT VERSION(), CURRENT_USER()").one()
        return str(version), f"{role}, read-only transaction"

    def visibility(self, connection: sa.Connection, table: TableInfo) -> Visibility:
        """Who may read all columns of a real table sees all its rows: MariaDB has no row policies."""
        if table.is_view:
            return Visibility(shown=False, how="it is a view, which may hide rows")
        schema = table.schema or _schema(connection)
        if not reads_whole(grants(connection), schema, table.bare):
            return Visibility(shown=False, how="SELECT is not granted on the whole table, so columns may be hidden")
        return Visibility(shown=True, how="SELECT on the whole table; MariaDB has no row policies")

    def batches(self, connection: sa.Connection, table: TableInfo, step: str) -> KeyRanges:
        """By ranges of a key."""
        return KeyRanges(connection, table, key_of(table, step))

    def deleting(self, clause: sa.TableClause, where: Element) -> sa.Delete:
        """A DELETE of the form for several tables, which may not select from what it changes."""
        if within_itself(clause, where):
            return sa.delete(clause).where(where)
        return sa.delete(clause).where(where, _BESIDE.c.one == sa.literal_column("1"))

    def updating(self, clause: sa.TableClause, where: Element) -> sa.Update:
        """An UPDATE of the form for several tables, if it needs that: the plain one waits for fewer rows that others hold."""
        if not selects(where):
            return sa.update(clause).where(where)
        return sa.update(clause).where(where, _BESIDE.c.one == sa.literal_column("1"))

    def spanned(self, value: sa.ColumnElement[Any], numbers: sa.Select[Any]) -> sa.ColumnElement[bool] | None:
        """It looks for each of them by itself."""
        return None

    def pseudonymised(self, connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """HMAC, computed by the server."""
        return pseudonymised(column)

    def may(self, connection: sa.Connection, table: TableInfo, what: Literal["read", "change"]) -> bool:
        """By the grants of the role, on the table or on any of its columns."""
        schema = table.schema or _schema(connection)
        wanted = {"SELECT", ALL} if what == "read" else {"UPDATE", "DELETE", ALL}
        given = (grant for grant in grants(connection) if not grant.routine and grant.covers(schema, table.bare))
        return any((grant.rights | grant.columns) & wanted for grant in given)

    def around(self, connection: sa.Connection, table: TableInfo) -> tuple[str, ...]:
        """There are no row policies."""
        return ()

    def lacking(self, connection: sa.Connection, needs: Needs, tables: Mapping[str, TableInfo]) -> tuple[Right, ...]:
        """What information_schema says of each column, and for whole tables the grants."""
        return lacking(connection, _schema(connection), needs, tables)

    def role_statements(self, connection: sa.Connection, needs: Needs | None, reader: str, writer: str) -> tuple[str, ...]:
        """For the whole database."""
        return roles(_schema(connection), reader=reader, writer=writer, needs=needs, tables=tables(connection))

    def look_over(self, connection: sa.Connection, tables: Sequence[TableInfo]) -> Damage:
        """What CHECK TABLE says."""
        return damage.look_over(connection, tables)

    def mending(self, connection: sa.Connection, tables: Sequence[TableInfo], error: DBAPIError) -> str:
        """REPAIR TABLE, by the number of the error."""
        return damage.mending(connection, tables) if errors.code_of(error) in damage.CODES else ""

    def passes(self, error: DBAPIError) -> bool:
        """Locks, deadlocks and lost connections."""
        return errors.passes(error)

    def reason(self, error: DBAPIError) -> str:
        """Words of ours, for the server's may hold values."""
        return errors.reason(error)


def _schema(connection: sa.Connection) -> str:
    return str(told_once(connection, "SELECT DATABASE()"))
