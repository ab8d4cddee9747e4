"""Which tables are about people, which stand for themselves and which belong to another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from zusage.promises.checking.answers import GUESSED
from zusage.promises.inventory import Inventory, TableInfo

from .columns import ColumnGuess, guess_columns
from .hints import Hint, hints
from .relations import Relation, relations
from .vocabulary import vocabulary, words_of

TableKind = Literal["session", "log", "consent", "voucher", "letter", "order", "application", "inquiry", "person", "other"]
#: kinds that are about people even where no column says so
_ABOUT_PEOPLE = frozenset({"session", "log", "consent", "application", "inquiry", "person"})
#: kinds that keep a time of their own, even where they belong to a person
_ON_THEIR_OWN = frozenset({"session", "log", "order", "application", "inquiry", "consent"})
_SAYABLE = re.compile(r"(?!.* (via|where) )[^\s.()]+( +[^\s.()]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGuess:
    """A table, what it is taken for, and why."""

    table: TableInfo
    kind: TableKind
    columns: tuple[ColumnGuess, ...]
    reason: str
    #: the relation by which its rows live and die with those of another table
    part_of: Relation | None = None

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """All tables of a system, sorted."""

    personal: Mapping[str, TableGuess]
    #: table → why it is taken to be about nobody
    impersonal: Mapping[str, str]
    views: tuple[str, ...]
    #: tables whose names a manifest cannot hold
    unsayable: tuple[str, ...]
    relations: tuple[Relation, ...]
    hints: Mapping[str, tuple[Hint, ...]] = field(default_factory=dict)
    #: tables whose rows are seen in another
    partitions: tuple[str, ...] = ()

    def root_of(self, name: str) -> str:
        """The table with which rows of a table live and die; the table itself where it stands alone."""
        guess = self.personal[name]
        return self.root_of(guess.part_of.parent) if guess.part_of else name


def sort_tables(inventory: Inventory) -> Sorted:
    """Sort the tables of a system."""
    sayable = {n: t for n, t in sorted(inventory.tables.items()) if not (t.is_view or t.inherits) and _can_be_said(t)}
    related = tuple(r for r in relations(inventory) if r.child in sayable and r.parent in sayable)
    guesses = {name: _first_look(table) for name, table in sayable.items()}
    suggested = {name: found for name, found in hints(inventory).items() if name in sayable}
    reasons = _personal(guesses, related, suggested)
    personal = {name: _named(guesses[name], reasons[name]) for name in sayable if name in reasons}
    inner = tuple(r for r in related if r.child in personal and r.parent in personal)
    copies = {(name, hint.copies) for name, listed in suggested.items() for hint in listed if hint.copies}
    personal = _belonging(personal, inner, copies)
    return Sorted(
        personal=personal,
        impersonal={name: _why_not(guesses[name], suggested.get(name, ())) for name in sayable if name not in reasons},
        views=tuple(sorted(name for name, table in inventory.tables.items() if table.is_view)),
        unsayable=tuple(sorted(n for n, t in inventory.tables.items() if not (t.is_view or t.inherits) and n not in sayable)),
        relations=related,
        hints=suggested,
        partitions=tuple(_divided(inventory)),
    )


def _divided(inventory: Inventory) -> Iterator[str]:
    """Each table in which rows of others are seen, once, with how many these are and between which names they lie."""
    for root in sorted(name for name, table in inventory.tables.items() if not table.inherits):
        if below := sorted(table.name for table in inventory.below(root)):
            named = below[0] if len(below) == 1 else f"{below[0]} to {below[-1]}"
            yield f"{root} (with the rows of {len(below)}: {named})"


def _can_be_said(table: TableInfo) -> bool:
    """In a schema of its own it is named with that, as schema.table."""
    parts = [table.bare, *([table.schema] if table.schema else [])]
    return all(map(_SAYABLE.fullmatch, parts)) and all(n.isprintable() for n in (table.name, *(c.name for c in table.columns)))


def _first_look(table: TableInfo) -> tuple[str | None, tuple[ColumnGuess, ...], TableInfo]:
    return vocabulary().table_kind(words_of(table.bare)), guess_columns(table), table


_Look = tuple[str | None, tuple[ColumnGuess, ...], TableInfo]


def _personal(
    guesses: Mapping[str, _Look], related: tuple[Relation, ...], suggested: Mapping[str, tuple[Hint, ...]]
) -> dict[str, str]:
    """The tables that are about people, with the reason: what they hold, what they are called, or to whom they refer."""
    found: dict[str, str] = {}
    for name, (kind, columns, _) in guesses.items():
        telling = [column.name for column in columns if column.role == "personal"]
        if kind == "bookkeeping":
            continue
        if telling:
            found[name] = f"{', '.join(telling[:3])} {'is' if len(telling) == 1 else 'are'} about a person"
        elif kind in _ABOUT_PEOPLE:
            found[name] = f"the name sounds like {_spoken(kind)}"
        elif hint := next((one for one in suggested.get(name, ()) if one.personal and not one.copies), None):
            found[name] = hint.why
    grown = True
    while grown:
        grown = False
        for relation in related:
            if relation.parent in found and relation.child not in found and guesses[relation.child][0] != "bookkeeping":
                found[relation.child] = f"its rows refer to {relation.parent} through {', '.join(relation.columns)}"
                grown = True
        for name, listed in suggested.items():
            if name not in found and any(hint.copies in found for hint in listed):
                found[name] = "its rows seem to be copies of rows about people"
                grown = True
            if name not in found and (naming := next((hint for hint in listed if hint.names in found), None)):
                found[name] = naming.why
                grown = True
    return found


def _spoken(kind: str | None) -> str:
    return {"person": "people", "inquiry": "messages of people", "application": "applications of people"}.get(
        kind or "", f"a {kind}"
    )


def _named(look: _Look, reason: str) -> TableGuess:
    kind, columns, table = look
    return TableGuess(table=table, kind=kind or "other", columns=columns, reason=reason)  # type: ignore[arg-type]


def _why_not(look: _Look, suggested: tuple[Hint, ...]) -> str:
    kind, columns, _ = look
    if kind == "bookkeeping":
        return "bookkeeping of the program that made the tables"
    maybe = [column.name for column in columns if column.role == "maybe"]
    beside = f"; {', '.join(maybe)} {'is' if len(maybe) == 1 else 'are'} taken to be about things" if maybe else ""
    sounds = f"; yet its name sounds like {_spoken(kind)}, which is seldom about nobody" if kind else ""
    return f"{GUESSED} no column looks personal and no key leads to a person{beside}{sounds}" + "".join(
        f"; {h.text}" for h in suggested
    )


def _belonging(
    personal: dict[str, TableGuess], related: tuple[Relation, ...], copies: Set[tuple[str, str]]
) -> dict[str, TableGuess]:
    """Say for each table to which other one its rows belong, if to any; never in a circle. A copy belongs to what it copies."""
    chosen: dict[str, Relation] = {}
    for name, guess in personal.items():
        copied = next((r for r in related if r.child == name and (name, r.parent) in copies and not r.beside), None)
        relation = copied or _belongs_to(guess, [r for r in related if r.child == name], personal)
        if relation and not _leads_to(chosen, relation.parent, name):
            chosen[name] = relation
    return {
        name: TableGuess(table=guess.table, kind=guess.kind, columns=guess.columns, reason=guess.reason, part_of=chosen.get(name))
        for name, guess in personal.items()
    }


def _leads_to(chosen: Mapping[str, Relation], start: str, end: str) -> bool:
    while start != end and start in chosen:
        start = chosen[start].parent
    return start == end


def _belongs_to(guess: TableGuess, ways: list[Relation], personal: Mapping[str, TableGuess]) -> Relation | None:
    firm = [way for way in ways if not (way.nullable or way.beside) and way.parent != guess.name]
    things = [way for way in firm if personal[way.parent].kind != "person"]
    if guess.kind in {"voucher", "letter"}:  # kept by a duty of their own, unless they are lines of such
        things = firm = [way for way in things if personal[way.parent].kind == guess.kind]
    if not firm:
        return None
    if guess.kind in _ON_THEIR_OWN and not things and not firm[0].only_one:
        return None
    return min(things or firm, key=lambda way: (not way.only_one, not way.declared))
