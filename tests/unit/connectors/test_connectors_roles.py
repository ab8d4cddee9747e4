"""A page that is only for some: shown, refused, or nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from zusage.connectors.website.roles import tried
from zusage.promises.manifest.website import Website

_LOGIN = {"page": "/login", "fill": {"#who": "clerk"}, "submit": "#go", "done": "#out"}
SITE = Website.model_validate(
    {
        "kind": "website",
        "url": "https://shop.example",
        "pages": ["/"],
        "pause": 0.5,
        "roles": {"office": {"may": ["/office", "/sales"], **_LOGIN}},
    }
)


@dataclass
class Answer:
    status: int


@dataclass
class Browser:
    """Answers each page with a status of its own, and notes how long it was let rest."""

    statuses: dict[str, int]
    shown: str = ""
    url: str = ""
    rests: list[float] = field(default_factory=list)

    def goto(self, url: str, **_: object) -> Answer:
        self.url = self.shown or url
        return Answer(self.statuses[url.removeprefix("https://shop.example")])

    def wait_for_timeout(self, milliseconds: float) -> None:
        self.rests.append(milliseconds)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_server_without_an_answer_has_refused_nothing(status: int) -> None:
    browser: Any = Browser({"/office": 200, "/sales": status})
    found = tried(browser, SITE, "https://shop.example", "")
    assert (found.reached, found.unseen) == (("/office",), ("/sales",))
    assert browser.rests == [500]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_is_one(status: int) -> None:
    browser: Any = Browser({"/office": 200, "/sales": status})
    found = tried(browser, SITE, "https://shop.example", "")
    assert (found.reached, found.unseen) == (("/office",), ())


def test_another_page_in_its_place_is_a_refusal() -> None:
    browser: Any = Browser({"/office": 200, "/sales": 200}, shown="https://shop.example/login")
    assert tried(browser, SITE, "https://shop.example", "").reached == ()
