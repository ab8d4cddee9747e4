"""What every request and every answer must keep to."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from expert_pool.forms import PERSONAL
from expert_pool.web.sessions import COOKIE

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{more}; frame-ancestors 'none'; base-uri 'none'"
#: one click in a mail program ends mails (RFC 8058): it brings a token of its own and no cookie
ONE_CLICK = "public.stop"


class Guard:
    """Refuses forged forms and personal data in addresses; sets the protective headers."""

    def __init__(self, secret: bytes, forms_to: str = "") -> None:
        """``forms_to``: an address to which forms may go besides this origin."""
        parts = urlsplit(forms_to)
        self._secret, self._policy = secret, POLICY.format(more=f" {parts.scheme}://{parts.netloc}" if forms_to else "")

    def install(self, app: Flask) -> None:
        """Stands before every request and behind every answer."""
        app.before_request(self._before)
        app.after_request(self._headers)

    def token(self) -> str:
        """Proves that a form came from a page that this browser was given."""
        fresh = g.get("new_cookies", {}).get(COOKIE)
        return self._bind(fresh or ("" if g.get("session_ended") else request.cookies.get(COOKIE, "")))

    def _before(self) -> None:
        if PERSONAL.intersection(request.args) or any("\0" in value for value in request.values.values()):
            abort(400)
        if request.method == "POST" and request.endpoint != ONE_CLICK and not (_same_origin() and self._token_fits()):
            abort(403)

    def _token_fits(self) -> bool:
        expected = self._bind(request.cookies.get(COOKIE, ""))
        return hmac.compare_digest(request.form.get("csrf", "").encode(), expected.encode())

    def _bind(self, cookie: str) -> str:
        return hmac.new(self._secret, cookie.encode(), sha256).hexdigest()

    def _headers(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = self._policy
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response


def _same_origin() -> bool:
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    return site in ("same-origin", "none") and (origin is None or urlsplit(origin).netloc == request.host)
