"""Counting groups: every database counts what counting row by row finds."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

from zusage.connectors.port import CannotHandle, Grouping
from zusage.promises.condition import ALWAYS, NEVER, parse
from zusage.promises.inventory import ColumnKind

from ..bench import Bench
from ..checks import refused, same, true
from ..memory_groups import in_groups
from .shop import inventory, table

_KINDS: dict[str, ColumnKind] = {"id": "integer", "month": "text", "kind": "text", "age": "integer", "people": "integer"}
_ASKED = Grouping(
    table="figure", where=ALWAYS, columns=("month", "kind", "age"), goes=("kind", "age"), at_least=3, counts=None, held=NEVER
)


_HELD = parse("id < 6 AND month = 'one'")


def rows(number: int) -> list[dict[str, Any]]:
    """Rows of which many are alike, with letters of either case, numbers and what is missing."""
    random = Random(number)  # noqa: S311 - the same rows every time, no secret
    words, ages = (None, "red", "red", "Red", "red ", "ärger"), (None, 1, 1)
    return [
        {
            "id": n,
            "month": random.choice(("one", "two")),
            "kind": random.choice(words),
            "age": random.choice(ages),
            "people": random.randint(0, 3),
        }
        for n in range(1, number + 1)
    ]


class GroupTests:
    """``Reader.groups``."""

    def test_groups_are_as_large_as_counting_row_by_row_finds(self, bench: Bench) -> None:
        seen = set()
        few: list[dict[str, Any]] = [
            dict(zip(_KINDS, (n, "two", kind, None, 1), strict=True))
            for n, kind in enumerate((None, "red", "red", "red", "red", "red"), 9)
        ]
        for given in (rows(200), rows(25), rows(12), few):
            reader = bench.build(inventory(table("figure", _KINDS)), {"figure": given}).reader()
            for least, counts, goes in product((2, 5), (None, "people"), (("kind", "age"), ("kind",), ("month", "kind", "age"))):
                asked = replace(_ASKED, at_least=least, counts=counts, goes=goes, held=_HELD)
                found = reader.groups(asked)
                wanted = in_groups(asked, [(row, row["id"] < 6 and row["month"] == "one") for row in given])
                same(replace(found, statement=""), replace(wanted, statement=""), f"{len(given)} rows, {asked}")
                seen.add((bool(found.small), bool(found.held), bool(found.remainders)))
            reader.close()
        for number, what in enumerate(("small groups", "groups that are held", "remainders that are too small")):
            same({one[number] for one in seen}, {True, False}, f"{what} are found in some and not in others")

    def test_no_row_is_no_group(self, bench: Bench) -> None:
        reader = bench.build(inventory(table("figure", _KINDS)), {"figure": []}).reader()
        found = reader.groups(_ASKED)
        same((found.groups, found.people, found.small, found.remainders), (0, 0, 0, 0), "groups of an empty table")
        true(bool(found.statement), "the statement that was run is named")
        reader.close()

    def test_a_group_by_a_column_that_does_not_exist_is_refused(self, bench: Bench) -> None:
        reader = bench.build(inventory(table("figure", _KINDS)), {"figure": []}).reader()
        for asked in (replace(_ASKED, columns=("nothing",)), replace(_ASKED, counts="nothing"), replace(_ASKED, table="nowhere")):
            with refused(CannotHandle, str(asked)):
                reader.groups(asked)
        reader.close()
