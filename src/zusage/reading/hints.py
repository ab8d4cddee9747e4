"""What a table's form suggests beyond keys and names of columns: each hint is a question to whoever reads the draft."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zusage.promises.checking.copies import flags_of
from zusage.promises.checking.packed import meant, packed
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo

from .vocabulary import words_of

_COPY = re.compile(
    r"(?P<of>.+?) (history|histories|hist|historie|versions?|audit(s|ed)?|aud|archive[ds]?|archiv|backup|copy|kopie|old|alt|shadow|log"
    r"|fts ?\d?( (data|idx|docsize|content|config|segments|segdir|stat))?)"  # an index over all words, and what SQLite keeps of it
)
#: as libraries call the table in which they keep every version
_HISTORICAL = re.compile(r"(?:\w+ )*historical ?(?P<of>\w+)")
#: whole numbers that seem to be times
_COUNTED = re.compile(r"(\w+ )*(?P<unit>epoch|unix ?time|unix ?timestamp|ts|ms|millis)")
_MOST = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a table seems to be, and why."""

    table: str
    text: str
    #: the table whose rows it seems to copy
    copies: str | None = None
    #: columns that hold the row together
    structure: tuple[str, ...] = ()
    #: it may be about people, although no column and no key says so
    personal: bool = False
    #: the table of which it seems to name rows: it is about people where that is
    names: str | None = None
    #: why it may be
    why: str = "its rows may belong to rows of any table"


def hints(inventory: Inventory) -> Mapping[str, tuple[Hint, ...]]:
    """The hints about each table."""
    tables = [table for _, table in sorted(inventory.tables.items()) if not table.is_view and not table.inherits]
    found = (hint for table in tables for hint in _about(table, inventory, tables))
    by_table: dict[str, list[Hint]] = {}
    for hint in found:
        by_table.setdefault(hint.table, []).append(hint)
    return {name: tuple(listed) for name, listed in by_table.items()}


def _about(table: TableInfo, inventory: Inventory, tables: list[TableInfo]) -> Iterator[Hint]:
    yield from _pairs(table, inventory)
    yield from _copy(table, tables)
    yield from _free(table)
    yield from _flagged(table)
    yield from _documents(table)
    yield from _packed(table, inventory)
    yield from _numbered_times(table, inventory)


def _pairs(table: TableInfo, inventory: Inventory) -> Iterator[Hint]:
    """``subject_type`` beside ``subject_id``: a row of any table, which no foreign key can say."""
    names = {words_of(column.name): column for column in table.columns}
    keyed = {column for key in table.foreign_keys for column in key.columns}
    for words, column in names.items():
        about, _, last = words.rpartition(" ")
        beside = (f"{about} id", "object id") if about == "content" else (f"{about} id",)
        number = next((names[one] for one in beside if one in names and last in ("type", "typ")), None)
        typed = names.get(f"{words} id") if words == "content type" else None
        if words == "content type id" and "object id" in names:
            number, typed = names["object id"], column
        kind = typed or column
        if number is None or number.name in keyed or _own(number, kind, table):
            continue
        value = "7" if kind.kind == "integer" else "'Order'"
        text = (
            f"{kind.name} and {number.name} together seem to refer to a row of any table, without a foreign key. For each type write, in an "
            f"activity about that table, part_of: {inventory.system}.… via {number.name} where {kind.name} = {value}"
        )
        yield Hint(table=table.name, text=text, structure=(kind.name, number.name), personal=True)


def _own(number: ColumnInfo, kind: ColumnInfo, table: TableInfo) -> bool:
    """The number of the table's own rows, which refers to nothing; where the key is the number with its type, it refers to others."""
    return number.name in table.primary_key and kind.name not in table.primary_key


def _copy(table: TableInfo, tables: list[TableInfo]) -> Iterator[Hint]:
    """A history or audit table: called after another, or with nearly all its columns."""
    spoken = words_of(table.bare)
    made = _HISTORICAL.fullmatch(spoken)
    called = made or _COPY.fullmatch(spoken)
    own = {column.name.lower() for column in table.columns}
    for other in tables:
        theirs = {column.name.lower() for column in other.columns}
        same = own & theirs - {"id", "created_at", "updated_at"}
        name = words_of(other.bare)
        last = {name.rpartition(" ")[2]} if made else set()  # without the part of the program to which it belongs
        named = called is not None and called["of"] in {name, name.rstrip("s"), *last}
        alike = len(same) >= 3 and len(same) >= _MOST * len(theirs) and len(own) > len(theirs)
        if other is not table and (named or (alike and called is not None)):
            why = f"is called after {other.name}" if named else f"has {len(same)} of the {len(theirs)} columns of {other.name}"
            text = f"it {why}, so that its rows seem to be copies of rows there: a copy must go when, and as far as, the row itself goes"
            yield Hint(table=table.name, text=text, copies=other.name, personal=True)
            return


def _free(table: TableInfo) -> Iterator[Hint]:
    """A key beside a value: any datum may stand there."""
    words = {words_of(column.name): column.name for column in table.columns}
    for key, value in (
        ("meta key", "meta value"),
        ("key", "value"),
        ("attribute", "value"),
        ("option name", "option value"),
        ("schluessel", "wert"),
    ):
        if key in words and value in words:
            text = f"{words[value]} holds whatever {words[key]} says: look at which keys there are, and whether some are about people"
            yield Hint(table=table.name, text=text)
            return


def _flagged(table: TableInfo) -> Iterator[Hint]:
    flags = [table.column(name) for name in flags_of(table)]
    times = [column for column in flags if column and column.kind in ("date", "time")]
    if flags and not times:
        text = f"the application seems only to mark rows as deleted ({flags_of(table)[0]}) and notes no time: from when should they go?"
        yield Hint(table=table.name, text=text)


def _documents(table: TableInfo) -> Iterator[Hint]:
    for column in table.columns:
        if is_document(column):
            text = (
                f"{column.name} holds values inside a value, and not a single one was looked at: empty it as a whole, with {{}}, or remove "
                "what lies at a path, with {json: [path.to.it]}"
            )
            yield Hint(table=table.name, text=text)
        elif is_vector(column):
            how = "the database computes it anew" if column.generated else "it must be emptied with them"
            yield Hint(table=table.name, text=f"{column.name} seems to be a copy of other columns for searching: {how}")


def _packed(table: TableInfo, inventory: Inventory) -> Iterator[Hint]:
    """Keys of several rows in one value, which no foreign key can say."""
    for column in filter(packed, table.columns):
        other = meant(column, inventory)
        of = f" of {other.name}" if other and other is not table else ""
        how = (
            "No link goes through such a text, so that nobody is found in it: keep each key in a row of a table of its own, or all in a JSON list"
            if column.kind == "text"
            else f"If they are people, write of: … via {column.name}[], so that each is found in it"
        )
        text = f"{column.name} seems, by its name, to hold the keys of several rows{of} in one value; not a single one was looked at. {how}"
        why = f"{column.name} seems to name several rows{of}"
        yield Hint(
            table=table.name,
            text=text,
            structure=(column.name,),
            personal=not of,
            names=other.name if other and of else None,
            why=why,
        )


def _numbered_times(table: TableInfo, inventory: Inventory) -> Iterator[Hint]:
    """A whole number that is called as a time counted from 1970 is, which no type says."""
    for column in table.columns:
        found = _COUNTED.fullmatch(words_of(column.name)) if column.kind == "integer" else None
        if found and column.name not in table.primary_key:
            unit = "milliseconds" if found["unit"] in ("ms", "millis") else "seconds"
            text = (
                f"{column.name} is a whole number and is called as a time is that is counted from 1970; not a single one was looked at. If it is "
                f"one, write under systems: {{{inventory.system}: {{epochs: {{{table.name}.{column.name}: {unit}}}}}}}, so that periods can run from it"
            )
            yield Hint(table=table.name, text=text)


def is_document(column: ColumnInfo) -> bool:
    """A column that holds values inside a value."""
    words = words_of(column.name)
    called = re.fullmatch(r"(\w+ )*(json|payload|metadata|meta data|serialized|serialised|raw (data|response|request))", words)
    return column.kind in ("json", "array") or (column.kind in ("text", "binary", "other") and bool(called))


def is_vector(column: ColumnInfo) -> bool:
    """A column in which texts of others stand once more, to be searched."""
    words = words_of(column.name)
    called = re.fullmatch(
        r"(\w+ )?(tsv|tsvector|search( (vector|text|index|blob))?|fts|suchtext|suchindex|fulltext)( \w+)?", words
    )
    return "tsvector" in column.declared.lower() or (bool(called) and column.kind in ("text", "other"))
