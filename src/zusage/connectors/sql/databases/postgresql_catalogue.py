"""What a PostgreSQL database holds, asked of its catalogue: nine statements, however many schemas and tables there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo, ColumnKind, Distinct, ForeignKey, OnDelete, TableInfo

from ..survey import digest_of, named
from ..trigger_text import altered

#: every table and view in a schema that the role may use, of which it is a partition or a child, and by what it is divided
_RELATIONS = """
SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind, c.relrowsecurity AS row_security,
       n.nspname = current_schema() AS own,
       CASE WHEN c.relkind IN ('v', 'm') THEN (SELECT md5(w.ev_action::text) FROM pg_catalog.pg_rewrite w
        WHERE w.ev_class = c.oid AND w.ev_type = '1') END AS written,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_partitioned_table p
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid
            AND d.objid = p.partrelid AND d.refobjid = p.partrelid AND d.objsubid > 0 AND d.refobjsubid = 0
        JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = d.objsubid
        WHERE p.partrelid = c.oid AND p.partstrat <> 'h' AND p.partdefid = 0 ORDER BY a.attnum) AS divided_by,
       (SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1) AS parent
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
ORDER BY n.nspname, c.relname
"""
#: every column with the type behind its domain
_COLUMNS = """
WITH RECURSIVE domain(id, type, modifier, required) AS (
    SELECT oid, typbasetype, typtypmod, typnotnull FROM pg_catalog.pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT d.id, t.typbasetype, CASE WHEN d.modifier = -1 THEN t.typtypmod ELSE d.modifier END, d.required OR t.typnotnull
    FROM domain d JOIN pg_catalog.pg_type t ON t.oid = d.type WHERE t.typtype = 'd'
), base AS (SELECT d.* FROM domain d JOIN pg_catalog.pg_type t ON t.oid = d.type WHERE t.typtype <> 'd')
SELECT a.attrelid AS relation, a.attname::text AS name, t.oid AS type_id, t.typname::text AS type,
       t.typcategory::text AS category, t.typtype::text AS sort,
       pg_catalog.format_type(t.oid, coalesce(base.modifier, a.atttypmod)) AS declared,
       coalesce(base.modifier, a.atttypmod) AS modifier,
       a.attnotnull OR coalesce(base.required, false) AS required,
       a.attgenerated <> '' OR a.attidentity = 'a' AS generated,
       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS computed,
       CASE WHEN l.collname <> 'default' THEN l.collname::text END AS collation
FROM pg_catalog.pg_attribute a
LEFT JOIN base ON base.id = a.atttypid
JOIN pg_catalog.pg_type t ON t.oid = coalesce(base.type, a.atttypid)
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY(:relations)
ORDER BY a.attrelid, a.attnum
"""
_ENUMERATIONS = """
SELECT enumtypid AS type_id, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
FROM pg_catalog.pg_enum GROUP BY enumtypid
"""
#: primary keys and whatever else no two rows share
_KEYS = """
SELECT i.indrelid AS relation, i.indisprimary AS is_primary,
       (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY k(number, n)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.n <= i.indnkeyatts) AS columns
FROM pg_catalog.pg_index i
WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indrelid = ANY(:relations)
ORDER BY i.indexrelid
"""
#: what else no two rows share: expressions, some rows alone, missing values as if they were one, and what is excluded
_DISTINCT = """
SELECT i.indrelid AS relation, c.relname::text AS name, i.indisexclusion AS excludes,
       (SELECT array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, true) ORDER BY k) FROM generate_series(1, i.indnkeyatts) k) AS terms,
       coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '') AS condition,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_alike,
       coalesce((SELECT array_agg(o.oprname::text ORDER BY e.n) FROM pg_catalog.pg_constraint x,
            unnest(x.conexclop) WITH ORDINALITY e(operator, n) JOIN pg_catalog.pg_operator o ON o.oid = e.operator
        WHERE x.conindid = i.indexrelid AND x.contype = 'x'), '{}') AS operators
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE (i.indisunique OR i.indisexclusion) AND i.indisvalid AND i.indrelid = ANY(:relations)
  AND (i.indisexclusion OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR (to_jsonb(i) ->> 'indnullsnotdistinct')::boolean)
ORDER BY i.indexrelid
"""
#: foreign keys as they were declared, without the copies that partitions have of them, and checks
_CONSTRAINTS = """
SELECT c.conrelid AS relation, c.contype::text AS sort, c.confrelid AS referred_relation, c.confdeltype::text AS on_delete,
       c.condeferrable AS deferrable,
       CASE WHEN c.contype = 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid) END AS condition,
       (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(number, n)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS columns,
       (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(number, n)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number) AS referred
FROM pg_catalog.pg_constraint c
WHERE c.contype IN ('f', 'c') AND (c.conparentid = 0 OR c.contype = 'c') AND c.conrelid = ANY(:relations)
ORDER BY c.oid
"""
#: what the domain of a column, or one beneath it, demands of its values
_DOMAINS = """
WITH RECURSIVE chain(id, at) AS (
    SELECT oid, oid FROM pg_catalog.pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT c.id, t.typbasetype FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.at WHERE t.typtype = 'd'
)
SELECT a.attrelid AS relation, a.attname::text AS name, pg_catalog.pg_get_expr(k.conbin, 0) AS condition
FROM pg_catalog.pg_attribute a JOIN chain ON chain.id = a.atttypid
JOIN pg_catalog.pg_constraint k ON k.contypid = chain.at AND k.contype = 'c'
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY(:relations)
ORDER BY a.attrelid, a.attnum, k.oid
"""
#: triggers and rules that are on, with the events on which they fire and what they do, and a digest of it
_TRIGGERS = """
SELECT tgrelid AS relation, tgname::text AS name,
       CASE WHEN tgtype & 64 > 0 THEN 'instead of' WHEN tgtype & 2 > 0 THEN 'before' ELSE 'after' END AS moment,
       concat_ws(', ', CASE WHEN tgtype & 4 > 0 THEN 'insert' END, CASE WHEN tgtype & 8 > 0 THEN 'delete' END,
                 CASE WHEN tgtype & 16 > 0 THEN 'update' END, CASE WHEN tgtype & 32 > 0 THEN 'truncate' END) AS events,
       md5((to_jsonb(t) || to_jsonb(p) - '{proacl,procost,prorows}'::text[])::text) AS written,
       CASE WHEN l.lanname IN ('plpgsql', 'sql') THEN p.prosrc END AS does
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = ANY(:relations)
UNION ALL
SELECT ev_class, rulename::text, CASE WHEN is_instead THEN 'rule instead of' ELSE 'rule beside' END,
       CASE ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END, md5(concat_ws(' ', ev_qual, ev_action)),
       pg_catalog.pg_get_ruledef(oid)
FROM pg_catalog.pg_rewrite
WHERE ev_type <> '1' AND ev_enabled <> 'D' AND ev_class = ANY(:relations)
ORDER BY 1, 2
"""
#: of views that store rows, others that do and from which they are made, directly or through any views
_BEHIND = """
WITH RECURSIVE made (relation, source) AS (
    SELECT w.ev_class, d.refobjid FROM pg_catalog.pg_rewrite w
    JOIN pg_catalog.pg_depend d ON d.objid = w.oid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> w.ev_class
    WHERE w.ev_class = ANY(:relations)
    UNION
    SELECT m.relation, d.refobjid FROM made m JOIN pg_catalog.pg_rewrite w ON w.ev_class = m.source
    JOIN pg_catalog.pg_depend d ON d.objid = w.oid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> w.ev_class
)
SELECT relation, source FROM made JOIN pg_catalog.pg_class c ON c.oid = source AND c.relkind = 'm' ORDER BY 1, 2
"""
#: what triggers, rules, views, computed columns and checks call in turn, as far as the catalogue knows: functions and operators, views in
#: views, and what functions call whose statements it keeps parsed (BEGIN ATOMIC); of others it keeps a text alone, which ``unread`` names
_CALLED = """
WITH RECURSIVE own (relation, class, object) AS (
    SELECT ev_class, 'pg_catalog.pg_rewrite'::regclass::oid, oid FROM pg_catalog.pg_rewrite WHERE ev_enabled <> 'D'
    UNION ALL
    SELECT tgrelid, 'pg_catalog.pg_trigger'::regclass, oid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'
    UNION ALL
    SELECT adrelid, 'pg_catalog.pg_attrdef'::regclass, oid FROM pg_catalog.pg_attrdef
    UNION ALL
    SELECT conrelid, 'pg_catalog.pg_constraint'::regclass, oid FROM pg_catalog.pg_constraint WHERE contype = 'c'
), uses (class, object, of_class, of) AS (
    SELECT classid, objid, refclassid, refobjid FROM pg_catalog.pg_depend
    UNION ALL
    SELECT 'pg_catalog.pg_class'::regclass::oid, ev_class, 'pg_catalog.pg_rewrite'::regclass::oid, oid
    FROM pg_catalog.pg_rewrite WHERE ev_type = '1'
), called (relation, class, object) AS (
    SELECT relation, class, object FROM own WHERE relation = ANY(:relations)
    UNION
    SELECT c.relation, u.of_class, u.of FROM called c JOIN uses u ON u.class = c.class AND u.object = c.object
    WHERE c.class IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_attrdef'::regclass,
        'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
        OR u.of_class = 'pg_catalog.pg_rewrite'::regclass
)
SELECT relation, md5((to_jsonb(p) - '{proacl,procost,prorows}'::text[])::text) AS written,
       CASE WHEN l.lanname NOT IN ('c', 'internal') AND to_jsonb(p) ->> 'prosqlbody' IS NULL THEN p.proname::text END AS unread
FROM called JOIN pg_catalog.pg_proc p ON called.class = 'pg_catalog.pg_proc'::regclass AND p.oid = called.object
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
UNION ALL
SELECT relation, md5(w.ev_action::text), NULL
FROM called JOIN pg_catalog.pg_rewrite w ON called.class = 'pg_catalog.pg_rewrite'::regclass AND w.oid = called.object
WHERE w.ev_type = '1'
ORDER BY 1, 2, 3
"""
_KINDS: Mapping[str, ColumnKind] = {
    **dict.fromkeys(("int2", "int4", "int8"), "integer"),
    **dict.fromkeys(("numeric", "float4", "float8"), "number"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext", "char"), "text"),
    **dict.fromkeys(("timestamp", "timestamptz"), "time"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    "bool": "boolean",
    "date": "date",
    "bytea": "binary",
    "uuid": "uuid",
}
_ON_DELETE: Mapping[str, OnDelete] = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT", "a": "NO ACTION"}
Rows = Mapping[int, Sequence[sa.RowMapping]]


def tables(connection: sa.Connection) -> dict[str, TableInfo]:
    """All tables and views in schemas that the role may use."""
    relations = list(connection.execute(sa.text(_RELATIONS)).mappings())
    names = {row["oid"]: named(None if row["own"] else row["schema"], row["name"]) for row in relations}
    labels = {row["type_id"]: tuple(row["labels"]) for row in connection.execute(sa.text(_ENUMERATIONS)).mappings()}
    asked = (_COLUMNS, _KEYS, _DISTINCT, _CONSTRAINTS, _DOMAINS, _TRIGGERS, _CALLED)
    columns, keys, distinct, constraints, domains, triggers, called = (
        _by_relation(connection, each, list(names)) for each in asked
    )
    stored = [row["oid"] for row in relations if row["kind"] == "m"]
    behind = _by_relation(connection, _BEHIND, stored) if stored else {}
    found = {}
    for row in relations:
        oid = row["oid"]
        found[names[oid]] = TableInfo(
            name=names[oid],
            columns=tuple(_column(column, labels) for column in columns.get(oid, ())),
            primary_key=next((tuple(key["columns"]) for key in keys.get(oid, ()) if key["is_primary"]), ()),
            foreign_keys=tuple(_link(one, names) for one in constraints.get(oid, ()) if one["sort"] == "f"),
            triggers=tuple(map(_trigger, triggers.get(oid, ()))),
            fires=tuple((_trigger(one), tuple(one["events"].upper().split(", "))) for one in triggers.get(oid, ())),
            alters=tuple((_trigger(one), altered(one["does"])) for one in triggers.get(oid, ())),
            is_view=row["kind"] in ("v", "m"),
            schema="" if row["own"] else row["schema"],
            unique=tuple(tuple(key["columns"]) for key in keys.get(oid, ()) if not key["is_primary"]),
            distinct=tuple(map(_distinct, distinct.get(oid, ()))),
            checks=(
                *(one["condition"] for one in constraints.get(oid, ()) if one["sort"] == "c"),
                *(_of_column(one["condition"], one["name"]) for one in domains.get(oid, ())),
            ),
            inherits=names.get(row["parent"], ""),
            divided_by=tuple(row["divided_by"]),
            materialised=row["kind"] == "m",
            behind=tuple(names[one["source"]] for one in behind.get(oid, ()) if one["source"] in names),
            row_security=row["row_security"],
            written=digest_of(
                text
                for text in (row["written"], *(one["written"] for of in (triggers, called) for one in of.get(oid, ())))
                if text
            ),
            unread=tuple(sorted({f"function {one['unread']}" for one in called.get(oid, ()) if one["unread"]})),
        )
    return found


def _by_relation(connection: sa.Connection, statement: str, relations: list[int]) -> Rows:
    found: dict[int, list[sa.RowMapping]] = defaultdict(list)
    for row in connection.execute(sa.text(statement), {"relations": relations}).mappings():
        found[row["relation"]].append(row)
    return found


def _column(row: sa.RowMapping, labels: Mapping[int, tuple[str, ...]]) -> ColumnInfo:
    sized = row["type"] in ("varchar", "bpchar") and row["modifier"] > 0
    return ColumnInfo(
        name=row["name"],
        kind=_kind(row),
        nullable=not row["required"],
        generated=row["generated"],
        declared=f"{row['declared']} COLLATE {row['collation']}" if row["collation"] else row["declared"],
        choices=labels.get(row["type_id"], ()),
        length=row["modifier"] - 4 if sized else None,
        computed=row["computed"] or "",
    )


def _of_column(condition: str, name: str) -> str:
    """What a domain demands, said of a column; what stands between quotes is a text."""
    column = name if name.isidentifier() and name.islower() else '"' + name.replace('"', '""') + '"'
    pieces = condition.split("'")
    return "'".join(piece if n % 2 else re.sub(r"\bVALUE\b", lambda _: column, piece) for n, piece in enumerate(pieces))


def _distinct(row: sa.RowMapping) -> Distinct:
    return Distinct(
        row["name"], tuple(row["terms"]), row["condition"], row["nulls_alike"], row["excludes"], tuple(row["operators"])
    )


def _kind(row: Mapping[Any, Any]) -> ColumnKind:
    if row["category"] == "A":
        return "array"
    return "text" if row["sort"] == "e" else _KINDS.get(row["type"], "other")


def _trigger(row: sa.RowMapping) -> str:
    return f"{row['name']} ({row['moment']} {row['events']})"


def _link(row: sa.RowMapping, names: Mapping[int, str]) -> ForeignKey:
    """A table in a schema that the role may not use keeps no name."""
    return ForeignKey(
        tuple(row["columns"]),
        names.get(row["referred_relation"], ""),
        tuple(row["referred"]),
        _ON_DELETE[row["on_delete"]],
        row["deferrable"],
    )
