"""What a database holds beside the rows of its tables, and where a value may have got into all the same: names, comments, definitions, and
the large objects of PostgreSQL. Only what somebody made is read, not the system's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

#: bytes; a larger object is not read
_MOST = 64 << 20

#: place → statement with one column of texts
_SQLITE = {
    "names": "SELECT name FROM sqlite_master",
    "definitions": "SELECT sql FROM sqlite_master",
}
#: objects of users have numbers from 16384 on
_POSTGRESQL = {
    "names": """
        SELECT relname::text FROM pg_class WHERE oid >= 16384
        UNION SELECT attname::text FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0
        UNION SELECT nspname::text FROM pg_namespace WHERE oid >= 16384
        UNION SELECT enumlabel::text FROM pg_enum WHERE enumtypid >= 16384""",
    "comments": "SELECT description FROM pg_description WHERE objoid >= 16384",
    "defaults": "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef",
    "definitions": """
        SELECT pg_get_viewdef(oid) FROM pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm')
        UNION SELECT prosrc FROM pg_proc WHERE oid >= 16384
        UNION SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE oid >= 16384
        UNION SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid >= 16384
        UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE oid >= 16384""",
}
_MARIADB = {
    "names": """
        SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()
        UNION SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()""",
    "comments": """
        SELECT table_comment FROM information_schema.tables WHERE table_schema = DATABASE()
        UNION SELECT column_comment FROM information_schema.columns WHERE table_schema = DATABASE()""",
    "defaults": "SELECT column_default FROM information_schema.columns WHERE table_schema = DATABASE()",
    "definitions": """
        SELECT view_definition FROM information_schema.views WHERE table_schema = DATABASE()
        UNION SELECT routine_definition FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION SELECT action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        UNION SELECT event_definition FROM information_schema.events WHERE event_schema = DATABASE()""",
}
_STATEMENTS: Mapping[str, Mapping[str, str]] = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL, "mariadb": _MARIADB}


def beside(connection: sa.Connection, dialect: str) -> Iterator[tuple[str, object]]:
    """Each with the kind of place that it is in. Raises DBAPIError where the role may not read it, OverflowError for what is too large."""
    for place, statement in _STATEMENTS[dialect].items():
        for text in connection.exec_driver_sql(statement).scalars():
            yield place, text
    if dialect == "postgresql":
        yield from _large_objects(connection)


def _large_objects(connection: sa.Connection) -> Iterator[tuple[str, object]]:
    for number in connection.exec_driver_sql("SELECT oid FROM pg_largeobject_metadata").scalars().all():
        found = connection.exec_driver_sql("SELECT lo_get(%s::oid, 0, %s)", (number, _MOST + 1)).scalar_one()
        if len(found) > _MOST:
            raise OverflowError(f"large object {number}")
        yield f"large object {number}", found
