"""Each activity: purpose, data, basis, what a person must know, and how long (Art. 13(1)(c), (d), (2)(a), (c), (e) GDPR)."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.documents.anchors import activity_anchor, anchor
from zusage.documents.catalogue import Catalogue, closed, opening
from zusage.documents.lawful import statutes
from zusage.documents.page import Block, Facts, Line, Paragraphs, Part, Section, line, paragraphs
from zusage.documents.sentences import sentence
from zusage.documents.spoken import protections, spoken_of
from zusage.promises.law import legal_basis
from zusage.promises.manifest import CONSENT, OBJECTIONABLE, Activity, Automated

from .glance import held
from .setting import Setting


def activities(setting: Setting) -> Section:
    """Every activity; what blocking means is said where something is blocked."""
    manifest = setting.manifest
    blocks = any(keep.purpose_ends for activity in manifest.activities.values() for keep in activity.keep)
    return Section(
        setting.say("activities.heading"),
        "activities",
        (paragraphs(setting.say("activities.blocking")),) if blocks else (),
        tuple(_part(setting, name, activity) for name, activity in manifest.activities.items()),
    )


def _part(setting: Setting, name: str, activity: Activity) -> Part:
    blocks: list[Block] = [Facts(tuple(_facts(setting, activity)))]
    protected = tuple(
        line(sentence(promise, setting.manifest, setting.say.language), anchor(promise.id))
        for promise in protections(setting.manifest, name)
    )
    if protected:
        blocks.append(Paragraphs(protected, setting.say("activities.protection")))
    kept = tuple(
        line(sentence(timed, setting.manifest, setting.say.language), anchor(timed.id))
        for timed in spoken_of(setting.manifest, name)
    )
    if kept:
        blocks.append(Paragraphs(kept, setting.say("activities.retention")))
    return Part(setting.say.of(activity.title), tuple(blocks), activity_anchor(name))


def _facts(setting: Setting, activity: Activity) -> Iterator[tuple[str, tuple[Line, ...]]]:
    say = setting.say
    yield say("activities.purpose"), (line(closed(opening(say.of(activity.purpose)))),)
    yield say("activities.data"), (line(closed(opening(held(setting, activity)))),)
    yield say("activities.basis"), (line(_basis(setting, activity)),)
    if activity.legitimate_interest:
        yield say("activities.interest"), (line(closed(opening(say.of(activity.legitimate_interest)))),)
    if activity.obligation:
        yield say("activities.obligation"), (line(closed(opening(say.of(activity.obligation)))),)
    if activity.consent or activity.legal_basis in CONSENT:
        yield say("activities.consent"), (line(say("activities.consent_value")),)
    if activity.consent and activity.consent.withdraw:
        yield say("activities.withdraw"), (line(closed(opening(say.of(activity.consent.withdraw)))),)
    if activity.legal_basis in OBJECTIONABLE:
        yield say("activities.objection"), (line(say("activities.objection_value")),)
    if activity.automated:
        yield say("activities.automated"), (line(decided(say, activity.automated)),)
    whom = say.listed(setting.recipients(activity.recipients))
    yield say("activities.recipients"), (line(closed(opening(whom)) if whom else say("activities.nobody")),)


def decided(say: Catalogue, automated: Automated) -> str:
    """What a machine decides alone, by what logic, what follows, and what the person can do (Art. 13(2)(f), 15(1)(h) GDPR)."""
    words = (automated.decides, automated.logic, automated.follows)
    return " ".join((*(closed(opening(say.of(text))) for text in words), say("activities.automated_human")))


def _basis(setting: Setting, activity: Activity) -> str:
    say, entry = setting.say, legal_basis(activity.legal_basis)
    title, cite = opening(say.of(entry.title)), say.of(entry.cite)
    duties = statutes(activity, say) if activity.legal_basis == "art-6-1-c" else ""
    if duties:
        return closed(say("activities.basis_duty", title=title, cite=cite, duties=duties))
    return closed(say("activities.basis_value", title=title, cite=cite))
