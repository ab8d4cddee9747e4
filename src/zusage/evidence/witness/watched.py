"""Of which rules recipients are told, and of which rows each had received something: by the manifest alone, never from a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from zusage.planning.places import Place, places
from zusage.promises.aggregates import statistics_of
from zusage.promises.condition import (
    ALWAYS,
    NEVER,
    Column,
    Condition,
    Literal,
    Not,
    OneOf,
    Surely,
    all_of,
    any_of,
    exists_beside,
    joined,
)
from zusage.promises.derive import protections_of
from zusage.promises.inside import is_inside, items_in
from zusage.promises.manifest import Manifest, Recipient
from zusage.promises.promise import Rule, Waits

from .. import sorting
from ..carrying import carries
from ..sorting import Outlook, upwards


@dataclass(frozen=True, slots=True)
class Watched:
    """A rule whose rows are noted."""

    rule: Rule
    #: recipient → the rows of the rule's table of which it had received something
    receives: Mapping[str, Condition]
    #: recipients that must be told of each row which the rule itself takes
    everybody: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """From a row to the key of the person whose it is."""

    people: str
    column: str
    #: each table on the way, its column that is referred to, and the one that leads on
    above: tuple[tuple[str, str, str], ...] = ()


def watched(manifest: Manifest, rules: Sequence[Rule]) -> tuple[Watched, ...]:
    """Every rule that deletes or anonymises rows of which somebody must be told."""
    found = (_watched(manifest, rule, rules) for rule in rules if _ends(manifest, rule))
    return tuple(one for one in found if one.receives or one.everybody)


def takers(rules: Iterable[Rule], rule: Rule) -> tuple[Rule, ...]:
    """Every rule that can take the rows of a rule's table, by itself or with what they belong to."""
    return tuple(one for one in rules if one.system == rule.system and rule.table in {one.table, *(p.table for p in one.parts)})


def takes(outlook: Outlook, promise: str, rule: Rule) -> bool:
    """Whether a step for a promise can take rows of a rule's table; of a promise that is no longer known nobody can tell that it cannot."""
    first, _, rest = promise.partition("/")
    if first == "blocked":
        return rest == rule.system
    if by := next((one for one in outlook.rules if one.id == "/".join(promise.split("/")[:2])), None):
        alike = [one.id for one in outlook.rules if (one.system, one.table) == (by.system, by.table)]
        return any(one.id in alike for one in takers(outlook.rules, rule))
    figures = {one.id: (one.system, one.table) for one in statistics_of(outlook.manifest)}
    known = figures | {one.id: (one.system, one.table) for one in protections_of(outlook.manifest)}
    return promise not in known or known[promise] == (rule.system, rule.table)


def _ends(manifest: Manifest, rule: Rule) -> bool:
    """Its rows end: a pseudonym is still somebody's."""
    pseudonyms = any(change.how in ("pseudonymise", "code") for change in rule.changes)
    return rule.system in manifest.databases and bool(rule.at_most and rule.start) and not pseudonyms


def _watched(manifest: Manifest, rule: Rule, rules: Iterable[Rule]) -> Watched:
    """Who gets the data of everybody is told by the rule that takes the row: of which row is certain where each rule that can is of such an activity."""
    told = {name: one for name, one in manifest.recipients.items() if one.notices and one.notices.rules == "told"}
    of_all = {name for name, one in told.items() if one.notices and one.notices.everybody}
    certain = of_all.intersection(*(manifest.activities[one.activity].recipients for one in takers(rules, rule)))
    where = {
        name: any_of(*([ALWAYS] if name in certain else []), *_named(manifest, rule, name, one)) for name, one in told.items()
    }
    receives = {name: rows for name, rows in where.items() if rows != NEVER}
    return Watched(rule, receives, frozenset(of_all.intersection(manifest.activities[rule.activity].recipients)))


def _named(manifest: Manifest, rule: Rule, name: str, recipient: Recipient) -> Iterator[Condition]:
    """Rows to which a row belongs that names the recipient, and that go with it."""
    texts = (name, *recipient.known_as, recipient.title.de, recipient.title.en)
    for part in rule.parts if rule.deletes else ():  # of a change, it depends on what was told to each whether it matters
        table = f"{rule.system}.{part.table}"
        said = (activity.data[table].discloses for activity in manifest.activities.values() if table in activity.data)
        if disclosed := next((one for one in said if one), None):
            values = tuple(Literal(text) for text in dict.fromkeys(texts))
            yield upwards(rule, part.table, Surely(OneOf(Column(disclosed.recipient), values)))


def soon_over(outlook: Outlook, rule: Rule, ahead: timedelta, above: Sequence[Rule] = ()) -> Condition:
    """Rows that the rule will take within some time: that go, or are blocked, and carry still what must go.

    One that waits is among them where whatever it waits for will have gone by then. ``above``: the rules that wait for this one.
    """
    later, alone = replace(outlook, as_of=outlook.as_of + ahead), replace(rule, waits=())
    ends = [sorting.at_most(later, alone)]
    if rule.purpose_start and rule.purpose_ends:
        ends.append(sorting.purpose_ended(later, alone))
    over = any_of(*(all_of(*(Not(Surely(condition)) for _, condition in cases)) for cases in ends))
    return all_of(over, *(Not(_stays(outlook, rule, waits, ahead, above)) for waits in rule.waits))


def _stays(outlook: Outlook, rule: Rule, waits: Waits, ahead: timedelta, above: Sequence[Rule]) -> Condition:
    """Something for which a row waits is there still after some time."""
    known = (*above, rule)
    first = [
        one for one in outlook.rules if (one.system, one.table) == (rule.system, waits.table) and one.deletes and one not in known
    ]
    going = [] if waits.table == rule.table else [soon_over(outlook, one, ahead, known) for one in first]
    link = joined(waits.columns, None, waits.referred, rule.table)
    return exists_beside(waits.table, rule.table, all_of(link, *(Not(Surely(one)) for one in going)))


def still(rule: Rule) -> Condition:
    """Rows that the rule has not taken."""
    return carries(rule.changes) if rule.changes else ALWAYS


def ways(manifest: Manifest, rule: Rule) -> tuple[Way, ...] | None:
    """How it is told whose a row is; None where that cannot be followed from row to row."""
    if rule.person:
        return (Way(*rule.person),)
    table = f"{rule.system}.{rule.table}"
    found = [(kind, place) for kind in manifest.people for place in places(manifest, kind) if place.table == table]
    theirs = [_way(kind, place) for kind, place in found if not place.candidate]
    return None if None in theirs else tuple(one for one in theirs if one)


def _way(people: str, place: Place) -> Way | None:
    """The links from a place to the top, where each is one column of one system."""
    here: Place | None = place
    columns = []
    while here is not None:
        if len(here.own) != 1 or here.fixed or (here.link and here.link.fixed) or here.system != place.system:
            return None
        columns.append((here.bare, here.own[0], here.referred[0] if here.referred else ""))
        here = here.above if not here.column else None
    if any(is_inside(column) or items_in(column) for _, column, _ in columns):
        return None
    above = ((table, referred, leads) for (_, _, referred), (table, leads, _) in pairwise(columns))
    return Way(people, columns[0][1], tuple(above))
