"""What a person is told of the erasure that they demanded (Art. 12(3), (4) and 17 GDPR): counts and titles, no value of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from zusage.promises.manifest import Manifest, Texts

from .catalogue import Catalogue, Language, catalogue
from .lawful import remains
from .lengths import day_in_words, length
from .notification import Told, told_of
from .remedies import remedies
from .unattributed import unattributed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of some rows."""

    activity: str
    how: Literal["erased", "anonymised"]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """Rows that a duty keeps, and the first day on which none of them may be kept any more."""

    activity: str
    #: the rule's name within its activity
    rule: str
    rows: int
    until: date


def erased(
    manifest: Manifest,
    language: Language,
    outcomes: Sequence[Outcome],
    kept: Sequence[Remainder],
    left: int,
    notices: Sequence[Told] = (),
    *,
    withdrawn: bool = False,
    beyond: Sequence[Texts] = (),
    on_file: bool = False,
) -> tuple[str, ...]:
    """The paragraphs of the answer: what went, what stays, why and until when, what is not done yet, who was told of it, and where to complain.

    ``withdrawn``: the person no longer demands it, so that what is left stays. ``beyond``: activities with data that are nobody's for sure.
    ``on_file``: the demand is a case, of which a file is kept.
    """
    say = catalogue(language)
    paragraphs = [say("erased.intro")]
    paragraphs += [say("erased.done")] if outcomes else []
    paragraphs += went(manifest, say, outcomes)
    paragraphs += [say("erased.stays")] if kept else []
    paragraphs += _stays(manifest, say, kept)
    if left:
        paragraphs.append(say("erased.withdrawn" if withdrawn else "erased.left", rows=counted(left, say)))
    if not (outcomes or kept or left):
        paragraphs.append(say("erased.nothing"))
    paragraphs += _copies(manifest, say) if outcomes else []
    paragraphs += unattributed(say, beyond)
    if on_file and manifest.requests:
        paragraphs.append(say("erased.file", period=length(manifest.requests.kept, say, "accusative")))
    return (*paragraphs, *told_of(manifest, language, notices), *remedies(manifest, say))


def went(manifest: Manifest, say: Catalogue, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was erased or changed, by activity."""
    counts: dict[tuple[str, str], int] = {}
    for one in outcomes:
        key = one.activity, one.how
        counts[key] = counts.get(key, 0) + one.rows
    for (activity, how), rows in counts.items():
        yield say(f"erased.{how}", title=_title(manifest, say, activity), rows=counted(rows, say))


def _stays(manifest: Manifest, say: Catalogue, kept: Sequence[Remainder]) -> Iterator[str]:
    for one in kept:
        rules = manifest.activities[one.activity].keep if one.activity in manifest.activities else ()
        duty = next((keep.duty for keep in rules if keep.name == one.rule), None)
        day = day_in_words(one.until - timedelta(days=1), say)
        title, why = _title(manifest, say, one.activity), remains(duty, say)
        yield say("erased.kept", title=title, rows=counted(one.rows, say), day=day, why=why)


def _title(manifest: Manifest, say: Catalogue, activity: str) -> str:
    declared = manifest.activities.get(activity)
    return say.quoted(say.of(declared.title) if declared and declared.title else activity)


def _copies(manifest: Manifest, say: Catalogue) -> Iterator[str]:
    """What backups can still hold, and for how long."""
    backups = manifest.backups.values()
    if not backups:
        return
    periods = [one.kept for one in backups if one.kept]
    longest = max(periods, key=lambda period: period.after(date.min), default=None)
    text = say("erased.backups_open")
    if longest and len(periods) == len(backups):
        text = say("erased.backups", period=length(longest, say, "dative"))
    yield f"{text} {say('erased.replayed')}" if all(one.kind and one.path for one in backups) else text


def counted(rows: int, say: Catalogue) -> str:
    """So many entries, in words."""
    return say("erased.row") if rows == 1 else say("erased.rows", rows=str(rows))
