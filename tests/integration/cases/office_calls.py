"""Calls to the application of cases itself, without a network between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from asgiref.sync import ThreadSensitiveContext

from zusage.bootstrap import Product
from zusage.office.cases.serving import service
from zusage.rights.roles import ROLES, Holder


@contextmanager
def asked(product: Product) -> Iterator[Callable[..., httpx.Response]]:
    """Call with a way, a path, and perhaps a role."""
    tokens = {role: product.state.holders.issue(Holder(name=f"{role}-1", role=role), product.clock()) for role in ROLES}
    application = service(product, per_minute=0)
    with asyncio.Runner() as runner:
        threads = ThreadSensitiveContext()  # one thread works for all of the calls, and not a new one for each
        runner.run(threads.__aenter__())

        def call(way: str, path: str, role: str = "", **more: Any) -> httpx.Response:
            headers = ({"Authorization": f"Bearer {tokens[role]}"} if role else {}) | more.pop("headers", {})

            async def once() -> httpx.Response:
                transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]  # httpx writes its scope in its own way
                async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                    return await client.request(way, path, headers=headers, **more)

            return runner.run(once())

        yield call
        runner.run(threads.__aexit__(None, None, None))
