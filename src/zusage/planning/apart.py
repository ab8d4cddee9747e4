"""Whether two steps can never take the same row, read off their conditions alone: where in doubt, they can."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.promises.condition import And, Column, Compare, Condition, IsNull, Literal, Not, Surely
from zusage.promises.condition import OneOf as Among

from .plan import Step


def apart(one: Step, other: Step) -> bool:
    """No row of the table can fulfil the conditions of both steps.

    What a step takes need not be thought away for another that stands apart from it. Where rules divide a table by the words in
    one column, counting each would otherwise say all the others again.
    """
    if (one.system, one.table) != (other.system, other.table):
        return False
    there = list(_demands(other.where))
    return any(_exclude(mine, theirs) for mine in _demands(one.where) for theirs in there)


def _demands(node: Condition) -> Iterator[Condition]:
    """What must hold for the whole to hold."""
    match node:
        case And(parts):
            for part in parts:
                yield from _demands(part)
        case Surely(part):
            yield from _demands(part)
        case _:
            yield node


def _exclude(one: Condition, other: Condition) -> bool:
    match one, other:
        case (IsNull(Column() as here), Not(IsNull(there))) | (Not(IsNull(there)), IsNull(Column() as here)):
            return here == there
    mine, theirs = _words(one), _words(other)
    return mine is not None and theirs is not None and mine[0] == theirs[0] and not mine[1] & theirs[1]


def _words(node: Condition) -> tuple[Column, frozenset[str]] | None:
    """The words that a column must hold one of, as even a database that knows no case or trailing space tells them apart."""
    match node:
        case Compare("=", Column() as column, Literal(str() as word)):
            return column, frozenset({_plain(word)})
        case Among(Column() as column, values) if all(isinstance(value.value, str) for value in values):
            return column, frozenset(_plain(str(value.value)) for value in values)
        case _:
            return None


def _plain(word: str) -> str:
    return word.casefold().strip()
