"""How many rows a batch has, where it should last no longer than a moment."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

#: rows of the first batch at least, and how many rows a second it is taken to change, with what goes or changes beside them, as nobody
#: knows yet how long it will last
_FIRST, _A_SECOND = 50, 80_000
#: of how many ranges a batch is made at least, where a walk is cut beforehand; and how many ranges a walk has at most
_FINE, _MOST_RANGES = 64, 4_000


@dataclass(slots=True)
class Size:
    """Rows of the next batch; from one batch to the next at most doubled or halved, so that one odd moment does not decide."""

    #: what it never exceeds
    most: int
    #: how long a batch should last; 0 where that is no matter
    seconds: float
    #: rows that go or change with each, itself among them
    each: float = 1
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        first = max(_FIRST, int(self.seconds * _A_SECOND / self.each))
        self.rows = min(self.most, first) if self.seconds else self.most

    def ranges(self, left: int) -> int:
        """Into how many ranges a walk of so many rows is cut, so that batches of any size can be made of them."""
        return min(_MOST_RANGES, left * _FINE // self.rows + 1)

    def lasted(self, seconds: float, rows: int) -> None:
        """A batch of so many rows took so long."""
        if self.seconds and rows:
            fitting = int(self.seconds / max(seconds, 1e-9) * rows)
            self.rows = max(1, min(self.most, 2 * self.rows, max(self.rows // 2, fitting)))


def spent(database: str) -> float:
    """A clock of what a database is asked for: on a server the time in which we ourselves compute is nobody's; a file is locked in all."""
    return time.monotonic() if database == "sqlite" else time.monotonic() - time.thread_time()
