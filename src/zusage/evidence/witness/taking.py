"""Rows are noted at the end of a look, so that the next one can ask what became of them.

1.  Of each rule, and of each recipient that must be told of its rows, at most so many rows are noted; those whose time is over next, for any
    others would hardly go before the next look. How far ahead that is follows from how long ago the last look was.
2.  A recipient whom an earlier notice of an erasure of the same person tells of this row as well, or may, is not noted.
3.  Codes alone are noted, and never a key or a value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.keyed import with_keys
from zusage.planning.plan import Selection
from zusage.promises.condition import all_of
from zusage.promises.promise import Rule

from ..sorting import Outlook
from .looking import MOST, key_of
from .sighting import Sighting, Witness
from .watched import Watched, soon_over, still, takers, ways

#: how far ahead rows are noted at the first look, at least, and at most
_FIRST, _LEAST, _FURTHEST = timedelta(days=7), timedelta(days=2), timedelta(days=31)

#: a primary key as its driver has it
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Taker:
    """Through what rows are noted."""

    outlook: Outlook
    readers: Mapping[str, Reader | SystemTrouble]
    witness: Witness
    #: when rows were noted last; None: never
    last: datetime | None

    def take(self, watched: Iterable[Watched], kept: Collection[Sighting]) -> Iterator[Sighting]:
        """What is noted on, and what is noted anew; of a system that cannot be looked at now, nothing."""
        yield from kept
        known = {(one.rule, one.row, one.recipient) for one in kept if not one.missed}  # a key may have been given again
        for rule in watched:
            reader = self.readers.get(rule.rule.system)
            if reader is None or isinstance(reader, SystemTrouble):
                continue
            try:
                found = self._of(rule, reader)
            except SystemTrouble:
                continue
            yield from (one for one in found if (one.rule, one.row, one.recipient) not in known)

    @property
    def ahead(self) -> timedelta:
        """How far ahead rows are noted (1)."""
        if self.last is None:
            return _FIRST
        return min(max(2 * (self.outlook.as_of - self.last), _LEAST), _FURTHEST)

    def _of(self, one: Watched, reader: Reader) -> list[Sighting]:
        rule, key = one.rule, key_of(reader, one.rule)
        soon = all_of(soon_over(self.outlook, rule, self.ahead), still(rule))
        pairs = list[tuple[Key, str]]()
        with reader.snapshot():
            for recipient, where in one.receives.items() if key else ():
                selection = Selection(system=rule.system, table=rule.table, where=all_of(soon, where))
                pairs += [(tuple(row), recipient) for row in reader.rows(selection, key, MOST // len(one.receives))]
            codes = self._codes(rule, reader, key, dict.fromkeys(row for row, _ in pairs)) if pairs else {}
        before = self.witness.covered({code for known in codes.values() for code in known})
        return [
            Sighting(rule=rule.id, row=code, codes=codes[row], recipient=recipient, at=self.outlook.as_of)
            for row, recipient in pairs
            if (code := self.witness.row(rule.system, rule.table, row))
            and not any(recipient in before.get(known, ()) for known in codes[row])
        ]

    def _codes(self, rule: Rule, reader: Reader, key: Sequence[str], rows: Iterable[Key]) -> Mapping[Key, frozenset[str]]:
        """By the key of each row the codes under which a notice can be about it.

        None where nobody can tell: it cannot be followed whose it is, or it is nobody's and may go with a row to which it belongs.
        """
        found, how = dict[Key, set[str]]((row, set()) for row in rows), ways(self.outlook.manifest, rule)
        named = Selection(system=rule.system, table=rule.table, where=with_keys(key, found))
        for way in how or ():
            for row in reader.led(named, (*key, way.column), way.above):
                if row[-1] is not None and (mine := tuple(row[: len(key)])) in found:
                    found[mine].add(self.witness.of_person(way.people, str(row[-1])))
        within = any(one.table != rule.table for one in takers(self.outlook.rules, rule))
        return {
            row: frozenset()
            if how is None or (within and not people)
            else self.witness.of_row(rule.system, rule.table, row) | people
            for row, people in found.items()
        }
