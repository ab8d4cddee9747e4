"""How many rows a batch has, where it should last no longer than a moment."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

#: rows of the first batch, of which nobody knows yet how long it will last
_FIRST = 50


@dataclass(slots=True)
class Size:
    """Rows of the next batch; from one batch to the next at most doubled or halved, so that one odd moment does not decide."""

    #: what it never exceeds
    most: int
    #: how long a batch should last; 0 where that is no matter
    seconds: float
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        self.rows = min(self.most, _FIRST) if self.seconds else self.most

    def lasted(self, seconds: float, rows: int) -> None:
        """A batch of so many rows took so long."""
        if self.seconds and rows:
            fitting = int(self.seconds / max(seconds, 1e-9) * rows)
            self.rows = max(1, min(self.most, 2 * self.rows, max(self.rows // 2, fitting)))


def spent(database: str) -> float:
    """A clock of what a database is asked for: on a server the time in which we ourselves compute is nobody's; a file is locked in all."""
    return time.monotonic() if database == "sqlite" else time.monotonic() - time.thread_time()
