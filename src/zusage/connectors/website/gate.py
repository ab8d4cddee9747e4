"""The only way out of the browser: lets connections to declared hosts through, and writes down every host that is asked for.

A SOCKS5 proxy (RFC 1928) on the loopback. The browser hands it names, not addresses, so that nothing undeclared is even looked up:
service workers, web sockets and what a page sends while it is closed pass here too.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

_VERSION, _CONNECT, _NO_PASSWORD = 5, 1, 0
_IPV4, _NAME, _IPV6 = 1, 3, 4
_GRANTED, _REFUSED, _FAILED, _UNSUPPORTED = 0, 2, 4, 7
_PATIENCE = 20.0


class Gate:
    """One door for one browser context; close it when the context is closed."""

    def __init__(self, allowed: Callable[[str], bool], resolve: Mapping[str, str]) -> None:
        self._allowed = allowed
        #: host or host:port → host:port on this machine
        self._resolve = resolve
        #: hosts that the browser wanted to speak to, declared or not
        self.asked: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="gate", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(_PATIENCE)

    @property
    def address(self) -> str:
        """Where the browser finds it."""
        if self._server is None:
            raise RuntimeError("the gate is closed")
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Ends every connection."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(_PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    async def _open(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        while others := asyncio.all_tasks() - {asyncio.current_task()}:  # one may just have been begun
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            wanted = await _wanted(reader, writer)
            if wanted:
                await self._connect(*wanted, reader, writer)
        writer.close()

    async def _connect(self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.add(host)
        if not self._allowed(host):
            await _answer(writer, _REFUSED)
            return
        target = self._resolve.get(f"{host}:{port}") or self._resolve.get(host) or f"{host}:{port}"
        name, _, number = target.rpartition(":")
        try:
            far_reader, far_writer = await asyncio.wait_for(asyncio.open_connection(name.strip("[]"), int(number)), _PATIENCE)
        except (OSError, ValueError, TimeoutError):
            await _answer(writer, _FAILED)
            return
        await _answer(writer, _GRANTED)
        try:
            await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))
        finally:
            far_writer.close()


async def _wanted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int] | None:
    """The greeting and the request: host and port, or None where we refuse."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    if version != _VERSION:
        return None
    writer.write(bytes([_VERSION, _NO_PASSWORD]))
    _, command, _, kind = await reader.readexactly(4)
    if command != _CONNECT or kind not in (_IPV4, _NAME, _IPV6):
        await _answer(writer, _UNSUPPORTED)
        return None
    host = await _host(reader, kind)
    return host.lower().rstrip("."), int.from_bytes(await reader.readexactly(2), "big")


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == _NAME:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii", "replace")
    if kind == _IPV4:
        return ".".join(str(part) for part in await reader.readexactly(4))
    raw = await reader.readexactly(16)
    return ":".join(f"{raw[i] << 8 | raw[i + 1]:x}" for i in range(0, 16, 2))


async def _answer(writer: asyncio.StreamWriter, code: int) -> None:
    writer.write(bytes([_VERSION, code, 0, _IPV4, 0, 0, 0, 0, 0, 0]))
    await writer.drain()


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    with suppress(OSError):
        target.write_eof()
