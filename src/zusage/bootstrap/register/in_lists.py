"""Items that went from lists: taken down with whose they were as a keyed code, and known again by it in the list of a row.

An item says nothing of when it came to be, and keys are given anew. So the row says it, by its own code, and the record of the person: one
that came to be after the item went is of somebody new, whose item stays; where that cannot be told, nothing is done and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from zusage.connectors.port import Reader
from zusage.planning.plan import ChangeColumns, Selection
from zusage.planning.replay import STAND_IN
from zusage.promises.condition import Before, Column, Condition, Literal, Not, OneOf, all_of
from zusage.promises.inside import items_in
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Change
from zusage.promises.recognition import Mark
from zusage.sealing.erased import row_code


@dataclass(frozen=True, slots=True, kw_only=True)
class InLists:
    """What a register can say of items in lists, for one look: who has items in a table is read once."""

    key: bytes
    manifest: Manifest
    marks: Mapping[str, Mark]
    _people: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict, repr=False)

    def coded(self, table: str, action: ChangeColumns) -> ChangeColumns:
        """The action with codes in the place of the people whose items go."""

        def one(literal: Literal, name: str) -> Literal:
            text = str(literal.value)
            return literal if text.startswith(STAND_IN) else Literal(f"{STAND_IN}{self._code(table, name, text)}")

        return ChangeColumns(
            tuple(
                replace(change, among=OneOf(Column(name), tuple(sorted((one(v, name) for v in values), key=str))))
                if (name := _name(change)) and (values := change.among.values if change.among else ())
                else change
                for change in action.changes
            )
        )

    def there(self, reader: Reader, table: str, changes: Sequence[Change]) -> tuple[tuple[Change, ...], Mapping[str, str]]:
        """The changes with those people in the place of codes who have an item in the table, and who they are by code."""
        found, made = dict[str, str](), []
        for change in changes:
            name, mine = _name(change), dict[str, str]()
            if name and change.among:
                wanted = {str(one.value).removeprefix(STAND_IN) for one in change.among.values}
                mine = {code: key for code, key in self._in(reader, table, name).items() if code in wanted}
                change = replace(change, among=OneOf(Column(name), tuple(map(Literal, sorted(mine.values())))))
            made.append(change)
            found |= mine
        return tuple(made), found

    def only(self, changes: Sequence[Change], keys: Collection[str]) -> ChangeColumns:
        """The changes for these people alone."""

        def one(change: Change) -> Change:
            name, values = _name(change), change.among.values if change.among else ()
            mine = OneOf(Column(name), tuple(value for value in values if value.value in keys))
            return replace(change, among=mine) if name else change

        return ChangeColumns(tuple(map(one, changes)))

    def newer(
        self, open_reader: Callable[[str], Reader], table: str, changes: Sequence[Change], first: datetime, last: datetime
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Of the people in changes, those whose record came to be after the last went, and those of whom that cannot be told."""
        new, doubtful = set[str](), set[str]()
        for change in changes:
            name, keys = _name(change), [str(one.value) for one in change.among.values] if change.among else []
            for record, column in self._records(table, name) if name and keys else ():
                mark, zone = self.marks.get(record), self.manifest.time_zone
                after, unsure = _since(open_reader(record), record, column, keys, mark, first, last, zone)
                new |= after
                doubtful |= unsure
        return frozenset(new), frozenset(doubtful)

    def _records(self, table: str, name: str) -> Iterator[tuple[str, str]]:
        """The records of people whose items are named so in a list, and the column with their key."""
        links = (activity.data[table].of for activity in self.manifest.activities.values() if table in activity.data)
        kinds = {link.target for link in links if link and link.columns == (name,)}
        yield from ((self.manifest.people[kind].record, self.manifest.people[kind].key) for kind in sorted(kinds))

    def _in(self, reader: Reader, table: str, name: str) -> dict[str, str]:
        if (table, name) not in self._people:
            self._people[table, name] = {self._code(table, name, key): key for key in _keys(reader, table, name)}
        return self._people[table, name]

    def _code(self, table: str, name: str, key: str) -> str:
        return row_code(self.key, f"{table}.{name}", (key,)).hex()


def of_lists(action: object) -> bool:
    """Whether an action takes items out of lists."""
    return isinstance(action, ChangeColumns) and any(map(_name, action.changes))


def _name(change: Change) -> str:
    """By which name items go; empty where none do."""
    term = change.among.term if change.how == "items" and change.among else None
    return term.name if isinstance(term, Column) else ""


def _keys(reader: Reader, table: str, name: str) -> set[str]:
    """Whoever has an item in any list of a table."""
    items, bare = items_in(name), table.split(".", 1)[1]
    info = reader.survey().tables.get(bare)
    if items is None or info is None or info.column(name) is None:
        return set()
    lists = reader.rows(Selection(system=reader.system, table=bare), (items.column,))
    return {key for (document,) in lists for key in items.keys(document)}


def _since(
    reader: Reader, record: str, column: str, keys: Sequence[str], mark: Mark | None, first: datetime, last: datetime, zone: str
) -> tuple[set[str], set[str]]:
    """Whose record came to be after the last time, and of whom it is not certain that it is not so: not before the first."""
    bare = record.split(".", 1)[1]
    info = reader.survey().tables.get(bare)
    key = info.column(column) if info else None
    if info is None or key is None:
        return set(), set()  # where nobody has a record, nobody came anew
    whole = key.kind in ("integer", "number")
    among = OneOf(Column(column), tuple(Literal(int(one) if whole else one) for one in keys if not whole or one.isdigit()))

    def which(*also: Condition) -> set[str]:
        where = all_of(among, *also)
        return {str(found) for (found,) in reader.rows(Selection(system=reader.system, table=bare, where=where), (column,))}

    every = which()
    born = info.column(mark.born) if mark and mark.sure else None
    if not every or born is None:
        return set(), every
    day = timedelta(days=1) if born.kind == "date" else timedelta()
    old = which(Before(Column(born.name), first, zone))
    new = which(Not(Before(Column(born.name), last + day, zone)))
    return new, every - old - new
