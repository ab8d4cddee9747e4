"""What a connector must provide to run the conformance suite: a bench, which builds systems of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from zusage.connectors.port import Application, Reader, Sealer, Writer
from zusage.promises.inventory import ColumnKind, Inventory

Values = Mapping[str, object]
Rows = Mapping[str, Sequence[Values]]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a system of this kind may hold a time, and what it means there."""

    kind: ColumnKind
    stored: object
    #: None: nobody can tell
    means: date | datetime | None
    #: the zone in which the system's times without an offset are meant
    zone: str = "UTC"
    #: what a number counts
    epoch: str = ""
    #: the type of the column where it is not the usual one of its kind
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A statement by which a reader's connection might change something, or let something be changed."""

    name: str
    statement: str
    #: False where nobody's connection obeys it here, so that there is nothing to compare with
    obeyed: bool = True


#: what systems of a kind may lack, so that tests of it are not for them
#: ``keyless``: that rows without a key are told apart; ``events``: that a survey says when a trigger fires
Ability = Literal["schemas", "triggers", "events", "checks", "generated", "deferring", "json", "arrays", "keyless"]


@dataclass(frozen=True, slots=True)
class Copier:
    """A trigger: at ``event`` on a row of ``table``, ``column`` of the old row is added to ``into`` of another table."""

    name: str
    table: str
    event: Literal["DELETE", "UPDATE"]
    column: str
    into: tuple[str, str]


class Bed(Protocol):
    """One system, built and filled, and a look at it past every port."""

    inventory: Inventory

    def reader(self) -> Reader:
        """Open to look."""

    def writer(self, sealer: Sealer | None = None) -> Writer:
        """Open to change."""

    def application(self) -> Application:
        """Open as the application does."""

    def rows(self, table: str) -> list[dict[str, object]]:
        """Every row of a table as it is stored, in the order of its rows."""

    def means(self, table: str, column: str, stored: object) -> object:
        """The time that a stored value means; the value itself where it is none."""

    def put(self, table: str, row: Values) -> bool:
        """Somebody else adds a row; False where the system lets nobody in at this moment."""

    def alter(self, table: str, key: Values, values: Values) -> None:
        """Somebody else changes the rows that have these values."""

    def add_trigger(self, trigger: Copier) -> None:
        """Make a trigger; never called where the bench lacks them."""

    def attempts(self) -> Sequence[Attempt]:
        """Ways to change something that a reader must be refused."""

    def attempt(self, reader: Reader, attempt: Attempt) -> None:
        """Try it through the reader's own connection; raises where it is refused."""

    def attempt_freely(self, attempt: Attempt) -> None:
        """Try the same with a connection that may: shows that the refusal was one. Raises where even that fails."""


class Bench(Protocol):
    """Builds systems of one kind.

    Of a table it makes columns, primary key, foreign keys, ``unique`` groups and ``checks``, which are SQL that any database reads. For
    a generated column ``declared`` is the expression; a table of a ``schema`` is made in it.
    """

    #: what systems of this kind have not
    lacks: frozenset[Ability]

    def build(
        self,
        inventory: Inventory,
        rows: Rows,
        *,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> Bed:
        """A system with these tables and rows.

        Times are given as days, as aware instants, or as naive times that a clock in ``zone`` showed; anything else is stored
        as it is. ``epochs`` names columns, as table.column, that hold seconds or milliseconds; ``zones`` those in another zone.
        """

    def spellings(self) -> Sequence[Spelling]:
        """Every way in which times are stored in systems of this kind, and ways in which they are spoilt."""
