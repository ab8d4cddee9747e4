"""A process that is killed before or after one of some calls, or at a line of its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from zusage.bootstrap import Product
from zusage.testing.crashing import CrashingJournal

from .forked import die, killed


def killed_at_line(opened: Callable[[], AbstractContextManager[Product]], plan: Path, line: int, *, after: bool) -> bool:
    """Apply a plan in a child that is killed before or after a line of its journal; whether it came so far."""

    def apply() -> None:
        with opened() as product:
            product.state.journal = CrashingJournal(product.state.journal, line, after=after)  # type: ignore[assignment]
            product.apply_plan(plan, lambda _: None)

    return killed(apply)


def die_at(place: int, calls: Iterable[tuple[Any, str]]) -> None:
    """From now on this process dies at the ``place``-th moment: each call of these has one before it and one after it."""
    moments = 0

    def passing(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def called(*given: Any, **more: Any) -> Any:
            nonlocal moments
            for before in (True, False):
                moments += 1
                if moments == place:
                    die()
                if before:
                    found = real(*given, **more)
            return found

        setattr(owner, name, called)

    for owner, name in calls:
        passing(owner, name)
