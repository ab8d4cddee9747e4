"""A small real system on SQLite with one promise of every kind, all of which can be kept, and then broken by saboteurs."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

#: the environment variable that the manifest reads
VARIABLE = "ZUSAGE_SCENE"
#: the instant for which the rows were chosen
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
#: the rows that suspensions hold
HELD = ("scene.letter", "id IN (3, 4)")


@dataclass(frozen=True, slots=True)
class Scene:
    """The folder in which all of it lies."""

    folder: Path

    @classmethod
    def build(cls, folder: Path) -> Scene:
        """Database, manifest, the application's way to the database, and a copy from before anything was done."""
        scene = cls(folder)
        folder.mkdir(parents=True, exist_ok=True)
        scene.manifest.write_bytes(files(__name__).joinpath("manifest.yaml").read_bytes())
        with scene.connected() as database:
            database.executescript(files(__name__).joinpath("schema.sql").read_text(encoding="utf-8"))
        shutil.copyfile(scene.database, scene.before)
        scene._back_up()
        scene.application.symlink_to(scene.database.name)
        with scene.connected(scene.numbers) as database:
            database.executescript(files(__name__).joinpath("numbers.sql").read_text(encoding="utf-8"))
        (scene.meetings / "running").mkdir(parents=True)
        (scene.meetings / "running" / "alive").touch()
        scene.paper(1)
        from .logs import write  # it takes scenes itself

        write(scene.logs)
        return scene

    def _back_up(self) -> None:
        """Last night's; since then one member has left."""
        self.backup.parent.mkdir()
        shutil.copyfile(self.before, self.backup)
        night = (NOW - timedelta(hours=12)).timestamp()
        os.utime(self.backup, (night, night))
        with self.connected() as database:
            database.execute("UPDATE member SET active = FALSE WHERE id = 1")

    def copy(self, folder: Path) -> Scene:
        """All of it once more."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Scene(folder)

    @property
    def manifest(self) -> Path:
        """The manifest."""
        return self.folder / "zusage.yaml"

    @property
    def database(self) -> Path:
        """The database."""
        return self.folder / "scene.sqlite3"

    @property
    def application(self) -> Path:
        """Where the application finds the database."""
        return self.folder / "application.sqlite3"

    @property
    def before(self) -> Path:
        """The database as it was before anything was done."""
        return self.folder / "before.sqlite3"

    @property
    def backup(self) -> Path:
        """The backup of last night."""
        return self.folder / "backups" / "scene-2024-06-01.sqlite3"

    @property
    def numbers(self) -> Path:
        """The database that knows nobody."""
        return self.folder / "numbers.sqlite3"

    @property
    def logs(self) -> Path:
        """The folder of the web server's log."""
        return self.folder / "logs"

    @property
    def meetings(self) -> Path:
        """The folder whose entries live only as long as somebody holds them."""
        return self.folder / "meetings"

    def paper(self, number: int) -> None:
        """The file of a consent, a day old, whether or not the consent is there."""
        file = self.folder / "papers" / f"{number}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text("what was signed", encoding="utf-8")
        os.utime(file, (NOW.timestamp() - 86_400, NOW.timestamp() - 86_400))

    @contextmanager
    def meeting(self) -> Iterator[None]:
        """Somebody holds the meeting that is running."""
        with (self.meetings / "running" / "alive").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @property
    def own(self) -> Path:
        """The product's own folder."""
        return self.folder / ".zusage"

    @contextmanager
    def connected(self, path: Path | None = None) -> Iterator[sqlite3.Connection]:
        """A connection past the product, to the database or to another file; committed in the end."""
        with closing(sqlite3.connect(path or self.database)) as connection, connection:
            yield connection
