from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from consent_service import SITE, Service, Web, manifest, running
from servers import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    # its event loop runs in this thread for as long as it is there, and Django refuses to wait in such a thread: not longer than one module
    with sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP *.example 127.0.0.1"
        lighter = shutil.which("chromium-headless-shell")  # the same engine without a window, for half the processor
        browser = playwright.chromium.launch(executable_path=lighter or "/usr/bin/chromium", args=["--no-sandbox", rules])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def service_and_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Web]]:
    port = free_port()
    web = Web(f"http://127.0.0.1:{port}/zusage")
    hosts = {
        "consents/sites": [web.site, f"http://{SITE}"],
        "consents/service": web.service,
        "notice/url": f"{web.site}/de?notice",
    }
    with running(tmp_path_factory.mktemp("service"), manifest(hosts), "--per-minute", "0", port=port) as service:
        yield service, web
    web.close()


@pytest.fixture
def service(service_and_web: tuple[Service, Web]) -> Service:
    return service_and_web[0]


@pytest.fixture
def web(service_and_web: tuple[Service, Web]) -> Web:
    asked = service_and_web[1].asked
    before = -1
    while before != len(asked):  # a page that was closed may still be heard for a moment
        before = len(asked)
        time.sleep(0.05)
    asked.clear()
    return service_and_web[1]


@pytest.fixture
def page(chromium: Browser, web: Web) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert complaints == []
