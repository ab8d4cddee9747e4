"""Conditions on rows in words, for want of better ones: a manifest that says them itself reads better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from zusage.promises import condition as c
from zusage.promises.manifest import Manifest

from .catalogue import Catalogue
from .columns import column_in_words, table_in_words, value_in_words


def clause(node: c.Condition, manifest: Manifest, table: str, say: Catalogue) -> str:
    """A clause such as „„status“ gleich „closed“ ist“, to stand after „wenn“."""
    return _Table(manifest, table, say).clause(node)


@dataclass(frozen=True, slots=True)
class _Table:
    """Whose columns conditions are about, and the words for them."""

    manifest: Manifest
    #: as system.table
    name: str
    say: Catalogue

    def clause(self, node: c.Condition) -> str:
        """The condition as a clause."""
        say = self.say
        match node:
            case c.Compare("=", c.Column() as column, c.Literal(bool(holds))):
                return say("condition.holds" if holds else "condition.holds_not", term=self._term(column))
            case c.Compare(operator, left, right):
                return say(f"condition.{operator}", left=self._term(left), right=self._value(left, right))
            case c.IsNull(part):
                event = self._event(part)
                return say("condition.not_yet", event=event) if event else say("condition.missing", term=self._term(part))
            case c.OneOf(part, some):
                return say("condition.one_of", term=self._term(part), values=self._values(part, some))
            case c.Like(part, pattern):
                return say("condition.like", term=self._term(part), pattern=say.quoted(pattern))
            case c.And(parts):
                return say.listed(self.clause(one) for one in parts)
            case c.Or(parts):
                return say.listed((self.clause(one) for one in parts), "or")
            case c.Not(beneath):
                return self._denied(beneath)
            case c.Surely(beneath) | c.Possibly(beneath):
                return self.clause(beneath)
            case c.Exists(other, where):
                there = _Table(self.manifest, self._where(other), say)
                return say("condition.exists", table=table_in_words(self.manifest, say, there.name), part=there.clause(where))
            case c.Among(name):
                return say("condition.raw", text=column_in_words(self.manifest, say, self.name, name))
            case c.Under(_, columns) | c.Rare(columns=columns):  # no manifest says it
                return say("condition.raw", text=say.quoted(", ".join(columns)))
            case c.Truth(value):
                return say("condition.always" if value else "condition.never")
            case c.Before() | c.Placeable() | c.Shaped():
                return say("condition.raw", text=self._term(node.column))
        assert_never(node)

    def _denied(self, node: c.Condition) -> str:
        """What does not hold: in words of its own where there are such."""
        say = self.say
        match node:
            case c.Compare("=", c.Column() as column, c.Literal(bool(holds))):
                return say("condition.holds_not" if holds else "condition.holds", term=self._term(column))
            case c.IsNull(part):
                return self._event(part) or say("condition.given", term=self._term(part))
            case c.OneOf(part, some):
                return say("condition.none_of", term=self._term(part), values=self._values(part, some))
            case _:
                return say("condition.not", part=self.clause(node))

    def _event(self, part: c.Term) -> str:
        """What has happened where a column of the table holds a time; empty where the manifest does not say it."""
        match part:
            case c.Column(name, None) if said := self.manifest.events.get(f"{self.name}.{name}"):
                return self.say.of(said)
            case _:
                return ""

    def _values(self, of: c.Term, some: Sequence[c.Term]) -> str:
        return self.say.listed((self._value(of, one) for one in some), "or")

    def _value(self, of: c.Term, value: c.Term) -> str:
        """A value by what the manifest says that it stands for in the column."""
        match of, value:
            case c.Column(name, there), c.Literal(bool() | int() | str() as given):
                if found := value_in_words(self.manifest, self.say, self._where(there), name, given):
                    return self.say.quoted(found)
        return self._term(value)

    def _where(self, there: str | None) -> str:
        """The table that a column names, as system.table."""
        return f"{self.name.split('.', 1)[0]}.{there}" if there else self.name

    def _term(self, term: c.Term) -> str:
        say = self.say
        match term:
            case c.Column(name, there):
                return column_in_words(self.manifest, say, self._where(there), name)
            case c.Literal(None):
                return say("condition.null")
            case c.Literal(bool(value)):
                return say("condition.true" if value else "condition.false")
            case c.Literal(str(value)):
                return say.quoted(value)
            case c.Literal(value):
                return str(value)
            case c.Call("coalesce", (first, *others)) if all(isinstance(other, c.Literal) for other in others):
                return self._term(first)
            case c.Call(function, arguments):
                return say(f"condition.of.{function}", terms=", ".join(map(self._term, arguments)))
        assert_never(term)
