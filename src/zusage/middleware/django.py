"""For Django: ``MIDDLEWARE = ["zusage.middleware.django.ConsentMiddleware", …]`` with ``ZUSAGE_MANIFEST`` in the settings.

Then ``request.zusage.allows("analytics")``, in templates ``{% if request.zusage.purposes … %}``.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .gate import Gate


class ConsentMiddleware:
    """Around the views; put it first, so that it sees every cookie that another one sets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._gate = Gate.of(settings.ZUSAGE_MANIFEST)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One request."""
        cookie = request.META.get("HTTP_COOKIE", "")
        allowed = self._gate.read(cookie, request.META.get("HTTP_SEC_GPC", ""))
        request.zusage = allowed  # type: ignore[attr-defined]  # this is how Django's middleware hands on
        response = self._get_response(request)
        for name in [name for name, morsel in response.cookies.items() if not self._gate.keeps(allowed, morsel.OutputString())]:
            del response.cookies[name]
        for line in self._gate.deletes(allowed, cookie):
            response.delete_cookie(line.split("=", 1)[0])
        if response.has_header("Content-Security-Policy"):
            response["Content-Security-Policy"] = self._gate.policy(allowed, response["Content-Security-Policy"])
        return response
