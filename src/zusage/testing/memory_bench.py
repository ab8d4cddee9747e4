"""A bench for the system in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from zusage.connectors.port import Application, Reader, Sealer, Writer
from zusage.connectors.sql.wall import instant_of
from zusage.promises.inventory import Inventory

from .bench import Ability, Attempt, Copier, Rows, Spelling, Values
from .memory import MemoryApplication, MemoryReader, MemorySystem
from .memory_writer import MemoryWriter


class MemoryBed:
    """A system in memory."""

    def __init__(self, inventory: Inventory, rows: Rows, zone: str, zones: Mapping[str, str] | None = None) -> None:
        self.inventory = inventory
        self._zone, self._zones = zone, zones or {}
        self.world = MemorySystem(
            inventory, {table: [self._stored(table, row) for row in given] for table, given in rows.items()}
        )

    def _stored(self, table: str, row: Values) -> Values:
        return {name: self._instant(f"{table}.{name}", value) for name, value in row.items()}

    def _instant(self, column: str, value: object) -> object:
        if isinstance(value, datetime) and value.tzinfo is None:
            return instant_of(value, ZoneInfo(self._zones.get(column, self._zone)))
        return value

    def reader(self) -> Reader:
        """A reader."""
        return MemoryReader(self.world)

    def writer(self, sealer: Sealer | None = None) -> Writer:
        """A writer."""
        return MemoryWriter(self.world, sealer)

    def application(self) -> Application:
        """An application."""
        return MemoryApplication(self.world)

    def rows(self, table: str) -> list[dict[str, object]]:
        """Every row."""
        return self.world.rows(table)

    def means(self, table: str, column: str, stored: object) -> object:
        """Times are stored as what they mean."""
        return stored

    def put(self, table: str, row: Values) -> bool:
        """One more row."""
        self.world.put(table, self._stored(table, row))
        return True

    def alter(self, table: str, key: Values, values: Values) -> None:
        """Other values."""
        self.world.alter(table, key, self._stored(table, values))

    def add_trigger(self, trigger: Copier) -> None:
        """Never called."""

    def attempts(self) -> Sequence[Attempt]:
        """There is no connection through which to try."""
        return ()

    def attempt(self, reader: Reader, attempt: Attempt) -> None:
        """Never called."""

    def attempt_freely(self, attempt: Attempt) -> None:
        """Never called."""


class MemoryBench:
    """Builds systems in memory."""

    lacks: frozenset[Ability] = frozenset({"triggers", "generated", "deferring"})

    def build(
        self,
        inventory: Inventory,
        rows: Rows,
        *,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> MemoryBed:
        """A system in memory; columns in ``epochs`` hold times like any other."""
        return MemoryBed(inventory, rows, zone, zones)

    def spellings(self) -> Sequence[Spelling]:
        """Days, instants, nothing, and what is neither."""
        noon = datetime(2024, 2, 29, 12, tzinfo=UTC)
        return (
            Spelling("date", date(2024, 2, 29), date(2024, 2, 29)),
            Spelling("time", noon, noon),
            Spelling("time", noon.astimezone(ZoneInfo("Europe/Berlin")), noon),
            Spelling("time", None, None),
            Spelling("time", "soon", None),
            Spelling("time", 0, None),
        )
