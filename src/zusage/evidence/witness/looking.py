"""Rows that a rule has taken are known by what was noted of them before, so that who must have been told is not taken from who told.

1.  What was noted and is neither in its table, as it was, nor blocked has gone. The whole table is gone through only for rows that are not
    where they were and of which nobody was told: of all others it does not matter.
2.  Each recipient that was noted with it is on the list of an erasure of the same person, or of the same row, since it was last seen. Which one
    does not matter: a demand tells as well as a rule.
3.  Where the journal knows of no step since that could have taken the row, the service itself has deleted it. That is counted apart: we
    could not tell of it beforehand, and whether the service told is not ours to see. A step that certainly took no row is none of these.
4.  Where nobody was told it is noted on, and is seen as long as it would be on record who was told. So is what a run took that was
    interrupted before it was settled who is on the list.
5.  For whom somebody answers is counted apart, with the number of the answer, as long as it would have been silent.
6.  What cannot be looked at is noted on as it is, and counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from zusage.connectors.port import Reader
from zusage.connectors.trouble import CannotHandle, SystemTrouble
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, Condition, all_of
from zusage.promises.promise import Rule

from ..sorting import Outlook
from .sighting import Sighting, Waiting, Witness, Witnessed
from .watched import Watched, soon_over, still, takes

#: within which rows are looked for before the whole table is gone through
_NEAR = timedelta(days=31)
#: of what nobody was told of, and of what is blocked, so much is noted on for each rule
MOST = 200


#: whether the recipient of a sighting is on the list of an erasure since; None where that is not settled yet
Told = Callable[[Sighting], bool | None]


@dataclass(frozen=True, slots=True)
class Sight:
    """Through what is looked."""

    outlook: Outlook
    readers: Mapping[str, Reader | SystemTrouble]
    witness: Witness
    watched: Sequence[Watched]

    def noted(self) -> Sequence[Sighting]:
        """What was noted at the last look."""
        return self.witness.sightings()

    def look(self, noted: Sequence[Sighting], told: Told, on_record: Callable[[Sighting], bool]) -> Witnessed:
        """What became of what was noted. ``on_record`` tells whether it would still be on record who was told."""
        by_rule, found = defaultdict[str, list[Sighting]](list), Witnessed(rules=len(self.watched))
        for one in noted:
            by_rule[one.rule].append(one)
        for rule in self.watched:
            mine = [one for one in by_rule[rule.rule.id] if one.recipient in rule.receives and on_record(one)]
            try:
                found = _added(found, self._of(rule.rule, mine, told))
            except SystemTrouble:
                found = _added(found, Witnessed(unseen=1, kept=tuple(mine)))
        self.witness.keep(found.kept)
        return found

    def _of(self, rule: Rule, noted: Sequence[Sighting], answers: Told) -> Witnessed:
        reader = self._reader(rule)
        if not key_of(reader, rule):
            return Witnessed(blind=1)
        open_, told = [one for one in noted if not one.missed], {one: answers(one) for one in noted}
        there = self._present(rule, reader, {one.row for one in open_}, near=True)
        away = [one for one in open_ if one.row not in there]
        waiting = self.witness.waiting(rule.system, rule.table) if away else Waiting()
        blocked = [one for one in away if waiting.has(one)]
        unclear = {one.row for one in away if one not in blocked and not told[one]}
        there |= self._present(rule, reader, unclear)
        stay = there | {one.row for one in blocked}
        gone = [one for one in noted if one.missed or one.row not in stay]
        ours = {one: told[one] for one in gone if one.missed or told[one] or self._by_us(rule, one)}
        untold, open_ends = ([one for one, answer in ours.items() if answer is is_] for is_ in (False, None))
        silent = [one for one in untold if one.answer is None]
        return Witnessed(
            there=len(stay),
            witnessed=len(ours) - len(open_ends),
            silent=len(silent),
            answered=tuple(one.answer for one in untold if one.answer),
            otherwise=len({one.row for one in gone if one not in ours}),
            kept=(
                *open_ends,
                *(replace(one, missed=True) for one in silent[:MOST]),
                *(one for one in untold if one.answer),
                *(replace(one, at=self.outlook.as_of) for one in blocked[:MOST]),
            ),
        )

    def _reader(self, rule: Rule) -> Reader:
        found = self.readers.get(rule.system)
        if found is None or isinstance(found, SystemTrouble):
            raise found or SystemTrouble(f"system {rule.system!r} is not among those that can be looked at")
        return found

    def _present(self, rule: Rule, reader: Reader, rows: Collection[str], *, near: bool = False) -> frozenset[str]:
        """Those of the rows that are in their table and not taken (1); ``near``: of those whose time is over soon, where most will be."""
        with reader.snapshot():
            where = soon_over(self.outlook, rule, _NEAR) if near else ALWAYS
            return frozenset(self._codes(rule, reader, where, rows))

    def _codes(self, rule: Rule, reader: Reader, where: Condition, wanted: Collection[str]) -> Iterator[str]:
        """Codes of rows that are among those wanted; ends when all are found."""
        left, key = set(wanted), key_of(reader, rule)
        selection = Selection(system=rule.system, table=rule.table, where=all_of(where, still(rule)))
        for row in reader.rows(selection, key) if left else ():
            if (code := self.witness.row(rule.system, rule.table, tuple(row))) in left and code:
                left.discard(code)
                yield code
            if not left:
                return

    def _by_us(self, rule: Rule, one: Sighting) -> bool:
        """Some step since could have taken the row (3)."""
        return any(takes(self.outlook, promise, rule) for promise in self.witness.worked(one.at))


def key_of(reader: Reader, rule: Rule) -> tuple[str, ...]:
    """The primary key of the rule's table; empty where rows cannot be told apart. Raises CannotHandle where there is no table."""
    table = reader.survey().tables.get(rule.table)
    if table is None:
        raise CannotHandle(f"system {rule.system!r} has no table {rule.table!r}")
    return table.primary_key


def _added(one: Witnessed, other: Witnessed) -> Witnessed:
    return Witnessed(
        rules=one.rules + other.rules,
        unseen=one.unseen + other.unseen,
        blind=one.blind + other.blind,
        there=one.there + other.there,
        witnessed=one.witnessed + other.witnessed,
        silent=one.silent + other.silent,
        answered=(*one.answered, *other.answered),
        otherwise=one.otherwise + other.otherwise,
        kept=(*one.kept, *other.kept),
    )
