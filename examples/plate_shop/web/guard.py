"""What every request and every answer must keep to."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from plate_shop.forms.registry import PERSONAL
from plate_shop.web import consents
from plate_shop.web.sessions import COOKIE

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'{tags}; font-src 'self'; script-src 'self'{tags}; connect-src 'self'{tags}; "
    "form-action 'self'{forms}; frame-ancestors 'none'; base-uri 'none'"
)


class Guard:
    """Refuses forged forms and form data in addresses; sets the protective headers."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def install(self, app: Flask) -> None:
        """Stands before every request and behind every answer."""
        app.before_request(self._before)
        app.after_request(_headers)

    def token(self) -> str:
        """Proves that a form came from a page that this browser was given. Reads no database."""
        return self._bind(_cookie_after_this_answer())

    def _before(self) -> None:
        if PERSONAL.intersection(request.args):
            abort(400)
        if request.blueprint == consents.room.name:
            return  # the service has rules of its own, and no form of ours leads there
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


def _cookie_after_this_answer() -> str:
    if g.get("session_dirty"):
        return g.session_token
    return "" if g.get("session_ended") else request.cookies.get(COOKIE, "")


def _headers(response: Response) -> Response:
    policy = POLICY.format(forms=g.get("extra_forms", ""), tags=consents.sources())
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), interest-cohort=()"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
