"""The limit of the service: the same server in the same kind of process, with an endpoint that reads a choice and acknowledges nothing.

Run as a process of its own: ``python -m benchmarks.consents.empty PORT``. Its answer is as long as an acknowledgement.
"""

from __future__ import annotations

import sys
from typing import Any

from zusage.office.serving import serve

ANSWER = b"x" * 225
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """One request."""
    if scope["type"] != "http":
        return
    await receive()
    await send({"type": "http.response.start", "status": 201, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    serve(nothing, "127.0.0.1", int(sys.argv[1]))
