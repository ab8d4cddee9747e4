"""Of which steps of a rule recipients are told, and by which links a row leads to what says who received it (Art. 19, 17(1) GDPR): pure.

1. A step tells that deletes rows or takes values out of them for good. What becomes a pseudonym is there still, and so is what is blocked:
   it is told when it goes from the vault.
2. Who received data of a row is said by tables of disclosures whose rows belong to it, or by the row itself. Where values are taken out
   of a row that stays, whoever is known to have received these values is told.
3. A recipient that gets the data of everybody in an activity is told of each row that a rule of the activity takes.
4. Rows are known by one column where others belong to them: what has keys of several is refused, not told by half.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zusage.promises.condition import Condition
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import Disclosed, Manifest
from zusage.promises.promise import Part

from .keyed import with_keys
from .plan import ChangeColumns, DeleteRows, Step
from .release import belongs_to

#: how a value is changed that is there still for whoever has the key
_STAYS = ("pseudonymise", "code")

#: kinds of keys that a condition can name as they are
_KEYS = ("integer", "text", "uuid")


class NotFollowed(Exception):
    """It cannot be told from a row who received its data: what, why and what to do."""

    def __init__(self, why: str) -> None:
        self.what = (
            f"{why}, so that recipients could not be told what ends (Art. 19 GDPR). Nothing would be changed. Give the table a key of one column "
            "that is a number, a text or a UUID, or say under notices: {rules: {excuse: …, because: …}} why the recipients need not be told"
        )
        super().__init__(f"{self.what}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From rows of a table to the row of the step that they belong to."""

    #: system.table
    table: str
    #: nearest first; none where it is the step's own table
    links: tuple[Part, ...]
    said: Disclosed | None = None

    def above(self, key: str) -> tuple[tuple[str, str, str], ...]:
        """Each table on the way, its column that is referred to, and the one that leads on; the last has the key."""
        leads = [*(link.pairs[0][0] for link in self.links[1:]), key]
        return tuple((link.of, link.pairs[0][1], on) for link, on in zip(self.links, leads, strict=True))

    @property
    def begins(self) -> tuple[str, ...]:
        """The column from which the way leads on, where it does."""
        return tuple(link.pairs[0][0] for link in self.links[:1])

    def where(self, of: Condition) -> Condition:
        """The rows of the table that belong to rows of the step's table for which a condition holds."""
        if not self.links:
            return of
        return belongs_to(list(self.links), self.links[0], self.links[-1].of, of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a step takes, and how it is found out who received it."""

    step: Step
    activity: str
    #: the columns by which a row of the step is known
    key: tuple[str, ...]
    #: recipients that get the data of everybody in the activity
    everybody: frozenset[str]
    #: what says who received data of a row
    disclosed: tuple[Way, ...]
    #: every table whose rows go or are changed with a row, by system.table, with each way up
    within: Mapping[str, tuple[Way, ...]]
    #: names of the columns and classes whose values are taken out of rows that stay, in small letters; None where rows go
    values: frozenset[str] | None

    def among(self, keys: Sequence[Sequence[str | int]]) -> Condition:
        """The rows with these keys."""
        return with_keys(self.key, keys)


def told_of_rules(manifest: Manifest) -> frozenset[str]:
    """The recipients that are told of what ends by a rule."""
    if manifest.telling is None:
        return frozenset()
    return frozenset(name for name, one in manifest.recipients.items() if one.notices and one.notices.rules == "told")


def taken(step: Step, manifest: Manifest, inventory: Inventory) -> Taken | None:
    """What a step takes of which recipients may have to be told; None where nobody has to be. Raises NotFollowed."""
    activity = step.promise.partition("/")[0]
    told = told_of_rules(manifest)
    if not told or activity not in manifest.activities or step.system not in manifest.databases or not _ends(step):
        return None
    within = _within(step)
    disclosed = tuple(_disclosed(manifest, within))
    names = (name for name, one in manifest.recipients.items() if name in told and one.notices and one.notices.everybody)
    everybody = frozenset(names) & frozenset(manifest.activities[activity].recipients)
    if not disclosed and not everybody:
        return None
    followed = [*disclosed, *(way for table in set(naming(manifest, told)) for way in within.get(table, ()))]
    return Taken(
        step=step,
        activity=activity,
        key=_key(step, inventory, [way for way in followed if way.links]),
        everybody=everybody,
        disclosed=disclosed,
        within=within,
        values=_values(step, manifest),
    )


def with_recipients(step: Step, manifest: Manifest, inventory: Inventory) -> Step:
    """The step, stopped where nobody could tell from its rows who is to be told of them."""
    try:
        taken(step, manifest, inventory)
    except NotFollowed as why:
        return replace(step, refused=(*step.refused, why.what))
    return step


def _ends(step: Step) -> bool:
    if step.promise.endswith("/restricted"):
        return False
    match step.action:
        case DeleteRows():
            return True
        case ChangeColumns(changes):
            return bool(changes) and all(change.how not in _STAYS for change in changes)
        case _:
            return False


def _within(step: Step) -> Mapping[str, tuple[Way, ...]]:
    """The step's table and what belongs to its rows, each with every way up: a row may belong to another by two links."""
    found: dict[str, list[Way]] = {step.table: [Way(table=f"{step.system}.{step.table}", links=())]}
    parts = step.parts if isinstance(step.action, DeleteRows) else step.below
    above = [()] if parts else list[tuple[Part, ...]]()
    while above:
        longer = [
            (part, *links)
            for links in above
            for part in parts
            if part.of == (links[0].table if links else step.table)
            and part.table not in {step.table, *(link.table for link in links)}
        ]
        for links in longer:
            found.setdefault(links[0].table, []).append(Way(table=f"{step.system}.{links[0].table}", links=links))
        above = longer
    return {f"{step.system}.{table}": tuple(ways) for table, ways in found.items()}


def _disclosed(manifest: Manifest, within: Mapping[str, tuple[Way, ...]]) -> Iterator[Way]:
    for table, ways in within.items():
        said = [activity.data[table] for activity in manifest.activities.values() if table in activity.data]
        for one in [one for one in said if one.discloses][:1]:
            yield from (replace(way, said=one.discloses) for way in ways if way.links or one.part_of is None)


def naming(manifest: Manifest, told: frozenset[str]) -> Iterator[str]:
    """Tables, as system.table, in which stands by what these recipients know people."""
    for name in told:
        notices = manifest.recipients[name].notices
        for column in notices.names.values() if notices else ():
            yield column.rpartition(".")[0]


def _key(step: Step, inventory: Inventory, ways: Sequence[Way]) -> tuple[str, ...]:
    """By which columns a row is known: one, where the rows of others lead to it."""
    table = inventory.tables.get(step.table)
    for way in ways:
        if any(len(link.pairs) != 1 for link in way.links):
            raise NotFollowed(f"rows of {way.table} belong to rows of {step.system}.{step.table} by several columns")
    referred = {way.links[-1].pairs[0][1] for way in ways}
    key = tuple(table.primary_key) if table else ()
    if ways and len(key) != 1:
        key = tuple(referred)
    if not key or (ways and len(key) != 1):
        raise NotFollowed(f"rows of {step.system}.{step.table} have no key, or one of several columns")
    odd = [name for name in key if table and (info := table.column(name)) and info.kind not in _KEYS]
    if odd:
        raise NotFollowed(f"{', '.join(odd)} of {step.system}.{step.table} holds keys by which no row could be found again")
    return key


def _values(step: Step, manifest: Manifest) -> frozenset[str] | None:
    if not isinstance(step.action, ChangeColumns):
        return None
    columns = {change.column for change in step.action.changes}
    table = f"{step.system}.{step.table}"
    said = (activity.data[table] for activity in manifest.activities.values() if table in activity.data)
    classes = {name for data in said for name, held in data.classes.items() if columns & set(held)}
    return frozenset(word.lower() for word in (*columns, *classes))
