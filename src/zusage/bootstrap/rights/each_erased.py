"""What became of each one of several people whose erasure was one plan: counted before and after, a few statements for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.port import Asked
from zusage.planning.holding import Person, numbers, places_of
from zusage.rights.erasure import Answer, Done

if TYPE_CHECKING:
    from ..product import Product

#: by system.table, how many rows
Counts = Mapping[str, int]


def counts(product: Product, people: Sequence[Person]) -> list[Counts]:
    """Rows of each of some people of one kind that are within reach. Raises HoldUnfit, SystemTrouble."""
    keys = [person.key for person in people]
    found: dict[str, dict[str, set[object]]] = {key: {} for key in keys}
    asked: dict[str, list[Asked]] = {}
    for place in places_of(product.loaded.manifest, people[0].people):
        table = product.inventories[place.system].tables.get(place.bare)
        columns = (table.primary_key or tuple(column.name for column in table.columns)) if table else ()
        number = numbers(place.root, product.inventories)
        asked.setdefault(place.system, []).append(Asked(place=place, columns=columns, numbers=number))
    for system, questions in asked.items():
        reader = product.reader(system)
        with reader.snapshot():
            for at, rows in reader.finder(questions).find(keys):
                for row in rows:
                    key, row = (keys[0], row) if len(keys) == 1 else (str(row[-1]), row[:-1])
                    if key in found:  # a row of which they are both ends counts once
                        found[key].setdefault(questions[at].place.table, set()).add(row)
    return [{table: len(rows) for table, rows in found[key].items()} for key in keys]


def each(product: Product, path: Path, later: Mapping[Person, Counts] | None = None) -> list[Answer]:
    """What became of each, in the order in which they were named. Raises DemandUnknown, PlanChanged or SystemTrouble.

    ``later`` are rows that plans after this one have taken, which this one had left.
    """
    from .demands import before, people_asked
    from .erasing import answer

    people, whole = people_asked(product, path), answer(product, path)
    taken = later or {}
    after = [_together(left, taken.get(person, {})) for person, left in zip(people, counts(product, people), strict=True)]
    return [
        _of(answer(product, path, person, left=left), whole.done, then, left)
        for person, then, left in zip(people, before(product, path), after, strict=True)
    ]


def _together(one: Counts, other: Counts) -> Counts:
    return {table: one.get(table, 0) + other.get(table, 0) for table in {*one, *other}}


def _of(answer: Answer, done: Sequence[Done], before: Counts, left: Counts) -> Answer:
    """Their share of what the plan did: what was theirs and is so no more. Of a table that was also blocked, without what is kept."""
    blocked: dict[str, int] = {}
    for one in done:
        if one.how == "blocked":
            kept = sum(k.rows for k in answer.kept if k.rule == one.promise.rpartition("/")[0])
            blocked[one.table] = blocked.get(one.table, 0) + kept
    gone = {table: rows - left.get(table, 0) - blocked.get(table, 0) for table, rows in before.items()}
    theirs = tuple(_shares(done, {table: rows for table, rows in gone.items() if rows > 0}))
    return Answer(done=theirs, kept=answer.kept, left=answer.left)


def _shares(done: Sequence[Done], gone: Mapping[str, int]) -> Iterator[Done]:
    """By the step that took them: rows that were deleted before those that were changed, and none twice."""
    order = {"erased": 0, "anonymised": 1, "blocked": 2}
    for table, rows in gone.items():
        by = [one for one in done if table == one.table or table in dict(one.with_them)]
        if by:
            first = min(by, key=lambda one: order[one.how])
            yield Done(table=table, promise=first.promise, how=first.how, rows=rows, stopped=first.stopped)
