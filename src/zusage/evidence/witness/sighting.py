"""What is noted of a row before it goes, by keyed codes alone, and the books in which it is noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody answers for recipients that were noted and are on no list: who and why stands in the register alone."""

    number: str
    at: datetime
    #: of who answers, and in what words, so that neither is altered unseen
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A row was there, and a recipient had received its data."""

    #: the rule that will take the row
    rule: str
    #: the keyed code of the row
    row: str
    #: the keyed codes under which a notice can be about it: of the person, or of the row; none where nobody can tell
    codes: frozenset[str]
    recipient: str
    #: when it was last seen
    at: datetime
    #: it had gone at an earlier look, and the recipient was not told
    missed: bool = False
    #: somebody answers for that
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is blocked of the rows of a table."""

    #: codes of rows that are blocked by themselves
    rows: frozenset[str] = frozenset()
    #: codes of people of whom such rows are blocked within others
    people: frozenset[str] = frozenset()
    #: such rows are blocked within others of which nobody can tell whose they are
    unknown: bool = False

    def has(self, one: Sighting) -> bool:
        """Whether the row is, or may be, blocked."""
        return one.row in self.rows or bool(one.codes & self.people) or self.unknown


class Witness(Protocol):
    """What was noted, and what noting needs of our own state. Any of it raises SystemTrouble where it cannot be asked."""

    def sightings(self) -> Sequence[Sighting]:
        """What was noted at the last look."""

    def keep(self, kept: Sequence[Sighting]) -> None:
        """What is noted on when this look is sealed."""

    def row(self, system: str, table: str, key: tuple[object, ...]) -> str | None:
        """The keyed code of a row, under which it would be blocked; None where its key is of a kind that has none."""

    def of_row(self, system: str, table: str, key: tuple[object, ...]) -> frozenset[str]:
        """The keyed codes under which a notice can be about a row that is nobody's: in its table, and blocked."""

    def of_person(self, people: str, key: str) -> str:
        """The keyed code of somebody by their key."""

    def covered(self, codes: Collection[str]) -> Mapping[str, frozenset[str]]:
        """By code, recipients whom an earlier notice of an erasure tells of what ends now as well, or may."""

    def waiting(self, system: str, table: str) -> Waiting:
        """Which rows of a table are blocked."""

    def worked(self, since: datetime) -> frozenset[str]:
        """The promises for which steps may have taken rows at or after an instant, by the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What became of what was noted."""

    #: rules whose rows are noted, those at whose rows nobody could look, and those whose rows cannot be noted
    rules: int = 0
    unseen: int = 0
    blind: int = 0
    #: rows that are there still, or blocked
    there: int = 0
    #: recipients of rows that have gone, and those of them who were not told
    witnessed: int = 0
    silent: int = 0
    #: others who were not told, and for whom somebody answers
    answered: tuple[Answer, ...] = ()
    #: rows that have gone otherwise than by us
    otherwise: int = 0
    #: what is noted on
    kept: tuple[Sighting, ...] = field(default=())
