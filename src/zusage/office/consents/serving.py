"""The service for consent, put together for one manifest."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from zusage.bootstrap import Product
from zusage.bootstrap.consents import taking
from zusage.office.asgi import Application, Receive, Scope, Send
from zusage.office.limits import RateLimit
from zusage.office.quiet import quiet

from .counter import Counter
from .front import Front

_log = logging.getLogger("zusage.consents")


@contextmanager
def service(product: Product, *, per_minute: int, behind_proxy: bool = False, public: str = "") -> Iterator[Front]:
    """The ASGI application; what it took is recorded when the block ends. Raises NothingAsked or StateError."""
    with taking(product) as took:
        took.desk.open()
        consents = took.desk.offer.consents
        prefix = prefix_of(consents.service)
        where = public or (consents.sites[0] + prefix if consents.service.startswith("/") else consents.service)
        counter = Counter(took.desk, took.grouped, took.post, where.rstrip("/"))
        yield Front(counter, _django(prefix), prefix, RateLimit(per_minute), behind_proxy)


def prefix_of(service: str) -> str:
    """The path under which the service answers."""
    return (service if service.startswith("/") else urlsplit(service).path).rstrip("/")


def _django(prefix: str) -> Application:
    """Django's handler, below the prefix. Django is configured by then, because the state is open."""
    from django.core.handlers.asgi import ASGIHandler

    quiet(_log)
    handler = ASGIHandler()

    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(prefix) if scope["path"].startswith(f"{prefix}/") else "/not-here"
        await handler({**scope, "path": path, "root_path": ""}, receive, send)  # type: ignore[arg-type]  # the stubs want Mapping where ASGI says MutableMapping

    return below
