"""Finds people in systems that answer one selection at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from zusage.planning.places import Place
from zusage.planning.plan import Selection
from zusage.promises.condition import Literal

from .port import Asked, Row


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
        if len(values) == 1 or place.column:
            key = () if len(values) == 1 else (place.column,)
            yield from self._rows(_selection(place, values), (*asked.columns, *key))
            return
        for value in values:
            yield from ((*row, value.value) for row in self._rows(_selection(place, (value,)), asked.columns))


def _selection(place: Place, values: Sequence[Literal]) -> Selection:
    return Selection(system=place.system, table=place.bare, where=place.where(values))
