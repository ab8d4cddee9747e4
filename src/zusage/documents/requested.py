"""What a person is told along the way of their request (Art. 12(3), (4), (6) GDPR)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import LANGUAGES, Catalogue, Language, catalogue, tidy
from .catalogue import paragraphs as paragraphs_of
from .lengths import day_in_words
from .remedies import remedies

#: what is no request under Art. 15 to 22, so that neither period nor words of Art. 12(3), (4) and (6) are the law's
OTHERWISE = frozenset({"withdrawal", "complaint"})


def unidentified(right: str) -> tuple[str, ...]:
    """The reasons of a refusal because nobody has shown who asks, in German and English."""
    return tuple(catalogue(language)(_word(right, "unidentified")) for language in LANGUAGES)


def _word(right: str, word: str) -> str:
    return f"requested.{right}.{word}" if right in OTHERWISE else f"requested.{word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A request of which a letter speaks."""

    right: str
    received: date
    #: the last day of the answer, or of a question of identity; None while nothing is due
    until: date | None
    #: the office's own
    words: str = field(default="", repr=False)
    #: the clock stands still because the person was asked who they are
    rests: bool = False
    #: the file number of the supervisory authority through which a complaint came, perhaps empty; None: the person asked themselves
    through: str | None = field(default=None, repr=False)


def requested(manifest: Manifest, language: Language, kind: str, detail: str, one: Requested) -> tuple[str, ...]:
    """The paragraphs of a letter about the newest event of a case: to the person, or to the authority through which they complained."""
    say = catalogue(language)
    if one.through is not None:
        return _to_authority(say, kind, one)
    day, words = day_in_words(one.until, say) if one.until else "", one.words
    named = {} if one.right in OTHERWISE else {"right": say(f"requested.rights.{one.right}")}
    paragraphs = [say(_word(one.right, "intro"), day=day_in_words(one.received, say), **named)]
    match kind:
        case "identity asked":
            paragraphs.append(say(_word(one.right, "identity"), day=day))
            if one.rests:
                paragraphs.append(say(_word(one.right, "rests")))
        case "extended":
            paragraphs.append(say(_word(one.right, "extended"), day=day))
        case "answered":
            paragraphs.append(say("requested.answered"))
        case "refused":
            paragraphs.append(say(_word(one.right, "unidentified" if detail else "refused")))
        case _:
            word = "acknowledged" if day else "waiting"
            paragraphs.append(say(_word(one.right, word), **({"day": day} if day else {})))
    paragraphs += paragraphs_of(words)
    return (*paragraphs, *remedies(manifest, say)) if kind in ("refused", "extended") else tuple(paragraphs)


def _to_authority(say: Catalogue, kind: str, one: Requested) -> tuple[str, ...]:
    """Its own remedies are no news to an authority."""
    paragraphs = [say("requested.authority.intro", day=day_in_words(one.received, say))]
    if one.through:
        paragraphs.append(say("requested.authority.reference", reference=tidy(one.through)))
    if kind in ("refused", "answered"):
        paragraphs.append(say(f"requested.authority.{kind}"))
    elif one.until:
        word = "extended" if kind == "extended" else "acknowledged"
        paragraphs.append(say(f"requested.authority.{word}", day=day_in_words(one.until, say)))
    return (*paragraphs, *paragraphs_of(one.words))
