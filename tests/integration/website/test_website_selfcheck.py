"""What records a visit, in a real Chromium: it is believed only where it noticed every kind of entry, and waits for a choice to be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from zusage.connectors.website.browser import Chromium
from zusage.connectors.website.selfcheck import sees
from zusage.connectors.website.walk import Visitor
from zusage.promises.manifest.website import Website

if TYPE_CHECKING:
    from playwright.sync_api import Route

# As some banners do, it keeps a refusal only when the site has answered; and something else on it never ends.
SLOW = """<!doctype html><title>slow</title><button>No</button><script>new EventSource('/endless');
document.querySelector('button').onclick = () => fetch('/choice').then(() => { document.cookie = 'choice=none; secure' })</script>"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with closing(Chromium()) as opened:
        yield opened


def test_everything_that_a_page_can_keep_and_call_is_noticed(chromium: Chromium) -> None:
    with chromium.visitor(lambda _: False, {}) as (context, gate):
        assert sees(context, gate)


@pytest.mark.parametrize("hides", ["ServiceWorkerContainer.prototype.register", "CacheStorage.prototype.open"])
def test_where_one_kind_is_not_noticed_the_recorder_is_not_believed(chromium: Chromium, hides: str) -> None:
    with chromium.visitor(lambda _: False, {}) as (context, gate):
        context.add_init_script(f"{hides} = async () => undefined")
        assert not sees(context, gate)


@contextmanager
def visitor(chromium: Chromium, serve: Callable[[Route], None]) -> Iterator[Visitor]:
    """Somebody on the first page of a site that is answered here."""
    site = Website(kind="website", url="https://here.invalid", wait=0)
    with chromium.visitor(lambda _: False, {}) as (context, gate):
        context.route("https://here.invalid/**", serve)
        somebody = Visitor(site, site.url, context, gate, lambda host: host == "here.invalid", lambda _: "")
        assert somebody.open("/")
        yield somebody


def test_a_choice_that_is_answered_slowly_is_taken_before_the_next_page_is_opened(chromium: Chromium) -> None:
    waiting: list[Route] = []

    def serve(route: Route) -> None:
        if route.request.url.endswith(".invalid/"):
            route.fulfill(body=SLOW, content_type="text/html")
        else:
            waiting.append(route)

    with visitor(chromium, serve) as somebody:
        somebody.quiet()
        with somebody.choosing():
            somebody.page.click("button")
            somebody.page.on(
                "request", lambda told: told.url.endswith("/answer-it") and [one.fulfill(body="") for one in waiting]
            )
            somebody.page.evaluate("setTimeout(() => fetch('/answer-it'), 900)")
            assert not somebody.page.context.cookies()
            somebody.quiet()
        assert [cookie["name"] for cookie in somebody.page.context.cookies()] == ["choice"]


@pytest.mark.parametrize(("then", "called"), [("clearInterval(timer)", 0), ("", 1)], ids=["stopped", "not stopped"])
def test_what_a_page_does_until_the_very_click_is_before_the_choice(chromium: Chromium, then: str, called: int) -> None:
    page = f"""<!doctype html><title>busy</title><button>No</button><script>
const timer = setInterval(() => fetch('https://elsewhere.invalid/there').catch(() => 0), 15);
document.querySelector('button').onclick = () => {{ {then} }}</script>"""
    with visitor(chromium, lambda route: route.fulfill(body=page, content_type="text/html")) as somebody:
        somebody.page.wait_for_timeout(100)
        assert somebody.state("after-accept-all").contacts
        with somebody.choosing():
            somebody.page.wait_for_timeout(100)
            somebody.page.click("button")
            somebody.page.wait_for_timeout(200)
        assert len(somebody.state("after-withdraw").contacts) == called
