"""The statements by which a MariaDB server's administrator makes the two roles, with the least rights that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zusage.promises.inventory import TableInfo

from .port import Needs, Right

#: tells what a role without TRIGGER, SHOW VIEW and PROCESS cannot see: triggers and views with a digest of what they say, digests of the
#: routines that they may call, and foreign keys that come from other databases
_CATALOGUE = """
CREATE OR REPLACE FUNCTION zusage.catalogue(shown VARCHAR(64) CHARACTER SET utf8mb4) RETURNS LONGTEXT CHARACTER SET utf8mb4
READS SQL DATA SQL SECURITY DEFINER
RETURN JSON_OBJECT(
  'triggers', (SELECT JSON_ARRAYAGG(JSON_ARRAY(EVENT_OBJECT_TABLE, TRIGGER_NAME, EVENT_MANIPULATION,
      SHA2(CONCAT_WS(' ', ACTION_TIMING, ACTION_ORDER, DEFINER, SQL_MODE, ACTION_STATEMENT), 256)))
    FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = shown),
  'views', (SELECT JSON_ARRAYAGG(JSON_ARRAY(TABLE_NAME, SHA2(CONCAT_WS(' ', DEFINER, SECURITY_TYPE, VIEW_DEFINITION), 256)))
    FROM information_schema.VIEWS WHERE TABLE_SCHEMA = shown),
  'routines', (SELECT JSON_ARRAYAGG(SHA2(CONCAT_WS(' ', ROUTINE_TYPE, ROUTINE_NAME, DTD_IDENTIFIER, DEFINER, SECURITY_TYPE, SQL_MODE,
      ROUTINE_DEFINITION), 256))
    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = shown),
  'parameters', (SELECT JSON_ARRAYAGG(SHA2(CONCAT_WS(' ', ROUTINE_TYPE, SPECIFIC_NAME, ORDINAL_POSITION, PARAMETER_MODE, PARAMETER_NAME,
      DTD_IDENTIFIER), 256))
    FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA = shown),
  'links', (SELECT JSON_ARRAYAGG(JSON_ARRAY(k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME,
      k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, k.ORDINAL_POSITION))
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
    WHERE k.REFERENCED_TABLE_SCHEMA = shown AND k.TABLE_SCHEMA <> shown))
""".strip()


def roles(
    database: str,
    *,
    reader: str = "zusage_reader",
    writer: str = "zusage_writer",
    host: str = "%",
    needs: Needs | None = None,
    tables: Mapping[str, TableInfo] | None = None,
) -> tuple[str, ...]:
    """One statement each, for a database; passwords are to be put in place of ``…``.

    Both read the whole database: MariaDB shows a role only tables that it may read, so that a table without a purpose would stay
    unseen. With ``needs`` the writer deletes and changes no more than those say; without, every table.
    """
    accounts = [f"'{_text(name)}'@'{_text(host)}'" for name in (reader, writer)]
    both = ", ".join(accounts)
    return (
        "CREATE DATABASE IF NOT EXISTS zusage",
        _CATALOGUE,
        *(f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY '…'" for account in accounts),
        f"GRANT EXECUTE ON FUNCTION zusage.catalogue TO {both}",
        f"GRANT SELECT ON {_whole(database)} TO {both}",
        f"GRANT CREATE TEMPORARY TABLES ON {_whole(database)} TO {accounts[1]}",
        *(
            [f"GRANT UPDATE, DELETE ON {_whole(database)} TO {accounts[1]}"]
            if needs is None
            else _writes(database, needs, tables or {}, both, accounts[1])
        ),
    )


def _writes(database: str, needs: Needs, tables: Mapping[str, TableInfo], both: str, writer: str) -> Iterator[str]:
    for table in tables.values():
        full = f"{_name(table.schema or database)}.{_name(table.bare)}"
        for right in rights_on(table, needs):
            reads = right.right == "SELECT"
            columns = f" ({', '.join(map(_name, right.columns))})" if right.columns else ""
            if table.schema or not reads:  # of their own database both read everything
                yield f"GRANT {right.right}{columns} ON {full} TO {both if reads else writer}"


def rights_on(table: TableInfo, needs: Needs) -> Iterator[Right]:
    """What the writer must be allowed on a table."""
    name = table.name
    if name in needs.reads:
        yield Right(name, "SELECT", tuple(c.name for c in table.columns if c.name in needs.columns.get(name, ())))
    if name in needs.deletes:
        yield Right(name, "DELETE")
    if name in needs.returns:
        yield Right(name, "INSERT")
    named = needs.changes.get(name, frozenset())
    emptied = _of_itself(table) if name in needs.deletes else set()
    changed = tuple(c.name for c in table.columns if c.name in named or c.name in emptied or (named and c.stamped))
    if changed:
        yield Right(name, "UPDATE", changed)


def _of_itself(table: TableInfo) -> set[str]:
    """By these a row can refer to itself; MariaDB lets such a row go only when it no longer does."""
    return {name for tree in table.trees for name in tree.columns if (column := table.column(name)) and column.nullable}


def _whole(database: str) -> str:
    """All tables of a database, in whose name no letter stands for others."""
    return _name(database).replace("_", "\\_").replace("%", "\\%") + ".*"


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
