"""The service for cases, put together for one manifest."""

from __future__ import annotations

from zusage.bootstrap import Product
from zusage.office.consents.front import Application, Receive, Scope, Send


def service(product: Product) -> Application:
    """The ASGI application. Raises StateError."""
    product.state.holders.all()
    from django.core.handlers.asgi import ASGIHandler  # Django is configured by now, because the state is open

    handler = ASGIHandler()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            inside = {**scope, "root_path": "", "zusage.product": product}  # the door to the interface is here alone
            await handler(inside, receive, send)  # type: ignore[arg-type]  # the stubs want Mapping where ASGI says MutableMapping

    return application
