"""What ends when somebody objects (Art. 21 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..lists import listed
from ..loading import Loaded
from ..manifest.activities import OBJECTIONABLE
from .mentions import endings
from .rule import Spot, rule


@rule(
    "objection-without-right",
    Severity.ERROR,
    why="one can object to what rests on a public task or a legitimate interest, and to direct marketing; people who are told otherwise wait in vain",
    advice="remove objection, or add marketing: true if the purpose is direct marketing",
    source="Art. 21(1), (2) GDPR",
)
def objection_without_right(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An objection to a purpose to which nobody can object."""
    for name, activity in loaded.manifest.activities.items():
        if activity.objection and not activity.objection.marketing and activity.legal_basis not in OBJECTIONABLE:
            yield Spot(("activities", name, "objection"), f"{name} rests on {activity.legal_basis} and is no direct marketing")


@rule(
    "list-of-nobody",
    Severity.ERROR,
    why="who has objected is looked for by a key or an address; in rows with neither nobody is found",
    advice="add address, or say under data with of whose the rows are",
    source="Art. 21(3) GDPR",
)
def list_of_nobody(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Rows that a purpose uses, of which it is not said whose they are."""
    for name, activity in loaded.manifest.activities.items():
        for path, ending in endings(name, activity):
            if ending.address is None and listed(loaded.manifest, ending).person is None:
                yield Spot(path, f"nothing says whose the rows of {ending.data} are")
