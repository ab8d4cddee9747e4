"""What is judged: an answer as it was delivered, whose rows it is about, and the values that were put in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zusage.promises.inside import split
from zusage.promises.manifest import Activity, Data, Manifest

from ..residue import Needles
from .owning import Files, Own, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Two synthetic people: the one who asks, and another who is there meanwhile."""

    needles: Needles = field(repr=False)
    #: kind → value of the one who asks
    values: Mapping[str, str] = field(repr=False)
    others: Needles = field(repr=False)
    #: kinds of the other's values that were found in the systems when the first one asked
    there: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer."""

    #: the kind of people as one of whom they asked
    people: str
    #: path → bytes
    files: Mapping[str, bytes] = field(repr=False)
    #: their rows, by own eyes
    own: Own = field(repr=False)
    #: the files that go with them, by own eyes
    own_files: Files = field(default_factory=dict, repr=False)
    #: key of a recipient to whom the register of disclosures says that data of theirs went → the last day on which they did
    ledger: Mapping[str, date] = field(default_factory=dict)
    #: what a human has looked at, and what therefore may be in it
    include: frozenset[str] = frozenset()
    #: by rule, between which days the period of their rows ends, by own eyes
    last_days: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    #: the language in which they asked
    language: str = "en"


def said_of(manifest: Manifest, table: str) -> Iterator[tuple[str, Activity, Data]]:
    """All that activities say of a table."""
    for name, activity in manifest.activities.items():
        if table in activity.data:
            yield name, activity, activity.data[table]


def concerned(manifest: Manifest, own: Own, barred: Mapping[str, Collection[str]]) -> dict[str, Activity]:
    """The activities that hold something of theirs, and those of which no table says whose data they hold.

    In a row of which every column of an activity is empty it holds nothing (Art. 15(1)(a) GDPR). ``barred`` are, by table, columns that no
    answer shows: nobody who reads one can tell whether they are empty.
    """
    return {
        name: activity
        for name, activity in manifest.activities.items()
        if not activity.data
        or any(_holds(data, own.get(table, ()), barred.get(table, ())) for table, data in activity.data.items())
    }


def _holds(data: Data, rows: Sequence[Row], barred: Collection[str]) -> bool:
    columns = {split(column)[0] for of_class in data.classes.values() for column in of_class}
    if data.files or not columns or columns.intersection(barred):
        return bool(rows)
    return any(row.get(column) is not None for row in rows for column in columns)
