"""Two people of the pool with a row in every table that can hold one of theirs, each value their own."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from expert_pool import schema

MANIFEST = Path(__file__).parents[3] / "examples" / "expert_pool" / "zusage.yaml"
#: what refers to no person itself, but to a row that does
BELOW = ("application_event", "application_document", "alert_mail", "share_document", "share_view")
#: rows whose person is known by a column, and BELOW: every table of which a copy has something
OWNED = [table.name for table in schema.pool.sorted_tables if "person_id" in table.c or table.name in (*BELOW, "person")]
#: free texts that are kept back until a human has looked
KEPT_BACK = {"message": {"body"}, "comment": {"text"}, "application_event": {"note"}, "follow_up": {"note"}}


def seed(engine: sa.Engine, *names: str) -> dict[str, dict[str, dict[str, object]]]:
    """Rows for each named person in every table of theirs; returns name → table → row. Person n has the key n."""
    schema.pool.create_all(engine)
    found: dict[str, dict[str, dict[str, object]]] = {}
    with engine.begin() as connection:
        common: dict[str, dict[str, object]] = {}
        for table in schema.pool.sorted_tables:
            if table.name not in OWNED:
                common[table.name] = _put(connection, table, "gemeinsam", 7, common)
        for number, name in enumerate(names, 1):
            rows = dict(common)
            for table in schema.pool.sorted_tables:
                if table.name in OWNED:
                    rows[table.name] = _put(connection, table, name, number, rows)
            found[name] = {table: rows[table] for table in OWNED}
    return found


def _put(connection, table: sa.Table, name: str, number: int, rows) -> dict[str, object]:
    row = {column.name: _value(table, column, name, number, rows) for column in table.columns}
    if table.name == "receipt":
        row["person_id"] = number
    connection.execute(sa.insert(table), row)
    return row


def _value(table: sa.Table, column: sa.Column, name: str, number: int, rows) -> object:
    place = OWNED.index(table.name) if table.name in OWNED else 60
    at = list(table.columns).index(column)
    for key in column.foreign_keys:
        return rows[key.column.table.name]["id"] if key.column.table.name in rows else None
    if column.primary_key and isinstance(column.type, sa.Integer):
        return number
    words = _words(table, column.name)
    if words:
        return words[0]
    distinct = number * 10_000 + place * 100 + at
    match column.type:
        case sa.Boolean():
            return False
        case sa.Integer():
            return distinct
        case sa.DateTime():
            return datetime(2024, 1, 1) + timedelta(minutes=distinct)
        case sa.Date():
            return date(2020, 1, 1) + timedelta(days=distinct % 2000)
        case sa.String(length=None):
            return f"{name}-{table.name}-{column.name}"
        case sa.String(length=length):
            return f"{name}{place}x{at}"[:length] if length < 40 else f"{name}-{table.name}-{column.name}"[:length]
    raise AssertionError(column)


def _words(table: sa.Table, column: str) -> list[str]:
    """What a check allows in a column."""
    for check in table.constraints:
        if isinstance(check, sa.CheckConstraint) and str(check.sqltext).startswith(f"{column} IN "):
            return re.findall(r"'([^']*)'", str(check.sqltext))
    return []


def telling(row: dict[str, object]) -> dict[str, str]:
    """Values of a row that nobody else has, by column."""
    return {name: str(value) for name, value in row.items() if isinstance(value, str) and len(value) >= 5}
