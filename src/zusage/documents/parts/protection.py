"""How the data are protected: measures, rules that always hold, what is attested, backups (Art. 32 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.documents.anchors import anchor
from zusage.documents.catalogue import closed
from zusage.documents.lengths import every, length
from zusage.documents.page import Line, Paragraphs, Part, Section, line, paragraphs
from zusage.documents.sentences import sentence
from zusage.promises import promise as p
from zusage.promises.derive import promises_of
from zusage.promises.manifest import Backup, Measure

from .setting import Setting


def protection(setting: Setting) -> Section:
    """The parts that have something to say."""
    say = setting.say
    parts = (
        ("measures", tuple(_measures(setting))),
        (
            "rules",
            tuple(
                _standing(
                    setting,
                    p.EveryRow,
                    p.NoColumn,
                    p.SmallestGroup,
                    p.KeptApart,
                    p.ShortLived,
                    p.FilesOwned,
                    p.ConsentRecords,
                    p.RequestCases,
                    p.Objected,
                    p.RecipientsTold,
                    p.Withdrawn,
                    p.Accounted,
                )
            ),
        ),
        ("outside", tuple(_standing(setting, p.SiteSeen, p.Transported, p.Encrypted))),
        ("attested", tuple(_standing(setting, p.Attested))),
        ("backups", tuple(_backups(setting))),
    )
    return Section(
        say("protection.heading"),
        "protection",
        (paragraphs(say("protection.intro")),),
        tuple(Part(say(f"protection.{key}"), (Paragraphs(lines),), f"protection-{key}") for key, lines in parts if lines),
    )


def _standing(setting: Setting, *kinds: type[p.Promise]) -> Iterator[Line]:
    for promise in promises_of(setting.manifest):
        if isinstance(promise, kinds):
            yield line(sentence(promise, setting.manifest, setting.say.language), anchor(promise.id))


def _measures(setting: Setting) -> Iterator[Line]:
    for name, measure in setting.manifest.measures.items():
        yield line(_measure(setting, measure), f"measure-{name}")


def _measure(setting: Setting, measure: Measure) -> str:
    says = closed(setting.say.of(measure.says))
    if measure.every is None:
        return says
    return setting.say("sentence.regularly", says=says, every=every(measure.every, setting.say))


def _backups(setting: Setting) -> Iterator[Line]:
    for name, backup in setting.manifest.backups.items():
        if backup.kind is None:
            yield line(" ".join(_backup(setting, backup)), f"backup-{name}")
    yield from _standing(setting, p.BackedUp)


def _backup(setting: Setting, backup: Backup) -> Iterator[str]:
    say = setting.say
    systems = say.listed(say.quoted(system) for system in backup.of)
    of = say("protection.backup_of", systems=systems) if systems else ""
    if backup.every:
        yield say("protection.backup_every", of=of, every=every(backup.every, say))
    if backup.kept:
        yield say("protection.backup_kept", of="" if backup.every else of, period=length(backup.kept, say, "dative"))
    if not (backup.every or backup.kept):
        yield say("protection.backup_some", of=of)
