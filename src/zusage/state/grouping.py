"""Commits what waits together, so that many choices share one wait for the disk. Nothing is acknowledged before it is there.

1. Whatever waits is taken, up to a limit, and recorded in one transaction. What callers of an event loop choose in one turn of it
   arrives together.
2. When that is on disk, a file beside the state says how far: whoever finds fewer records than that knows that some were lost.
3. Only then does each caller learn the number of its record.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from zusage.consent.record import Choice, Record

from .errors import ConsentsStopped

#: records in one transaction at most
LIMIT = 500


class Appends(Protocol):
    """Whatever records choices."""

    def append(self, choices: Sequence[Choice]) -> tuple[Record, ...]:
        """Record choices; on disk when it returns, all or none."""


Waiting = tuple[Choice, "Future[Record] | asyncio.Future[Record]"]


class Grouped:
    """One thread that records for all others. Stop it with ``close``; what was handed in before is still recorded."""

    def __init__(self, records: Appends, acknowledged: Callable[[Record], None], limit: int = LIMIT) -> None:
        self._records, self._acknowledged, self._limit = records, acknowledged, limit
        self._waiting: queue.SimpleQueue[list[Waiting] | None] = queue.SimpleQueue()
        #: what the callers of each event loop have chosen in this turn of it
        self._turns: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="zusage-consents", daemon=True)
        self._thread.start()

    def record(self, choice: Choice) -> Future[Record]:
        """Hand a choice in; the future is done when it is on disk. Raises ConsentsStopped."""
        done: Future[Record] = Future()
        with self._lock:
            if self._closed:
                raise ConsentsStopped
            self._waiting.put([(choice, done)])
        return done

    def recorded(self, choice: Choice) -> asyncio.Future[Record]:
        """The same for a caller in an event loop; those of one turn are handed in together, and woken together."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        with self._lock:
            if self._closed:
                raise ConsentsStopped
            turn = self._turns.get(loop)
            if turn is None:
                turn = self._turns[loop] = []
                loop.call_soon(self._hand_in, loop)
            turn.append((choice, done))
        return done

    def close(self) -> None:
        """Record what waits, then stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for turn in self._turns.values():
                    self._waiting.put(turn)
                self._turns.clear()
                self._waiting.put(None)
        self._thread.join()

    def _hand_in(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            if turn := self._turns.pop(loop, None):
                self._waiting.put(turn)

    def _run(self) -> None:
        while group := self._next():
            for first in range(0, len(group), self._limit):
                self._commit(group[first : first + self._limit])

    def _next(self) -> list[Waiting]:
        """1: the first waits for company only as long as there is some."""
        group: list[Waiting] = []
        some = self._waiting.get()
        while some is not None:
            group += some
            if len(group) >= self._limit or self._waiting.empty():
                return group
            some = self._waiting.get()
        self._waiting.put(None)
        return group

    def _commit(self, group: Sequence[Waiting]) -> None:
        try:
            made = self._records.append([choice for choice, _ in group])
            self._acknowledged(made[-1])  # 2
        except Exception as error:  # noqa: BLE001 - whoever waits must learn of it, whatever it is
            _settle(group, [error] * len(group))
            return
        _settle(group, made)  # 3


def _settle(group: Sequence[Waiting], outcomes: Sequence[Record | Exception]) -> None:
    """Tell each caller; those of one event loop together."""
    together: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Record], Record | Exception]]] = defaultdict(list)
    for (_, done), outcome in zip(group, outcomes, strict=True):
        if isinstance(done, Future):
            _tell(done, outcome)
        else:
            together[done.get_loop()].append((done, outcome))
    for loop, some in together.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell_all, some)


def _tell_all(some: Sequence[tuple[asyncio.Future[Record], Record | Exception]]) -> None:
    for done, outcome in some:
        if not done.done():  # whoever asked may have gone
            _tell(done, outcome)


def _tell(done: Future[Record] | asyncio.Future[Record], outcome: Record | Exception) -> None:
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
