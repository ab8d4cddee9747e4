"""Who calls the interface of cases, and what for: a holder of a token, at the door of this service alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest
from ninja.security import HttpBearer

from zusage.bootstrap import Product
from zusage.rights.roles import Holder

from .refusals import Forbidden


class Token(HttpBearer):
    """A token of the staff."""

    def authenticate(self, request: HttpRequest, token: str) -> Holder | None:
        """Whose it is; None: it is worth nothing."""
        return product_of(request).state.holders.of(token)


def product_of(request: HttpRequest) -> Product:
    """Only through the door of this service, never through another that runs in this process. Raises Http404."""
    found = request.scope.get("zusage.product")  # type: ignore[attr-defined]  # Django's ASGI handler puts it there
    if not isinstance(found, Product):
        raise Http404
    return found


@contextmanager
def looking(request: HttpRequest) -> Iterator[Product]:
    """The same for a call that looks into systems: they are opened for it alone, so that one that was down and is back is found."""
    with product_of(request).afresh() as product:
        yield product


def holder_of(request: HttpRequest) -> Holder:
    """Whose token it is."""
    holder: Holder = request.auth  # type: ignore[attr-defined]  # Ninja puts there what the token was known by
    return holder


def reader_of(request: HttpRequest) -> Holder:
    """The same, of somebody who may read what is said of a person. Raises Forbidden."""
    holder = holder_of(request)
    if not holder.reads:
        raise Forbidden
    return holder


def orderer_of(request: HttpRequest) -> Holder:
    """The same, of somebody who may order what is done. Raises Forbidden."""
    holder = holder_of(request)
    if not holder.orders:
        raise Forbidden
    return holder
