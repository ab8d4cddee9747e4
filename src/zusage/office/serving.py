"""Serves an application until it is told to stop, in this process: what waits is answered before it ends."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zusage.office.asgi import Application

#: seconds; a thread of granian's that is still letting go of a request when the interpreter ends writes of a panic (6 of 25 stops after a load, none of 25 so)
_LAST = 0.2


def serve(application: Application, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(_serve(application, host, port, ready))


async def _serve(application: Application, host: str, port: int, ready: Callable[[], None]) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    server = Server(
        application, address=host, port=port, interface=Interfaces.ASGINL, log_level=LogLevels.error, log_access=False
    )
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(sign, stopping.set)
    served = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(stopping.wait())
    ready()
    await asyncio.wait({served, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not served.done():
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
    await served
    await asyncio.sleep(_LAST)
