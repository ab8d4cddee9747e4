"""A package, condition by condition (Art. 20 GDPR).

1.  (1) Every value that they provided is in it, at its place, and every file.
2.  (1)(a) Nothing that rests on neither consent nor contract; (3) so nothing of a public task either.
3.  What was concluded about them is not in it.
4.  (4) Nothing of the other person, and no column that is somebody else's.
5.  Its description is a valid Data Package, and true of each file; nothing is put in the way of whoever passes it on, such as a licence.
6.  (3) It takes nothing away, and after an erasure there is none.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from zusage.promises.manifest import Manifest

from .asked import Answered, Put, said_of
from .descriptor import DESCRIPTOR, described, faults
from .found import Part, joined, seen
from .holding import PORTABLE, Columns, concluded, files_seen, for_package, provided, values_there, values_wanted
from .owning import Own


def packed(manifest: Manifest, answer: Answered, put: Put) -> Mapping[str, Part]:
    """Each condition of a delivered package by its name in the manifest's ``refs``."""
    package = _Package(manifest, answer, put)
    return {
        "provided": package.provided(),
        "basis": package.basis(),
        "inferred": package.inferred(),
        "others": package.others(),
        "valid": package.valid(),
    }


def untouched(before: Own, after: Own) -> Part:
    """A package that was given takes no row away (Art. 20(3) GDPR); of what came meanwhile, such as a note of it, nothing is said."""
    return seen(
        (table for table, rows in before.items() if rows),
        (table for table, rows in before.items() if len(after.get(table, ())) >= len(rows)),
    )


def given_after(people: str, *, given: bool, unread: str = "") -> Part:
    """After the erasure there is none to be given any more."""
    late = f"a package for {people} after the erasure"
    return Part(sought=frozenset({late}), wrong=frozenset({late} if given else ()), unread=(unread,) if unread else ())


@dataclass
class _Package:
    manifest: Manifest
    answer: Answered
    put: Put

    @cached_property
    def tables(self) -> Mapping[str, Columns]:
        return {table: for_package(self.manifest, table, self.answer.include) for table, rows in self.answer.own.items() if rows}

    @cached_property
    def rows(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """system.table → rows of each of its files."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for path, raw in self.answer.files.items():
            table = self._table(path)
            if table:
                found.setdefault(f"{table} {_form(path)}", []).extend(_rows(path, raw))
        return found

    @cached_property
    def fields(self) -> frozenset[str]:
        """Each column of each file, as system.table.column; the name of what a column refers to, beside it, counts as the column."""
        found = {(name.partition(" ")[0], column) for name, rows in self.rows.items() for row in rows for column in row}
        return frozenset(f"{table}.{self._column(table, column)}" for table, column in found)

    def _column(self, table: str, column: str) -> str:
        base, dot, _ = column.partition(".")
        return base if dot and any(base in data.named for _, _, data in said_of(self.manifest, table)) else column

    def _table(self, path: str) -> str | None:
        """A file is called as its table, with a number where there are several."""
        name = path.rpartition("/")[2].rpartition(".")[0]
        called = {_bare(table): table for one in self.manifest.activities.values() for table in one.data}
        return called.get(_bare(name)) or called.get(_bare(re.sub(r"-\d+$", "", name))) if path.startswith("data/") else None

    def provided(self) -> Part:
        """In each of the two forms, CSV and JSON; a file byte for byte."""
        wanted = set(values_wanted(self.answer, self.tables, self.put))
        found = set[str]()
        for form in ("csv", "json"):
            rows = {name.partition(" ")[0]: some for name, some in self.rows.items() if name.endswith(form)}
            there = set(values_there(rows, self.put))
            found |= {f"{name} as {form}" for name in wanted & there}
        values = seen({f"{name} as {form}" for name in wanted for form in ("csv", "json")}, found)
        return joined([values, files_seen(self.answer, self.manifest, PORTABLE)])

    def basis(self) -> Part:
        allowed = {f"{table}.{column}" for table in self.tables for column in provided(self.manifest, table)}
        held = {f"{table}.{column}" for table, rows in self.answer.own.items() for row in rows for column in row}
        return Part(
            wanted=frozenset({"fields"}),
            lacking=frozenset() if self.fields else frozenset({"fields"}),
            sought=frozenset(held - allowed),
            wrong=frozenset(self.fields - allowed),
        )

    def inferred(self) -> Part:
        sought = {f"{table}.{column}" for table in self.tables for column in concluded(self.manifest, table)}
        return Part(sought=frozenset(sought), wrong=frozenset(sought & self.fields))

    def others(self) -> Part:
        here = {kind for raw in self.answer.files.values() for kind, _ in self.put.others.within(raw)}
        barred = {f"{table}.{column}" for table, of in self.tables.items() for column in of.barred}
        return Part(
            sought=frozenset(f"another person's {kind}" for kind in self.put.there) | frozenset(barred),
            wrong=frozenset(f"another person's {kind}" for kind in here) | frozenset(barred & self.fields),
            unread=() if self.put.there else ("nothing of another person was there",),
        )

    def valid(self) -> Part:
        wrong = frozenset(faults(self.answer.files))
        return Part(
            wanted=frozenset({DESCRIPTOR, *described(self.answer.files)}),
            lacking=frozenset() if DESCRIPTOR in self.answer.files else frozenset({DESCRIPTOR}),
            wrong=wrong,
        )


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _form(path: str) -> str:
    return path.rpartition(".")[2]


def _rows(path: str, raw: bytes) -> list[dict[str, Any]]:
    """The rows of one file, as any program would read it; nothing where it cannot."""
    text = raw.decode("utf-8", "replace")
    if path.endswith(".csv"):
        return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
