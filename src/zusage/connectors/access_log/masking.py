"""Masking lines: bytes in, bytes out. What is not an address, and no field that is left out, stays byte for byte.

1.  A line that fits the format is taken apart into its fields; one that does not is one field of no special kind.
2.  A field that is left out becomes a hyphen, for all or unless another field has a value.
3.  A client's address that is none, such as a name, becomes a hyphen.
4.  In every field, and in everything between the fields of lines that do not fit, each address is hidden, first what
    tells one in a host's name.
5.  Fails closed: where masking a line fails, a fixed text takes the line's place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from . import json_lines
from .addresses import ODD, SUSPECT, Address, Meant, addresses
from .formats import Format
from .hiding import CODE, Hiding
from .names import NAMED, names

EMPTY = (b"", b"-")
#: takes the place of a line that could not be masked; the line is not shown anywhere
UNMASKABLE = b"zusage: a line could not be masked and was left out"
#: what is hidden can make an address of the digits in escapes beside it, so it is read again until nothing changes
_READINGS = 9
#: a run of signs among which an address can stand; with escapes of rule 7 in a longer one, nothing of it is stored
_RUN = re.compile(rb"[^ \"<>{}|\t,;=()&]+")
_LONGEST_RUN = 1 << 14


class Lines(Protocol):
    """A way to mask whole lines at once, such as the compiled one."""

    def __call__(self, block: bytes) -> bytes:
        """The lines, masked."""


@dataclass(slots=True)
class Masker:
    """Masks the lines of one format. Raises FormatUnfit where a field that is left out is none of the format."""

    format: Format
    #: None: addresses stay
    hiding: Hiding | None
    #: fields that are left out → the field with whose value they may stay, or None
    left_out: Mapping[str, str | None] = field(default_factory=dict)
    #: lines that could not be masked so far
    failed: int = 0

    def __post_init__(self) -> None:
        if self.format.kind != "json":
            for name, unless in self.left_out.items():
                for one in (name, unless) if unless else (name,):
                    self.format.place(one)

    def lines(self, block: bytes) -> bytes:
        """Whole lines, masked; the last may have no end."""
        whole, end = (block[:-1], b"\n") if block.endswith(b"\n") else (block, b"")
        return b"\n".join(self.line(line) for line in whole.split(b"\n")) + end if block else b""

    def line(self, line: bytes) -> bytes:
        """One line without its end, masked."""
        try:
            body, end = (line[:-1], b"\r") if line.endswith(b"\r") else (line, b"")
            return b"".join(self._parts(body)) + end
        except Exception:  # noqa: BLE001 - rule 5: whatever went wrong, the line must not pass
            self.failed += 1
            return UNMASKABLE

    def _parts(self, line: bytes) -> Iterator[bytes]:
        if self.format.kind == "json":
            yield from json_lines.masked(line, self.hidden, self.left_out)
            return
        values = self.format.values(line)
        if values is None:
            yield self.hidden(line)
            return
        yield self.format.before
        for one, value in zip(self.format.fields, values, strict=True):
            if one.name in self.left_out and self._leaves_out(one.name, values):
                yield b"-"
            elif one.role == "client" and self.hiding:
                yield self._client(value)
            else:
                yield self.hidden(value, agent=one.role == "agent")
            yield one.after

    def _leaves_out(self, name: str, values: tuple[bytes, ...]) -> bool:
        unless = self.left_out[name]
        return unless is None or values[self.format.place(unless)] in EMPTY

    def _client(self, value: bytes) -> bytes:
        """Rule 3."""
        if value in EMPTY or value == b"unix:" or CODE.fullmatch(value):
            return value
        found = next(addresses(value), None)
        whole = (
            found
            and found.start == 0
            and found.value is not None
            and (found.end == len(value) or (found.version == 6 and value[found.end] == 0x25))
        )
        return self.hidden(value) if whole else b"-"

    def hidden(self, piece: bytes, *, agent: bool = False) -> bytes:
        """A piece of a line with its addresses hidden; ``agent``: it is a browser's name for itself."""
        if self.hiding is None:
            return piece
        if ODD.search(piece):
            piece = _RUN.sub(lambda run: self._meant(run[0], agent) if ODD.search(run[0]) else run[0], piece)
        if NAMED.search(piece):
            return self._named(piece, agent)
        if not SUSPECT.search(piece):
            return piece
        masked = self._spliced(piece, addresses(piece, agent=agent), int)
        # what is hidden is written with plain dots where escaped ones, or colons, stood, and can make a name
        return self._named(masked, agent) if NAMED.search(masked) else masked

    def _meant(self, run: bytes, agent: bool) -> bytes:
        """A run with signs of rule 7, read as it is meant."""
        if len(run) > _LONGEST_RUN:
            return b"-"
        for _ in range(_READINGS):
            masked = run
            for find in (names, addresses):
                meant = Meant.of(masked)
                masked = self._spliced(masked, find(meant.piece, agent=agent), meant.place)
            masked = self._named(masked, agent)
            if masked == run:
                break
            run = masked
        return run

    def _named(self, piece: bytes, agent: bool) -> bytes:
        """A piece in whose names an address may be told, and so it may once an address beside them is hidden."""
        for _ in range(_READINGS):
            masked = piece
            for find in (names, addresses):
                masked = self._spliced(masked, find(masked, agent=agent), int)
            if masked == piece:
                break
            piece = masked
        return piece

    def _spliced(self, piece: bytes, found: Iterable[Address], place: Callable[[int], int]) -> bytes:
        """What hides each address in its place; ``place``: where a sign of what was read is written."""
        parts: list[bytes] = []
        at = 0
        for address in found:
            instead = self.hiding.hides(address) if self.hiding else None
            if instead is not None:
                parts += [piece[at : place(address.start)], instead]
                at = place(address.end)
        return b"".join((*parts, piece[at:]))
