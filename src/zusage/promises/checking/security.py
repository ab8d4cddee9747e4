"""Backups and measures that are promised as regular, but not how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from .rule import Spot, rule


@rule(
    "backup-without-interval",
    Severity.WARNING,
    why="'regular' promises nothing that could be found broken",
    advice="add every: how often, such as every: P1D",
    source="Art. 32(1)(c) GDPR",
)
def backup_without_interval(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Backups without an interval."""
    for name, backup in loaded.manifest.backups.items():
        if backup.every is None:
            yield Spot(("backups", name), f"the backups {name!r} are made at no stated interval")


@rule(
    "backup-without-retention",
    Severity.WARNING,
    why="what is deleted lives on in the copies, so that each deletion is only as good as the age of the oldest one",
    advice="add kept: how long a copy is kept, such as kept: P30D",
    source="Art. 5(1)(e), 17(1), 32 GDPR",
)
def backup_without_retention(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Backups that are kept for no stated time."""
    for name, backup in loaded.manifest.backups.items():
        if backup.kept is None:
            yield Spot(("backups", name), f"the backups {name!r} are kept for no stated time")


@rule(
    "backup-of-unknown-system",
    Severity.ERROR,
    why="a backup of something that does not exist protects nothing",
    advice="name systems of this manifest",
    source="Art. 32(1)(c) GDPR",
)
def backup_of_unknown_system(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Backups of a system that the manifest does not declare."""
    for name, backup in loaded.manifest.backups.items():
        for index, system in enumerate(backup.of):
            if system not in loaded.manifest.systems:
                yield Spot(("backups", name, "of", index), f"{system!r} is no system of this manifest")


@rule(
    "backup-without-place",
    Severity.ERROR,
    why="a backup that nobody can find can be neither looked at nor restored for practice",
    advice="give both kind and path, such as kind: pg-dump and path: /var/backups/shop/*.dump",
    source="Art. 32(1)(c), (d) GDPR",
)
def backup_without_place(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A kind without a path, a path without a kind, or a drill without either."""
    for name, backup in loaded.manifest.backups.items():
        if (backup.kind is None) != (backup.path is None):
            yield Spot(("backups", name), f"of the backups {name!r} only the {'path' if backup.path else 'kind'} is said")
        elif backup.kind is None and (backup.drill or backup.born):
            yield Spot(
                ("backups", name), f"the backups {name!r} are restored for practice, but it is not said what and where they are"
            )


@rule(
    "backup-of-other-kind",
    Severity.ERROR,
    why="what is restored would not be the system that is declared",
    advice="declare the backups of each database under a name of their own, and copies of the files of a log as kind: folder",
    source="Art. 32(1)(c) GDPR",
)
def backup_of_other_kind(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A dump of a log, a folder of a database, or one dump of several databases."""
    manifest = loaded.manifest
    for name, backup in manifest.backups.items():
        fitting = manifest.logs if backup.kind == "folder" else manifest.databases
        for index, system in enumerate(backup.of if backup.kind else ()):
            if system in manifest.systems and (system not in fitting or (index and backup.kind != "folder")):
                yield Spot(("backups", name, "of", index), f"{system!r} is not what a backup of the kind {backup.kind} holds")


@rule(
    "regular-without-interval",
    Severity.WARNING,
    why="'regularly' promises nothing that could be found broken",
    advice="add every: how often, such as every: P3M",
    source="Art. 32(1)(d) GDPR",
)
def regular_without_interval(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A measure that is called regular, without an interval."""
    for name, measure in loaded.manifest.measures.items():
        if measure.regular and measure.every is None:
            yield Spot(("measures", name), f"{name} is promised regularly, but not how often")
