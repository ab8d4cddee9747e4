"""A line as a row: the columns that conditions ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from zusage.promises.condition import Condition, columns_of
from zusage.promises.condition.evaluate import holds
from zusage.promises.inventory import ColumnInfo, ColumnKind
from zusage.promises.lines import ADDRESSES, FITS, SESSION, TABLE
from zusage.promises.manifest import AccessLog

from . import json_lines
from .formats import Format, parse
from .hiding import Drop, Truncate
from .loop import compiled
from .masking import EMPTY, Lines, Masker
from .times import AT_THE_START, moment

_NUMBERS = frozenset({"status", "size", "port"})
_BEYOND = f"{ADDRESSES} beyond "
#: the whole line, where its fields cannot be told apart
TEXT = "text"
Values = Mapping[str, bytes]
#: tells of each line of a block whether it holds something
Flags = Callable[[Sequence[bytes]], Sequence[bool]]


@dataclass(frozen=True)
class Form:
    """How the lines of a declared log are read. Raises FormatUnfit when it is asked for its format."""

    declared: AccessLog
    #: the last time of each session, by its value; filled by whoever has seen all lines
    sessions: dict[bytes, datetime] = field(default_factory=dict)

    @cached_property
    def format(self) -> Format:
        """The format of the lines."""
        return parse(self.declared.format)

    def values(self, line: bytes, before: Values | None) -> Values | None:
        """The fields of a line as they are written; None where it does not fit. ``before``: those of the line before in its file."""
        if self.format.kind == "fields":
            found = self.format.values(line)
            return (
                None if found is None else dict(zip(reversed([f.name for f in self.format.fields]), reversed(found), strict=True))
            )
        if self.format.kind == "json":
            return _json(line)
        time = AT_THE_START.match(line)
        if time:
            return {self.declared.time: time[1].rstrip(b"]"), TEXT: line}
        carried = before.get(self.declared.time, b"") if before and self.declared.format == "timestamped" else b""
        return {self.declared.time: carried, TEXT: line} if carried else None

    def time(self, values: Values | None) -> datetime | None:
        """When the line was written."""
        return moment(values.get(self.declared.time, b""), self.declared.time_zone) if values else None

    def columns(self, keys: Sequence[str] = ()) -> tuple[ColumnInfo, ...]:
        """The columns of a line; ``keys`` are those that lines of JSON have."""
        names = {"fields": self.format.names, "json": tuple(keys), "text": (self.declared.time, TEXT)}[self.format.kind]
        found = [ColumnInfo(name, self._kind(name), nullable=True) for name in names]
        if self.declared.session:
            found.append(ColumnInfo(SESSION, "time", nullable=True, generated=True))
        return tuple(found)

    def _kind(self, name: str) -> ColumnKind:
        return "time" if name == self.declared.time else "integer" if name in _NUMBERS else "text"

    def value(self, name: str, values: Values | None) -> Any:
        """A column's value for conditions."""
        if name == self.declared.time:
            return self.time(values)
        if name == SESSION:
            session = values.get(self.declared.session or "", b"") if values else b""
            return self.sessions.get(session) or self.time(values)
        text = values.get(name, b"") if values else b""
        if text in EMPTY:
            return None
        if name in _NUMBERS and text.isdigit():
            return int(text)
        return text.decode("utf-8", "surrogateescape")


def _json(line: bytes) -> Values | None:
    found: dict[str, bytes] = {}
    for key, start, end in json_lines.values(line):
        raw = line[start:end]
        if raw[:1] == b'"':
            try:
                raw = str(json.loads(raw)).encode("utf-8", "surrogateescape")
            except ValueError:
                raw = raw[1:-1]
        found.setdefault(key, b"" if raw in (b"null", b"false") else raw)
    return found or None


class _Row(Mapping[str, Any]):
    """A row for the reference evaluator."""

    def __init__(self, form: Form, values: Values | None, flags: Mapping[str, bool]) -> None:
        self._form, self._values, self._flags = form, values, flags

    def __getitem__(self, name: str) -> Any:
        if name in self._flags:
            return True if self._flags[name] else None
        return self._form.value(name, self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Sorter:
    """Tells of each line which of several conditions holds first. What is the same in two lines is judged once."""

    def __init__(self, form: Form, cases: Sequence[Condition]) -> None:
        self._form = form
        self._cases = cases
        names = dict.fromkeys(name for case in cases for _, name in columns_of(case, TABLE))
        self._flags = {name: _flags(form.format, name) for name in names if name == ADDRESSES or name.startswith(_BEYOND)}
        self._fits = FITS in names
        self._session = SESSION in names
        plain = [form.declared.time if name == SESSION else name for name in names if name not in self._flags and name != FITS]
        if self._session:
            plain.append(form.declared.session or "")
        self._plain = tuple(dict.fromkeys(plain))
        self._known: dict[tuple[Any, ...], int] = {}

    def places(self, lines: Sequence[bytes], before: Values | None) -> tuple[list[int], Values | None]:
        """For each line of a block the number of its case, one more than the last where none holds; and the last line's fields."""
        flagged = {name: flags(lines) for name, flags in self._flags.items()}
        found: list[int] = []
        for number, line in enumerate(lines):
            values = self._form.values(line, before) if self._plain or self._fits else None
            before = values or before
            marks = tuple(flags[number] for flags in flagged.values())
            key = (values is None, marks, *(values.get(name, b"") for name in self._plain)) if values else (True, marks)
            place = self._known.get(key)
            if place is None:
                place = self._place(values, {**dict(zip(flagged, marks, strict=True)), FITS: values is not None})
                if len(self._known) < 1 << 18:
                    self._known[key] = place
            found.append(place)
        return found, before

    def _place(self, values: Values | None, flags: Mapping[str, bool]) -> int:
        row = _Row(self._form, values, flags)
        return next((n for n, case in enumerate(self._cases) if holds(case, TABLE, row, _no_rows) is True), len(self._cases))


def _no_rows(table: str) -> Sequence[Mapping[str, Any]]:
    raise LookupError(table)


def _flags(form: Format, name: str) -> Flags:
    """Whether lines hold an address, or one that shows more than its first bits: whether masking would change them."""
    if name != ADDRESSES:
        ipv4, _, ipv6 = name.removeprefix(_BEYOND).partition("/")
        masker = Masker(form, Truncate(int(ipv4), int(ipv6)))
        quick = compiled(masker)
        return _all_at_once(quick) if quick else _one_by_one(masker)
    slow, quick = Masker(form, Drop()), compiled(Masker(form, Truncate(0, 0)))

    def some(lines: Sequence[bytes]) -> Sequence[bool]:
        """An address of zeros is not changed by the compiled loop; only lines that could hold one are looked at again."""
        first = _changed(lines, quick(b"\n".join(lines)).split(b"\n")) if quick else [False] * len(lines)
        return [
            seen or ((b"0.0" in line or b"::" in line or quick is None) and slow.line(line) != line)
            for seen, line in zip(first, lines, strict=True)
        ]

    return some


def _all_at_once(quick: Lines) -> Flags:
    return lambda lines: _changed(lines, quick(b"\n".join(lines)).split(b"\n"))


def _one_by_one(masker: Masker) -> Flags:
    return lambda lines: [masker.line(line) != line for line in lines]


def _changed(lines: Sequence[bytes], masked: Sequence[bytes]) -> Sequence[bool]:
    return [one != other for one, other in zip(lines, masked, strict=True)]
