"""Where network addresses stand in a piece of a log line.

The rules, which the compiled loop repeats byte for byte:

1.  What is escaped (``%20``, ``%2520``, ``\\x22``, ``\\u0022``, ``\\b``) is one sign; digits behind it are not part of it.
2.  IPv4: four decimal numbers up to 255 with dots between them, whatever stands around; of a longer chain every four that fit.
3.  IPv6: up to four hexadecimal digits a group, eight groups, or fewer and one ``::``; the last two may be an IPv4 address.
    Behind eight groups may stand one more colon and a port, as Apache writes it in its error log.
    More groups, several ``::``, or letters and digits that touch it make it an address in doubt, which reaches as far as letters,
    digits, dots and colons do.
4.  Dots and colons may be written ``%2E`` and ``%3A``, also escaped several times.
5.  An IPv6 address that touches letters or digits, or is in doubt, is one only if it has a decimal digit: ``std::vector`` is none.
6.  In a browser's name a number behind ``Product/`` or ``rv:`` is a version.
7.  Digits and letters may be written ``%37``, all signs also ``\\x37`` or ``\\u0037``, the backslash escaped once more. A piece with
    such signs is read a second time with all of them as they are meant; the compiled loop leaves it to Python.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_DOT = re.compile(rb"\.|%(?:25)*2[Ee]")
_COLON = re.compile(rb":|%(?:25)*3[Aa]")
_GROUP = re.compile(rb"[0-9A-Fa-f]{1,4}")
_TOKEN = re.compile(
    rb"(?P<hex>[0-9A-Fa-f]+)|(?P<colon>:|%(?:25)*3[Aa])|(?P<escape>%(?:25)*[0-9A-Fa-f]{2}|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.))"
    rb"|[^0-9A-Fa-f:%\\]+|[%\\]",
    re.DOTALL,
)
_PORT = re.compile(rb"(?::|%(?:25)*3[Aa])[0-9]{1,5}(?![0-9A-Za-z.:]|%(?:25)*3[Aa])")
_REST = re.compile(rb"(?:[0-9A-Za-z.:]|%(?:25)*3[Aa])+")
_NUMBER = re.compile(rb"[0-9]+")
_DECIMAL_END = re.compile(rb"[0-9]*\Z")
#: what stands before a version in a browser's name
PRODUCT = re.compile(rb"(?:(?:\A|[ (;,])[A-Za-z][A-Za-z0-9_+-]{0,63}\\?/|(?:\A|[ (;,])rv:)\Z")
#: a piece without any of these has no address
SUSPECT = re.compile(rb"\.[0-9]{1,3}\.[0-9]{1,3}\.|::|:(?:[0-9A-Fa-f]{1,4}:){3}|%(?:25)*(?:2[Ee]|3[Aa])")
_BACKSLASH = rb"(?:\\|\\x5[Cc]|%(?:25)*5[Cc])+(?:x|u00)"
#: rule 7: a piece without any of these says what it means
ODD = re.compile(rb"%(?:25)*(?:3[0-9]|[46][1-6])|" + _BACKSLASH + rb"(?:2[Ee]|3[0-9Aa]|[46][1-6])")
_MEANT = re.compile(rb"(?:%(?:25)*|" + _BACKSLASH + rb")(2[Ee]|3[0-9Aa]|[46][1-6])")


@dataclass(frozen=True, slots=True)
class Meant:
    """A piece with its signs as they are meant, and where each is written."""

    piece: bytes
    #: from which sign on, and where that is written
    signs: tuple[int, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, written: bytes) -> Meant:
        """Read what is written in escapes."""
        piece, signs, places = bytearray(), [0], [0]
        for found in _MEANT.finditer(written):
            piece += written[places[-1] : found.start()]
            signs.append(len(piece))
            places.append(found.start())
            piece += bytes.fromhex(found[1].decode())
            signs.append(len(piece))
            places.append(found.end())
        return cls(bytes(piece + written[places[-1] :]), tuple(signs), tuple(places))

    def place(self, sign: int) -> int:
        """Where a sign of the piece is written."""
        last = bisect_right(self.signs, sign) - 1
        return self.places[last] + sign - self.signs[last]


@dataclass(frozen=True, slots=True)
class Address:
    """An address and where it stands; ``value`` is None where it is in doubt which one it is."""

    start: int
    end: int
    version: int
    value: int | None
    #: how the piece writes what stands between the numbers; in doubt what may stand for it, so that what it touches stays what it is
    separator: bytes
    #: a port stands behind it without brackets: where it becomes shorter, it needs them
    port: bool = False


def addresses(piece: bytes, *, agent: bool = False) -> Iterator[Address]:
    """Every address of a piece, from left to right; ``agent``: the piece is a browser's name for itself."""
    at = floor = 0
    while found := _TOKEN.match(piece, at):
        at = found.end()
        if found.lastgroup == "escape":
            floor = at
        elif found.lastgroup == "hex":
            if _COLON.match(piece, at):
                address, at = _six(piece, max(found.start(), at - 4), floor, touching=at - 4 > found.start())
                if address:
                    yield address
                    floor = at
            elif _DOT.match(piece, at):
                decimal = _DECIMAL_END.search(found[0])
                start = found.start() + (decimal.start() if decimal else 0)
                if start < at:
                    chain, at = _chain(piece, start)
                    if not (agent and PRODUCT.search(piece[max(floor, start - 70) : start])):
                        yield from chain
                    floor = at
        elif found.lastgroup == "colon" and _COLON.match(piece, at):
            address, at = _six(piece, found.start(), floor, touching=False)
            if address:
                yield address
                floor = at
        elif found.lastgroup == "colon" and len(found[0]) > 1:
            floor = at


def _chain(piece: bytes, start: int) -> tuple[list[Address], int]:
    """Rule 2: decimal numbers with dots between them, and where the chain ends."""
    numbers = [_NUMBER.match(piece, start)]
    dots: list[bytes] = []
    while last := numbers[-1]:
        dot = _DOT.match(piece, last.end())
        number = _NUMBER.match(piece, dot.end()) if dot else None
        if not (dot and number):
            break
        dots.append(dot[0])
        numbers.append(number)
    spans = [number.span() for number in numbers if number]
    found: list[Address] = []
    at = 0
    while at + 4 <= len(spans):
        value = _quad([piece[one:other] for one, other in spans[at : at + 4]])
        if value is None:
            at += 1
        else:
            found.append(Address(spans[at][0], spans[at + 3][1], 4, value, dots[at]))
            at += 4
    return found, spans[-1][1]


def _quad(parts: list[bytes]) -> int | None:
    value = 0
    for part in parts:
        if len(part) > 3 or int(part) > 255:
            return None
        value = value << 8 | int(part)
    return value


def _six(piece: bytes, start: int, floor: int, *, touching: bool) -> tuple[Address | None, int]:
    """Rule 3 from the first group, or from ``::`` where there is none: the address, if it is one, and where to go on."""
    run = _Run(piece, start)
    run.read()
    digit = run.quad is not None or any(48 <= sign <= 57 for group in run.groups for sign in group)
    before = touching or (start > floor and piece[start - 1 : start].isalnum())
    behind = piece[run.end : run.end + 1].isalnum()
    certain = (run.gaps == 1 and 1 <= run.size <= 7) or (run.gaps == 0 and run.size == 8)
    doubtful = run.size > 0 and (run.gaps > 1 or run.size >= 8) and not certain
    if not (certain or doubtful) or not (digit or not (before or behind or doubtful)):
        return None, run.resume
    if certain and not (before or behind):
        return Address(start, run.end, 6, run.value(), run.separator, run.port), run.end
    rest = _REST.match(piece, run.end)
    end = rest.end() if rest else run.end
    return Address(start, end, 6, None, b"x" if before else b"-"), end


class _Run:
    """Groups and colons as far as they go."""

    def __init__(self, piece: bytes, start: int) -> None:
        self.piece = piece
        self.end = self.resume = start
        self.groups: list[bytes] = []
        self.quad: int | None = None
        #: how often ``::`` stands in it, and before which group first
        self.gaps = 0
        self.gap = 0
        self.separator = b""
        self.port = False

    @property
    def size(self) -> int:
        """Groups; an IPv4 address is two."""
        return len(self.groups) + (2 if self.quad is not None else 0)

    def read(self) -> None:
        """Read on until something else comes; a single colon at the end does not belong to it."""
        at = self._group(self.end)
        while self.quad is None and (colon := _COLON.match(self.piece, at)):
            self.separator = self.separator or colon[0]
            if len(self.groups) == 8 and not self.gaps and _PORT.match(self.piece, at):
                self.port = True
                return
            second = _COLON.match(self.piece, colon.end())
            if second:
                self.gap = self.gap if self.gaps else len(self.groups)
                self.gaps += 1
                at = self.end = self.resume = second.end()
                if _COLON.match(self.piece, at):
                    return
            after = self._group((second or colon).end())
            if after == (second or colon).end():
                if not second:
                    self.resume = after
                return
            at = after

    def _group(self, at: int) -> int:
        group = _GROUP.match(self.piece, at)
        if not group:
            return at
        chain = _chain(self.piece, at)[0] if self.separator and group[0].isdigit() and _DOT.match(self.piece, group.end()) else []
        if chain and chain[0].start == at:
            self.quad = chain[0].value
            # where the groups before it make no address, it is one by itself
            self.end, self.resume = chain[0].end, at
            return self.end
        self.groups.append(group[0])
        dotted = group[0].isdigit() and _DOT.match(self.piece, group.end())
        self.end, self.resume = group.end(), at if dotted else group.end()
        return self.end

    def value(self) -> int:
        """The address as a number."""
        groups = [int(group, 16) for group in self.groups]
        if self.quad is not None:
            groups += [self.quad >> 16, self.quad & 0xFFFF]
        if self.gaps:
            groups[self.gap : self.gap] = [0] * (8 - len(groups))
        return sum(group << 16 * (7 - place) for place, group in enumerate(groups))
