"""What is there must be fit for what the manifest wants to do with it."""

from __future__ import annotations

from collections.abc import Iterator

from ..condition import ALWAYS, Call, Condition, Key, Literal, Term, to_text
from ..derive import rules_of
from ..finding import Severity
from ..promise import Rule
from ..recognition import unmarked
from ..source import KeyPath
from .coverage import Kept, kept
from .gaps import escaping
from .mentions import conditions, links, referred, starting_points
from .rule import Spot
from .seen import Seen, live_rule


@live_rule(
    "not-a-time",
    Severity.ERROR,
    why="a period can only be counted from a day or an instant",
    advice="name a column of a date or time; numbers that count seconds, and written times, are declared under systems: {epochs: …}",
)
def not_a_time(seen: Seen) -> Iterator[Spot]:
    """A starting point that is no date or time."""
    for one in kept(seen.loaded):
        for path, start in starting_points(one):
            for name in start.columns:
                kind = _kind(seen, one, name)
                if kind not in (None, "date", "time"):
                    yield Spot(path, f"{one.table}.{name} holds {kind}, not a date or time")


def _kind(seen: Seen, one: Kept, name: str) -> str | None:
    """The kind of a column; what counts as a time there, by dialect or declaration, is one."""
    table = seen.table(one.table)
    column = table.column(name) if table else None
    if column is None:
        return None
    system = one.rule.system
    database = seen.loaded.manifest.databases.get(system)
    unit = database.epochs.get(f"{one.rule.table}.{name}") if database else None
    counted = unit in ("seconds", "milliseconds") and column.kind in ("integer", "number")
    written = column.kind == "text" and (unit == "text" or seen.inventories[system].dialect == "sqlite")
    return "time" if counted or written else column.kind


@live_rule(
    "rule-about-a-view",
    Severity.ERROR,
    why="a view may hide rows, and what it shows is deleted where it lies: neither could be shown nor done",
    advice="name the tables behind the view; a view whose rows are stored may have a rule",
)
def rule_about_a_view(seen: Seen) -> Iterator[Spot]:
    """A keep rule about a view whose rows are not stored; and a view whose rows are to live and die with others."""
    for one in kept(seen.loaded):
        table = seen.table(one.table)
        if table and table.is_view and not table.materialised and (one.keep.at_most or one.keep.at_least):
            yield Spot(one.path, f"{one.label} is about {one.table}, which is a view")
    for name, activity in seen.loaded.manifest.activities.items():
        for about, data in activity.data.items():
            table = seen.table(about)
            if table and table.is_view and data.part_of:
                path = ("activities", name, "data", about, "part_of")
                yield Spot(path, f"{about} is a view, so no row of it can go with one of {data.part_of.table}")


@live_rule(
    "function-missing",
    Severity.ERROR,
    why="a condition that the system cannot evaluate selects nothing, or the wrong rows",
    advice="write the condition without it",
)
def function_missing(seen: Seen) -> Iterator[Spot]:
    """A function in a condition that the system's dialect is not known to have."""
    found = [(p, c, one.table) for one in kept(seen.loaded) for p, c in conditions(one)]
    for name, row in seen.loaded.manifest.every_row.items():
        found.append((("every_row", name, "condition"), row.condition, row.table))
    for name, one in seen.loaded.manifest.statistics.items():
        found += [(("statistics", name, "only"), one.only, one.table)] if one.only is not None else []
    for path, condition, table in found:
        inventory = seen.inventories.get(table.split(".", 1)[0])
        if inventory:
            has = seen.functions.get(inventory.dialect, frozenset())
            for function in sorted(set(_functions(condition)) - has):
                yield Spot(path, f"{inventory.dialect} is not known to have the function {function}")


def _functions(node: Condition | Term) -> Iterator[str]:
    if isinstance(node, Call):
        yield node.function
    for name in getattr(node, "__dataclass_fields__", ()):
        value = getattr(node, name)
        for inner in value if isinstance(value, tuple) else (value,):
            if hasattr(inner, "__dataclass_fields__"):
                yield from _functions(inner)


_KEY = "name the column in the activity that holds the row for longest, too, or give the table a key that says nothing of anybody"


@live_rule(
    "cannot-be-emptied",
    Severity.ERROR,
    why="the database refuses to empty a column that must have a value, so that the data would stay",
    advice="write then: {anonymise: {column: {constant: …}}} with a value that says nothing, or {unique: …} where each row must have another",
)
def cannot_be_emptied(seen: Seen) -> Iterator[Spot]:
    """Columns that would have to become empty, but must not."""
    rules = rules_of(seen.loaded.manifest)
    for one in kept(seen.loaded):
        table = seen.table(one.table)
        if table is None:
            continue
        for name, path in _emptied(rules, one):
            column = table.column(name)
            if path == one.path and name in table.primary_key:
                yield Spot(path, f"{one.label} would empty {one.table}.{name}, by which the row is known and which stays", _KEY)
            elif column and not column.nullable:
                yield Spot(path, f"{one.label} would empty {one.table}.{name}, which must have a value")


def _emptied(rules: tuple[Rule, ...], one: Kept) -> Iterator[tuple[str, KeyPath]]:
    """Columns without a replacement: of an anonymisation, or of a deletion while others still hold the row."""
    for change in one.rule.changes:
        if change.how == "clear":
            yield change.column, (*one.path, "then", "anonymise", change.column)
    others = [rule for rule in rules if _same_table(rule, one.rule)]
    needed = {column for rule in others for column in rule.columns}
    longer = needed - set(one.rule.columns) or any(_outlasts(rule, one.rule) for rule in others)
    if one.rule.deletes and one.keep.at_most and longer:
        for column in one.rule.columns:
            if column not in needed:
                yield column, one.path


def _outlasts(other: Rule, rule: Rule) -> bool:
    """Another purpose needs something of the row when this one's time is over, for sure: from the same time on for longer, or for ever."""
    if rule.at_most is None or not (other.deletes and other.columns) or other.only not in (None, rule.only):
        return False
    periods = [period.rough_days for period in (other.at_most, other.at_least) if period]
    return not periods or (other.start == rule.start and max(periods) > rule.at_most.rough_days)


def _same_table(rule: Rule, other: Rule) -> bool:
    return rule.id != other.id and (rule.system, rule.table) == (other.system, other.table)


@live_rule(
    "generated-column",
    Severity.ERROR,
    why="the database computes the column itself and refuses to have it written",
    advice="change the columns from which it is computed",
)
def generated_column(seen: Seen) -> Iterator[Spot]:
    """A computed column that is to be anonymised or pseudonymised."""
    for one in kept(seen.loaded):
        table = seen.table(one.table)
        for change in one.rule.changes if table else ():
            column = table.column(change.column) if table else None
            if column and column.generated:
                yield Spot((*one.path, "then"), f"{one.label} changes {one.table}.{change.column}, which is computed")


@live_rule(
    "unlike-keys",
    Severity.ERROR,
    why="a text is never equal to a number, so that it could not be seen which rows belong together or wait for each other",
    advice="give both columns one type in the database, or link by a column that it computes from the text: order_id … GENERATED ALWAYS AS "
    "(CASE WHEN subject_type = 'Order' THEN CAST(subject_id AS INTEGER) END) STORED",
)
def unlike_keys(seen: Seen) -> Iterator[Spot]:
    """A link of parts, or a table that is waited for, between a text and a number."""
    for name, activity in seen.loaded.manifest.activities.items():
        for key, table, link in links(activity):
            if key != "of":
                path: KeyPath = ("activities", name, "data", table, key)
                yield from _unlike(seen, path, (table, link.columns), (link.table, referred(link)))
    for one in kept(seen.loaded):
        for index, (said, meant) in enumerate(zip(one.keep.elsewhere, one.rule.elsewhere, strict=True)):
            pairs = meant.part.pairs
            ends = (said.rows.table, tuple(here for here, _ in pairs)), (one.table, tuple(there for _, there in pairs))
            yield from _unlike(seen, (*one.path, "elsewhere", index, "rows"), *ends)
        for index, (link, waits) in enumerate(zip(one.keep.waits_for, one.rule.waits, strict=True)):
            yield from _unlike(
                seen, (*one.path, "waits_for", index), (link.table, link.columns), (one.table, _named(waits.referred))
            )


def _named(keys: tuple[Key, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if isinstance(key, str))


def _unlike(seen: Seen, path: KeyPath, one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> Iterator[Spot]:
    tables = seen.table(one[0]), seen.table(other[0])
    for names in zip(one[1], other[1], strict=False):
        found = [table.column(name) if table else None for table, name in zip(tables, names, strict=True)]
        if {column.kind for column in found if column} == {"text", "integer"}:
            said = f"of {one[0]}.{names[0]} and {other[0]}.{names[1]} one holds texts and the other numbers"
            yield Spot(path, said)


@live_rule(
    "no-foreign-key",
    Severity.WARNING,
    why="nothing in the database makes the rows belong together, so that some may belong to none",
    advice="add a foreign key, or check that the column is always filled from the other table",
)
def no_foreign_key(seen: Seen) -> Iterator[Spot]:
    """A link of parts, or a table that is waited for, without a foreign key behind it."""
    for name, activity in seen.loaded.manifest.activities.items():
        for key, table, link in links(activity):
            if key == "part_of":
                path: KeyPath = ("activities", name, "data", table, key)
                yield from _unbacked(seen, path, table, link.keys, link.table)
    for one in kept(seen.loaded):
        for index, waits in enumerate(one.keep.waits_for):
            yield from _unbacked(seen, (*one.path, "waits_for", index), waits.table, waits.keys, one.table)


def _unbacked(seen: Seen, path: KeyPath, table: str, columns: tuple[str, ...], target: str) -> Iterator[Spot]:
    info, bare = seen.table(table), target.split(".", 1)[1]
    if info is None or seen.table(target) is None or not all(map(info.column, columns)):
        return
    if not any(key.table == bare and set(columns) <= set(key.columns) for key in info.foreign_keys):
        yield Spot(path, f"no foreign key leads from {table}.{', '.join(columns)} to {target}")


@live_rule(
    "another-end",
    Severity.WARNING,
    why="a row that refers to two people is in the copy of the one and goes with the one, though the other may have written it",
    advice="say with of whose the row is; of a row that is both people's, declare the other end in an activity of its own, or the column under others",
    source="Art. 15(4) GDPR",
)
def another_end(seen: Seen) -> Iterator[Spot]:
    """A table whose rows are somebody's by one column, and refer to a person by another of which nothing is said."""
    manifest = seen.loaded.manifest
    records = {person.record for person in manifest.people.values()}
    told: dict[str, set[str]] = {}
    first: dict[str, KeyPath] = {}
    for name, activity in manifest.activities.items():
        for table, data in activity.data.items():
            links = [link for link in (data.of, data.part_of, data.about) if link]
            told.setdefault(table, set()).update(data.others, *(link.columns for link in links))
            if links:
                first.setdefault(table, ("activities", name, "data", table))
    for table, path in first.items():
        info, system = seen.table(table), table.split(".", 1)[0]
        for key in info.foreign_keys if info else ():
            if f"{system}.{key.table}" in records and not set(key.columns) <= told[table]:
                yield Spot(path, f"rows of {table} refer to {system}.{key.table} by {', '.join(key.columns)} too")


@live_rule(
    "limit-only-for-some-rows",
    Severity.NOTE,
    why="a row for which none of the conditions holds is kept for ever",
    advice="make sure that the conditions of the rules together hold for every row, or that there can be no such row",
    source="Art. 5(1)(e) GDPR",
)
def limit_only_for_some_rows(seen: Seen) -> Iterator[Spot]:
    """A table of which some rows escape every rule that would end them, for whatever purpose."""
    ending: dict[str, list[Kept]] = {}
    parts: set[str] = set()
    for one in kept(seen.loaded):
        if one.keep.at_most or one.keep.until:
            ending.setdefault(one.table, []).append(one)
            parts |= {f"{one.rule.system}.{part.table}" for part in one.rule.parts}
    for name, rules in ending.items():
        table = seen.table(name)
        row = escaping([one.keep.only or ALWAYS for one in rules], table) if table and name not in parts else None
        if row:
            said = ", ".join(f"{column} = {to_text(Literal(value))}" for column, value in row.items())
            yield Spot(("activities", rules[0].rule.activity, "data", name), f"no rule ends rows of {name} such as {said}")


@live_rule(
    "not-known-again",
    Severity.WARNING,
    why="where a backup brings erased rows back, nobody could tell them from those of somebody who came later under the same key",
    advice="give the table a primary key, and name under born of the backups the column that says when a row came to be",
    source="Art. 5(2), 17(1) GDPR",
)
def not_known_again(seen: Seen) -> Iterator[Spot]:
    """A table in a backup of which rows go, and whose rows nothing tells from later ones."""
    manifest = seen.loaded.manifest
    for table in unmarked(manifest, rules_of(manifest), seen.inventories):
        if seen.table(table):
            named = next(name for name, one in manifest.backups.items() if one.kind and table.split(".", 1)[0] in one.of)
            yield Spot(("backups", named), f"a row of {table} that was erased is not known again")
