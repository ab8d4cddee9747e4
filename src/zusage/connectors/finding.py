"""Finds people in systems that answer one selection at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from zusage.planning.places import Place
from zusage.planning.plan import Selection
from zusage.promises.condition import Literal
from zusage.promises.inside import items_in

from .port import Asked, Row


def led_plainly(
    rows: Callable[[Selection, Sequence[str]], Iterator[Row]],
    selection: Selection,
    columns: Sequence[str],
    above: Sequence[tuple[str, str, str]],
) -> Iterator[Row]:
    """The rows of a small system with the key to which their last column leads, as the port says; every table above is kept in memory."""
    ways = [
        {str(here): on for here, on in rows(Selection(system=selection.system, table=table), (referred, leads))}
        for table, referred, leads in above
    ]
    for row in rows(selection, columns):
        key = row[-1]
        for way in ways:
            key = None if key is None else way.get(str(key))
        yield (*row, key)


def portions_plainly(
    rows: Callable[[Selection, Sequence[str]], Iterator[Row]], selection: Selection, key: Sequence[str], most: int
) -> Iterator[Sequence[Row]]:
    """The keys of the rows of a small system, as the port says; all of them are kept in memory."""
    found = [row for row in rows(selection, key) if None not in row]
    yield from (found[start : start + most] for start in range(0, len(found), most))


class PlainFinder:
    """One selection for all people where a column says whose a row is, and one a person where it is found through others."""

    def __init__(self, rows: Callable[[Selection, Sequence[str]], Iterator[Row]], asked: Sequence[Asked]) -> None:
        self._rows, self._asked = rows, asked

    def find(self, keys: Sequence[str]) -> Iterator[tuple[int, Sequence[Row]]]:
        """As the port says."""
        for at, asked in enumerate(self._asked):
            values = (
                [Literal(int(key)) for key in keys if key.isascii() and key.isdigit()]
                if asked.numbers
                else list(map(Literal, keys))
            )
            found = list(self._of(asked, values)) if values else []
            if found:
                yield at, found

    def _of(self, asked: Asked, values: Sequence[Literal]) -> Iterator[Row]:
        place = asked.place
        if len(values) == 1 or (place.column and not items_in(place.column)):
            key = () if len(values) == 1 else (place.column,)
            yield from self._rows(_selection(place, values), (*asked.columns, *key))
            return
        for value in values:
            yield from ((*row, value.value) for row in self._rows(_selection(place, (value,)), asked.columns))


def _selection(place: Place, values: Sequence[Literal]) -> Selection:
    return Selection(system=place.system, table=place.bare, where=place.where(values))
