"""What a MariaDB database holds, read from information_schema in bulk."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import ColumnInfo, ColumnKind, Distinct, ForeignKey, OnDelete, TableInfo

from ...trouble import CannotHandle
from ..survey import digest_of, named
from .mariadb_errors import code_of
from .mariadb_grants import ALL, grants

#: stands in place of triggers where the role cannot see whether there are any
UNSEEN = "(whether there are triggers cannot be seen with this role)"
_KINDS: Mapping[str, ColumnKind] = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit"), "integer"),
    **dict.fromkeys(("decimal", "float", "double"), "number"),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"), "text"),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), "binary"),
    "date": "date", "datetime": "time", "timestamp": "time", "uuid": "uuid",
}  # fmt: skip
_TABLES = """
SELECT TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES
WHERE TABLE_SCHEMA = %s AND TABLE_TYPE <> 'SEQUENCE' ORDER BY TABLE_NAME"""
_COLUMNS = """
SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLLATION_NAME, CHARACTER_MAXIMUM_LENGTH,
  IS_GENERATED = 'ALWAYS' AND GENERATION_EXPRESSION IS NOT NULL, EXTRA LIKE '%%on update%%', GENERATION_EXPRESSION
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME, ORDINAL_POSITION"""
_KEYS = """
SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = %s AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"""
_CHECKS = "SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = %s ORDER BY 1, 2"
_LINKS = """
SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = %s AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"""
_TRIGGERS = """
SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME, EVENT_MANIPULATION,
  SHA2(CONCAT_WS(' ', ACTION_TIMING, ACTION_ORDER, DEFINER, SQL_MODE, ACTION_STATEMENT), 256)
FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = %s"""
_VIEWS = """
SELECT TABLE_NAME, SHA2(CONCAT_WS(' ', DEFINER, SECURITY_TYPE, VIEW_DEFINITION), 256)
FROM information_schema.VIEWS WHERE TABLE_SCHEMA = %s"""
_RULE = re.compile(
    r"^  CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY .*? ON DELETE (CASCADE|SET NULL|SET DEFAULT|NO ACTION)", re.MULTILINE
)
#: by what tables are divided, where none of their partitions takes whatever the others do not; and of LIST without COLUMNS the partition
#: that takes it or is for the value 0, which look the same here
_DIVIDED = """
SELECT TABLE_NAME, CONCAT_WS(', ', MAX(CASE WHEN PARTITION_METHOD REGEXP '^(RANGE|LIST)' THEN PARTITION_EXPRESSION END),
  MAX(CASE WHEN SUBPARTITION_METHOD REGEXP '^(RANGE|LIST)' THEN SUBPARTITION_EXPRESSION END)),
  MAX(CASE WHEN PARTITION_METHOD = 'LIST' AND PARTITION_DESCRIPTION = '0' THEN PARTITION_NAME END)
FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = %s AND PARTITION_NAME IS NOT NULL GROUP BY TABLE_NAME
HAVING SUM(COALESCE(PARTITION_DESCRIPTION, '') LIKE 'MAXVALUE%%') = 0"""
_ENGINES = "SELECT ENGINE, TRANSACTIONS FROM information_schema.ENGINES"
#: the database of the routine, the routine, or the right to it is not there
_NO_ROUTINE = {1044, 1049, 1142, 1305, 1370}
#: what an older routine told of a trigger: its table, its name and when it fires
_NAMES = 3
Rows = Sequence[Any]


def tables(connection: sa.Connection) -> dict[str, TableInfo]:
    """The tables and views of the connection's database, and those of others on the server that foreign keys lead to or from."""
    own = str(connection.exec_driver_sql("SELECT DATABASE()").scalar_one())
    told = _told(connection, own)
    found = _of_schema(connection, own, own, None)
    links = [*_own_links(connection, own), *told["links"]]
    beside = {place for row in links for place in ((row[0], row[1]), (row[4], row[5])) if place[0] != own}
    for schema in sorted({schema for schema, _ in beside}):
        found.update(_of_schema(connection, own, schema, {name for other, name in beside if other == schema}))
    for schema, name in sorted(beside):  # of a table that the role cannot see there is at least what refers
        found.setdefault(named(schema, name), TableInfo(named(schema, name), _unseen(schema, name, links), schema=schema))
    keys = _links(links, own)
    triggers, written = told["triggers"], _written(told)
    return {
        name: replace(
            table,
            foreign_keys=keys.get(name, ()),
            triggers=(UNSEEN,) if triggers is None and not (table.schema or table.is_view) else tuple(_fires(table, triggers)),
            fires=tuple(_fires(table, triggers).items()),
            written="" if table.schema else digest_of(written.get(name, ())),
            unread=_unread(written.get(name, ()), told) if not table.schema else (),
        )
        for name, table in found.items()
    }


def _asked(connection: sa.Connection, question: str, *values: str) -> Rows:
    return connection.exec_driver_sql(question, values).all()


def _own_links(connection: sa.Connection, schema: str) -> list[tuple[str, ...]]:
    """What becomes of rows that refer to a deleted one is shown to a role that can only look by SHOW CREATE TABLE alone."""
    rows = _asked(connection, _LINKS, schema)
    rules: dict[tuple[str, str], str] = {}
    for table in dict.fromkeys(str(row[1]) for row in rows):
        quoted = "`" + table.replace("`", "``").replace("%", "%%") + "`"
        text = str(connection.exec_driver_sql(f"SHOW CREATE TABLE {quoted}").one()[1])
        rules |= {(table, name.replace("``", "`")): rule for name, rule in _RULE.findall(text)}
    return [(*row, rules.get((row[1], row[2])) or "RESTRICT") for row in rows]


def _told(connection: sa.Connection, schema: str) -> dict[str, Any]:
    """Triggers, and foreign keys from other schemas, which only more powerful roles see: by a routine that was made for it."""
    try:
        answer = connection.exec_driver_sql("SELECT zusage.catalogue(%s)", (schema,)).scalar_one()
    except DBAPIError as error:
        if code_of(error) not in _NO_ROUTINE:  # otherwise whatever goes wrong would make of it another schema
            raise
        seen = _asked(connection, _TRIGGERS, schema) if _sees_triggers(connection, schema) else None
        return {"triggers": seen, "links": (), "views": _asked(connection, _VIEWS, schema), "routines": None}
    told = json.loads(str(answer))
    links = sorted(told["links"] or [], key=lambda row: (row[0], row[1], row[2], row[8]))
    routines = (
        [*(told["routines"] or ()), *(told["parameters"] or ())] if "routines" in told else None
    )  # of which an older routine tells nothing
    return {
        "triggers": told["triggers"] or [],
        "links": [tuple(row[:8]) for row in links],
        "views": told.get("views") or [],
        "routines": routines,
    }


def _sees_triggers(connection: sa.Connection, schema: str) -> bool:
    return any({"TRIGGER", ALL} & grant.rights and grant.covers(schema, "*") for grant in grants(connection) if not grant.routine)


def _fires(table: TableInfo, seen: Rows | None) -> dict[str, tuple[str, ...]]:
    """The triggers of a table of the connection's own database, and at what each fires."""
    return (
        {}
        if table.schema
        else {str(name): (str(event),) for of, name, event, *_ in sorted(map(tuple, seen or ())) if of == table.name}
    )


def _written(told: Mapping[str, Any]) -> dict[str, list[str]]:
    """By table or view, what its triggers do or how it is made; a routine of an older version told of no text."""
    found: dict[str, list[str]] = {}
    for of, *_, text in (*(row for row in told["triggers"] or () if len(row) > _NAMES), *told["views"]):
        found.setdefault(str(of), []).append(str(text))
    for texts in found.values():  # which of the routines they call is not known, so that each counts
        texts.extend(map(str, told["routines"] or ()))
    return found


def _unread(texts: Sequence[str], told: Mapping[str, Any]) -> tuple[str, ...]:
    """Without the routine that tells of it, no routine that they call is seen; with it, those of the same database are."""
    if not texts:
        return ()
    return ("routines of other databases",) if told["routines"] is not None else ("routines",)


def _of_schema(connection: sa.Connection, own: str, schema: str, only: set[str] | None) -> dict[str, TableInfo]:
    prefix = None if schema == own else schema
    columns, keys, checks = (_grouped(_asked(connection, question, schema)) for question in (_COLUMNS, _KEYS, _CHECKS))
    divided = {
        table: by
        for table, by, rest in _asked(connection, _DIVIDED, schema)
        if rest is None or not _takes_the_rest(connection, schema, table, rest)
    }
    engines = {str(name): safe == "YES" for name, safe in connection.exec_driver_sql(_ENGINES)}
    _refuse_unopened(connection, schema, only, columns)
    found = {}
    for name, kind, engine in _asked(connection, _TABLES, schema):
        if only is None or name in only:
            table = _table(name, columns[name], keys[name], [clause for (clause,) in checks[name]])
            found[named(prefix, name)] = replace(
                table,
                name=named(prefix, name),
                schema=prefix or "",
                divided_by=_spoken_of(divided.get(name) or "", columns[name]),
                is_view=kind.endswith("VIEW"),
                history=kind == "SYSTEM VERSIONED",
                transactional=engine is None or engines.get(engine, False),
            )
    return found


def _takes_the_rest(connection: sa.Connection, schema: str, table: str, partition: str) -> bool:
    """Whether a partition is the one for all other values, by the table's own statement, in which each stands on a line of its own."""
    quoted, of, name = ("`" + one.replace("`", "``") + "`" for one in (schema, table, partition))
    text = str(connection.exec_driver_sql(f"SHOW CREATE TABLE {quoted}.{of}".replace("%", "%%")).one()[1])
    return re.search(rf"^[( ]PARTITION {re.escape(name)} DEFAULT\b", text, re.MULTILINE) is not None


def _spoken_of(expression: str, columns: Rows) -> tuple[str, ...]:
    """The columns of which an expression speaks, as the server writes it."""
    return tuple(name for name, *_ in columns if "`" + name.replace("`", "``") + "`" in expression)


def _refuse_unopened(connection: sa.Connection, schema: str, only: set[str] | None, columns: Mapping[str, Any]) -> None:
    """A table that the server cannot open it leaves out of information_schema without a word: that must not pass for its absence."""
    quoted = schema.replace("`", "``").replace("%", "%%")
    for name, kind in connection.exec_driver_sql(f"SHOW FULL TABLES FROM `{quoted}`"):
        if kind == "BASE TABLE" and name not in columns and (only is None or name in only):
            raise CannotHandle(
                f"database {schema!r} has a table {name} of which the server shows no column, so that nothing can be said of what it holds: "
                f"this account may not read it (GRANT SELECT), or the server cannot open it (CHECK TABLE {name}). Nothing was changed."
            )


def _grouped(rows: Rows) -> defaultdict[str, list[Any]]:
    """The rows without their first column, by it."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for name, *rest in rows:
        found[name].append(rest)
    return found


def _table(name: str, columns: Rows, keys: Rows, checks: Sequence[str]) -> TableInfo:
    groups: dict[str, list[str]] = {}
    begins: set[str] = set()
    terms: dict[str, list[str]] = {}
    for index, column, letters in keys:
        groups.setdefault(index, []).append(column)
        quoted = "`" + column.replace("`", "``") + "`"
        terms.setdefault(index, []).append(f"LEFT({quoted}, {letters})" if letters else quoted)
        begins |= {index} if letters else set()
    documents = {found[1] for clause in checks if (found := re.fullmatch(r"json_valid\(`((?:[^`]|``)+)`\)", clause))}
    return TableInfo(
        name=name,
        columns=tuple(_column(row, documents) for row in columns),
        primary_key=tuple(groups.pop("PRIMARY", ())),
        unique=tuple(map(tuple, groups.values())),
        distinct=tuple(Distinct(index, tuple(terms[index])) for index in terms if index in begins),
        checks=tuple(clause for clause in checks if not re.fullmatch(r"json_valid\(`((?:[^`]|``)+)`\)", clause)),
    )


def _column(row: Rows, documents: set[str]) -> ColumnInfo:
    name, data_type, declared, nullable, collation, length, generated, stamped, computed = row
    kind = _KINDS.get(data_type, "other")
    if declared.startswith("tinyint(1)") or declared == "bit(1)":
        kind = "boolean"
    elif data_type == "longtext" and name.replace("`", "``") in documents:
        kind = "json"
    return ColumnInfo(
        name=name,
        kind=kind,
        nullable=nullable == "YES",
        generated=bool(generated),
        stamped=bool(stamped),
        declared=f"{declared} collate {collation}" if collation else declared,
        choices=tuple(one.replace("''", "'") for one in re.findall(r"'((?:[^']|'')*)'", declared)) if data_type == "enum" else (),
        length=int(length) if length and kind == "text" and data_type in ("char", "varchar") else None,
        computed=computed or "",
    )


def _links(rows: Sequence[Any], own: str) -> dict[str, tuple[ForeignKey, ...]]:
    keys: dict[tuple[str, str], ForeignKey] = {}
    for schema, table, constraint, column, other, name, referred, rule in rows:
        of = named(None if schema == own else schema, table)
        to = named(None if other == own else other, name)
        key = keys.get((of, constraint), ForeignKey((), to, (), cast("OnDelete", rule)))
        keys[of, constraint] = replace(key, columns=(*key.columns, column), referred=(*key.referred, referred))
    found: defaultdict[str, list[ForeignKey]] = defaultdict(list)
    for (of, _), key in keys.items():
        found[of].append(key)
    return {of: tuple(several) for of, several in found.items()}


def _unseen(schema: str, name: str, links: Sequence[Any]) -> tuple[ColumnInfo, ...]:
    columns = {row[3] for row in links if (row[0], row[1]) == (schema, name)}
    columns |= {row[6] for row in links if (row[4], row[5]) == (schema, name)}
    return tuple(ColumnInfo(column, "other", True) for column in sorted(columns))
