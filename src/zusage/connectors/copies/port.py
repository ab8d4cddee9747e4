"""What restoring a backup needs and gives."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ..trouble import SystemTrouble


class NoBackup(SystemTrouble):
    """There is nothing that could be restored."""

    def __init__(self, backup: str) -> None:
        super().__init__(
            f"there is no file of the backups {backup!r}: nothing matches their path in the manifest. Nothing was restored. "
            "Check the path, and that backups are made."
        )


class BackupUnreadable(SystemTrouble):
    """The backup itself is at fault. The message holds no value from it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the backup cannot be restored: {why}. What is in it is lost; make a new one and find out why.")


class RestorerMissing(SystemTrouble):
    """What is needed to restore a backup is not installed."""

    def __init__(self, what: str, package: str) -> None:
        super().__init__(
            f"a backup cannot be restored for practice: {what} is not installed here. Nothing was looked at. Install {package} on the "
            "machine that holds the drill; it starts a private server of its own, and needs none that runs."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One backup."""

    path: Path
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Where a restored database is, for whoever looks and for whoever changes."""

    url: str
    writer: str


class Restorer(Protocol):
    """Restores one kind of backup into a place of its own, which is gone when the block ends."""

    def __call__(self, copy: Path, home: Path) -> AbstractContextManager[Restored]:
        """Restore into an empty folder of our own. Raises BackupUnreadable or RestorerMissing."""
