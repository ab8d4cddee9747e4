"""A real service in a process of its own, a site that uses it, and a browser: all on the loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from tests.trusted import TRUSTED

from zusage.bootstrap import opened
from zusage.bootstrap.consents import desk
from zusage.promises.manifest import Manifest
from zusage.promises.writing import to_yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "consent"))
from consent_world import VALUES, manifest  # noqa: F401
from servers import free_port

ANALYTICS, ADS, OTHER, SITE = "tags.analytics.example", "pixel.ads.example", "other.example", "site.example"


@dataclass
class Service:
    """A service that is running, or was."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/zusage"

    def start(self) -> None:
        command = [sys.executable, "-m", "zusage", "consent", "serve", "--port", str(self.port), *self.options]
        environment = {**os.environ, **self.environment}
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        for _ in range(1200):
            if self.process.poll() is not None:
                raise AssertionError((self.folder / "log").read_text())
            try:
                httpx.get(f"{self.url}/consent.js", timeout=5, verify=TRUSTED)
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the service does not answer")

    def stop(self, sign: int = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            self.process.wait(60)

    def digest(self, language: str = "de") -> str:
        script = httpx.get(f"{self.url}/consent.js").text
        return re.search(rf'"{language}":{{"digest":"([0-9a-f]{{64}})"', script)[1]  # type: ignore[index]

    def choice(self, **changes: Any) -> dict[str, Any]:
        known: dict[str, Any] = {
            "subject": "A" * 22,
            "text": self.digest(),
            "language": "de",
            "how": "settings",
            "choices": {"analytics": "given", "advertising": "refused"},
        }
        return {**known, **changes}

    def post(self, path: str, told: Any, origin: str | None = None) -> httpx.Response:
        return httpx.post(
            f"{self.url}/{path}", json=told, headers={"Origin": origin} if origin else {}, timeout=20, verify=TRUSTED
        )

    def zusage(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "zusage", *words]
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def records(self, subject: str) -> list[dict[str, Any]]:
        """What is on record for a browser, read beside the running service."""
        return _beside(self._records, subject)

    def _records(self, subject: str) -> list[dict[str, Any]]:
        with opened(self.folder / "zusage.yaml") as product:
            at = desk(product)
            return [
                {
                    "receipt": one.id,
                    "how": one.choice.how,
                    "site": one.choice.site,
                    "text": one.choice.text,
                    "choices": one.choice.answers,
                }
                for one in at.records.of(at.browser(subject))
            ]

    def text(self, digest: str) -> Any:
        return _beside(self._text, digest)

    def _text(self, digest: str) -> Any:
        with opened(self.folder / "zusage.yaml") as product:
            return json.loads(desk(product).text(digest).body)


def _beside(act: Callable[[str], Any], about: str) -> Any:
    """In a thread of its own: the browser's driver runs an event loop in this one, in which Django refuses to wait."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(act, about).result()


def write(folder: Path, made: Manifest) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zusage.yaml").write_text(to_yaml(made), encoding="utf-8")


@contextmanager
def running(folder: Path, made: Manifest, *options: str, port: int | None = None, **environment: str) -> Iterator[Service]:
    write(folder, made)
    service = Service(folder, port or free_port(), options, environment)
    service.start()
    try:
        yield service
    finally:
        service.stop()


TAG = """
document.cookie = "_stat=" + Math.random() + "; Path=/; Max-Age=1000";
localStorage.setItem("_stat", "1");
window.counted = 0;
const beat = () => { fetch("http://HOST/beat?fetch", {mode: "no-cors"}).catch(() => {}); new Image().src = "http://HOST/beat?pixel"; window.counted++; };
beat();
setInterval(beat, 40);
"""
PAGE = """<!doctype html><html lang="LANG"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A site</title>
<script src="SERVICE/consent.js" defer></script>
<script type="text/plain" data-zusage-purpose="analytics" data-src="http://ANALYTICS/tag.js"></script>
<script type="text/plain" data-zusage-purpose="analytics advertising" data-src="http://ANALYTICS/both.js"></script>
</head><body><h1>A site</h1><p>Something to read.</p><a href="/LANG?next">next</a>
<iframe data-zusage-purpose="advertising" data-src="http://ADS/frame" title="advertisement"></iframe>
<img data-zusage-purpose="advertising" data-src="http://ADS/pixel.gif" alt="">
<p>The end.</p></body></html>"""


class Web:
    """The site and everybody whose tags it has, told apart by the name under which they are asked."""

    def __init__(self, service_url: str) -> None:
        self.asked: list[tuple[str, str]] = []
        self.service = service_url
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def site(self) -> str:
        return f"http://{SITE}:{self.port}"

    def seen(self, host: str) -> list[str]:
        return [path for name, path in self.asked if name.split(":")[0] == host]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, host: str, path: str) -> tuple[str, str]:
        name = path.split("?")[0].strip("/")
        if host.startswith(SITE):
            page = PAGE.replace("LANG", name if name in ("de", "en") else "de").replace("SERVICE", self.service)
            return page.replace("ANALYTICS", f"{ANALYTICS}:{self.port}").replace("ADS", f"{ADS}:{self.port}"), "text/html"
        if name.endswith(".js"):
            return TAG.replace("HOST", host) if name == "tag.js" else "window.both = true;", "text/javascript"
        return "<p>advertisement</p>", "text/html"

    def policy(self) -> str:
        others = f"http://{ANALYTICS}:{self.port} http://{ADS}:{self.port} http://{OTHER}:{self.port}"
        service = self.service.rpartition("/")[0]
        return (
            f"default-src 'none'; script-src 'self' {service} {others}; connect-src {service} {others}; "
            f"img-src {others}; frame-src {others}; base-uri 'none'; form-action 'none'"
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = self.headers["Host"]
                if "favicon" not in self.path:
                    web.asked.append((host, self.path))
                text, kind = web.answer(host, self.path)
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Access-Control-Allow-Origin", "*")
                if host.startswith(SITE):
                    self.send_header("Content-Security-Policy", web.policy())
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler
