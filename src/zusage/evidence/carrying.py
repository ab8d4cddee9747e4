"""Whether a row still carries what a change takes out of it."""

from __future__ import annotations

from collections.abc import Sequence

from zusage.promises.condition import NEVER, Column, Condition, IsNull, Not, Shaped, Surely, all_of, any_of
from zusage.promises.lines import beyond
from zusage.promises.promise import Change


def carries(changes: Sequence[Change]) -> Condition:
    """Some column still has more than it should."""
    return any_of(*(too_much(change) for change in changes))


def too_much(change: Change) -> Condition:
    """The column of a change still has what the change takes out of it."""
    column = Column(change.column)
    there = Not(IsNull(column))
    match change.how:
        case "clear":
            return there
        case "constant":
            return all_of(there, Not(Surely(Shaped(column, "constant", change.value))))
        case "truncate":
            return all_of(there, Not(Surely(Shaped(column, "truncated", change.value))))
        case "multiple" | "beginning":
            return all_of(there, Not(Surely(Shaped(column, change.how, change.value))))
        case "unique":
            return all_of(there, Not(Surely(Shaped(column, "unique", change.value))))
        case "json":
            return all_of(there, Not(Surely(Shaped(column, "json", change.value))))
        case "items":
            return change.among or NEVER
        case "pseudonymise":
            return all_of(there, Not(Surely(Shaped(column, "pseudonym"))))
        case "mask":
            return Not(IsNull(beyond(str(change.value))))
        case "code":
            return there
