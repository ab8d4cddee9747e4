"""The three middlewares do the same: read the visitor's choice, and keep cookies and hosts to it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask, Response, make_response, request

sys.path.insert(0, str(Path(__file__).parents[1] / "consent"))
from consent_world import manifest, offer

from zusage.consent.cookie import Remembered, encode
from zusage.middleware import Gate
from zusage.middleware.asgi import ConsentMiddleware as Asgi
from zusage.middleware.wsgi import ConsentMiddleware as Wsgi
from zusage.promises.writing import to_yaml

POLICY = "default-src 'self'; connect-src 'self' zusage-allowed-hosts"
SET = ("session=1; HttpOnly", "_stat=1; Path=/", "_ad_click=1", "_stat=; Max-Age=0")


def remembered(**changes: Any) -> str:
    items = frozenset(offer().purposes[0].items)
    known: dict[str, Any] = {
        "subject": "A" * 22, "at": datetime.now(UTC) - timedelta(days=1), "text": "0" * 12, "recorded": True,
        "choices": {"analytics": items, "advertising": None},
    }  # fmt: skip
    return "zusage=" + encode(Remembered(**{**known, **changes}))


Answer = tuple[dict[str, Any], list[str], str]
Ask = Callable[[str, str], Answer]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("manifest") / "zusage.yaml"
    path.write_text(to_yaml(manifest()), encoding="utf-8")
    return path


def wsgi(written: Path) -> Ask:
    app = Flask("site")

    @app.get("/")
    def page() -> Response:
        allowed = request.environ["zusage.consent"]
        made = make_response({"allowed": sorted(allowed.purposes), "decided": allowed.decided, "gpc": allowed.gpc})
        made.headers["Content-Security-Policy"] = POLICY
        for line in SET:
            made.headers.add("Set-Cookie", line)
        return made

    app.wsgi_app = Wsgi(app.wsgi_app, written)  # type: ignore[method-assign]

    def ask(cookie: str, gpc: str) -> Answer:
        got = app.test_client(use_cookies=False).get("/", headers={"Cookie": cookie, "Sec-GPC": gpc})
        return got.get_json(), got.headers.getlist("Set-Cookie"), got.headers["Content-Security-Policy"]

    return ask


def asgi(written: Path) -> Ask:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        allowed = scope["zusage.consent"]
        body = json.dumps({"allowed": sorted(allowed.purposes), "decided": allowed.decided, "gpc": allowed.gpc}).encode()
        headers = [(b"content-security-policy", POLICY.encode()), *((b"set-cookie", line.encode()) for line in SET)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def once(cookie: str, gpc: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=Asgi(app, written))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return await client.get("/", headers={"Cookie": cookie, "Sec-GPC": gpc})

    def ask(cookie: str, gpc: str) -> Answer:
        got = asyncio.run(once(cookie, gpc))
        return got.json(), got.headers.get_list("set-cookie"), got.headers["content-security-policy"]

    return ask


DJANGO = """
import json, sys
from django.conf import settings
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x", ZUSAGE_MANIFEST=sys.argv[1],
                   MIDDLEWARE=["zusage.middleware.django.ConsentMiddleware"])
import django
django.setup()
from django.http import JsonResponse
from django.test import Client
from django.urls import path

def page(request):
    a = request.zusage
    made = JsonResponse({"allowed": sorted(a.purposes), "decided": a.decided, "gpc": a.gpc})
    made["Content-Security-Policy"] = sys.argv[2]
    made.set_cookie("session", "1", httponly=True)
    made.set_cookie("_stat", "1")
    made.set_cookie("_ad_click", "1")
    return made

urlpatterns = [path("", page)]
found = []
for cookie, gpc in json.loads(sys.argv[3]):
    got = Client().get("/", HTTP_COOKIE=cookie, HTTP_SEC_GPC=gpc)
    lines = [morsel.OutputString() for morsel in got.cookies.values()]
    found.append([got.json(), lines, got["Content-Security-Policy"]])
print(json.dumps(found))
"""
ASKED = {
    "nothing": ("", ""),
    "analytics": (remembered() + "; session=1; _stat=1", ""),
    "withdrawn": (remembered(choices={"analytics": None, "advertising": None}) + "; _stat=1; _ad_click=2; session=1", ""),
    "unrecorded": (remembered(recorded=False), ""),
    "damaged": ("zusage=1.x; other=1", ""),
    "beside": ('a[b]={"c": "d, e"}; =; ' + remembered() + "; session=1; _stat=1", ""),
    "gpc": ("", "1"),
}


@pytest.fixture(scope="module")
def answers(written: Path) -> dict[str, dict[str, Answer]]:
    found: dict[str, dict[str, Answer]] = {}
    for kind, make in (("wsgi", wsgi), ("asgi", asgi)):
        ask = make(written)
        found[kind] = {name: ask(*asked) for name, asked in ASKED.items()}
    command = [sys.executable, "-c", DJANGO, str(written), POLICY, json.dumps(list(ASKED.values()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found["django"] = dict(zip(ASKED, (tuple(one) for one in json.loads(done.stdout)), strict=True))  # type: ignore[arg-type]
    return found


KINDS = pytest.mark.parametrize("kind", ["wsgi", "asgi", "django"])


def names(answer: Answer) -> dict[str, bool]:
    """Cookie → whether it is deleted."""
    return {
        line.split("=")[0]: "Max-Age=0" in line for line in answer[1] if not (line.startswith("_stat=;") and "Path" not in line)
    }


@KINDS
def test_without_a_choice_only_what_is_necessary_is_set(kind: str, answers: dict[str, dict[str, Answer]]) -> None:
    found = answers[kind]["nothing"]
    assert found[0] == {"allowed": [], "decided": False, "gpc": False}
    assert names(found) == {"session": False}
    assert found[2] == "default-src 'self'; connect-src 'self'"


@KINDS
@pytest.mark.parametrize("asked", ["analytics", "beside"])
def test_what_is_allowed_is_set_and_reached_and_nothing_else(
    kind: str, asked: str, answers: dict[str, dict[str, Answer]]
) -> None:
    """Also beside cookies of others that are written against the rules."""
    found = answers[kind][asked]
    assert found[0]["allowed"] == ["analytics"]
    assert names(found) == {"session": False, "_stat": False}
    assert found[2] == "default-src 'self'; connect-src 'self' tags.analytics.example"


@KINDS
def test_after_a_withdrawal_the_browser_is_told_to_delete(kind: str, answers: dict[str, dict[str, Answer]]) -> None:
    found = answers[kind]["withdrawn"]
    assert found[0] == {"allowed": [], "decided": True, "gpc": False}
    assert names(found) == {"session": False, "_stat": True, "_ad_click": True}


@KINDS
@pytest.mark.parametrize("cookie", ["unrecorded", "damaged"])
def test_what_the_service_has_not_acknowledged_allows_nothing(
    kind: str, cookie: str, answers: dict[str, dict[str, Answer]]
) -> None:
    assert answers[kind][cookie][0]["allowed"] == []


@KINDS
def test_the_signal_of_the_browser_is_handed_on(kind: str, answers: dict[str, dict[str, Answer]]) -> None:
    assert answers[kind]["gpc"][0]["gpc"] is True


def test_an_old_choice_allows_nothing() -> None:
    gate = Gate(offer())
    assert gate.read(remembered()).allows("analytics")
    assert not gate.read(remembered(at=datetime.now(UTC) - timedelta(days=200))).allows("analytics")


def test_a_purpose_that_reaches_further_is_not_allowed_any_more() -> None:
    assert not Gate(offer({"activities/analytics/recipients": ["counter", "network"]})).read(remembered()).allows("analytics")
