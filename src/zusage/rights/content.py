"""Which columns of a person's rows enter an answer, from the manifest alone: pure.

For access (Art. 15(3) GDPR) everything that an activity holds of a row; for portability (Art. 20(1) GDPR) what the person provided
or what was observed, of activities that rest on consent or contract. Never what is somebody else's (Art. 15(4), 20(4) GDPR).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from zusage.planning.places import Place
from zusage.promises.manifest import Activity, Data, Manifest

Right = Literal["access", "portability"]
#: consent, explicit consent, contract (Art. 20(1)(a) GDPR)
PORTABLE = ("art-6-1-a", "art-9-2-a", "art-6-1-b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What of a place enters an answer."""

    place: Place
    columns: tuple[str, ...]
    #: the classes that the columns belong to
    classes: tuple[str, ...]
    #: columns in which others may be named, kept back until a human has looked
    withheld: tuple[str, ...]
    #: the activities for which the rows are held
    activities: tuple[str, ...]
    #: columns with the recipient and the time, where the rows say who received data
    disclosed: tuple[str, str | None] | None = None
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
    return Content(
        place=place,
        columns=tuple(column for column in columns if column not in others and column not in unseen),
        classes=tuple(classes),
        withheld=tuple(column for column in columns if column in unseen and column not in others),
        activities=tuple(name for name, _, _ in found),
        files=tuple(dict.fromkeys(path for _, _, data in found if not data.shared for path in data.files)),
        disclosed=(discloses.recipient, discloses.at) if discloses else None,
    )


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
        if (not data.shared or column in data.shared) and (right == "access" or column not in data.inferred):
            yield name, column


def _all(manifest: Manifest, table: str) -> Iterator[Data]:
    return (activity.data[table] for activity in manifest.activities.values() if table in activity.data)
