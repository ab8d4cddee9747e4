"""What a column is to become must be something that the database lets it be: found before a plan runs into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ..condition import ConditionError, columns_of, parse
from ..condition.evaluate import holds
from ..condition.tree import RANDOM_DIGITS, around_random
from ..finding import Severity
from ..inventory import ColumnInfo, TableInfo
from ..promise import Change
from ..source import KeyPath
from .apart import After
from .coverage import Kept, kept
from .rule import Spot
from .seen import Seen, live_rule

_PSEUDONYM_LETTERS = 48
#: arrays of texts, as PostgreSQL names them
_TEXTS = re.compile(r"(text|character varying(\(\d+\))?)\[\]")
_SOURCE = "Art. 5(1)(e), 5(2) GDPR"


def _changes(seen: Seen) -> Iterator[tuple[Kept, str, TableInfo, ColumnInfo, Change, KeyPath]]:
    """Every column that a rule replaces, here and elsewhere, with its table, what it becomes and where that stands."""
    for one in kept(seen.loaded):
        for name, changes, path in replaced(one):
            table = seen.table(name)
            for change in changes if table else ():
                column = table.column(change.column) if table else None
                if table and column and not column.generated:
                    key = () if change.how == "pseudonymise" else (change.column,)
                    yield one, name, table, column, change, (*path, *key)


def replaced(one: Kept) -> Iterator[tuple[str, Sequence[Change], KeyPath]]:
    """Each table in which a rule replaces columns, with what becomes of them and where that stands."""
    how = "pseudonymise" if any(change.how == "pseudonymise" for change in one.rule.changes) else "anonymise"
    yield one.table, one.rule.changes, (*one.path, "then", how)
    for index, other in enumerate(one.rule.elsewhere):
        yield f"{one.rule.system}.{other.part.table}", other.changes, (*one.path, "elsewhere", index, "become")


@live_rule(
    "reference-stays",
    Severity.ERROR,
    why="a reference to a row that goes would lead to nothing, or the database refuses to delete the row",
    advice="empty it with {}, beside what else changes there",
    source=_SOURCE,
)
def reference_stays(seen: Seen) -> Iterator[Spot]:
    """Rows elsewhere that would still refer to a row that is deleted."""
    for one in kept(seen.loaded):
        for index, other in enumerate(one.rule.elsewhere if one.rule.deletes else ()):
            emptied = {change.column for change in other.changes if change.how == "clear"}
            if not emptied & {column for column, _ in other.part.pairs}:
                columns = ", ".join(column for column, _ in other.part.pairs)
                what = f"{one.label} deletes rows to which {one.rule.system}.{other.part.table}.{columns} would still refer"
                yield Spot((*one.path, "elsewhere", index, "become"), what)


@live_rule(
    "cannot-be-emptied-elsewhere",
    Severity.ERROR,
    why="the database refuses to empty a column that must have a value, so that the row here could not go either",
    advice="write {constant: …} with a value that says nothing, or {unique: …} where each row must have another",
    source=_SOURCE,
)
def cannot_be_emptied_elsewhere(seen: Seen) -> Iterator[Spot]:
    """Columns elsewhere that would have to become empty, but must not."""
    for one, name, _, column, change, path in _changes(seen):
        if name != one.table and change.how == "clear" and not column.nullable:
            yield Spot(path, f"{one.label} would empty {name}.{column.name}, which must have a value")


@live_rule(
    "key-changed",
    Severity.ERROR,
    why="rows that refer to the old value would refer to nothing, or the database refuses the change",
    advice="leave the key as it is, or delete the row; a key that says something about a person wants to be replaced by one that does not",
    source=_SOURCE,
)
def key_changed(seen: Seen) -> Iterator[Spot]:
    """A column that is to be replaced although it is a key, or leads to one."""
    for one, name, table, column, change, path in _changes(seen):
        inventory = seen.inventories[one.rule.system]
        if column.name in table.primary_key:
            yield Spot(path, f"{one.label} changes {name}.{column.name}, which is the primary key")
        elif any(column.name in key.referred for _, key in inventory.referrers(table.name)):
            yield Spot(path, f"{one.label} changes {name}.{column.name}, to which other rows refer")
        elif change.how != "clear" and any(column.name in key.columns for key in table.foreign_keys):
            advice = "write {} to empty it; then it refers to nothing"
            yield Spot(path, f"{one.label} changes {name}.{column.name}, which refers to another row", advice)


@live_rule(
    "partition-key-changed",
    Severity.ERROR,
    why="a row goes to the partition of its new value, and where there is none the database refuses the change, so that nothing would be anonymised",
    advice="leave the column as it is, delete the row, or give the table a partition for all other values (DEFAULT, or MAXVALUE)",
    source=_SOURCE,
)
def partition_key_changed(seen: Seen) -> Iterator[Spot]:
    """A column that is to be replaced although its table, or a partition of it, is divided by it."""
    for one, name, table, column, _, path in _changes(seen):
        divided = [table, *seen.inventories[one.rule.system].below(table.name)]
        for by in (each for each in divided if column.name in each.divided_by):
            of = "" if by is table else f" (partition {by.name})"
            yield Spot(path, f"{one.label} changes {name}.{column.name}, by which the table is divided into partitions{of}")
            break


@live_rule(
    "value-not-allowed",
    Severity.ERROR,
    why="the database refuses the value, so that nothing would be anonymised",
    advice="write a value that fits the column and says nothing",
    source=_SOURCE,
)
def value_not_allowed(seen: Seen) -> Iterator[Spot]:
    """A replacement that the column's type, length or list of values does not allow."""
    for one, name, _, column, change, path in _changes(seen):
        found = _unfit(column, change)
        if found:
            yield Spot(path, f"{one.label} writes {found[0]} into {name}.{column.name}, {found[1]}", found[2])


def _unfit(column: ColumnInfo, change: Change) -> tuple[str, str, str] | None:
    """What would be written, why it does not fit, and what to write instead."""
    match change.how:
        case "clear" | "json" | "items" | "mask" | "code":
            return None
        case "multiple" if column.kind in ("integer", "json", "array"):  # of the last two ``half_a_document`` says it
            return None
        case "beginning" if column.kind in ("date", "json", "array"):
            return None
        case "beginning":
            return "a first day", f"which holds {_said(column)}", "generalise days alone; write {multiple_of: …} for a number"
        case "multiple":
            return "a multiple", f"which holds {_said(column)}", "generalise whole numbers alone; write {first: …} for a text"
        case "truncate":
            made, letters, text = "the first characters", 0, True
        case "pseudonymise":
            made, letters, text = "a code", _PSEUDONYM_LETTERS, True
        case "unique":
            letters = sum(map(len, around_random(str(change.value)))) + RANDOM_DIGITS
            made, text = "a random text", True
        case "constant":
            made, letters, text = "a constant", len(str(change.value)), isinstance(change.value, str)
    if column.choices and not (change.how == "constant" and str(change.value) in column.choices):
        return (
            made,
            f"which takes only {', '.join(column.choices)}",
            f"write {{constant: …}} with one of {', '.join(column.choices)}",
        )
    if column.length is not None and column.kind == "text" and letters > column.length:
        return made, f"which takes {column.length} characters and not {letters}", "write something shorter, or {}"
    if column.kind in ("text", "other"):
        return None
    if change.how != "constant" and column.kind in ("json", "array"):
        return None  # ``half_a_document`` says it
    if change.how != "constant":
        return made, f"which holds {_said(column)}", "write {constant: …} with such a value, or {} to empty it"
    return (
        None
        if _constant_fits(column, change.value, text)
        else (made, f"which holds {_said(column)}", "write such a value, or {}")
    )


def _said(column: ColumnInfo) -> str:
    words = {"date": "days", "time": "times", "boolean": "yes or no", "integer": "whole numbers", "number": "numbers"}
    return words.get(column.kind, f"values of type {column.declared.lower() or column.kind}")


def _constant_fits(column: ColumnInfo, value: str | int | None, text: bool) -> bool:
    match column.kind:
        case "array":  # as the database writes one
            return text and str(value).startswith("{") and str(value).endswith("}")
        case "integer" | "number":
            return not text
        case "boolean":
            return value in (0, 1)
        case "date" | "time":
            try:
                return bool(date.fromisoformat(str(value)[:10]))
            except ValueError:
                return False
        case _:
            return True


@live_rule(
    "half-a-document",
    Severity.ERROR,
    why="a value inside a value cannot be cut or coded as a whole: it would be left half, or unreadable for the application",
    advice="write {} to empty the column, or {json: [path.to.it]} to remove what lies at a path of a document",
    source=_SOURCE,
)
def half_a_document(seen: Seen) -> Iterator[Spot]:
    """A JSON document or list that would be truncated, coded or made a text, or paths of a column that is no document."""
    for one, name, _, column, change, path in _changes(seen):
        if change.how == "truncate" and column.kind == "array" and _TEXTS.match(column.declared):
            continue  # each text of it keeps its first characters
        if column.kind in ("json", "array") and change.how in ("truncate", "pseudonymise", "unique", "multiple", "beginning"):
            yield Spot(
                path, f"{one.label} would change {name}.{column.name} as if it were one text; it holds values inside a value"
            )
        dialect = seen.inventories[one.rule.system].dialect
        texts = column.kind == "text" and dialect != "postgresql"  # it cannot tell whether a text is a document
        if change.how == "json" and column.kind != "json" and not texts:
            what = (
                f"{one.label} removes a path from {name}.{column.name}, which is no document ({column.declared or column.kind})"
            )
            yield Spot(path, what, "write {} to empty the column")


@live_rule(
    "check-violated",
    Severity.ERROR,
    why="the database refuses a row that does not fulfil its condition, so that nothing would be anonymised",
    advice="write a value that fulfils the condition and says nothing",
    source=_SOURCE,
)
def check_violated(seen: Seen) -> Iterator[Spot]:
    """A CHECK of the table that what the rule writes violates for sure."""
    for one, table, text, said in _checks(seen):
        if said is False:
            names = ", ".join(sorted(_named(text, table) or ()))
            yield Spot((*one.path, "then"), f"{one.label} writes into {names} of {one.table} what its CHECK ({text}) forbids")


@live_rule(
    "check-unclear",
    Severity.WARNING,
    why="if the database refuses a row, its batch is undone and the step stops there",
    advice="look at the condition, and try the rule on a copy",
    source=_SOURCE,
)
def check_unclear(seen: Seen) -> Iterator[Spot]:
    """A CHECK on a column that a rule replaces, of which it cannot be told whether it will hold."""
    for one, _, text, said in _checks(seen):
        if said is None:
            yield Spot((*one.path, "then"), f"whether {one.label} leaves CHECK ({text}) of {one.table} fulfilled cannot be told")


def _checks(seen: Seen) -> Iterator[tuple[Kept, TableInfo, str, bool | None]]:
    """Each CHECK that a rule's changes touch, and whether it holds afterwards; None where that cannot be told."""
    for one in kept(seen.loaded):
        table = seen.table(one.table)
        dialect = seen.inventories[one.rule.system].dialect if table else ""
        below = seen.inventories[one.rule.system].below(table.name) if table else ()
        checks = dict.fromkeys(text for of in (table, *below) if of for text in of.checks) if table and one.rule.changes else {}
        for text in checks:
            if table and any(change.column in After(table, dialect, {}).named(text) for change in one.rule.changes):
                yield one, table, text, _holds(text, table, one.rule.changes)


def _named(text: str, table: TableInfo) -> set[str] | None:
    try:
        return {column for _, column in columns_of(parse(text), table.name)}
    except ConditionError:
        return None


def _holds(text: str, table: TableInfo, changes: Sequence[Change]) -> bool | None:
    """A CHECK that comes out unknown is fulfilled; one that names other columns, or more than can be read, cannot be told."""
    row: dict[str, object] = {}
    for change in changes:
        if change.how in ("clear", "constant", "unique"):
            before, after = around_random(str(change.value))
            row[change.column] = {"clear": None, "constant": change.value}.get(
                change.how, f"{before}{'0' * RANDOM_DIGITS}{after}"
            )
    names = _named(text, table)
    if names is None or not names <= row.keys():
        return None
    try:
        return holds(parse(text), table.name, row, lambda _: ()) is not False
    except TypeError:
        return None
