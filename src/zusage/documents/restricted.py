"""What a person is told whose data are restricted (Art. 18 GDPR), also in the place of an erasure (§ 35 BDSG)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue, Language, catalogue, closed
from .lengths import day_in_words
from .remedies import remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class Restricted:
    """A restriction, in force or lifted."""

    #: the letter of Art. 18(1) GDPR
    ground: str
    since: date
    #: what it is about, as system.table
    tables: Sequence[str] = ()
    #: the paragraph of § 35 BDSG where it stands in the place of an erasure, and why
    paragraph: str = ""
    reasons: str = field(default="", repr=False)
    #: the application reaches something of it all the same
    left: bool = False
    #: when the person was told that it is lifted, and when that was done
    told: date | None = None
    lifted: date | None = None


def restricted(manifest: Manifest, language: Language, one: Restricted) -> tuple[str, ...]:
    """The paragraphs of the letter: what is restricted and why, what may still be done with it, and where to turn."""
    say = catalogue(language)
    return (*what_is_restricted(manifest, say, one), *remedies(manifest, say))


def what_is_restricted(manifest: Manifest, say: Catalogue, one: Restricted) -> Iterator[str]:
    """Since when and on which ground, what, and what may still be done with it; of one that was lifted from when until when."""
    if one.lifted:
        yield say("restricted.lifted", day=day_in_words(one.since, say), end=day_in_words(one.lifted, say), letter=one.ground)
        if one.told:
            yield say("restricted.told", day=day_in_words(one.told, say))
        return
    yield from _why(say, one)
    if titles := _titles(manifest, say, one.tables):
        yield say("restricted.about", titles=say.listed(titles))
    if one.left:
        yield say("objected.left")
    yield say("restricted.uses")
    yield say("restricted.ending_told", day=day_in_words(one.told, say)) if one.told else say("restricted.lifting")


def _why(say: Catalogue, one: Restricted) -> Iterator[str]:
    if one.paragraph:
        yield say("restricted.instead")
        yield say(f"restricted.paragraph.{one.paragraph}")
        yield say("objected.reasons", reasons=closed(one.reasons.strip()))
        return
    yield say("restricted.intro", day=day_in_words(one.since, say), letter=one.ground)
    yield say(f"restricted.ground.{one.ground}")


def _titles(manifest: Manifest, say: Catalogue, tables: Sequence[str]) -> list[str]:
    """The activities that hold any of these tables."""
    held = (one for one in manifest.activities.values() if any(table in one.data for table in tables))
    return list(dict.fromkeys(say.quoted(say.of(one.title)) for one in held))


def lifting(manifest: Manifest, language: Language, ground: str, since: date, *, instead: bool) -> tuple[str, ...]:
    """The paragraphs of the letter before a restriction is lifted (Art. 18(3) GDPR); ``instead``: it took the place of an erasure."""
    say = catalogue(language)
    first = say("restricted.ending_instead" if instead else "restricted.ending", day=day_in_words(since, say), letter=ground)
    return (f"{first} {say('restricted.ends')}", say("restricted.afterwards"), *remedies(manifest, say))
