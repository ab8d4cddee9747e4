"""What a recipient is told (Art. 19, 17(2) GDPR), and what the person learns of the recipients (Art. 19 sentence 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue, Language, catalogue, tidy
from .columns import column_title
from .lengths import day_in_words

#: what happened to the data
What = Literal["erased", "restricted", "lifted", "corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What one recipient is told."""

    #: by which a repetition is known
    number: str
    what: What
    on: date
    #: by what the recipient knows the person: type → values
    identities: Mapping[str, Sequence[str]] = field(repr=False)
    #: ``what`` was corrected, with ``before`` and ``after`` where the recipient may learn them
    corrected: Mapping[str, str] | None = field(repr=False)
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Somebody who received data of a person, or a place where they were public, and what it was told."""

    #: as the manifest names it or, where it does not, as a table does
    name: str
    #: the name is that of a public place
    public: bool = False
    #: when it received data last, or was told
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one notice."""

    what: What
    #: when that happened of which it was told
    done_on: date
    to: Addressee
    #: ``returned``: it counted as told, and the mail came back
    state: Literal["told", "waiting", "returned", "impossible", "disproportionate"]
    because: str = ""


def subject(number: str, language: Language, *, public: bool) -> str:
    """The subject of a mail; it names nobody."""
    return catalogue(language)("notification.subject_public" if public else "notification.subject", number=number)


def text(manifest: Manifest, told: Notification, language: Language) -> str:
    """The words of a notice: what was done, whose data it is about, and what to do when it comes twice."""
    return "\n\n".join(_paragraphs(manifest, told, catalogue(language))) + "\n"


def _paragraphs(manifest: Manifest, told: Notification, say: Catalogue) -> Iterator[str]:
    yield say("notification.intro_public" if told.public else "notification.intro", controller=manifest.controller.name)
    yield say(f"notification.{told.what}", day=day_in_words(told.on, say))
    if told.corrected:
        words = {**told.corrected, "what": _corrected(manifest, told.corrected["what"], say)}
        yield say("notification.value" if "after" in told.corrected else "notification.no_value", **words)
    if told.public:
        yield say("notification.public")
    named = [(kind, value) for kind, values in told.identities.items() for value in values]
    lines = (say("notification.identity", kind=identity_title(manifest, kind, say), value=value) for kind, value in named)
    yield "\n".join((say("notification.person"), *lines)) if named else say("notification.nobody")
    yield say("notification.repeated")
    if manifest.controller.email:
        yield say("notification.contact", email=manifest.controller.email)


def identity_title(manifest: Manifest, kind: str, say: Catalogue) -> str:
    """By what a recipient knows the person: the title of the only column from which it is taken, or else as programs call it."""
    all_names = (one.notices.names for one in manifest.recipients.values() if one.notices)
    columns = {names[kind] for names in all_names if kind in names}
    if len(columns) != 1:
        return kind
    table, _, column = columns.pop().rpartition(".")
    return column_title(manifest, say, table, column)


def _corrected(manifest: Manifest, column: str, say: Catalogue) -> str:
    """What was corrected, by the title of the only table that has one for such a column, or else by that of all."""
    tables = {name.rpartition(".")[0] for name in manifest.titles if name.count(".") > 1 and name.endswith(f".{column}")}
    return column_title(manifest, say, tables.pop() if len(tables) == 1 else "", column)


def recipients_of(
    manifest: Manifest, language: Language, received: Sequence[Addressee], notices: Sequence[Told]
) -> tuple[str, ...]:
    """The paragraphs for the person: who received data, and who was told of what, by their names."""
    say = catalogue(language)
    lines = [_received(manifest, one, say) for one in received]
    first = "\n".join([say("recipients_told.lead"), *lines]) if lines else say("recipients_told.nobody")
    return (first, *told_of(manifest, language, notices))


def told_of(manifest: Manifest, language: Language, notices: Sequence[Told]) -> tuple[str, ...]:
    """A paragraph for each occasion: who was told of it, who is not reached yet, and who is not told and why."""
    found = occasions(manifest, language, notices)
    return tuple("\n".join([heading, *(f"– {words}" for words in lines)]) for heading, lines in found.items())


def occasions(manifest: Manifest, language: Language, notices: Sequence[Told]) -> Mapping[str, Sequence[str]]:
    """What happened → the words for each recipient."""
    say, found = catalogue(language), dict[str, list[str]]()
    for one in notices:
        day = day_in_words(one.to.on, say) if one.to.on else ""
        words = say(f"recipients_told.{one.state}", recipient=_title(manifest, one.to, say), day=day, because=tidy(one.because))
        heading = say(f"recipients_told.{one.what}", day=day_in_words(one.done_on, say))
        found.setdefault(heading, []).append(words)
    return found


def _received(manifest: Manifest, one: Addressee, say: Catalogue) -> str:
    key = "recipients_told.received" if one.on else "recipients_told.received_undated"
    return "– " + say(key, recipient=_title(manifest, one, say), day=day_in_words(one.on, say) if one.on else "")


def _title(manifest: Manifest, one: Addressee, say: Catalogue) -> str:
    """What it is called; as a table calls it where the manifest does not name it."""
    if one.public:
        place = manifest.public.get(one.name)
        return say("recipients_told.public", place=say.of(place.says) if place else one.name)
    declared = manifest.recipients.get(one.name)
    return say.of(declared.title) if declared else tidy(one.name)
