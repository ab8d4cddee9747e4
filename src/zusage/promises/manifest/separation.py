"""What must not be brought together, and what must not outlive its use."""

from __future__ import annotations

from pydantic import Field

from .texts import Line, Name, Part, PeriodText, Texts


class KeptApart(Part):
    """Two systems between which no value leads from a person to what the other holds, nor back."""

    says: Texts
    #: the system in which people are known
    people: Name
    #: the system that must not know them
    apart: Name
    #: ``table.column`` of the second system: numbers that only count or measure, and so can equal a key by chance
    counts: tuple[Line, ...] = ()
    refs: tuple[str, ...] = ()


class ShortLived(Part):
    """A folder whose entries live only as long as a process holds them, and go with it however it ends."""

    says: Texts
    #: the folder; each entry in it is a folder of its own
    folder: Line
    #: the file in each entry that its process holds locked (flock)
    alive: Line = "alive"
    #: how long an entry may lie there after the process that held it has ended
    within: PeriodText = Field(default="PT1M", validate_default=True)
    refs: tuple[str, ...] = ()
