"""Every cell of our own state, table by table, for whoever searches it."""

from __future__ import annotations

from collections.abc import Iterator


def cells(alias: str) -> Iterator[tuple[str, object]]:
    """Each value with its place as table.column, our own tables and whatever else lies beside them."""
    from django.db import connections

    connection = connections[alias]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    for table in tables:
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the name is the database's own
            columns = [f"{table}.{column[0]}" for column in cursor.description]
            for row in cursor:
                yield from zip(columns, row, strict=True)
