"""Numbers as people say them, such as ``C-0001``, and the keys of the rows that they stand for."""

from __future__ import annotations

#: digits of the longest key that every database takes
_DIGITS = 18


def named(letters: str, key: int) -> str:
    """What the row with a key is called."""
    return f"{letters}-{key:04d}"


def key_of(letters: str, name: str) -> int | None:
    """The key of the row that is called so; None where no row can be."""
    digits = name.removeprefix(f"{letters}-")
    fits = digits != name and digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS
    return int(digits) if fits else None
