"""Commits what waits together, so that many choices share one wait for the disk. Nothing is acknowledged before it is there.

1. Whatever waits is taken, up to a limit, and recorded in one transaction.
2. When that is on disk, a file beside the state says how far: whoever finds fewer records than that knows that some were lost.
3. Only then does each caller learn the number of its record.
"""

from __future__ import annotations

import queue
import threading
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


class Grouped:
    """One thread that records for all others. Stop it with ``close``; what was handed in before is still recorded."""

    def __init__(self, records: Appends, acknowledged: Callable[[Record], None], limit: int = LIMIT) -> None:
        self._records, self._acknowledged, self._limit = records, acknowledged, limit
        self._waiting: queue.SimpleQueue[tuple[Choice, Future[Record]] | None] = queue.SimpleQueue()
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
            self._waiting.put((choice, done))
        return done

    def close(self) -> None:
        """Record what waits, then stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while group := self._next():
            self._commit(group)

    def _next(self) -> list[tuple[Choice, Future[Record]]]:
        """1: the first waits for company only as long as there is some."""
        group: list[tuple[Choice, Future[Record]]] = []
        one = self._waiting.get()
        while one is not None:
            group.append(one)
            if len(group) >= self._limit or self._waiting.empty():
                return group
            one = self._waiting.get()
        self._waiting.put(None)
        return group

    def _commit(self, group: Sequence[tuple[Choice, Future[Record]]]) -> None:
        try:
            made = self._records.append([choice for choice, _ in group])
            self._acknowledged(made[-1])  # 2
        except Exception as error:  # noqa: BLE001 - whoever waits must learn of it, whatever it is
            for _, done in group:
                done.set_exception(error)
            return
        for (_, done), record in zip(group, made, strict=True):  # 3
            done.set_result(record)
