"""Documents and lists inside a value, as lists that people can read, each field by its title."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue
from .columns import part_title, value_in_words
from .page import Line, Span, line

#: what lies deeper stands there as it is: no page is wide enough
_DEEP = 8


def opened(value: object) -> Mapping[str, object] | Sequence[object] | None:
    """The document or list that a value is, also as a text; None where it is neither, or an empty one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict | list) and value else None


@dataclass(frozen=True, slots=True)
class Nested:
    """What lies in a column of system.table, in words."""

    manifest: Manifest
    say: Catalogue
    table: str
    #: a plain value in words
    words: Callable[[object], str]

    def line(self, column: str, value: Mapping[str, object] | Sequence[object]) -> Line:
        """The whole as one line with a list below."""
        return Line((), items=tuple(self._items(column, value, 1)))

    def _items(self, path: str, value: Mapping[str, object] | Sequence[object], depth: int) -> Iterator[Line]:
        if isinstance(value, Mapping):
            for name, beneath in value.items():
                yield self._entry(
                    f"{path}->{name}", f"{part_title(self.manifest, self.say, self.table, path, name)}:", beneath, depth
                )
            return
        for number, one in enumerate(value, 1):
            label = self.say("answer.entry", number=str(number), total=str(len(value))) if isinstance(one, dict | list) else ""
            yield self._entry(path, label, one, depth)

    def _entry(self, path: str, label: str, value: object, depth: int) -> Line:
        if isinstance(value, dict | list) and value and depth < _DEEP:
            return Line((Span(label),), items=tuple(self._items(path, value, depth + 1)))
        known = value_in_words(self.manifest, self.say, self.table, path, value) if not isinstance(value, dict | list) else ""
        return line(f"{label} {known or self.words(value)}".strip())
