"""What a recipient is told of many people whose data a rule took when their time was over (Art. 17(1)(a), 19 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue, Language, catalogue, tidy
from .lengths import day_in_words
from .notification import identity_title, subject
from .spreadsheet import as_csv, marked, safe

#: so many people stand in the text itself; more of them in a table
_IN_TEXT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A person whose data a rule took."""

    #: by which a repetition is known
    number: str
    on: date
    #: by what the recipient knows the person: type → values
    identities: Mapping[str, Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The message. It names people."""

    subject: str
    text: str = field(repr=False)
    #: CSV; None where the text names everybody
    table: bytes | None = field(repr=False)


def written(manifest: Manifest, number: str, people: Sequence[Ended], language: Language) -> Written:
    """The words for one recipient, with the people in the text or, where they are many, in a table. One person at least."""
    say = catalogue(language)
    tabled = [one for one in people if all(safe(value) for _, value in _named(one))] if len(people) > _IN_TEXT else []
    told = {one.number for one in tabled}
    in_text = [one for one in people if one.number not in told]
    paragraphs = _paragraphs(manifest, people, tabled, in_text, say)
    return Written(
        subject=subject(number, language, public=False),
        text="\n\n".join(paragraphs) + "\n",
        table=table(tabled, language) if tabled else None,
    )


def table(people: Sequence[Ended], language: Language) -> bytes:
    """A line for each person, with types of identity as columns; a person with several values of a type has as many lines."""
    say = catalogue(language)
    kinds = sorted({kind for one in people for kind in one.identities})
    headings = [say("ended_by_rule.column_day"), *kinds, say("ended_by_rule.column_number")]
    return as_csv(headings, (line for one in people for line in _lines(one, kinds)))


def _lines(one: Ended, kinds: Sequence[str]) -> Iterator[Sequence[str]]:
    """No type is called as the other columns are: those have a blank or a capital in their names."""
    found = zip_longest(*(one.identities.get(kind, ()) for kind in kinds), fillvalue="")
    for values in list(found) or [("",) * len(kinds)]:
        yield [one.on.isoformat(), *values, one.number]


def _paragraphs(
    manifest: Manifest, people: Sequence[Ended], tabled: Sequence[Ended], in_text: Sequence[Ended], say: Catalogue
) -> Iterator[str]:
    days = sorted({one.on for one in people})
    first, last = (day_in_words(day, say) for day in (days[0], days[-1]))
    kind = "one" if len(people) == 1 else "many" if first == last else "days"
    yield say("ended_by_rule.intro", controller=manifest.controller.name)
    yield say(f"ended_by_rule.{kind}", day=first, last=last)
    yield say(f"ended_by_rule.check_{'one' if len(people) == 1 else 'many'}")
    if tabled:
        yield say("ended_by_rule.table", count=str(len(tabled)))
        if any(marked(value) for one in tabled for _, value in _named(one)):
            yield say("ended_by_rule.apostrophe")
    if in_text:
        heading = say(f"ended_by_rule.{'known_one' if len(people) == 1 else 'known_rest' if tabled else 'known_many'}")
        yield "\n".join((heading, *(_line(manifest, one, len(days) > 1, say) for one in in_text)))
    if not all(any(one.identities.values()) for one in people):
        yield say("ended_by_rule.nobody")
    yield say("notification.repeated")
    if manifest.controller.email:
        yield say("notification.contact", email=manifest.controller.email)


def _line(manifest: Manifest, one: Ended, with_day: bool, say: Catalogue) -> str:
    """On one line, whatever the values: nothing in them may look like words of ours."""
    names = (
        say("notification.identity", kind=identity_title(manifest, kind, say), value=tidy(value)) for kind, value in _named(one)
    )
    words = ", ".join(names) or say("ended_by_rule.number", number=one.number)
    return f"– {words} ({day_in_words(one.on, say)})" if with_day else f"– {words}"


def _named(one: Ended) -> Iterator[tuple[str, str]]:
    return ((kind, value) for kind, values in one.identities.items() for value in values)
