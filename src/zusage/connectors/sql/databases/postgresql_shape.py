"""What has to be known of a table of PostgreSQL before its pages are walked."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from zusage.promises.inventory import TableInfo

from ...trouble import CannotHandle

#: the table with all that inherits from it, and where their rows lie
_TREE = """
WITH RECURSIVE tree(id) AS (
    SELECT CAST(to_regclass(:name) AS oid)
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.id
)
SELECT c.relname::text AS name, c.relkind::text AS kind, coalesce(m.amname::text, '') AS storage,
       CASE WHEN c.relkind = 'r' THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END AS bytes,
       c.reltuples AS rows, c.relpages AS filled, pg_catalog.row_security_active(c.oid) AS hidden,
       CAST(current_setting('block_size') AS int) AS page, CAST(current_setting('server_version_num') AS int) AS version
FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
"""
#: from this version on a range of pages is read without reading the others
_RANGES_SINCE = 140000


@dataclass(frozen=True, slots=True)
class Shape:
    """Where its rows lie, and how many there are on a page."""

    pages: int
    #: rows lie in several tables: partitions, or tables that inherit
    several: bool
    page_bytes: int
    version: int
    #: about how many rows there are on a page; None where nobody has looked yet, or not since the table was half as large
    density: float | None

    @property
    def in_ranges(self) -> bool:
        """A range of pages is read without the others."""
        return self.version >= _RANGES_SINCE

    @property
    def ranges(self) -> bool:
        """A range of pages can be read alone, and says which rows it has."""
        return self.in_ranges and not self.several


def shape(connection: sa.Connection, table: TableInfo, step: str) -> Shape:
    """Raises CannotHandle where rows lie elsewhere, are stored otherwise, or a policy hides some of them."""
    found = connection.execute(sa.text(_TREE), {"name": quoted(table)}).mappings().all()
    for row in found:
        why = ""
        if row["kind"] not in ("r", "p"):
            why = "its rows lie on another server (a foreign table)"
        elif row["kind"] == "r" and row["storage"] != "heap":
            why = f"its rows are stored by {row['storage']}, which does not number them as pages of a heap"
        elif row["hidden"]:
            why = "a row policy hides rows of it from the writer's role (give the role BYPASSRLS)"
        if why:
            raise CannotHandle(f"step {step}: table {table.name}: {row['name']}: {why}. It is left untouched.")
    if not found:
        raise CannotHandle(f"step {step}: table {table.name} is not there any more; make a new plan")
    pages = max(-(-row["bytes"] // row["page"]) for row in found)
    rows, filled = found[0]["rows"], found[0]["filled"]
    density = max(1.0, rows / filled) if rows > 0 and 0 < pages <= 2 * filled else None
    return Shape(pages, len(found) > 1, found[0]["page"], found[0]["version"], density)


def quoted(table: TableInfo) -> str:
    """The table's name as SQL."""
    names = (table.schema, table.bare) if table.schema else (table.bare,)
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
