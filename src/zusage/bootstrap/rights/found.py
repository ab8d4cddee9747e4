"""Rows that were found, sorted to the people whose they are: by their own key, by an address, or by their part of a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zusage.connectors.port import Asked, Finder, Reader, Row
from zusage.planning.places import Place
from zusage.promises.inside import items_in, valued
from zusage.rights.content import Content


class Held(NamedTuple):
    """Rows of one person in one place."""

    content: Content
    columns: tuple[str, ...]
    #: their values first; behind them may stand what the rows were sorted by
    rows: Sequence[Row]
    #: out of the application's reach, kept for a duty alone
    blocked: bool = False
    #: paths of files of the rows, each with where the columns that it names stand
    files: Sequence[tuple[str, Mapping[str, int]]] = ()

    def __repr__(self) -> str:
        """Without any value."""
        return f"Held({self.content.place.name}: {len(self.rows)} rows)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of one place, worked out once."""

    content: Content
    #: the columns that are fetched; those of the answer are first
    columns: tuple[str, ...]
    #: where addresses of the person stand
    known: tuple[int, ...]
    #: as for Held
    files: tuple[tuple[str, Mapping[str, int]], ...]
    reader: Reader
    #: the keys of people are numbers there
    numbers: bool

    @property
    def place(self) -> Place:
        """Where it is asked."""
        return self.content.place


@dataclass(frozen=True, slots=True)
class Asking:
    """What finds the answers to some questions of one system."""

    questions: Sequence[Question]
    finder: Finder


def finders(questions: Sequence[Question]) -> tuple[Asking, ...]:
    """One for each system."""
    found: dict[int, list[Question]] = {}
    for one in questions:
        found.setdefault(id(one.reader), []).append(one)
    return tuple(
        Asking(some, some[0].reader.finder([Asked(place=q.place, columns=q.columns, numbers=q.numbers) for q in some]))
        for some in found.values()
    )


class Finding:
    """The rows found so far, and what is known of whose they are."""

    def __init__(self, keys: Sequence[str]) -> None:
        #: key → what is held
        self.held: dict[str, list[Held]] = {key: [] for key in keys}
        #: address in small letters → keys
        self.addresses: dict[str, set[str]] = {}
        #: what is said of the places in which something was found
        self.reached: dict[int, Content] = {}
        self._alone = keys[0] if len(keys) == 1 else None

    def take(self, asking: Sequence[Asking], keys: Sequence[str]) -> None:
        """Everything in some places, sorted to the people whose it is. Without keys nothing is anybody's."""
        for one in asking if keys else ():
            for at, rows in one.finder.find(keys):
                question = one.questions[at]
                if rows:
                    self._keep(question, {keys[0]: rows} if len(keys) == 1 else _by_person(rows))

    def _keep(self, asked: Question, groups: Mapping[object, Sequence[Row]]) -> None:
        told, columns = asked.content, asked.content.columns
        self.reached[id(told)] = told
        for value, rows in groups.items():
            for key in self._owners(value) if told.place.candidate else (str(value),):
                mine = self.held.get(key)
                if mine is not None:  # no value is another person's
                    mine.append(Held(told, columns, cut(told, key, rows) if told.cuts else rows, False, asked.files))
                for index in asked.known:
                    for row in rows:
                        self._know(row[index], key)

    def _owners(self, value: object) -> Sequence[str]:
        """Whose an address is: of two with one address neither is answered with the other's."""
        if self._alone is not None:
            return (self._alone,)
        owners = self.addresses.get(str(value).lower(), set())
        return tuple(owners) if len(owners) == 1 else ()

    def _know(self, address: object, key: str) -> None:
        if address is not None and str(address).strip():
            self.addresses.setdefault(str(address).lower(), set()).add(key)


def ends(
    contents: Sequence[Content], rows: Sequence[Mapping[str, object]], key: str
) -> Iterator[tuple[Content, Sequence[Mapping[str, object]]]]:
    """Of blocked rows of a table in which people can be at several ends, those at whose end this one is."""
    if len(contents) == 1 and rows:
        yield contents[0], rows
    for told in contents if len(contents) > 1 else ():
        column = told.place.column
        items = items_in(column)
        mine = [
            row
            for row in rows
            if column and (key in items.keys(row.get(items.column)) if items else str(valued(row, column)) == key)
        ]
        if mine:
            yield told, mine


def cut(told: Content, key: str, rows: Sequence[Row], columns: Sequence[str] | None = None) -> Sequence[Row]:
    """Of documents that several people are in, only what is this person's goes on."""
    at = {index: told.cuts[name] for index, name in enumerate(told.columns if columns is None else columns) if name in told.cuts}
    if not at:
        return rows
    return [tuple(at[index].of(value, key) if index in at else value for index, value in enumerate(row)) for row in rows]


def _by_person(rows: Iterable[Row]) -> Mapping[object, Sequence[Row]]:
    """Whose a row is stands last in it."""
    groups: defaultdict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[-1]].append(row)
    return groups
