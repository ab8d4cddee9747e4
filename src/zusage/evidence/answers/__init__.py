"""What was delivered to a synthetic person, judged block by block: their copy (Art. 15 GDPR) and their package (Art. 20 GDPR).

Only the delivered bytes are read, by own eyes and against the manifest, the rows in the systems and the values that were put in; nothing
is taken from the program that wrote them.
"""

from __future__ import annotations

from .arrived import Arrival, OnRecord, Unarrived, arrivals, transferred, unpacked
from .asked import Answered, Put
from .at_the_door import GIVEN, LINKED, NUMBERED, TAKEN, TOLD, AtTheDoor, at_the_door, beside_letter, handed_over
from .copied import copied
from .ending import own_last_days
from .found import Part, joined
from .nothing import confirmed_to_nobody, confirmed_to_somebody
from .owning import Files, Own, Unowned, own_files, own_rows
from .packed import given_after, packed, untouched
from .told_to_stay import told_to_stay

__all__ = [
    "GIVEN",
    "LINKED",
    "NUMBERED",
    "TAKEN",
    "TOLD",
    "Answered",
    "Arrival",
    "AtTheDoor",
    "Files",
    "OnRecord",
    "Own",
    "Part",
    "Put",
    "Unarrived",
    "Unowned",
    "arrivals",
    "at_the_door",
    "beside_letter",
    "confirmed_to_nobody",
    "confirmed_to_somebody",
    "copied",
    "given_after",
    "handed_over",
    "joined",
    "own_files",
    "own_last_days",
    "own_rows",
    "packed",
    "told_to_stay",
    "transferred",
    "unpacked",
    "untouched",
]
