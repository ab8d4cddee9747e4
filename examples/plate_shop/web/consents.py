"""The way to the service for consent: what a web server in front would pass on under ``/zusage``, and the tags that wait for it."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from flask import Blueprint, Response, abort, make_response, request

from plate_shop.web.desk import the_shop
from zusage.middleware import Gate

room = Blueprint("consents", __name__, url_prefix="/zusage")
#: what each side may say to the other
_THERE = ("Content-Type", "Origin", "Accept-Language", "If-None-Match", "Sec-GPC")
_BACK = ("Content-Type", "ETag", "Retry-After", "Set-Cookie", "Vary")


@cache
def gate() -> Gate:
    """Keeps the shop's own answers to what a visitor has allowed."""
    return Gate.of(Path(__file__).parents[1] / "zusage.yaml")


def tags() -> dict[str, str]:
    """Purpose → where its tag is; none without the service that asks for them."""
    settings = the_shop().settings
    return {name: settings.services[name] for name in ("analytics", "advertising")} if settings.consent else {}


def sources() -> str:
    """The tags' hosts for the pages' policy: which of them is reached, the visitor's choice decides."""
    return "".join(f" {urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in tags().values())


@room.route("/<path:path>", methods=["GET", "POST"])
def passed_on(path: str) -> Response:
    """The same call at the service."""
    where = the_shop().settings.consent
    if where is None:
        abort(404)
    headers = {name: request.headers[name] for name in _THERE if name in request.headers}
    headers |= {"X-Forwarded-For": request.remote_addr or "", "X-Forwarded-Host": request.host}
    try:
        answer = httpx.request(
            request.method, f"{where}/{path}", params=request.args, content=request.get_data(), headers=headers, timeout=20
        )
    except httpx.HTTPError:
        abort(503)
    made = make_response(answer.content, answer.status_code)
    for name in _BACK:
        for value in answer.headers.get_list(name):
            made.headers.add(name, value) if name == "Set-Cookie" else made.headers.set(name, value)
    return made
