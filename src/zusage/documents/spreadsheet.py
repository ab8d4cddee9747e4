"""A table as CSV that spreadsheets may open: no value of it becomes a formula.

1. Programs take a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break for a formula. Such a value gets an apostrophe
   before it, and so does one that begins with an apostrophe, so that the first apostrophe of a cell never belongs to its value.
2. Where a program parts the lines at another sign than the comma, a cell could begin in the middle of a value. A value in which such a
   sign stands before the beginning of a formula, or that has a line break, cannot be written safely.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

#: what a formula begins with, in the wide forms of East Asian writing too
_FORMULA = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
_OPENING = re.compile(rf"^\s*['{_FORMULA}]")
_WITHIN = re.compile(rf"[\x00-\x1f\x7f\x85\u2028\u2029]|[;|]\s*[\"']*\s*[{_FORMULA}]")


def safe(value: str) -> bool:
    """Whether a value can stand in a cell (2)."""
    return not _WITHIN.search(value)


def marked(value: str) -> bool:
    """Whether a value gets an apostrophe before it (1)."""
    return bool(_OPENING.match(value))


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The table in UTF-8 with its mark, by which spreadsheets know it; every cell in quotation marks (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([f"'{value}" if marked(value) else value for value in row])
    return text.getvalue().encode("utf-8-sig")
