"""PostgreSQL: roles, row policies, and tables that are read page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import TableInfo

from ...port import Visibility
from ...trouble import CanWrite, Unreachable
from ..dialects.port import Dialect, Element
from ..dialects.postgresql import PostgreSQL, as_text
from . import postgresql_rights as rights
from .port import Damage, Needs, Right
from .postgresql_catalogue import tables
from .postgresql_connection import PSEUDONYM, as_application, changing, looking
from .postgresql_kin import apart
from .postgresql_pages import PageRanges
from .postgresql_policies import around
from .postgresql_reasons import passes, reason
from .postgresql_roles import rights_on, statements
from .postgresql_shape import shape

_BLOCK = 64


class PostgresDatabase:
    """PostgreSQL 13 or newer."""

    dialect: Dialect = PostgreSQL()
    has_roles = True
    compares_uuids = False

    def looking(self, system: str, url: sa.URL) -> sa.Engine:
        """Transactions that only read, of one state each."""
        return looking(system, url)

    def changing(self, system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
        """Refused by a server that only reads."""
        return changing(system, url, pseudonym_key)

    def as_application(self, system: str, url: sa.URL) -> sa.Engine:
        """With the application's role and no more patience than it has."""
        return as_application(system, url)

    def place(self, system: str, url: sa.URL) -> str:
        """Server and database; not the role, for looking and changing must lead to one place."""
        host = url.host or ",".join(map(str, url.query.get("host", ()) or ("local",)))
        return f"postgresql://{host.lower()}:{url.port or 5432}/{url.database or url.username or ''}"

    def apart(self, looking: sa.Connection, changing: sa.Connection) -> str:
        """By a lock that both see, or by the log that a replica follows."""
        return apart(looking, changing)

    def tables(self, connection: sa.Connection) -> dict[str, TableInfo]:
        """Of every schema that the role may use."""
        return tables(connection)

    def refuse_writers(self, connection: sa.Connection, system: str) -> None:
        """Ask for every right by which the role could write; that its transactions only read is a second wall, not the first."""
        try:
            with connection.begin():
                found = rights.first_way_to_write(connection)
        except DBAPIError as error:
            raise Unreachable(system, reason(error)) from None
        if found:
            raise CanWrite(system, found)

    def version_and_role(self, connection: sa.Connection) -> tuple[str, str]:
        """The server's version, and the role with which the session began."""
        version, role = connection.exec_driver_sql("SELECT current_setting('server_version'), session_user::text").one()
        return str(version), f"{role}, default_transaction_read_only"

    def visibility(self, connection: sa.Connection, table: TableInfo) -> Visibility:
        """By the role's rights and the table's row policies."""
        return rights.visibility(connection, table)

    def may(self, connection: sa.Connection, table: TableInfo, what: Literal["read", "change"]) -> bool:
        """By the role's rights on the table's columns."""
        return rights.may(connection, table, what)

    def around(self, connection: sa.Connection, table: TableInfo) -> tuple[str, ...]:
        """By the catalogue."""
        role = connection.exec_driver_sql("SELECT current_user").scalar_one()
        return around(connection, table, role)

    def batches(self, connection: sa.Connection, table: TableInfo, step: str) -> PageRanges:
        """By pages, through partitions and tables that inherit as well."""
        return PageRanges(connection, table, shape(connection, table, step))

    def deleting(self, clause: sa.TableClause, where: Element) -> sa.Delete:
        """A plain DELETE."""
        return sa.delete(clause).where(where)

    def updating(self, clause: sa.TableClause, where: Element) -> sa.Update:
        """A plain UPDATE."""
        return sa.update(clause).where(where)

    def spanned(self, value: sa.ColumnElement[Any], numbers: sa.Select[Any]) -> sa.ColumnElement[bool] | None:
        """Otherwise it reads a whole table for each batch, since it cannot know that what belongs together often lies together.

        The numbers are found once in a statement: by those that it looks for, and by the least and the greatest of them.
        """
        found = numbers.cte()
        least, greatest = (sa.select(each(found.c[0])).scalar_subquery() for each in (sa.func.min, sa.func.max))
        return sa.and_(value.in_(sa.select(found.c[0])), value.between(least, greatest))

    def pseudonymised(self, connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """HMAC-SHA256 (RFC 2104) from the server's own sha256, so that no extension is needed and no row travels."""
        key = connection.get_execution_options()[PSEUDONYM]()
        padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        inner, outer = (sa.literal(bytes(byte ^ pad for byte in padded), sa.LargeBinary()) for pad in (0x36, 0x5C))
        code = sa.func.sha256(outer.op("||")(sa.func.sha256(inner.op("||")(sa.func.convert_to(as_text(column), "UTF8")))))
        letters = sa.func.translate(sa.func.encode(code, "base64"), "+/=", "-_")
        return sa.literal("psn1:").concat(letters)

    def lacking(self, connection: sa.Connection, needs: Needs, tables: Mapping[str, TableInfo]) -> tuple[Right, ...]:
        """By the functions of the catalogue that ask for one right each, in one statement."""
        wanted = [right for name in sorted(tables) for right in rights_on(tables[name], needs)]
        return rights.lacking(connection, wanted, tables)

    def role_statements(self, connection: sa.Connection, needs: Needs | None, reader: str, writer: str) -> tuple[str, ...]:
        """By the catalogue of the database to which the connection leads."""
        return statements(connection, needs, reader, writer)

    def look_over(self, connection: sa.Connection, tables: Sequence[TableInfo]) -> Damage:
        """Every table can undo."""
        return Damage()

    def mending(self, connection: sa.Connection, tables: Sequence[TableInfo], error: DBAPIError) -> str:
        """Nothing that a statement would mend."""
        return ""

    def passes(self, error: DBAPIError) -> bool:
        """By the server's own code for what happened."""
        return passes(error)

    def reason(self, error: DBAPIError) -> str:
        """By the server's own code and the names that it gives; never its sentences, which quote rows."""
        return reason(error)
