"""Which columns of a person's rows enter an answer, from the manifest alone: pure.

For access (Art. 15(3) GDPR) everything that an activity holds of a row; for portability (Art. 20(1) GDPR) what the person provided
or what was observed, of activities that rest on consent or contract. Never what is somebody else's (Art. 15(4), 20(4) GDPR).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from zusage.planning.places import Place
from zusage.promises.inside import Cut, Items, items_in, split
from zusage.promises.manifest import CONSENT, Activity, Data, Manifest

Right = Literal["access", "portability"]
#: consent, explicit consent, contract (Art. 20(1)(a) GDPR)
PORTABLE = CONSENT | {"art-6-1-b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What of a place enters an answer."""

    place: Place
    columns: tuple[str, ...]
    #: column with documents → what of them enters, where that is not all
    cuts: Mapping[str, Cut]
    #: the classes that the columns belong to
    classes: tuple[str, ...]
    #: columns in which others may be named, kept back until a human has looked
    withheld: tuple[str, ...]
    #: the activities for which the rows are held
    activities: tuple[str, ...]
    #: columns with the recipient and the time, where the rows say who received data
    disclosed: tuple[str, str | None] | None = None
    #: column → system.table.column with the name of what it refers to
    named: Mapping[str, str] = field(default_factory=dict)
    #: paths of files of the rows; none where a row is another's too, for its files are then not one end's share
    files: tuple[str, ...] = ()


def content(manifest: Manifest, place: Place, right: Right, looked: Collection[str]) -> Content:
    """The columns of a place; ``looked`` names, as system.table.column, free texts that a human has looked through."""
    found = list(_of(manifest, place, right))
    others = {column for data in _all(manifest, place.table) for column in data.others}
    named = {column for data in _all(manifest, place.table) for column in data.mentions}
    unseen = {column for column in named if f"{place.table}.{column}" not in looked}
    columns: dict[str, None] = {}
    classes: dict[str, None] = {}
    for _, _, data in found:
        for name, column in _columns(data, right):
            columns[column] = None
            if name and column not in others:
                classes[name] = None
    discloses = next((data.discloses for _, _, data in found if data.discloses), None)
    told = tuple(column for column in columns if column not in others and column not in unseen)
    inferred = {column for _, _, data in found for column in data.inferred} if right == "portability" else set()
    return Content(
        place=place,
        columns=told,
        cuts=dict(_cuts([data for _, _, data in found], told, others | unseen | inferred, items_in(place.column))),
        classes=tuple(classes),
        withheld=tuple(column for column in sorted(unseen - others) if split(column)[0] in columns),
        activities=tuple(name for name, _, _ in found),
        files=tuple(dict.fromkeys(path for _, _, data in found if not data.shared for path in data.files)),
        disclosed=(discloses.recipient, discloses.at) if discloses else None,
        named={column: name for _, _, data in found for column, name in data.named.items() if column in told},
    )


def _cuts(
    said: Sequence[Data], columns: Iterable[str], never: Collection[str], listed: Items | None
) -> Iterator[tuple[str, Cut]]:
    """Of documents of which not all is the person's: what of them is."""
    for column in columns:
        hidden = tuple(sorted(path for name in never for base, path in [split(name)] if base == column and path))
        whole = any(not data.shared or column in data.shared for data in said if _holds(data, column))
        shares = [path for data in said for name in data.shared for base, path in [split(name)] if base == column and path]
        mine = listed if listed and listed.column == column else None
        if hidden or not whole or mine:
            yield column, Cut(None if whole else tuple(dict.fromkeys(shares)), hidden, mine)


def _holds(data: Data, column: str) -> bool:
    return column in data.structure or any(column in columns for columns in data.classes.values())


def _of(manifest: Manifest, place: Place, right: Right) -> Iterator[tuple[str, Activity, Data]]:
    """What is said of the place's table where the same link is said, or none."""
    for name, activity in manifest.activities.items():
        data = activity.data.get(place.table)
        if data is None or (right == "portability" and activity.legal_basis not in PORTABLE):
            continue
        said = data.of or data.part_of or data.about
        if place.said is None or said is None or said.columns == place.said.columns:
            yield name, activity, data


def _columns(data: Data, right: Right) -> Iterator[tuple[str, str]]:
    """Pairs of class and column."""
    held = [(name, column) for name, columns in data.classes.items() for column in columns]
    held += [("", column) for column in data.structure] if right == "access" else []
    for name, column in held:
        shares = {split(one)[0] for one in data.shared}
        if (not shares or column in shares) and (right == "access" or column not in data.inferred):
            yield name, column


def _all(manifest: Manifest, table: str) -> Iterator[Data]:
    return (activity.data[table] for activity in manifest.activities.values() if table in activity.data)
