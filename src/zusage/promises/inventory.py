"""What a system holds, as values: tables, columns and how they hang together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from .inside import is_inside, items_in, split

#: ``time`` is an instant or a time without an offset; ``json`` and ``array`` hold values inside values
ColumnKind = Literal["text", "integer", "number", "boolean", "date", "time", "binary", "json", "array", "uuid", "other"]
OnDelete = Literal["RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT", "NO ACTION"]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column."""

    name: str
    kind: ColumnKind
    nullable: bool
    #: computed by the database; cannot be written
    generated: bool = False
    #: the type as the database names it; empty where it has none
    declared: str = field(default="", compare=False)
    #: the only values that the type allows (an enumeration)
    choices: tuple[str, ...] = ()
    #: how many characters fit
    length: int | None = field(default=None, compare=False)
    #: the database writes into it when another column of the row changes, unless it is told not to
    stamped: bool = False
    #: from what it is computed, as the database writes it; empty where it is not, or where that is not known
    computed: str = field(default="", compare=False)

    @property
    def is_citext(self) -> bool:
        """PostgreSQL's type of texts that know no case."""
        return self.declared.partition(" COLLATE ")[0].rpartition(".")[2].strip('"') == "citext"

    @property
    def compares_its_own_way(self) -> bool:
        """By a collation or a type of its own, to which texts that differ may be equal."""
        return "COLLATE" in self.declared or self.is_citext


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """From columns here to columns of another table."""

    columns: tuple[str, ...]
    table: str
    referred: tuple[str, ...]
    on_delete: OnDelete = "NO ACTION"
    #: the database can be asked to look at it only when a transaction ends
    deferrable: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Distinct:
    """What no two rows of a table may share, where that is more than the values of some columns."""

    #: the index or constraint
    name: str
    #: columns and expressions, as the database writes them
    terms: tuple[str, ...]
    #: only among rows that fulfil this, as the database writes it; empty: among all
    only: str = ""
    #: missing values count as the same
    nulls_alike: bool = False
    #: other comparisons than that of equal values are forbidden (EXCLUDE)
    excludes: bool = False
    #: with it, the comparison of each term
    operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table or view."""

    #: with its schema before a dot where it lies in another than the connection's own
    name: str
    columns: tuple[ColumnInfo, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    #: names of triggers that fire when rows here change
    triggers: tuple[str, ...] = ()
    #: when each of them fires, where that is known: name → INSERT, UPDATE or DELETE
    fires: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), compare=False)
    #: of which tables each of them changes rows, where that is known: name → bare names in small letters, ``*`` for any
    alters: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), compare=False)
    #: a digest of what the triggers do and of how the rows of a view come to be; empty where there is neither, or it is out of sight
    written: str = field(default="", compare=False)
    #: what its triggers, or the view, use and of which it is not known what it calls in turn: that may change unseen
    unread: tuple[str, ...] = field(default=(), compare=False)
    is_view: bool = False
    #: the schema, where it is another than the connection's own
    schema: str = ""
    #: groups of columns whose values no two rows share, beside the primary key
    unique: tuple[tuple[str, ...], ...] = ()
    #: whatever else no two rows share: expressions, beginnings of values, some rows alone
    distinct: tuple[Distinct, ...] = field(default=(), compare=False)
    #: conditions that the database demands of every row, as it writes them
    checks: tuple[str, ...] = ()
    #: the table of which this is a partition, or from which it inherits; its rows are seen there as well
    inherits: str = ""
    #: columns by which it is divided into partitions of which none takes whatever the others do not
    divided_by: tuple[str, ...] = field(default=(), compare=False)
    #: a view whose rows are stored, and stay until it is refreshed
    materialised: bool = False
    #: of such a view, the others from whose rows its own are made, however many lie between
    behind: tuple[str, ...] = ()
    #: the database may hide rows from a role
    row_security: bool = False
    #: every earlier version of its rows is kept beside them (system versioning)
    history: bool = False
    #: whether a change can be rolled back
    transactional: bool = True

    @property
    def bare(self) -> str:
        """The name within its schema."""
        return self.name.removeprefix(f"{self.schema}.") if self.schema else self.name

    @property
    def trees(self) -> tuple[ForeignKey, ...]:
        """The foreign keys by which rows refer to rows of the same table."""
        return tuple(key for key in self.foreign_keys if key.table == self.name)

    @property
    def told_apart_by(self) -> tuple[ColumnInfo, ...]:
        """The columns by which each row is told from all others: the primary key, or the shortest unique one without missing values."""
        every = {column.name: column for column in self.columns}
        for names in (self.primary_key, *sorted(self.unique, key=len)):
            key = tuple(every[name] for name in names if name in every)
            if key and len(key) == len(names) and not any(column.nullable for column in key):
                return key
        return ()

    def around(self, name: str) -> str:
        """The name of the column itself, of a name that leads into its document or its list."""
        if any(column.name == name for column in self.columns):
            return name
        items = items_in(name)
        return items.column if items else split(name)[0]

    def column(self, name: str) -> ColumnInfo | None:
        """The column of that name, if there is one; of a name that leads into a document or an array, what lies there: a text."""
        found = next((column for column in self.columns if column.name == name), None)
        items = items_in(name) if found is None else None
        if items or (found is None and is_inside(name)):
            around = self.column(items.column if items else split(name)[0])
            lies = around and (around.kind in ("json", "text") or (around.kind == "array" and items and items.plain))
            return ColumnInfo(name, "text", nullable=True, declared="text") if lies else None
        return found


@dataclass(frozen=True, slots=True)
class Inventory:
    """All tables of one system."""

    system: str
    dialect: str
    tables: Mapping[str, TableInfo]
    #: a digest of where the data lie; two databases of one form are two
    place: str = field(default="", compare=False)
    #: the foreign keys by the table that they point to; empty until somebody asks
    _pointing: dict[str, list[tuple[TableInfo, ForeignKey]]] = field(init=False, default_factory=dict, compare=False, repr=False)

    def fingerprint(self) -> str:
        """A digest that changes with any table, column or key, with what a trigger or a view says, and with the place."""
        described = json.dumps([self.dialect, self.place, self.tables], sort_keys=True, default=_described)
        return hashlib.sha256(described.encode()).hexdigest()

    def referrers(self, table: str) -> list[tuple[TableInfo, ForeignKey]]:
        """Every foreign key that points to ``table``, or to a table whose rows are seen in it, also from one whose rows are seen there too.

        One that a partition shares with its table counts once, there.
        """
        if not self._pointing:
            found: dict[str, list[tuple[TableInfo, ForeignKey]]] = {"": []}
            for one in self.tables.values():
                for key in one.foreign_keys:
                    for to in (key.table, *self._above(key.table)) if not self._shared(one, key) else ():
                        if to == key.table or self._has(to, key.referred):
                            found.setdefault(to, []).append((one, key))
            self._pointing.update(found)
        return list(self._pointing.get(table, ()))

    def below(self, table: str) -> Iterator[TableInfo]:
        """The partitions of a table and the tables that inherit from it, however deep: their rows are seen in it."""
        return (one for name, one in self.tables.items() if table in self._above(name))

    def _above(self, table: str) -> tuple[str, ...]:
        found: list[str] = []
        while (one := self.tables.get(table)) and one.inherits and one.inherits not in found:
            found.append(table := one.inherits)
        return tuple(found)

    def _has(self, table: str, columns: tuple[str, ...]) -> bool:
        above = self.tables.get(table)
        return above is not None and all(above.column(name) for name in columns)

    def _shared(self, table: TableInfo, key: ForeignKey) -> bool:
        above = self.tables.get(table.inherits)
        return above is not None and key in above.foreign_keys


def _described(part: Any) -> dict[str, Any]:
    """A part of a table as JSON has it; a copy of everything would take longer than the look itself."""
    return {one.name: getattr(part, one.name) for one in fields(part)}
