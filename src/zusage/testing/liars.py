"""Parts that lie, each in one way. What the product makes of them shows that it takes nobody's word.

A Writer that claims success, one that takes more than it was asked, Readers that see nothing, a part, or fail, a clock that
jumps, a sealer that loses what it was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from zusage.connectors.finding import PlainFinder
from zusage.connectors.port import (
    Asked,
    BlockedRow,
    Encryption,
    Finder,
    Grouped,
    Grouping,
    Identity,
    Partition,
    Reader,
    Values,
    Visibility,
    Writer,
)
from zusage.connectors.trouble import Unreachable
from zusage.planning.plan import Selection, Step, Weight
from zusage.promises.condition import ALWAYS, Condition, Not, all_of
from zusage.promises.inventory import Inventory
from zusage.promises.promise import Part
from zusage.promises.starting_point import StartingPoint


class IdleWriter:
    """Claims that every planned row was changed, and changes none."""

    def __init__(self, honest: Writer) -> None:
        self.system = honest.system
        self._honest = honest

    def survey(self) -> Inventory:
        """The truth."""
        return self._honest.survey()

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """The truth."""
        return self._honest.lacking(steps)

    def carry_out(self, step: Step, free: Condition, limit: int, batch: int) -> Iterator[int]:
        """As many rows as were planned."""
        yield from (min(batch, step.rows - done) for done in range(0, step.rows, batch))

    def close(self) -> None:
        """Close the honest one."""
        self._honest.close()


class GreedyWriter:
    """Takes rows that were not asked for along with the others, and keeps silent about them."""

    def __init__(self, honest: Writer) -> None:
        self.system = honest.system
        self._honest = honest

    def survey(self) -> Inventory:
        """The truth."""
        return self._honest.survey()

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """The truth."""
        return self._honest.lacking(steps)

    def carry_out(self, step: Step, free: Condition, limit: int, batch: int) -> Iterator[int]:
        """What was asked, and then the whole table."""
        yield from self._honest.carry_out(step, free, limit, batch)
        for _ in self._honest.carry_out(replace(step, where=ALWAYS, referrers=()), ALWAYS, 10**9, batch):
            pass

    def close(self) -> None:
        """Close the honest one."""
        self._honest.close()


class BlindReader:
    """Sees every table and no row, and does not claim more."""

    def __init__(self, honest: Reader) -> None:
        self.system = honest.system
        self._honest = honest

    def identity(self) -> Identity:
        """The truth."""
        return self._honest.identity()

    def survey(self) -> Inventory:
        """The truth."""
        return self._honest.survey()

    def snapshot(self) -> AbstractContextManager[None]:
        """Nothing to hold still."""
        return nullcontext()

    def count(self, selection: Selection) -> int:
        """None."""
        return 0

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """None, and nothing that hangs on them."""
        return Weight(rows=0, parts={part.table: 0 for part in parts}, marked=(0,) * len(marks))

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """None in any case, and none in all."""
        return Partition(counts={}, total=0, statement="eyes shut")

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """None."""
        return {}

    def groups(self, grouping: Grouping) -> Grouped:
        """None."""
        return Grouped(groups=0, people=0, small=0, small_people=0, smallest=0, held=0, remainders=0, statement="eyes shut")

    def values(self, table: str, column: str) -> Values:
        """None."""
        return Values(filled=0, different=0, each=iter(()))

    def rows(self, selection: Selection, columns: Sequence[str], most: int | None = None) -> Iterator[tuple[object, ...]]:
        """None."""
        return iter(())

    def portions(self, selection: Selection, key: Sequence[str], most: int) -> Iterator[Sequence[tuple[object, ...]]]:
        """None."""
        return iter(())

    def led(
        self, selection: Selection, columns: Sequence[str], above: Sequence[tuple[str, str, str]]
    ) -> Iterator[tuple[object, ...]]:
        """None."""
        return iter(())

    def finder(self, asked: Sequence[Asked]) -> Finder:
        """None."""
        return PlainFinder(self.rows, asked)

    def visibility(self, table: str) -> Visibility:
        """A row policy may hide everything."""
        return Visibility(shown=False, how="a row policy may hide rows")

    def encryption(self) -> Encryption:
        """It does not know."""
        return Encryption(encrypted=None, local=False, how="it does not say")

    def close(self) -> None:
        """Close the honest one."""
        self._honest.close()


class SquintingReader(BlindReader):
    """Counts all rows, but sorts only those that a hidden condition leaves it; claims to see everything."""

    def __init__(self, honest: Reader, hidden: Condition) -> None:
        super().__init__(honest)
        self._sees = Not(hidden)

    def count(self, selection: Selection) -> int:
        """The truth."""
        return self._honest.count(selection)

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """The truth."""
        return self._honest.weigh(selection, parts, marks, sets)

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """The hidden rows are in the total and in no case."""
        seen = self._honest.partition(table, [("hidden", Not(self._sees)), *cases])
        return replace(seen, counts={name: rows for name, rows in seen.counts.items() if name != "hidden"})

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """The truth."""
        return self._honest.census(table, start, where)

    def groups(self, grouping: Grouping) -> Grouped:
        """Of the rows that it was left."""
        return self._honest.groups(replace(grouping, where=all_of(grouping.where, self._sees)))

    def values(self, table: str, column: str) -> Values:
        """The truth."""
        return self._honest.values(table, column)

    def visibility(self, table: str) -> Visibility:
        """The lie."""
        return Visibility(shown=True, how="trust me")


class FailingReader(BlindReader):
    """Is cut off in the middle of every look."""

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """Cut off."""
        raise Unreachable(self.system, "the connection was lost")

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """Cut off."""
        raise Unreachable(self.system, "the connection was lost")

    def survey(self) -> Inventory:
        """Cut off."""
        raise Unreachable(self.system, "the connection was lost")


@dataclass(slots=True)
class JumpingClock:
    """Tells the right time until it is told to jump."""

    at: datetime

    def __call__(self) -> datetime:
        """What it says now."""
        return self.at

    def jump(self, by: timedelta) -> None:
        """Say something else from now on."""
        self.at += by


class LosingSealer:
    """Says that it has sealed what it was given, and keeps nothing."""

    def __init__(self) -> None:
        self.lost = 0

    def __call__(self, rows: Sequence[BlockedRow]) -> None:
        """Lose them."""
        self.lost += len(rows)
