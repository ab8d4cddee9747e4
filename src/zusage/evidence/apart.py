"""Whether a value leads from a person in one store to what another store holds, or back.

1.  A column tells rows apart when nearly every row in which it is set has a value of its own. Only through such columns can
    one be found. A day is nobody's value, however few rows share it.
2.  The store that must not know people is read whole: each cell, each word in it, each number that is not declared as a count,
    and everything in it that has the shape of a digest.
3.  Each value of a telling column of people is looked for in there: as it is, in small letters, and as MD5, SHA-1, SHA-256 and
    SHA-512 of both, however these are written.
4.  The other direction is the same with the roles exchanged: values that tell rows of the other store apart, looked for in all
    cells of the store of people.
5.  From each telling column one value is put among the others in memory, in each of these forms. Only a comparison that finds
    all of these can say that it found nothing else.

What it cannot see: a keyed or salted digest, a value that was cut or encrypted, and people told apart by several common values
together. No value leaves the memory of this process; names of columns and counts do.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import quote, unquote

from zusage.connectors.port import Reader, Values
from zusage.promises.inventory import ColumnInfo

from .observation import Apart

#: the share of rows with a value of their own from which a column tells them apart
_TELLING = 0.9
_SHORTEST = 5
#: longer texts are nobody's key; they are searched, but not looked for
_LONGEST = 300
_WORDS = re.compile(r"[\s&?=;,\"'<>(){}\[\]|/:#]+")
_TAILS = re.compile(r"[\s&?;,\"'<>(){}\[\]|:#]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: the values of a query, whole
_VALUES = re.compile(r"[\s&?=;\"'<>]+")
_HEX = re.compile(r"[0-9a-fA-F]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SIZES = {16, 20, 32, 64}
_KINDS = ("md5", "sha1", "sha256", "sha512")

Form = str | int | bytes


@dataclass(frozen=True, slots=True)
class Store:
    """One side, as it is read."""

    reader: Reader
    #: tables that hold nothing about people
    without: Collection[str] = ()
    #: (table, column): numbers that only count
    counts: Collection[tuple[str, str]] = ()

    def columns(self) -> Iterator[tuple[str, ColumnInfo]]:
        """Every column that can hold something to find."""
        for name, table in self.reader.survey().tables.items():
            if name not in self.without and not table.is_view:
                yield from ((name, column) for column in table.columns if (name, column.name) not in self.counts)

    def label(self, table: str, column: ColumnInfo) -> str:
        """The column for people."""
        return f"{self.reader.system}.{table}.{column.name}"


@dataclass(slots=True)
class _Found:
    """What has been compared so far."""

    joins: dict[str, int] = field(default_factory=dict)
    pairs: int = 0
    people: int = 0
    others: int = 0
    #: (column, number of the spelling)
    planted: set[tuple[str, int]] = field(default_factory=set)
    found: set[tuple[str, int]] = field(default_factory=set)

    def join(self, one: str, other: str) -> None:
        pair = f"{one} = {other}"
        self.joins[pair] = self.joins.get(pair, 0) + 1


def compare(people: Store, other: Store) -> Apart:
    """Both directions, with values planted for each telling column."""
    seen = _Found()
    with people.reader.snapshot(), other.reader.snapshot():
        _people_in_other(people, other, seen)
        _other_in_people(people, other, seen)
        hidden = [how for store in (people, other) for how in _hidden(store)]
    return Apart(
        joins=seen.joins,
        pairs=seen.pairs,
        people_values=seen.people,
        other_values=seen.others,
        planted=len(seen.planted),
        found=len(seen.found),
        visible=not hidden,
        how_visible="; ".join(hidden[:3]) or "every row of every table is visible",
    )


def _hidden(store: Store) -> Iterator[str]:
    for table in dict.fromkeys(name for name, _ in store.columns()):
        visibility = store.reader.visibility(table)
        if not visibility.shown:
            yield f"{store.reader.system}.{table}: {visibility.how}"


def _people_in_other(people: Store, other: Store, seen: _Found) -> None:
    """Steps 2, 3 and 5."""
    index: dict[Form, set[str]] = {}
    labels = set()
    for table, column in other.columns():
        labels.add(other.label(table, column))
        for value in other.reader.values(table, column.name).each:
            seen.others += 1
            for form in cells(value):
                index.setdefault(form, set()).add(other.label(table, column))
    for table, column in people.columns():
        _look_for(people, table, column, index, labels, seen)


def _look_for(store: Store, table: str, column: ColumnInfo, index: dict[Form, set[str]], labels: set[str], seen: _Found) -> None:
    values = store.reader.values(table, column.name)
    if not _telling(values):
        return
    here, plants = store.label(table, column), dict[Form, set[int]]()
    for value in values.each:
        looked_for = keys(value)
        if not looked_for:
            continue
        if not plants:
            seen.pairs += len(labels)
            plants = _plant(value)
            seen.planted |= {(here, number) for numbers in plants.values() for number in numbers}
        seen.people += 1
        seen.found |= {(here, number) for form in looked_for for number in plants.get(form, ())}
        for there in {label for form in looked_for for label in index.get(form, ())}:
            seen.join(here, there)


def _telling(values: Values) -> bool:
    """Step 1."""
    return values.different > 0 and values.different >= _TELLING * values.filled


def _plant(value: object) -> dict[Form, set[int]]:
    """Step 5: what a reader of cells makes of each spelling, by the number of the spelling."""
    found: dict[Form, set[int]] = {}
    for number, cell in enumerate(spellings(value)):
        for form in cells(cell) or {b"nothing could be read"}:
            found.setdefault(form, set()).add(number)
    return found


def _other_in_people(people: Store, other: Store, seen: _Found) -> None:
    """Step 4: what tells rows of the other store apart is held in memory, and every cell of the people's store is looked through."""
    index: dict[Form, set[str]] = {}
    telling = 0
    for table, column in other.columns():
        values, here = other.reader.values(table, column.name), other.label(table, column)
        if not _telling(values):
            continue
        plants = dict[Form, set[int]]()
        for value in values.each:
            looked_for = keys(value)
            for form in looked_for:
                index.setdefault(form, set()).add(here)
            if looked_for and not plants:
                telling, plants = telling + 1, _plant(value)
                seen.planted |= {(here, number) for numbers in plants.values() for number in numbers}
            seen.found |= {(here, number) for form in looked_for for number in plants.get(form, ())}
    if not index:
        return
    for table, column in people.columns():
        seen.pairs += telling
        for value in people.reader.values(table, column.name).each:
            for there in {label for form in cells(value) for label in index.get(form, ())}:
                seen.join(there, people.label(table, column))


def plain(value: object) -> str | int | None:
    """A value as text or number; None for what tells nothing, such as true and false."""
    match value:
        case bool() | None:
            return None
        case int():
            return value
        case datetime():
            return value.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
        case date():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value).strip()


def keys(value: object) -> set[Form]:
    """The forms in which a value of a person is looked for; none for a day, or where it is too short to be told from chance."""
    text = plain(value)
    if isinstance(text, int):
        return {text, *_digests(str(text))}
    if text is None or not _SHORTEST <= len(text) <= _LONGEST or _DAY.fullmatch(text):
        return set()
    if text.isascii() and text.isdigit():
        return {text, int(text), *_digests(text)}
    spelt = {text, text.casefold()}
    return {*spelt, *(digest for one in spelt for digest in _digests(one))}


def _digests(text: str) -> Iterator[bytes]:
    for kind in _KINDS:
        yield hashlib.new(kind, text.encode(), usedforsecurity=False).digest()


def cells(value: object) -> set[Form]:
    """Everything in a cell that could be the value of a person or its digest: the whole, its words, its numbers, its digests."""
    text = plain(value)
    if isinstance(text, int):
        return {text}
    if text is None:
        return set()
    whole = {text, unquote(text)}
    words = {word for one in whole for word in _words(one) if len(word) >= _SHORTEST}
    found: set[Form] = {*words, *(word.casefold() for word in words)}
    found |= {digest for word in words if (digest := _as_digest(word))}
    return found | ({int(text)} if text.isascii() and text.isdigit() and len(text) < 19 else set())


def _words(text: str) -> Iterator[str]:
    yield text
    for separators in (_WORDS, _TAILS, _VALUES):
        yield from separators.split(text)


def _as_digest(word: str) -> bytes | None:
    """The bytes of what is written like a digest, in hex or base64."""
    if len(word) in {2 * size for size in _SIZES} and _HEX.fullmatch(word):
        return bytes.fromhex(word)
    if len(word) <= 88 and _BASE64.fullmatch(word):
        bare = word.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            decoded = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        except (binascii.Error, ValueError):
            return None
        return decoded if len(decoded) in _SIZES else None
    return None


def spellings(value: object) -> Iterator[object]:
    """Cells in which a careless program might have left a value: as it is, in an address, and as digests."""
    text = plain(value)
    yield text
    written = str(text)
    if not isinstance(text, int) and not _VALUES.search(written):
        yield f"/seen?by={quote(written, safe='')}&page=1"
    for number, kind in enumerate(_KINDS):
        digest = hashlib.new(kind, written.encode(), usedforsecurity=False).digest()
        yield digest.hex() if number % 2 else base64.urlsafe_b64encode(digest).decode().rstrip("=")
