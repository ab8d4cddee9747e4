"""A process that kills itself before or after one of some calls."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from typing import Any


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
                    os.kill(os.getpid(), signal.SIGKILL)
                if before:
                    found = real(*given, **more)
            return found

        setattr(owner, name, called)

    for owner, name in calls:
        passing(owner, name)
