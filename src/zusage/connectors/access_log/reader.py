"""Looks at the lines of a log. Files are only ever opened for reading here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from zusage.planning.plan import Selection, Weight
from zusage.promises.condition import Among, And, Condition, Not, Or, Possibly, Surely, all_of
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.lines import TABLE
from zusage.promises.manifest import AccessLog
from zusage.promises.promise import Part
from zusage.promises.starting_point import StartingPoint

from ..finding import PlainFinder, led_plainly, portions_plainly
from ..port import Asked, Encryption, Finder, Grouped, Grouping, Identity, Partition, Values, Visibility
from ..trouble import CannotHandle
from .files import Files, Found, reading
from .formats import FormatUnfit
from .lines import Form, Sorter


class LogReader:
    """A Reader over the files of a log, which is one table, ``line``."""

    def __init__(self, system: str, declared: AccessLog, pattern: str) -> None:
        self.system = system
        self.files = Files(system, pattern)
        self._form = form_of(system, declared)
        self._open: Sequence[Found] | None = None
        self._inventory: Inventory | None = None

    def identity(self) -> Identity:
        """Where the files lie, as a digest, and as whom they are read."""
        place = self.survey().place
        return Identity(system=self.system, dialect="access-log", version="1", database=place, role=f"uid {os.geteuid()}")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All files as they are now; what is written later is not looked at. Looks inside an open one join it."""
        if self._open is not None:
            yield
            return
        with self.files.opened() as found:
            self._open = found
            try:
                self._see_sessions()
                yield
            finally:
                self._open = None

    def survey(self) -> Inventory:
        """One table; of JSON, the keys that lines have."""
        if self._inventory is None:
            with self.snapshot():
                self._inventory = inventory(self.system, self._form, self._blocks(), self.files.pattern)
        return self._inventory

    def count(self, selection: Selection) -> int:
        """Lines that surely fulfil a condition."""
        return self.partition(selection.table, [("", selection.where)]).counts.get("", 0)

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Nothing belongs to a line and nothing refers to one; each mark is counted by itself."""
        if parts:
            raise CannotHandle(f"system {self.system!r} is a log: no table of it can be part_of another")
        where = told(selection.where, sets)
        wanted = [where, *(all_of(where, told(mark, sets)) for mark in marks)]
        rows, *marked = (self.count(replace(selection, where=condition)) for condition in wanted)
        return Weight(rows=rows, parts={}, marked=tuple(marked))

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """Each line in its first case; the total is counted by itself, over the same bytes."""
        _refuse_other(self.system, table)
        sorter = Sorter(self._form, [condition for _, condition in cases])
        counts = [0] * (len(cases) + 1)
        with self.snapshot():
            for file in self._open or ():
                before: Mapping[str, bytes] | None = None
                for lines in self._lines(file):
                    places, before = sorter.places(lines, before)
                    for place in places:
                        counts[place] += 1
            total = sum(len(lines) for file in self._open or () for lines in self._lines(file))
            names = ", ".join(f"{file.path.name} ({file.size} bytes)" for file in self._open or ())
        named: dict[str, int] = {}
        for name, number in zip((*(name for name, _ in cases), "rest"), counts, strict=True):
            named[name] = named.get(name, 0) + number
        return Partition(
            counts={n: c for n, c in named.items() if c}, total=total, statement=f"every line of {names or 'no file'}"
        )

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """Lines by the year of their time, in the zone that the line names."""
        _refuse_other(self.system, table)
        sorter = Sorter(self._form, [where])
        found: dict[int, int] = {}
        with self.snapshot():
            for file in self._open or ():
                before: Mapping[str, bytes] | None = None
                for lines in self._lines(file):
                    for line in lines:
                        (place,), before = sorter.places([line], before)
                        time = self._form.value(start.columns[0], self._form.values(line, before)) if place == 0 else None
                        if time is not None:
                            found[time.year] = found.get(time.year, 0) + 1
        return found

    def groups(self, grouping: Grouping) -> Grouped:
        """Nobody promises groups of lines."""
        raise CannotHandle(f"system {self.system!r} is a log: what remains of its lines is not looked at in groups")

    def values(self, table: str, column: str) -> Values:
        """The different values of a field, kept in memory while they are compared."""
        _refuse_other(self.system, table)
        filled, found = 0, set[object]()
        with self.snapshot():
            for file in self._open or ():
                before: Mapping[str, bytes] | None = None
                for line in (line for lines in self._lines(file) for line in lines):
                    before = self._form.values(line, before) or before
                    value = self._form.value(column, self._form.values(line, before))
                    if value is not None:
                        filled += 1
                        found.add(value)
        return Values(filled=filled, different=len(found), each=iter(found))

    def rows(self, selection: Selection, columns: Sequence[str], most: int | None = None) -> Iterator[tuple[object, ...]]:
        """Line by line."""
        return islice(self._rows(selection, columns), most)

    def _rows(self, selection: Selection, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
        _refuse_other(self.system, selection.table)
        sorter = Sorter(self._form, [selection.where])
        with self.snapshot():
            for file in self._open or ():
                before: Mapping[str, bytes] | None = None
                for line in (line for lines in self._lines(file) for line in lines):
                    (place,), before = sorter.places([line], before)
                    fields = self._form.values(line, before)
                    if place == 0:
                        yield tuple(self._form.value(column, fields) for column in columns)

    def portions(self, selection: Selection, key: Sequence[str], most: int) -> Iterator[Sequence[tuple[object, ...]]]:
        """All at once."""
        return portions_plainly(self.rows, selection, key, most)

    def led(
        self, selection: Selection, columns: Sequence[str], above: Sequence[tuple[str, str, str]]
    ) -> Iterator[tuple[object, ...]]:
        """Line by line."""
        return led_plainly(self.rows, selection, columns, above)

    def finder(self, asked: Sequence[Asked]) -> Finder:
        """One pass over the lines for each place."""
        return PlainFinder(self.rows, asked)

    def visibility(self, table: str) -> Visibility:
        """An empty result means that there is nothing: there are files, and no interrupted change hides lines in others."""
        _refuse_other(self.system, table)
        left = self.files.leftovers()
        if left:
            return Visibility(
                shown=False, how=f"an interrupted change has left {len(left)} files beside the log; apply the plan again"
            )
        with self.snapshot():
            files = self._open or ()
            packed = sum(file.packed for file in files)
        if not files:
            return Visibility(shown=False, how="there is no file of this log")
        return Visibility(shown=True, how=f"{len(files)} files, {packed} of them compressed, were read to their ends")

    def encryption(self) -> Encryption:
        """A file of this machine, as far as that can be seen."""
        return Encryption(encrypted=None, local=True, how="files")

    def close(self) -> None:
        """Nothing is held between looks."""

    def _lines(self, file: Found) -> Iterator[list[bytes]]:
        with reading(self.system, file):
            yield from file.blocks()

    def _blocks(self) -> Iterator[list[bytes]]:
        for file in self._open or ():
            yield from self._lines(file)

    def _see_sessions(self) -> None:
        see_sessions(self._form, self._blocks())


def told(condition: Condition, sets: Mapping[str, Selection]) -> Condition:
    """The condition with the sets that it names written out."""
    match condition:
        case Among(name):
            return Surely(told(sets[name].where, sets))
        case And(parts) | Or(parts):
            return type(condition)(tuple(told(part, sets) for part in parts))
        case Not(part) | Surely(part) | Possibly(part):
            return type(condition)(told(part, sets))
        case _:
            return condition


def form_of(system: str, declared: AccessLog) -> Form:
    """How lines are read; raises CannotHandle for a format that says nothing."""
    form = Form(declared)
    try:
        names = {column.name for column in form.columns()}
    except FormatUnfit as error:
        raise CannotHandle(f"system {system!r}: {error}") from None
    for name in (declared.time, declared.session):
        if name and form.format.kind == "fields" and name not in names:
            raise CannotHandle(f"system {system!r}: the format has no field {name}; it has {', '.join(form.format.names)}")
    return form


def inventory(system: str, form: Form, blocks: Iterator[list[bytes]], pattern: str) -> Inventory:
    """The one table of a log."""
    keys: dict[str, None] = {}
    if form.format.kind == "json":
        for lines in blocks:
            for line in lines:
                keys.update(dict.fromkeys(form.values(line, None) or ()))
    place = hashlib.sha256(os.path.realpath(pattern).encode()).hexdigest()[:16]
    columns = form.columns(sorted(keys))
    return Inventory(system, "access-log", {TABLE: TableInfo(name=TABLE, columns=columns)}, place)


def see_sessions(form: Form, blocks: Iterator[list[bytes]]) -> None:
    """Note the last time of each session, where the log tells sessions apart."""
    if not form.declared.session:
        return
    form.sessions.clear()
    for lines in blocks:
        for line in lines:
            values = form.values(line, None)
            session, time = (values or {}).get(form.declared.session, b""), form.time(values)
            if time and session not in (b"", b"-") and time > form.sessions.get(session, time.min.replace(tzinfo=time.tzinfo)):
                form.sessions[session] = time


def _refuse_other(system: str, table: str) -> None:
    if table != TABLE:
        raise CannotHandle(f"system {system!r} is a log, which has no table {table!r}; its lines are the table {TABLE!r}")
