"""The statements by which a MariaDB server's administrator makes the two roles, with the least rights that do."""

from __future__ import annotations

#: tells what a role without TRIGGER and PROCESS cannot see: triggers, and foreign keys that come from other databases
_CATALOGUE = """
CREATE OR REPLACE FUNCTION zusage.catalogue(shown VARCHAR(64) CHARACTER SET utf8mb4) RETURNS LONGTEXT CHARACTER SET utf8mb4
READS SQL DATA SQL SECURITY DEFINER
RETURN JSON_OBJECT(
  'triggers', (SELECT JSON_ARRAYAGG(JSON_ARRAY(EVENT_OBJECT_TABLE, TRIGGER_NAME, EVENT_MANIPULATION))
    FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = shown),
  'links', (SELECT JSON_ARRAYAGG(JSON_ARRAY(k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME,
      k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, k.ORDINAL_POSITION))
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
    WHERE k.REFERENCED_TABLE_SCHEMA = shown AND k.TABLE_SCHEMA <> shown))
""".strip()


def roles(database: str, *, reader: str = "zusage_reader", writer: str = "zusage_writer", host: str = "%") -> tuple[str, ...]:
    """One statement each, for a database; passwords are to be put in place of ``…``."""
    on = f"`{_quoted(database).replace('_', chr(92) + '_').replace('%', chr(92) + '%')}`.*"
    accounts = [f"'{_text(name)}'@'{_text(host)}'" for name in (reader, writer)]
    return (
        "CREATE DATABASE IF NOT EXISTS zusage",
        _CATALOGUE,
        *(f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY '…'" for account in accounts),
        f"GRANT SELECT ON {on} TO {accounts[0]}",
        f"GRANT SELECT, UPDATE, DELETE, CREATE TEMPORARY TABLES ON {on} TO {accounts[1]}",
        *(f"GRANT EXECUTE ON FUNCTION zusage.catalogue TO {account}" for account in accounts),
    )


def _quoted(name: str) -> str:
    return name.replace("`", "``")


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
