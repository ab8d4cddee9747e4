"""Rows that are to be anonymous afterwards: what stays in them must not tell who it was (recital 26 GDPR).

A rule leaves an anonymous row where it cuts the link to the person, or where nothing ever links the row to anybody and no rule deletes
it. What stays is said in ``stays``, with the reason why it names nobody, or in ``aggregate``, so that the groups are counted.

1. Text that somebody wrote, and the names of files, can name anybody.
2. Files of the row stay on disk.
3. Several traits together, such as a year of birth and a postal code, can be rare enough to be one person's.
4. So can traits in two tables whose rows belong together still, where the groups are not declared to be counted in both together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ..condition import Linked
from ..derive import aggregates_of
from ..finding import Severity
from ..inventory import ColumnInfo, TableInfo
from ..keep_rule import Change
from ..loading import Loaded
from ..manifest import Anonymise, Data
from ..promise import SmallestGroup
from .apart import After
from .coverage import Kept, kept
from .rule import Spot
from .seen import Seen, live_rule

#: a text of at most so many characters is taken for a code or a word rather than for something that somebody wrote
_SHORT = 12
#: how columns are called that hold the name of a file
FILE_NAME = re.compile(
    r"(.*_)?(file_?name|file|path|attachment|upload|document_name|datei(name)?|pfad|anhang|dokument(name)?)", re.IGNORECASE
)
#: how columns are called that hold a trait which many share, and several of which few do
TRAIT = re.compile(
    r"(.*_)?(birth(_?(date|day|year))?|date_of_birth|dob|year_of_birth|age|gender|sex|nationality|citizenship|country|region|city|town|place"
    r"|zip(_?code)?|postal_?code|postcode|profession|occupation|employer|education|religion|marital_status|languages?"
    r"|geburt(s(datum|tag|jahr))?|alter|geschlecht|staatsangehoerigkeit|staatsangehörigkeit|land|ort|stadt|plz|postleitzahl|beruf"
    r"|arbeitgeber|ausbildung|familienstand|sprachen?)",
    re.IGNORECASE,
)


@live_rule(
    "anonymous-row-keeps-text",
    Severity.WARNING,
    why="in text that somebody wrote, and in the names of files, anybody can be named, so that the row is not anonymous",
    advice="add it to anonymise, or say under then: {stays: {column: {de: …, en: …}}} why it names nobody",
    source="Art. 4(1), recital 26 GDPR",
)
def anonymous_row_keeps_text(seen: Seen) -> Iterator[Spot]:
    """Free text or names of files that stay in a row that is to be anonymous (1)."""
    for one, table, staying in _anonymous(seen):
        said = _structure(seen.loaded, one.table)
        for column in staying:
            if column.name not in said and _written(column, table):
                what = "the name of a file" if FILE_NAME.fullmatch(column.name) else "text"
                yield Spot((*one.path, "then"), f"{one.label} leaves {what} in {one.table}.{column.name}")


@live_rule(
    "anonymous-row-keeps-files",
    Severity.WARNING,
    why="the files stay on disk and tell who it was, in what they hold and often in their name",
    advice="delete the row instead, hold the files with rows of their own that a rule deletes, or say under stays why they name nobody",
    source="Art. 4(1), recital 26 GDPR",
)
def anonymous_row_keeps_files(seen: Seen) -> Iterator[Spot]:
    """Files of a row that is to be anonymous, which only go with the row (2)."""
    for one, _, _ in _anonymous(seen):
        for path in dict.fromkeys(path for data in _about(seen.loaded, one.table) for path in data.files):
            if path not in _said(one):
                yield Spot((*one.path, "then"), f"{one.label} leaves the files {path}")


@live_rule(
    "anonymous-row-keeps-traits",
    Severity.WARNING,
    why="each is shared by many, but together they can be one person's alone, so that the row is not anonymous",
    advice="add one of them to anonymise, keep only its first characters, let the size of the groups be looked at with aggregate, or say under stays why the combination names nobody",
    source="Art. 4(1), recital 26 GDPR",
)
def anonymous_row_keeps_traits(seen: Seen) -> Iterator[Spot]:
    """Two or more traits that stay together in a row that is to be anonymous (3)."""
    for one, _, staying in _anonymous(seen):
        traits = [column.name for column in staying if TRAIT.fullmatch(column.name)]
        if len(traits) > 1:
            yield Spot((*one.path, "then"), f"{one.label} leaves {', '.join(traits)} together in {one.table}")


@live_rule(
    "anonymous-rows-joined",
    Severity.WARNING,
    why="what stays in both can together be one person's alone, and groups are counted in each table by itself where nothing else is said",
    advice="let them be counted together with aggregate: {joined: […]}, or empty the columns by which the rows belong together, or the trait in one of the tables",
    source="Art. 4(1), recital 26 GDPR",
)
def anonymous_rows_joined(seen: Seen) -> Iterator[Spot]:
    """A row that is to be anonymous keeps a trait, and another row keeps one that a foreign key joins to it (4)."""
    deleted = {one.table for one in kept(seen.loaded) if one.rule.deletes and (one.keep.at_most or one.keep.until)}
    changed: dict[str, set[str]] = {}
    for one in kept(seen.loaded):
        if isinstance(one.keep.then, Anonymise):
            changed.setdefault(one.table, set()).update(change.column for change in one.rule.changes if not _remains(change))
    pairs = set[frozenset[str]]()
    for one, table, _ in _anonymous(seen):
        mine = _traits(table, changed.get(one.table, set()), _said_traits(one))
        for other in _joined(seen, one.table, changed) - deleted:
            there = seen.table(other)
            theirs = _traits(there, changed.get(other, set())) if there and _about(seen.loaded, other) else []
            counted = _counted_together(seen, one.table, other) >= {
                *((one.table, c) for c in mine),
                *((other, c) for c in theirs),
            }
            if mine and theirs and not counted and frozenset((one.table, other)) not in pairs:
                pairs.add(frozenset((one.table, other)))
                yield Spot(
                    (*one.path, "then"),
                    f"{one.label} leaves {', '.join(mine)} in {one.table} and {', '.join(theirs)} in {other}, whose rows belong together",
                )


def _counted_together(seen: Seen, table: str, other: str) -> set[tuple[str, str]]:
    """The columns of two tables by which together groups are counted."""
    found = set[tuple[str, str]]()
    for promise in aggregates_of(seen.loaded.manifest):
        for above, columns, link in _links(promise.table, promise.columns, promise.linked):
            pair = {f"{promise.system}.{name}": said for name, said in ((above, columns), (link.table, link.columns))}
            if pair.keys() == {table, other}:
                found |= {(name, column) for name, said in pair.items() for column in said}
    return found


def _links(table: str, columns: tuple[str, ...], links: tuple[Linked, ...]) -> Iterator[tuple[str, tuple[str, ...], Linked]]:
    """Each link with the table above it and what is counted there."""
    for link in links:
        yield table, columns, link
        yield from _links(link.table, link.columns, link.within)


def _remains(change: Change) -> bool:
    """Whether something of the value stays, so that it is a trait still."""
    return change.how in ("truncate", "multiple", "beginning", "pseudonymise")


def _said_traits(one: Kept) -> frozenset[str]:
    """Columns by which groups are counted: they are traits, however they are called."""
    then = one.keep.then
    return frozenset(then.aggregate.columns) if isinstance(then, Anonymise) and then.aggregate else frozenset()


def _traits(table: TableInfo, gone: Collection[str], said: Collection[str] = ()) -> list[str]:
    return [c.name for c in table.columns if c.name not in gone and (c.name in said or TRAIT.fullmatch(c.name))]


def _joined(seen: Seen, name: str, changed: Mapping[str, Collection[str]]) -> set[str]:
    """Tables to which a foreign key leads from this one or back, none of whose columns is emptied."""
    system, _, bare = name.partition(".")
    found = set[str]()
    for other, table in seen.inventories[system].tables.items():
        for key in table.foreign_keys:
            pair = {other, key.table}
            if bare in pair and len(pair) > 1 and not set(key.columns) & set(changed.get(f"{system}.{other}", ())):
                found |= {f"{system}.{one}" for one in pair - {bare}}
    return found


@live_rule(
    "group-cannot-go",
    Severity.ERROR,
    why="from a group of too few people nothing could be taken out, so that it would stay as it is",
    advice="let the column be empty (NULL), and give the table a primary key; where it is a key by which rows stay joined, delete these rows with a rule of their own",
    source="Art. 4(1), recital 26 GDPR",
)
def group_cannot_go(seen: Seen) -> Iterator[Spot]:
    """A column that must be emptied where a group is too small, but must have a value; or rows that no key names."""
    for promise in aggregates_of(seen.loaded.manifest):
        table = seen.table(f"{promise.system}.{promise.table}")
        if table is None:
            continue
        if not table.primary_key and not table.is_view:
            yield Spot(
                promise.path, f"{promise.system}.{promise.table} has no primary key by which the rows of a small group are named"
            )
        for name in promise.columns:
            column = table.column(name)
            if column and column.kind in ("json", "array", "binary"):
                yield Spot((*promise.path, "columns"), f"{promise.id} groups by {name}, whose values databases do not compare")
            if column and (not column.nullable or column.generated):
                yield Spot(
                    (*promise.path, "columns"),
                    f"{promise.id} would empty {promise.system}.{promise.table}.{name}, which must have a value",
                )
        yield from _cannot_part(seen, promise)


def _cannot_part(seen: Seen, promise: SmallestGroup) -> Iterator[Spot]:
    """Rows that stay joined and cannot be parted, or whose values databases do not compare."""
    here = (*promise.path, "joined")
    for _, _, link in _links(promise.table, promise.columns, promise.linked):
        name = f"{promise.system}.{link.table}"
        table = seen.table(name)
        if table is None:
            continue
        for column in filter(None, map(table.column, link.columns)):
            if column.kind in ("json", "array", "binary"):
                yield Spot(here, f"{promise.id} groups by {name}.{column.name}, whose values databases do not compare")
        if link not in promise.linked:
            continue  # what is joined further away goes with what is joined here
        if not table.primary_key:
            yield Spot(here, f"{name} has no primary key by which the rows are named that belong to a small group")
        for column in filter(None, (table.column(by) for by, _ in link.pairs)):
            if not column.nullable or column.generated or column.name in table.primary_key:
                yield Spot(here, f"{promise.id} would empty {name}.{column.name}, which must have a value")


def _anonymous(seen: Seen) -> Iterator[tuple[Kept, TableInfo, list[ColumnInfo]]]:
    """Each rule that leaves an anonymous row, with the columns that stay in it and of which nothing is said."""
    rules = list(kept(seen.loaded))
    deleted = {one.table for one in rules if one.rule.deletes and (one.keep.at_most or one.keep.until)}
    for one in rules:
        table = seen.table(one.table)
        if table is None or not isinstance(one.keep.then, Anonymise):
            continue
        changed = {change.column for change in one.rule.changes}
        links = {key for data in _about(seen.loaded, one.table) for key in _keys(data)}
        if links <= changed if links else one.table not in deleted:
            after = After(table, seen.inventories[one.rule.system].dialect, {})
            computed = {c.name for c in table.columns if c.computed and after.made_from(c.name) <= changed}  # it follows them
            links_on = (c for key in table.foreign_keys for c in key.columns)
            known = {*changed, *computed, *_said(one), *table.primary_key, *links_on}
            yield one, table, [column for column in table.columns if column.name not in known]


def _about(loaded: Loaded, table: str) -> list[Data]:
    return [activity.data[table] for activity in loaded.manifest.activities.values() if table in activity.data]


def _keys(data: Data) -> tuple[str, ...]:
    return tuple(key for link in (data.of, data.part_of, data.about) if link for key in link.columns)


def _structure(loaded: Loaded, table: str) -> set[str]:
    """Columns that by declaration say nothing about a person by themselves."""
    return {column for data in _about(loaded, table) for column in data.structure}


def _said(one: Kept) -> frozenset[str]:
    """What stays with a word, or as groups whose size is looked at."""
    then = one.keep.then
    if not isinstance(then, Anonymise):
        return frozenset()
    return frozenset(then.stays).union(then.aggregate.columns if then.aggregate else ())


def _written(column: ColumnInfo, table: TableInfo) -> bool:
    """Whether a column can hold what somebody wrote: text of some length that is not one of a few words."""
    if column.kind not in ("text", "json", "array"):
        return False
    few = column.choices or any(
        re.search(rf"\b{re.escape(column.name)}\b.*\bIN\b", check, re.IGNORECASE) for check in table.checks
    )
    return not few and (column.length is None or column.length > _SHORT)
