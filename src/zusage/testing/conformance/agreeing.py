"""A system and the reference evaluator, asked the same question about every row."""

from __future__ import annotations

from zusage.connectors.port import Reader
from zusage.planning.plan import Selection
from zusage.promises.condition import Column, Compare, Condition, Literal, Not, OneOf, Surely, all_of, any_of
from zusage.promises.condition.evaluate import holds

from ..bench import Bed
from ..checks import same

Answers = dict[int, bool | None]


def reference(bed: Bed, table: str, condition: Condition) -> Answers:
    """What the condition is of each row, by its id: true, false, or None for unknown."""
    return {int(str(row["id"])): holds(condition, table, row, bed.rows, bed.means) for row in bed.rows(table)}


def agree(bed: Bed, reader: Reader, table: str, condition: Condition, wanted: Answers | None = None) -> Answers:
    """The system says of every row what is wanted, by default what the reference says; returns that."""
    expected = reference(bed, table, condition) if wanted is None else wanted
    if not all(_agrees(reader, table, condition, expected, answer) for answer in (True, False, None)):
        same(_one_by_one(bed, reader, table, condition), expected, f"the system says something else about {condition}")
        raise AssertionError(f"the system says one thing of all rows and another of each about {condition}")
    return expected


def _agrees(reader: Reader, table: str, condition: Condition, expected: Answers, answer: bool | None) -> bool:
    """All rows of which the answer is wanted get it; of those that fulfil the condition, no other does."""
    if answer:
        found = reader.count(Selection(system=reader.system, table=table, where=condition))
        return found == sum(said is True for said in expected.values())
    among = tuple(Literal(number) for number, said in expected.items() if said is answer)
    if not among:
        return True
    said = any_of(condition, Not(condition)) if answer is None else Not(condition)
    where = all_of(OneOf(Column("id"), among), said)
    return reader.count(Selection(system=reader.system, table=table, where=where)) == (0 if answer is None else len(among))


def _one_by_one(bed: Bed, reader: Reader, table: str, condition: Condition) -> Answers:
    found: Answers = {}
    cases: list[tuple[str, Condition]] = []
    for row in bed.rows(table):
        number = int(str(row["id"]))
        found[number] = None
        this = Compare("=", Column("id"), Literal(number))
        cases += [(f"{number} True", all_of(this, Surely(condition))), (f"{number} False", all_of(this, Surely(Not(condition))))]
    for name, rows in reader.partition(table, cases).counts.items():
        number_, _, word = name.partition(" ")
        if word and rows:
            found[int(number_)] = word == "True"
    return found
