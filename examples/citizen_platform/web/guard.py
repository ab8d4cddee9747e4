"""What every request and every answer must keep to."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from citizen_platform.forms import PERSONAL
from citizen_platform.web.sessions import COOKIE

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; frame-src {frames}; "
    "form-action 'self'; frame-ancestors {frames}; base-uri 'none'"
)
REFUSED = "camera=(), geolocation=(), microphone=(), display-capture=(), interest-cohort=(), browsing-topics=()"


class Guard:
    """Refuses forged forms and form data in addresses; sets the protective headers."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def install(self, app: Flask) -> None:
        """Stands before every request and behind every answer."""
        app.before_request(self._before)
        app.after_request(headers)

    def token(self) -> str:
        """Proves that a form came from a page that this browser was given. Reads no database."""
        cookie = g.session_token if g.get("session_new") else request.cookies.get(COOKIE, "")
        return self._bind("" if g.get("session_ended") and not g.get("session_new") else cookie)

    def _before(self) -> None:
        if PERSONAL.intersection(request.args):
            abort(400)
        if request.method == "POST" and not (self._same_origin() and self._token_fits()):
            abort(403)

    def _same_origin(self) -> bool:
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        return site in ("same-origin", "none") and (origin is None or urlsplit(origin).netloc == request.host)

    def _token_fits(self) -> bool:
        expected = self._bind(request.cookies.get(COOKIE, ""))
        return hmac.compare_digest(request.form.get("csrf", "").encode(), expected.encode())

    def _bind(self, cookie: str) -> str:
        return hmac.new(self._secret, cookie.encode(), sha256).hexdigest()


def headers(response: Response, frames: str = "'none'") -> Response:
    """The protective headers: own origin only, no script, nothing in the address for others, no device."""
    response.headers["Content-Security-Policy"] = POLICY.format(frames=frames)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = REFUSED
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
