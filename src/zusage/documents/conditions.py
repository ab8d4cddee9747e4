"""Conditions on rows in words, for want of better ones: a manifest that says them itself reads better."""

from __future__ import annotations

from typing import assert_never

from zusage.promises import condition as c
from zusage.promises.manifest import Manifest

from .catalogue import Catalogue
from .columns import table_in_words


def clause(node: c.Condition, manifest: Manifest, table: str, say: Catalogue) -> str:
    """A clause such as „„status“ gleich „closed“ ist“, to stand after „wenn“."""

    def inner(part: c.Condition) -> str:
        return clause(part, manifest, table, say)

    match node:
        case c.Compare(operator, left, right):
            return say(f"condition.{operator}", left=_term(left, say), right=_term(right, say))
        case c.IsNull(c.Column(name, None)) if f"{table}.{name}" in manifest.events:
            return say("condition.not_yet", event=say.of(manifest.events[f"{table}.{name}"]))
        case c.IsNull(term):
            return say("condition.missing", term=_term(term, say))
        case c.Not(c.IsNull(c.Column(name, None))) if f"{table}.{name}" in manifest.events:
            return say.of(manifest.events[f"{table}.{name}"])
        case c.Not(c.IsNull(term)):
            return say("condition.given", term=_term(term, say))
        case c.Not(c.OneOf(term, values)):
            return say("condition.none_of", term=_term(term, say), values=say.listed((_term(v, say) for v in values), "or"))
        case c.OneOf(term, values):
            return say("condition.one_of", term=_term(term, say), values=say.listed((_term(v, say) for v in values), "or"))
        case c.Like(term, pattern):
            return say("condition.like", term=_term(term, say), pattern=say.quoted(pattern))
        case c.And(parts):
            return say.listed(inner(part) for part in parts)
        case c.Or(parts):
            return say.listed((inner(part) for part in parts), "or")
        case c.Not(part):
            return say("condition.not", part=inner(part))
        case c.Surely(part) | c.Possibly(part):
            return inner(part)
        case c.Exists(other, where):
            there = f"{table.split('.', 1)[0]}.{other}"
            return say("condition.exists", table=table_in_words(manifest, say, there), part=clause(where, manifest, there, say))
        case c.Among(name):
            return say("condition.raw", text=say.quoted(name))
        case c.Under(_, columns) | c.Rare(columns=columns):  # no manifest says it
            return say("condition.raw", text=say.quoted(", ".join(columns)))
        case c.Truth(value):
            return say("condition.always" if value else "condition.never")
        case c.Before() | c.Placeable() | c.Shaped():
            return say("condition.raw", text=say.quoted(node.column.name))
    assert_never(node)


def _term(term: c.Term, say: Catalogue) -> str:
    match term:
        case c.Column(name):
            return say.quoted(name)
        case c.Literal(None):
            return say("condition.null")
        case c.Literal(bool(value)):
            return say("condition.true" if value else "condition.false")
        case c.Literal(str(value)):
            return say.quoted(value)
        case c.Literal(value):
            return str(value)
        case c.Call("coalesce", (first, *others)) if all(isinstance(other, c.Literal) for other in others):
            return _term(first, say)
        case c.Call(function, arguments):
            return f"{function}({', '.join(_term(argument, say) for argument in arguments)})"
    assert_never(term)
