"""What no two rows may share, and what the database computes, must outlast what a rule writes: found before a plan runs into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..finding import Severity
from ..inventory import TableInfo
from ..promise import Change
from ..source import KeyPath
from .apart import After, Outcome
from .constraints import replaced
from .coverage import Kept, kept
from .rule import Spot
from .seen import Seen, live_rule

_SOURCE = "Art. 5(1)(e), 5(2) GDPR"
_UNIQUE = 'write {unique: "deleted-"}, which is different in each row and says nothing, or {} if the column may be empty'


@live_rule(
    "same-value-twice",
    Severity.ERROR,
    why="the database refuses the same value in two rows, so that nothing would be anonymised",
    advice=_UNIQUE,
    source=_SOURCE,
)
def same_value_twice(seen: Seen) -> Iterator[Spot]:
    """Values that no two rows share, or what is computed from them, would become the same in each row."""
    for one, after, name, places in _changed(seen):
        told: set[str] = set()
        for what, columns, outcome in _kept_apart(after):
            changed = [column for column in places if column in columns and column not in told]
            if outcome == "alike" and changed:
                told.add(changed[0])
                beside = ", ".join(column for column in columns if column != changed[0])
                together = f" together with {beside}" if beside else ""
                index = f" ({what})" if what else ""
                said = f"{one.label} would make {name}.{changed[0]} alike in many rows, which must differ{together}{index}"
                yield Spot(places[changed[0]], said)


@live_rule(
    "same-value-unclear",
    Severity.WARNING,
    why="if two rows become alike, the database refuses them, their batch is undone and the step stops there",
    advice=f"look at what keeps rows apart there; where rows can become alike, {_UNIQUE}",
    source=_SOURCE,
)
def same_value_unclear(seen: Seen) -> Iterator[Spot]:
    """Values that no two rows share together, of which it cannot be told whether they still differ."""
    for one, after, name, places in _changed(seen):
        for what, columns, outcome in _kept_apart(after):
            changed = [column for column in places if column in columns]
            if outcome == "unclear" and changed:
                keeps = what or ", ".join(columns)
                said = f"whether {one.label} leaves rows of {name} different, which {keeps} demands, cannot be told"
                yield Spot(places[changed[0]], said)


@live_rule(
    "computed-column-empty",
    Severity.ERROR,
    why="the database computes the column anew and refuses the row, because the column must have a value",
    advice="write {constant: …} or {unique: …} into the columns from which it is computed, or let it be empty",
    source=_SOURCE,
)
def computed_column_empty(seen: Seen) -> Iterator[Spot]:
    """A computed column that must have a value and of which nothing is left."""
    for one, after, name, places in _changed(seen):
        for column in after.table.columns:
            changed = [of for of in places if column.computed and of in after.named(column.computed)]
            if column.generated and not column.nullable and changed and after.column(column.name) == "missing":
                what = f"{one.label} empties {name}.{changed[0]}, from which {column.name} is computed, which must have a value"
                yield Spot(places[changed[0]], what)


def _changed(seen: Seen) -> Iterator[tuple[Kept, After, str, dict[str, KeyPath]]]:
    """Each table that a rule changes, and where it stands what becomes of each column."""
    for one in kept(seen.loaded):
        changes: dict[str, dict[str, Change]] = {}
        places: dict[str, dict[str, KeyPath]] = {}
        for name, several, path in replaced(one):
            for change in several:
                key = () if change.how == "pseudonymise" else (change.column,)
                changes.setdefault(name, {})[change.column] = change
                places.setdefault(name, {})[change.column] = (*path, *key)
        for name, mine in changes.items():
            table, inventory = seen.table(name), seen.inventories.get(one.rule.system)
            if table and inventory:
                whole = _whole(table, inventory.below(table.name))
                yield one, After(whole, inventory.dialect, mine), name, places[name]


def _whole(table: TableInfo, below: Iterable[TableInfo]) -> TableInfo:
    """The table with what keeps rows apart in any below it, whose rows are seen in it; what a partition shares with it is one."""
    among = list(below)
    keys = (one.primary_key for one in among if one.primary_key)
    unique = dict.fromkeys((*table.unique, *keys, *(group for one in among for group in one.unique)))
    distinct = {
        (one.terms, one.only, one.nulls_alike, one.excludes, one.operators): one for of in (*among, table) for one in of.distinct
    }
    return replace(
        table, unique=tuple(group for group in unique if group != table.primary_key), distinct=tuple(distinct.values())
    )


def _kept_apart(after: After) -> Iterator[tuple[str, tuple[str, ...], Outcome]]:
    """What keeps rows of a table apart: its name where it is not columns alone, the columns in it, and what becomes of it."""
    table = after.table
    for group in (table.primary_key, *table.unique):
        if group:
            columns = tuple(dict.fromkeys(base for name in group for base in after.made_from(name)))
            yield "", columns, after.group(group)
    for one in table.distinct:
        named = {name for term in (*one.terms, one.only) if term for name in after.named(term)}
        yield f"{one.name}: {', '.join(one.terms)}", tuple(c.name for c in table.columns if c.name in named), after.distinct(one)
