"""Of which rules recipients are told, and of which rows each had received something: by the manifest alone, never from a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from zusage.planning.places import Place, places
from zusage.promises.condition import ALWAYS, NEVER, Column, Condition, Literal, Not, OneOf, Surely, all_of, any_of
from zusage.promises.inside import is_inside, items_in
from zusage.promises.manifest import Manifest, Recipient
from zusage.promises.promise import Rule

from .. import sorting
from ..sorting import Outlook, upwards


@dataclass(frozen=True, slots=True)
class Watched:
    """A rule whose rows are noted."""

    rule: Rule
    #: recipient → the rows of the rule's table of which it had received something
    receives: Mapping[str, Condition]

    @property
    def everybody(self) -> frozenset[str]:
        """Recipients of which it is known that they had received something of each row."""
        return frozenset(name for name, where in self.receives.items() if where == ALWAYS)


@dataclass(frozen=True, slots=True)
class Way:
    """From a row to the key of the person whose it is."""

    people: str
    column: str
    #: each table on the way, its column that is referred to, and the one that leads on
    above: tuple[tuple[str, str, str], ...] = ()


def watched(manifest: Manifest, rules: Iterable[Rule]) -> tuple[Watched, ...]:
    """Every rule that deletes or anonymises rows of which somebody must be told."""
    found = (Watched(rule, _receives(manifest, rule)) for rule in rules if _ends(manifest, rule))
    return tuple(one for one in found if one.receives)


def _ends(manifest: Manifest, rule: Rule) -> bool:
    """Its rows end: a pseudonym is still somebody's."""
    pseudonyms = any(change.how in ("pseudonymise", "code") for change in rule.changes)
    return rule.system in manifest.databases and bool(rule.at_most and rule.start) and not pseudonyms


def _receives(manifest: Manifest, rule: Rule) -> Mapping[str, Condition]:
    found: dict[str, Condition] = {}
    everywhere = manifest.activities[rule.activity].recipients
    for name, recipient in manifest.recipients.items():
        if recipient.notices is None or recipient.notices.rules != "told":
            continue
        all_of_them = [ALWAYS] if recipient.notices.everybody and name in everywhere else []
        where = any_of(*all_of_them, *_named(manifest, rule, name, recipient))
        if where != NEVER:
            found[name] = where
    return found


def _named(manifest: Manifest, rule: Rule, name: str, recipient: Recipient) -> Iterator[Condition]:
    """Rows to which a row belongs that names the recipient, and that go with it."""
    texts = (name, *recipient.known_as, recipient.title.de, recipient.title.en)
    for part in rule.parts if rule.deletes else ():  # of a change, it depends on what was told to each whether it matters
        table = f"{rule.system}.{part.table}"
        said = (activity.data[table].discloses for activity in manifest.activities.values() if table in activity.data)
        if disclosed := next((one for one in said if one), None):
            values = tuple(Literal(text) for text in dict.fromkeys(texts))
            yield upwards(rule, part.table, Surely(OneOf(Column(disclosed.recipient), values)))


def soon_over(outlook: Outlook, rule: Rule, ahead: timedelta) -> Condition:
    """Rows that the rule will take within some time: that go, or are blocked, and carry still what must go."""
    later = replace(outlook, as_of=outlook.as_of + ahead)
    ends = [sorting.at_most(later, rule)]
    if rule.purpose_start and rule.purpose_ends:
        ends.append(sorting.purpose_ended(later, rule))
    return any_of(*(all_of(*(Not(Surely(condition)) for _, condition in cases)) for cases in ends))


def still(rule: Rule) -> Condition:
    """Rows that the rule has not taken."""
    return sorting.carries(rule.changes) if rule.changes else ALWAYS


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
