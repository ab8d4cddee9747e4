"""Work in a process of its own: how it ended is told, and what goes wrong in it never comes back into the tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def fork(work: Callable[[], object]) -> int:
    """Begin some work in a child; returns its process id."""
    child = os.fork()
    if child:
        return child
    gc.freeze()  # what the tests have imported is not looked through in each child
    try:
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001 - a forked child must never return into the test runner
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201
        code = 70
    os._exit(code)


def wait(child: int) -> int:
    """How a child ended: its exit code, or minus the signal."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def in_child(work: Callable[[], object]) -> None:
    """Do some work that leaves nothing open."""
    assert wait(fork(work)) == 0


def killed(work: Callable[[], object]) -> bool:
    """Do some work that may be killed; whether it was. Nothing else may have stopped it."""
    ended = wait(fork(work))
    assert ended in (0, -signal.SIGKILL), ended
    return ended != 0


def die(*_: Any, **__: Any) -> None:
    """This process is killed, whatever it was told."""
    os.kill(os.getpid(), signal.SIGKILL)
