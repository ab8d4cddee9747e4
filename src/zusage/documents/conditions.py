"""Conditions on rows in words, for want of better ones: a manifest that says them itself reads better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from zusage.promises import condition as c
from zusage.promises.manifest import Manifest

from .catalogue import Catalogue
from .columns import column_in_words, table_in_words, value_in_words


def clause(node: c.Condition, manifest: Manifest, table: str, say: Catalogue) -> str:
    """A clause such as „„status“ gleich „closed“ ist“, to stand after „wenn“."""

    def inner(part: c.Condition) -> str:
        return clause(part, manifest, table, say)

    def term(part: c.Term) -> str:
        return _term(part, manifest, table, say)

    def values(of: c.Term, some: Sequence[c.Term]) -> str:
        return say.listed((_value(of, one, manifest, table, say) for one in some), "or")

    match node:
        case c.Compare("=", c.Column() as column, c.Literal(bool(holds))):
            return say("condition.holds" if holds else "condition.holds_not", term=term(column))
        case c.Not(c.Compare("=", c.Column() as column, c.Literal(bool(holds)))):
            return say("condition.holds_not" if holds else "condition.holds", term=term(column))
        case c.Compare(operator, left, right):
            return say(f"condition.{operator}", left=term(left), right=_value(left, right, manifest, table, say))
        case c.IsNull(c.Column(name, None)) if f"{table}.{name}" in manifest.events:
            return say("condition.not_yet", event=say.of(manifest.events[f"{table}.{name}"]))
        case c.IsNull(part):
            return say("condition.missing", term=term(part))
        case c.Not(c.IsNull(c.Column(name, None))) if f"{table}.{name}" in manifest.events:
            return say.of(manifest.events[f"{table}.{name}"])
        case c.Not(c.IsNull(part)):
            return say("condition.given", term=term(part))
        case c.Not(c.OneOf(part, some)):
            return say("condition.none_of", term=term(part), values=values(part, some))
        case c.OneOf(part, some):
            return say("condition.one_of", term=term(part), values=values(part, some))
        case c.Like(part, pattern):
            return say("condition.like", term=term(part), pattern=say.quoted(pattern))
        case c.And(parts):
            return say.listed(inner(one) for one in parts)
        case c.Or(parts):
            return say.listed((inner(one) for one in parts), "or")
        case c.Not(beneath):
            return say("condition.not", part=inner(beneath))
        case c.Surely(beneath) | c.Possibly(beneath):
            return inner(beneath)
        case c.Exists(other, where):
            there = f"{table.split('.', 1)[0]}.{other}"
            return say("condition.exists", table=table_in_words(manifest, say, there), part=clause(where, manifest, there, say))
        case c.Among(name):
            return say("condition.raw", text=column_in_words(manifest, say, table, name))
        case c.Under(_, columns) | c.Rare(columns=columns):  # no manifest says it
            return say("condition.raw", text=say.quoted(", ".join(columns)))
        case c.Truth(value):
            return say("condition.always" if value else "condition.never")
        case c.Before() | c.Placeable() | c.Shaped():
            return say("condition.raw", text=term(node.column))
    assert_never(node)


def _value(of: c.Term, value: c.Term, manifest: Manifest, table: str, say: Catalogue) -> str:
    """A value by what the manifest says that it stands for in the column."""
    match of, value:
        case c.Column(name, there), c.Literal(bool() | int() | str() as given):
            if found := value_in_words(manifest, say, _where(table, there), name, given):
                return say.quoted(found)
    return _term(value, manifest, table, say)


def _where(table: str, there: str | None) -> str:
    """The table that a column names, as system.table."""
    return f"{table.split('.', 1)[0]}.{there}" if there else table


def _term(term: c.Term, manifest: Manifest, table: str, say: Catalogue) -> str:
    match term:
        case c.Column(name, there):
            return column_in_words(manifest, say, _where(table, there), name)
        case c.Literal(None):
            return say("condition.null")
        case c.Literal(bool(value)):
            return say("condition.true" if value else "condition.false")
        case c.Literal(str(value)):
            return say.quoted(value)
        case c.Literal(value):
            return str(value)
        case c.Call("coalesce", (first, *others)) if all(isinstance(other, c.Literal) for other in others):
            return _term(first, manifest, table, say)
        case c.Call(function, arguments):
            listed = ", ".join(_term(argument, manifest, table, say) for argument in arguments)
            return say(f"condition.of.{function}", terms=listed)
    assert_never(term)
