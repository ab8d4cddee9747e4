"""Ports of the loopback that are still free when whoever asked for them listens there."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from itertools import count

#: below those that the system gives to whoever connects
_FIRST, _NUMBER = 20_000, 12_000
#: elsewhere in each process
_NEXT = count(os.getpid() * 101)


def free_port() -> int:
    """A port that nobody listens on at this moment, and that nobody is given who connects or asks next in this process."""
    for number in _NEXT:
        port = _FIRST + number % _NUMBER
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("not reached")


def free_ports(number: int) -> list[int]:
    """So many of them."""
    return [free_port() for _ in range(number)]
