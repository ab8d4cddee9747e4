"""What a recipient is told (Art. 19, 17(2) GDPR), and what the person learns of the recipients (Art. 19 sentence 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from zusage.promises.manifest import Manifest
from zusage.rights.notification import PUBLIC, Notice, Received

from .catalogue import Catalogue, Language, catalogue, tidy
from .lengths import day_in_words


def subject(notice: Notice, language: Language) -> str:
    """The subject of a mail; it names nobody."""
    return catalogue(language)("notification.subject", number=notice.key)


def text(manifest: Manifest, notice: Notice, content: Mapping[str, object], language: Language) -> str:
    """The words of a notice: what was done, whose data it is about, and what to do when it comes twice."""
    say = catalogue(language)
    return "\n\n".join(_paragraphs(manifest, notice, content, say)) + "\n"


def _paragraphs(manifest: Manifest, notice: Notice, content: Mapping[str, object], say: Catalogue) -> Iterator[str]:
    public = bool(content.get("public"))
    yield say("notification.intro_public" if public else "notification.intro", controller=manifest.controller.name)
    yield say(f"notification.{notice.occasion.kind}", day=_day(manifest, notice, say))
    corrected = content.get("corrected")
    if isinstance(corrected, dict):
        yield say("notification.value" if "after" in corrected else "notification.no_value", **corrected)
    if public:
        yield say("notification.public")
    yield _whom(content, say)
    yield say("notification.repeated")
    if manifest.controller.email:
        yield say("notification.contact", email=manifest.controller.email)


def _whom(content: Mapping[str, object], say: Catalogue) -> str:
    found = content.get("identities")
    named = [(kind, value) for kind, values in found.items() for value in values] if isinstance(found, dict) else []
    if not named:
        return say("notification.nobody")
    return "\n".join(
        [say("notification.person"), *(say("notification.identity", kind=kind, value=value) for kind, value in named)]
    )


def recipients_of(
    manifest: Manifest, language: Language, received: Sequence[Received], notices: Sequence[Notice]
) -> tuple[str, ...]:
    """The paragraphs for the person: who received data, and who was told of what, by their names."""
    say = catalogue(language)
    lines = [_received(manifest, one, say) for one in received]
    paragraphs = ["\n".join([say("recipients_told.lead"), *lines]) if lines else say("recipients_told.nobody")]
    return (*paragraphs, *told(manifest, language, notices))


def told(manifest: Manifest, language: Language, notices: Sequence[Notice]) -> tuple[str, ...]:
    """A paragraph for each occasion: who was told of it, who is not reached yet, and who is not told and why."""
    say, found = catalogue(language), dict[str, list[str]]()
    for notice in notices:
        heading = say(f"recipients_told.{notice.occasion.kind}", day=_day(manifest, notice, say))
        found.setdefault(heading, []).append(_told(manifest, notice, say))
    return tuple("\n".join([heading, *lines]) for heading, lines in found.items())


def _told(manifest: Manifest, notice: Notice, say: Catalogue) -> str:
    day = day_in_words(_date(manifest, notice), say) if notice.told_at else ""
    name = title(manifest, notice.recipient, say)
    return "– " + say(f"recipients_told.{notice.state}", recipient=name, day=day, because=tidy(notice.because))


def _received(manifest: Manifest, one: Received, say: Catalogue) -> str:
    day = day_in_words(date.fromisoformat(one.upto[:10]), say) if one.upto else ""
    key = "recipients_told.received" if day else "recipients_told.received_undated"
    return "– " + say(key, recipient=title(manifest, one.recipient, say), day=day)


def title(manifest: Manifest, recipient: str, say: Catalogue) -> str:
    """The title of a recipient or a public place; what a table calls it where the manifest names none."""
    if recipient.startswith(PUBLIC):
        place = manifest.public.get(recipient.removeprefix(PUBLIC))
        return say("recipients_told.public", place=say.of(place.says) if place else recipient.removeprefix(PUBLIC))
    declared = manifest.recipients.get(recipient)
    return say.of(declared.title) if declared else tidy(recipient)


def _date(manifest: Manifest, notice: Notice) -> date:
    return (notice.told_at or notice.occasion.at).astimezone(ZoneInfo(manifest.time_zone)).date()


def _day(manifest: Manifest, notice: Notice, say: Catalogue) -> str:
    return day_in_words(notice.occasion.at.astimezone(ZoneInfo(manifest.time_zone)).date(), say)
