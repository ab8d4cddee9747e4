"""Thirty-two visitors, each with a connection of their own, who choose one after the other; run as a process of its own.

Prints one line of JSON: choices acknowledged, seconds, and the latencies of all of them.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time


async def visitor(host: str, port: int, path: str, text: str, until: float, took: list[float]) -> None:
    """Chooses until the time is over; an answer that is no acknowledgement ends the benchmark."""
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until:
        body = json.dumps(
            {
                "subject": secrets.token_urlsafe(16),
                "text": text,
                "language": "de",
                "how": "settings",
                "choices": {"analytics": "given", "advertising": "refused"},
            }
        ).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        begun = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - begun)
        if not answer.startswith(b"HTTP/1.1 201"):
            raise SystemExit(f"not acknowledged: {answer[:80]!r}")
    writer.close()


async def main(host: str, port: int, path: str, text: str, connections: int, seconds: float) -> None:
    took: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*(visitor(host, port, path, text, begun + seconds, took) for _ in range(connections)))
    print(json.dumps({"acknowledged": len(took), "seconds": time.perf_counter() - begun, "took": took}))


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(given[0], int(given[1]), given[2], given[3], int(given[4]), float(given[5])))
