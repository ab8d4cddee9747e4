"""Lines of JSON: which text is a browser's name for itself, and where the value of a key stands. All else stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from .formats import AGENT_KEYS

_TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"|[\[\]{}:,]|[^"\[\]{}:,\s]+', re.DOTALL)
_NOTHING = (b'""', b'"-"', b"null", b"false")


class Hidden(Protocol):
    """Hides the addresses of a piece."""

    def __call__(self, piece: bytes, *, agent: bool = False) -> bytes:
        """The piece without them."""


def masked(line: bytes, hidden: Hidden, left_out: Mapping[str, str | None]) -> Iterator[bytes]:
    """The line in pieces, masked. A line that is no JSON is one piece of no special kind."""
    spans = list(values(line))
    there = {key for key, start, end in spans if line[start:end] not in _NOTHING}
    at = 0
    for key, start, end in spans:
        if start < at:
            continue  # inside a value that was left out
        agent = key.lower() in AGENT_KEYS
        if key in left_out and left_out[key] not in there:
            yield from (hidden(line[at:start]), b'"-"')
            at = end
        elif agent and line[start] in b'"[':
            yield from (hidden(line[at:start]), line[start : start + 1], hidden(line[start + 1 : end - 1], agent=True))
            at = end - 1
    yield hidden(line[at:])


def values(line: bytes) -> Iterator[tuple[str, int, int]]:
    """Every key of every object, outer ones first, with the place of its value; a line that does not end well has none."""
    found: list[tuple[str, int, int]] = []
    opened: list[tuple[str, int]] = []
    key = text = ""
    for token in _TOKEN.finditer(line):
        sign = token[0]
        if sign == b":":
            key = text
        elif sign in (b"{", b"["):
            opened.append((key, token.start()))
            key = ""
        elif sign in (b"}", b"]"):
            if not opened:
                return
            found.append((*opened.pop(), token.end()))
        elif sign != b",":
            text = token[1].decode("utf-8", "replace") if token[1] is not None else ""
            if key:
                found.append((key, *token.span()))
                key = ""
    if not opened:
        yield from sorted((one for one in found if one[0]), key=lambda one: (one[1], -one[2]))
