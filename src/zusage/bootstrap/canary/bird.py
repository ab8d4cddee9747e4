"""A canary on file: its values, how far it came, and the cookies that it had, for our eyes alone until nothing of it is left."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from zusage.evidence.residue import Needles, Seeded
from zusage.evidence.residue.judging import NOWHERE
from zusage.planning.holding import Person

from .. import filing

_FOLDER = "canaries"
#: the kind of what is left of a value
PART = "part"


@dataclass(slots=True)
class Bird:
    """One synthetic person."""

    file: Path
    values: Mapping[str, str]
    erased_at: datetime | None = None
    #: something was left in reach when it was erased
    left: bool = False
    #: what its browser remembered last
    cookies: list[dict[str, str]] = field(default_factory=list)
    #: kind of people → the key by which the controller knew it when it asked
    asked: dict[str, str] = field(default_factory=dict)
    _needles: Needles | None = field(default=None, repr=False)

    def keep(self) -> None:
        """Durable, and for our eyes alone."""
        erased = self.erased_at.isoformat() if self.erased_at else None
        content = {
            "values": dict(self.values),
            "erased_at": erased,
            "left": self.left,
            "cookies": self.cookies,
            "asked": self.asked,
        }
        filing.replace(self.file, json.dumps(content).encode(), private=True)

    def had(self, cookies: list[dict[str, str]]) -> None:
        """Its browser remembers something else now: without it nobody could go on where a run was killed."""
        if cookies != self.cookies:
            self.cookies = cookies
            self.keep()

    def known_as(self, kind: str, key: str) -> None:
        """The controller knows it so: on file before anything is done for it."""
        if self.asked.get(kind) != key:
            self.asked[kind] = key
            self.keep()

    @property
    def people(self) -> tuple[Person, ...]:
        """Those as whom the controller knew it when it asked."""
        return tuple(Person(people=kind, key=key) for kind, key in self.asked.items())

    @property
    def mark(self) -> str:
        """What all that is kept of it is named by."""
        return self.file.stem

    @property
    def needles(self) -> Needles:
        """What it is looked for by, in all the forms of its values."""
        if self._needles is None:
            self._needles = Needles.of(seeded(self))
        return self._needles


def seeded(bird: Bird, mark: str = "") -> Iterator[Seeded]:
    """All its values, and the digits that all hold, for where they stand alone; ``mark`` goes before each kind."""
    yield from (Seeded(f"{mark}{kind}", value) for kind, value in bird.values.items())
    yield Seeded(f"{mark}{PART}", bird.mark, part=True)


def made() -> tuple[str, dict[str, str]]:
    """A mark and values that nobody has: all with the mark in them, so that a store can be searched for it first."""
    mark, secret = (f"{secrets.randbelow(9 * 10**11) + 10**11}" for _ in range(2))  # digits: they are the same in capitals
    return mark, {  # short, so that a preview that cuts lines shows them whole
        "given": f"Kanaria-{mark}",
        "family": f"Prüfvögel-{mark}",
        "email": f"kanarie-{mark}@canary.invalid",
        "phone": f"+49 000 {mark}",
        "street": f"Prüfstraße {mark} 0",
        "note": f"Prüfeintrag {mark}",
        "document": f"Prüfstück {mark}",
        NOWHERE: f"geheim-{mark}-{secret}",
    }


def hatched(folder: Path, mark: str, values: Mapping[str, str]) -> Bird:
    """One with these values, on file before anybody hears of it."""
    bird = Bird(folder / _FOLDER / f"{mark}.json", values)
    bird.keep()
    return bird


def on_file(folder: Path) -> Iterator[Bird]:
    """Every one that somebody must know of still."""
    for file in sorted((folder / _FOLDER).glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        erased = datetime.fromisoformat(content["erased_at"]) if content["erased_at"] else None
        yield Bird(file, content["values"], erased, content["left"], content.get("cookies", []), content.get("asked", {}))


def files(folder: Path) -> list[Path]:
    """The files themselves, where what is looked for must stand."""
    return list((folder / _FOLDER).glob("*"))
