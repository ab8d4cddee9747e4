"""What a person does on a page that asks for consent, and what is seen there."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from consent_service import Service, Web

from zusage.consent.cookie import parse

if TYPE_CHECKING:
    from playwright.sync_api import Page


def control(name: str) -> str:
    return f'[data-zusage="{name}"]:visible'


def remembered(page: Page) -> Any:
    found = [one["value"] for one in page.context.cookies() if one["name"] == "zusage"]
    return parse(found[0]) if found else None


def visit(page: Page, web: Web, path: str = "/de") -> None:
    page.goto(web.site + path)
    page.wait_for_selector("#zusage", state="attached")


def press(page: Page, name: str) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/choices")) as answered:
        page.click(control(name))
    assert answered.value.status == 201
    page.wait_for_timeout(150)


def record(service: Service, page: Page) -> dict[str, Any]:
    return service.records(remembered(page).subject)[-1]


def hears(web: Web, page: Page, host: str, *paths: str) -> bool:
    """Whether a host is asked for all of these before long: on a busy machine a frame comes later than the answer."""
    for _ in range(300):
        if set(paths) <= set(web.seen(host)):
            return True
        page.wait_for_timeout(100)
    return False


def comes(page: Page, what: str) -> bool:
    """Whether something is so before long, also while the page is loaded anew."""
    from playwright.sync_api import Error

    for _ in range(300):
        with contextlib.suppress(Error):
            if page.evaluate(what):
                return True
        page.wait_for_timeout(50)
    return False


def quiet(web: Web, page: Page, host: str) -> bool:
    """Whether a host hears nothing for a while, but for what was under way."""
    page.wait_for_timeout(150)
    before = len(web.seen(host))
    page.wait_for_timeout(300)
    return len(web.seen(host)) == before
