"""Rows elsewhere that refer to a row, stay when it goes or changes, and are changed with it: copies of names, references to empty."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from zusage.promises.condition import Condition, Exists, Not, Surely, all_of, any_of
from zusage.promises.promise import Elsewhere, Rule

from . import release


def released(
    rule: Rule, rules: Iterable[Rule], when: Callable[[Rule], Condition], columns: Callable[[Rule, str], Collection[str]]
) -> Iterator[Condition]:
    """No row elsewhere is needed, as it is, by a rule of its own or by the minimum of what it belongs to.

    ``when`` says when a rule lets go, and ``columns`` which of a table its purpose holds.
    """
    listed = list(rules)
    for one in rule.elsewhere:
        touched = {change.column for change in one.changes}
        holders = [
            other
            for other in listed
            if (other.system, other.table) == (rule.system, one.part.table)
            and touched & set(other.columns)
            and (not other.changes or other.at_least)
        ]
        held: list[Condition] = [Not(Surely(when(other.as_held))) for other in holders]
        for other in listed:
            if other.system == rule.system and other.at_least and touched & set(columns(other, one.part.table)):
                needed = Not(Surely(when(replace(other, at_most=None))))
                chain = list(other.parts)
                held += [release.belongs_to(chain, link, other.table, needed) for link in chain if link.table == one.part.table]
        if held:
            yield Not(Exists(one.part.table, all_of(_refers(one), any_of(*held))))


def unfinished(rule: Rule) -> Iterator[Condition]:
    """Some row elsewhere does not have its final shape yet."""
    for one in rule.elsewhere:
        yield Exists(one.part.table, all_of(_refers(one), release.unchanged(one.changes)))


def links(rule: Rule) -> set[tuple[object, ...]]:
    """The references that are emptied, each as its table with pairs of columns."""
    emptied = {(one.part.table, change.column) for one in rule.elsewhere for change in one.changes if change.how == "clear"}
    return {
        (one.part.table, *one.part.pairs)
        for one in rule.elsewhere
        if any((one.part.table, column) in emptied for column, _ in one.part.pairs)
    }


def _refers(one: Elsewhere) -> Condition:
    return release.refers(one.part.columns, one.part.of, one.part.referred)
