"""Whose the rows of tables are that do not say so themselves: the way to people over other tables.

1.  A record of people leads to them, a table that refers to one does, and what belongs to rows leads where these lead.
2.  Of the others a table leads to people that refers to one that does, however many tables lie between: the shorter way first.
3.  Of several ways the one is proposed that a foreign key says, and of these one that does not only tell in which part somebody
    stands beside the row; the others are asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .relations import Relation
from .tables import Sorted


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the rows of a table to people."""

    #: from the table itself to the record, each refers to the next
    links: tuple[Relation, ...]

    @property
    def relation(self) -> Relation:
        """The first link."""
        return self.links[0]

    @property
    def direct(self) -> bool:
        """The rows bear the key of the record themselves."""
        return len(self.links) == 1

    @property
    def reason(self) -> str:
        """Why it is believed, link by link."""
        if self.direct:
            return self.relation.reason
        told = " → ".join((self.relation.child, *(link.parent for link in self.links)))
        guessed = [f"{link.child}.{', '.join(link.columns)}" for link in self.links if not link.declared]
        why = f"{', '.join(guessed)} guessed by the name alone" if guessed else "foreign keys say so all the way"
        return f"they are about whom these rows are about: {told}; {why}"


def ways_to_people(found: Sorted, records: Mapping[str, str]) -> dict[str, tuple[Way, ...]]:
    """For each table that leads to people all its ways, the one to be proposed first; none for the records themselves.

    ``records`` are the tables of people with the columns that are their keys.
    """
    ways: dict[str, tuple[Way, ...]] = dict.fromkeys(records, ())
    while True:
        further = {
            name: reached for name in found.personal if name not in ways and (reached := _reached(name, found, records, ways))
        }
        if not further:
            return {name: one for name, one in ways.items() if name not in records}
        ways |= further


def _reached(name: str, found: Sorted, records: Mapping[str, str], ways: Mapping[str, tuple[Way, ...]]) -> tuple[Way, ...]:
    """The ways over what leads to people already (2); what belongs to rows has none but theirs (1)."""
    part = found.personal[name].part_of
    links = (part,) if part else (one for one in found.relations if one.child == name and one.parent != name)
    usable = [one for one in links if one.parent in ways]
    reached = [Way((one, *(ways[one.parent][0].links if ways[one.parent] else ()))) for one in usable]
    keyed = {id(one) for one in usable if records.get(one.parent) in (None, *one.referred[:1])}
    return tuple(  # 3
        sorted(
            reached,
            key=lambda way: (way.relation.beside, not way.relation.declared, id(way.relation) not in keyed, len(way.links)),
        )
    )


def other_ways(name: str, ways: Mapping[str, tuple[Way, ...]]) -> Iterator[str]:
    """What is asked where rows lead to people in several ways."""
    first, *more = ways.get(name, ()) or (None,)
    if first and more:
        others = ", ".join(f"{', '.join(way.relation.columns)} (to {way.relation.parent})" for way in more)
        yield (
            f"rows of {name} lead to people through {', '.join(first.relation.columns)}, which is proposed, and through {others}: "
            "whose are they, and who is only named in them?"
        )
