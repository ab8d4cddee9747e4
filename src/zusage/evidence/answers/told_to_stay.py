"""What the letter that answers an erasure says, compared with what is declared to stay of somebody (Art. 12(4), 17(3) GDPR).

1. It says of some purpose what became of its data.
2. Of each table of which something of theirs is kept, as the manifest declares, it names a purpose that has to keep it, and until which day.
3. It says of no other purpose that something of it stays.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

from zusage.promises.manifest import Activity, Manifest

from .found import Part
from .reading import sentence
from .spoken import ERASED, STAYS

_BECAME = "what became of it"
#: as German and English letters write one
_DAY = re.compile(r"\b\d{1,2}\.? \w+ \d{4}\b")
_MARKS = {"de": ("„", "“"), "en": ("“", "”")}


def told_to_stay(manifest: Manifest, letter: bytes, language: str, kept: Collection[str]) -> Part:
    """The letter as it was handed over; ``kept`` are tables, as system.table, of which rows of theirs are kept."""
    lines = list(_lines(letter))

    def said(activity: Activity, what: re.Pattern[str]) -> list[str]:
        begin, end = _MARKS[language]
        title = sentence(f"{begin}{activity.title.in_language(language)}{end}")
        return [line for line in lines if title in line and what.search(line)]

    every = manifest.activities
    keeping = {table: [one for one in every.values() if _keeps(one, table)] for table in kept}
    others = {name: one for name, one in every.items() if not any(one in found for found in keeping.values())}
    there = {
        f"what stays of {table}": any(_DAY.search(line) for one in found for line in said(one, STAYS[language]))
        for table, found in keeping.items()
    }
    there[_BECAME] = any(said(one, what) for one in every.values() for what in (ERASED[language], STAYS[language]))
    return Part(
        wanted=frozenset(there),
        lacking=frozenset(name for name, named in there.items() if not named),
        sought=frozenset(f"that something of {name} stays" for name in others),
        wrong=frozenset(f"that something of {name} stays" for name, one in others.items() if said(one, STAYS[language])),
    )


def _keeps(activity: Activity, table: str) -> bool:
    """Whether an activity has to keep rows of a table."""
    return table in activity.data and any(keep.at_least for keep in activity.keep)


def _lines(letter: bytes) -> Iterator[str]:
    """Its paragraphs, whatever page they stand on."""
    for part in re.split(r"<[^>]*>|\n", letter.decode("utf-8", "replace")):
        if text := sentence(html.unescape(part)):
            yield text
