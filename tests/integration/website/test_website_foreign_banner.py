"""A banner that is not ours, worked in a real Chromium by the CSS selectors that the manifest names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from zusage.connectors.website.controls import Controls, NoControl
from zusage.promises.manifest.website import Banner

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BANNER = Banner(
    accept_all="#foreign .yes",
    reject_all="#foreign .no",
    settings="#foreign .more",
    purposes={"counting": "#box-1", "advertising": "#box-2"},
    save="#foreign .save",
    withdraw="footer .undo",
)
# Stands in a frame, as many banners do; its second layer is hidden until it is asked for, and one box is ticked beforehand.
FRAMED = """
<div id=foreign>
  <button class=yes style='padding:20px' onclick="say('all')">Accept</button><button class=no onclick="say('none')">Reject</button>
  <button class=more onclick="layer.hidden = false">Settings</button>
  <div id=layer hidden>
    <input type=checkbox id=box-1><input type=checkbox id=box-2 checked>
    <button class=save onclick="say([...document.querySelectorAll(':checked')].map(one => one.id).join(' ') || 'none')">Save</button>
  </div>
</div>
<script>function say(what) { parent.document.title = what }</script>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    opened.set_content(
        "<iframe></iframe><footer><a class=undo href='#' onclick='document.title = `withdrawn`'>Withdraw</a></footer>"
    )
    opened.evaluate("text => { document.querySelector('iframe').srcdoc = text }", FRAMED)
    opened.frames[1].wait_for_selector("#foreign .yes")
    yield opened
    opened.close()


def test_each_control_of_a_foreign_banner_is_found_by_its_selector_and_pressed(page: Page) -> None:
    controls = Controls(page, BANNER)
    said = []
    for control in ("accept-all", "reject-all", "withdraw"):
        controls.press(control)
        said.append(page.title())
    assert said == ["all", "none", "withdrawn"]


def test_one_purpose_alone_is_allowed_on_the_second_layer_and_what_was_ticked_beforehand_is_noted(page: Page) -> None:
    controls = Controls(page, BANNER)
    controls.allow_only("counting", ("counting", "advertising"))
    assert page.title() == "box-1"
    assert controls.ticked == {"advertising"}


def test_a_foreign_banner_with_a_larger_button_for_accepting_is_seen_as_such(page: Page) -> None:
    seen = Controls(page, BANNER).fairness()
    assert seen is not None
    assert (seen.accept_clicks, seen.reject_clicks) == (1, 1)
    assert seen.accept_area > 1.5 * seen.reject_area > 0


def test_a_selector_that_meets_nothing_is_said_and_nothing_is_pressed(page: Page) -> None:
    page.evaluate("document.title = 'untouched'")
    with pytest.raises(NoControl, match="reject-all"):
        Controls(page, BANNER.model_copy(update={"reject_all": "#another .no"})).press("reject-all")
    assert page.title() == "untouched"
