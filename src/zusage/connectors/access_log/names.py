"""Host names that tell an address: ``203-0-113-77.isp.example``, ``p54A3B2C1.dip0.isp.example``, ``77.113.0.203.in-addr.arpa``.

Which way round the numbers stand is the provider's secret, so all of them go. A name is as far as letters, digits, dots, hyphens and
underscores go; what is escaped ends it. The rules, whose signs the compiled loop looks for, to leave their lines to Python:

1.  Decimal numbers with dots between them, four in a row up to 255, behind which the name goes on with a letter.
2.  Decimal numbers with hyphens between them, four in a row up to 255, where a letter stands beside them, or one of them is 100 or more.
    A year among them (four or more digits that begin with 19 or 20) makes them a date.
3.  Nine or more single hexadecimal digits with dots between them, as in ``ip6.arpa``; eight groups of them with hyphens,
    or fewer and one pair of hyphens at the beginning of a name, where the first is one that addresses begin with.
4.  Eight or thirty-two hexadecimal digits, nine or ten decimal ones that make an address, or twelve of which each three do, at the end of a
    label with two more behind it; not in a path, where names are those of files.
5.  A number in place of a host: ``http://3405803853/``, ``http://0xcb00714d/``.
6.  In a browser's name what stands behind ``Product/`` is a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .addresses import PRODUCT, Address

#: a piece without any of these has no such name
NAMED = re.compile(
    rb"\.[0-9]+\.[A-Za-z]|[0-9]-[0-9]{1,3}-[0-9]{1,3}-[0-9]|(?:[0-9A-Fa-f]\.){8}|(?:[0-9A-Fa-f]{1,4}-){7}|[0-9A-Fa-f]--[0-9A-Fa-f]|[0-9A-Fa-f]{8}\."
    rb"|(?:/|2[Ff])(?:0[xX][0-9A-Fa-f]{8}|[0-9]{8})"
)
_TOKEN = re.compile(
    rb"%(?:25)*[0-9A-Fa-f]{2}|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)|(?P<name>[0-9A-Za-z._-]+)|[^0-9A-Za-z._%\\-]+|.", re.DOTALL
)
_PARTS = re.compile(
    rb"(?P<nibbles>(?<![0-9A-Za-z])[0-9A-Fa-f](?:\.[0-9A-Fa-f]){8,}(?![0-9A-Za-z]))"
    rb"|(?P<groups>(?<![0-9A-Za-z])[0-9A-Fa-f]{1,4}(?:-[0-9A-Fa-f]{1,4}){7}(?![0-9A-Za-z]))"
    rb"|(?P<short>(?<![0-9A-Za-z.-])[23Ff][0-9A-Fa-f]{2,3}(?:-[0-9A-Fa-f]{1,4}){0,6}--(?:[0-9A-Fa-f]{1,4}-){0,6}[0-9A-Fa-f]{1,4}(?=\.[A-Za-z0-9]))"
    rb"|(?P<dotted>(?<![0-9])(?<![0-9]\.)[0-9]++(?:\.[0-9]++){3,}+(?=\.[A-Za-z]))"
    rb"|(?P<dashed>(?<![0-9])(?<![0-9]-)[0-9]++(?:-[0-9]++){3,}+)"
    rb"|(?P<number>(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}|[0-9]{9,10}|[0-9]{12})(?=\.[0-9A-Za-z_-]+\.[0-9A-Za-z]))"
)
_YEAR = re.compile(rb"(?:19|20)[0-9]{2,}")
_LETTER_BEFORE = re.compile(rb"[A-Za-z][._-]?\Z")
_LETTER_BEHIND = re.compile(rb"[._-]?[A-Za-z]")
_SLASH = rb"(?:\\?/|%(?:25)*2[Ff])"
_IN_PATH = re.compile(_SLASH + rb"\Z")
_AT_HOST = re.compile(_SLASH + rb"{2}\Z")
_HOST = re.compile(rb"(?::|%(?:25)*3[Aa])" + _SLASH + rb"{2}(?P<host>0[xX][0-9A-Fa-f]{8}|[0-9]{8,10})(?![0-9A-Za-z._-])")


def names(piece: bytes, *, agent: bool = False) -> Iterator[Address]:
    """What tells an address in the names of a piece, from left to right; ``agent``: the piece is a browser's name for itself."""
    spans = [found.span("host") for found in _HOST.finditer(piece) if _fits(found["host"])]
    for name in _TOKEN.finditer(piece):
        if name.lastgroup:
            spans += _inside(piece, name.start(), name.end())
    for start, end in sorted(spans):
        if not (agent and PRODUCT.search(piece[max(0, start - 70) : start])):
            yield Address(start, end, 4, None, b"-")


def _inside(piece: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where addresses are told between two places of a piece, a name."""
    before, name = piece[max(0, start - 30) : start], piece[start:end]
    path = _IN_PATH.search(before) and not _AT_HOST.search(before)
    for found in _PARTS.finditer(name):
        kind, text = found.lastgroup, found[0]
        if (
            kind in ("nibbles", "groups", "short")
            or (kind == "dotted" and _row(text.split(b".")))
            or (
                kind == "dashed"
                and _dashed(name[max(0, found.start() - 2) : found.start()], text, name[found.end() : found.end() + 2])
            )
            or (kind == "number" and not path and _fits(text))
        ):
            yield start + found.start(), start + found.end()


def _row(numbers: list[bytes]) -> bool:
    """Whether four in a row are numbers of an address."""
    fit = "".join("x" if len(number) <= 3 and int(number) <= 255 else " " for number in numbers)
    return "xxxx" in fit


def _dashed(before: bytes, text: bytes, behind: bytes) -> bool:
    """Rule 2."""
    numbers = text.split(b"-")
    if not _row(numbers) or any(_YEAR.fullmatch(number) for number in numbers):
        return False
    beside = _LETTER_BEFORE.search(before) or _LETTER_BEHIND.match(behind)
    return bool(beside) or any(len(number) > 2 and int(number) >= 100 for number in numbers)


def _fits(text: bytes) -> bool:
    """Whether a number in one piece can be an address: any eight or thirty-two hexadecimal digits can."""
    if len(text) == 12:
        return _row([text[at : at + 3] for at in range(0, 12, 3)])
    return len(text) in (8, 32) or text[1:2] in b"xX" or int(text) < 1 << 32
