"""The script in Debian's Chromium: what loads in each state, how it looks and feels, and what is on record afterwards."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from consent_pages import comes, control, hears, press, quiet, record, remembered, visit
from consent_service import ADS, ANALYTICS, OTHER, Service, Web, manifest, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_untouched_nothing_loads_and_nothing_is_stored(page: Page, web: Web) -> None:
    visit(page, web)
    page.wait_for_selector(control("accept-all"))
    page.wait_for_timeout(300)
    assert web.seen("site.example") == ["/de"]
    assert (web.seen(ANALYTICS), web.seen(ADS)) == ([], [])
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, window.dataLayer]") == [0, None]


def test_rejecting_is_one_click_recorded_and_not_asked_again(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    press(page, "reject-all")
    assert page.locator(control("accept-all")).count() == 0
    visit(page, web, "/de?again")
    assert page.locator(control("accept-all")).count() == 0
    assert (web.seen(ANALYTICS), web.seen(ADS)) == ([], [])
    assert [one["name"] for one in page.context.cookies()] == ["zusage"]
    kept = record(service, page)
    assert (kept["how"], kept["choices"]) == ("reject-all", {"analytics": "refused", "advertising": "refused"})
    assert (kept["text"][:12], kept["site"]) == (remembered(page).text, web.site)


def test_accepting_one_lets_in_that_one_and_no_other(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    page.click(control("settings"))
    assert page.locator("input[data-zusage-purpose]:checked").count() == 0
    page.check('input[data-zusage-purpose="analytics"]')
    press(page, "save")
    assert hears(web, page, ANALYTICS, "/tag.js")
    assert "/both.js" not in web.seen(ANALYTICS)
    assert web.seen(ADS) == []
    assert {one["name"] for one in page.context.cookies()} == {"zusage", "_stat"}
    assert record(service, page)["choices"] == {"analytics": "given", "advertising": "refused"}
    assert page.evaluate("window.dataLayer.map(one => [...one])")[1][2] == {
        "analytics_storage": "granted", "ad_storage": "denied", "ad_user_data": "denied", "ad_personalization": "denied",
    }  # fmt: skip


def test_accepting_all_lets_in_tags_frames_and_pixels_after_the_record_is_on_disk(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    press(page, "accept-all")
    assert hears(web, page, ANALYTICS, "/tag.js", "/both.js")
    assert hears(web, page, ADS, "/frame", "/pixel.gif")
    assert page.evaluate("window.both")
    expires = next(one["expires"] for one in page.context.cookies() if one["name"] == "zusage")
    assert 180 * 86400 < expires - time.time() < 185 * 86400
    visit(page, web, "/en?next")
    page.wait_for_timeout(1000)
    assert len([path for path in web.seen(ANALYTICS) if path == "/tag.js"]) == 2


#: what no gate in a page can hold, once its script runs
PAST_THE_GATE = """(host) => {
  let number = 0;
  setInterval(() => { number += 1;
    document.body.style.background = `url(http://${host}/styled?${number})`;
    import(`http://${host}/imported.js?${number}`).catch(() => {}); }, 40);
}"""


def test_withdrawing_is_one_click_and_stops_all_in_the_running_page(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    press(page, "accept-all")
    page.evaluate(PAST_THE_GATE, f"{ANALYTICS}:{web.port}")
    page.wait_for_timeout(300)
    assert page.evaluate("window.counted") > 3
    assert hears(web, page, ANALYTICS, *(f"/beat?{way}" for way in ("fetch", "pixel")), "/styled?3", "/imported.js?3")
    press(page, "withdraw")
    assert comes(page, "window.counted === undefined && window.zusage")
    assert quiet(web, page, ANALYTICS)
    assert comes(page, "document.querySelector('.zusage-live').textContent === 'Ihre Auswahl ist gespeichert.'")
    assert page.locator("iframe").get_attribute("src") is None
    assert page.locator("img[data-zusage-purpose]").get_attribute("src") is None
    assert [one["name"] for one in page.context.cookies()] == ["zusage"]
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("document.cookie = '_stat=again; Path=/'")
    assert [one["name"] for one in page.context.cookies()] == ["zusage"]
    assert record(service, page)["choices"] == {"analytics": "withdrawn", "advertising": "withdrawn"}
    web.asked.clear()
    visit(page, web, "/de?after")
    assert quiet(web, page, ANALYTICS)
    assert (web.seen(ANALYTICS), web.seen(ADS)) == ([], [])


def test_a_consent_to_something_else_outlasts_a_withdrawal_and_can_be_given_again(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    press(page, "accept-all")
    page.click(control("settings"))
    page.uncheck('input[data-zusage-purpose="advertising"]')
    press(page, "save")
    assert comes(page, "performance.now() < 5000 && window.zusage.allows('analytics') && !window.zusage.allows('advertising')")
    assert not quiet(web, page, ANALYTICS)
    assert page.locator("iframe").get_attribute("src") is None
    assert record(service, page)["choices"] == {"analytics": "given", "advertising": "withdrawn"}
    web.asked.clear()
    page.click(control("settings"))
    assert page.is_checked('input[data-zusage-purpose="analytics"]')
    press(page, "accept-all")
    assert hears(web, page, ADS, "/frame", "/pixel.gif")


def test_what_is_not_marked_is_held_back_too_and_what_comes_later_wakes(page: Page, web: Web) -> None:
    visit(page, web)
    insert = """host => { const tag = document.createElement("script"); tag.src = `http://${host}/late.js`; document.head.append(tag);
        fetch(`http://${host}/fetched`, {mode: "no-cors"}).catch(() => {}); navigator.sendBeacon(`http://${host}/beacon`); }"""
    page.evaluate(insert, f"{ANALYTICS}:{web.port}")
    page.evaluate(insert, f"{OTHER}:{web.port}")
    page.wait_for_timeout(200)
    assert web.seen(ANALYTICS) == []
    assert hears(web, page, OTHER, "/late.js")
    press(page, "accept-all")
    page.evaluate(
        """host => { const tag = document.createElement("script"); tag.type = "text/plain"; tag.dataset.zusagePurpose = "analytics";
            tag.dataset.src = `http://${host}/later.js`; document.body.append(tag); }""",
        f"{ANALYTICS}:{web.port}",
    )
    page.wait_for_timeout(200)
    assert hears(web, page, ANALYTICS, "/later.js")


def test_other_open_pages_and_pages_that_come_back_stop_with_the_withdrawal_too(page: Page, web: Web) -> None:
    visit(page, web)
    press(page, "accept-all")
    assert not quiet(web, page, ANALYTICS)
    # what the browser brings back from its memory has not heard of what was decided meanwhile
    page.evaluate(
        "document.cookie = document.cookie.split('; ').find(one => one.startsWith('zusage=')).replace(/~1~[^.]*/g, '~0') + '; Path=/'"
    )
    assert not quiet(web, page, ANALYTICS)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert quiet(web, page, ANALYTICS)
    page.context.clear_cookies()
    visit(page, web, "/de?anew")
    press(page, "accept-all")
    other = page.context.new_page()
    visit(other, web, "/de?other")
    page.goto(web.site + "/de?here")
    assert other.evaluate("window.zusage.allows('analytics')") is True
    press(page, "withdraw")
    assert comes(other, "window.counted === undefined && window.zusage && !window.zusage.allows('analytics')")
    assert quiet(web, page, ANALYTICS)


#: a page that is told of a change before its own process knows of the new cookie
SLOW = """const jar = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
let kept = null;
new BroadcastChannel("zusage").onmessage = () => setTimeout(() => (kept = null), 60);
window.keep = () => (kept = jar.get.call(document));
Object.defineProperty(Document.prototype, "cookie", { ...jar, get() { return kept === null ? jar.get.call(this) : kept; } });"""


def test_a_page_that_hears_of_a_withdrawal_before_its_cookies_have_changed_follows_nevertheless(page: Page, web: Web) -> None:
    visit(page, web)
    press(page, "accept-all")
    other = page.context.new_page()
    other.add_init_script(SLOW)
    visit(other, web, "/de?other")
    assert comes(other, "window.counted > 0 && window.zusage.allows('analytics')")
    other.evaluate("keep()")
    press(page, "withdraw")
    assert comes(other, "window.counted === undefined && window.zusage && !window.zusage.allows('analytics')")


def press_settings_and_accept(page: Page) -> None:
    page.click(control("settings"))
    press(page, "accept-all")


#: ways in which a tag that runs can have something fetched; HOW is the path by which it is told from the others
WAYS = """(host) => {
  const pixel = (how) => `<img alt="1 > 0 < 'x" src="http://${host}/${how}">`;
  const made = (tag) => document.body.appendChild(document.createElement(tag));
  made("div").innerHTML = pixel("inner");
  made("div").outerHTML = pixel("outer");
  document.body.insertAdjacentHTML("beforeend", `<iframe src="http://${host}/adjacent"></iframe><a href="http://${host}/linked">there</a>`);
  document.body.append(document.createRange().createContextualFragment(pixel("fragment")));
  made("img").srcset = `http://${host}/set 1x`;
  made("img").setAttributeNS(null, "src", `http://${host}/named`);
  const node = document.createAttribute("src");
  node.value = `http://${host}/node`;
  made("img").setAttributeNode(node);
  Object.assign(made("input"), {type: "image"}).src = `http://${host}/input`;
}"""
PATHS = ["/inner", "/outer", "/adjacent", "/fragment", "/set", "/named", "/node", "/input"]


def test_where_somebody_has_typed_the_page_stays_and_the_gate_holds_what_a_tag_still_does(page: Page, web: Web) -> None:
    visit(page, web)
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.fill("textarea", "half a letter")
    press(page, "accept-all")
    assert hears(web, page, ANALYTICS, "/tag.js")
    press(page, "withdraw")
    assert quiet(web, page, ANALYTICS)
    assert page.input_value("textarea") == "half a letter"
    assert page.evaluate("window.counted") > 0
    press_settings_and_accept(page)
    assert hears(web, page, ADS, "/frame", "/pixel.gif")
    assert not quiet(web, page, ANALYTICS)  # what still runs may speak again, and does not run twice
    assert web.seen(ANALYTICS).count("/tag.js") == 1
    press(page, "withdraw")
    assert quiet(web, page, ANALYTICS)
    web.asked.clear()
    page.evaluate(WAYS, f"{ANALYTICS}:{web.port}")
    page.evaluate(WAYS, f"{OTHER}:{web.port}")
    assert hears(web, page, OTHER, *PATHS)
    assert web.seen(ANALYTICS) == []
    assert page.locator("a", has_text="there").first.get_attribute("href") == f"http://{ANALYTICS}:{web.port}/linked"


def test_without_the_service_nothing_is_allowed_and_a_refusal_is_recorded_later(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    page.route("**/zusage/choices", lambda route: route.abort())
    page.click(control("accept-all"))
    page.wait_for_selector(".zusage-status:visible")
    assert "Es wurde nichts freigeschaltet" in page.inner_text(".zusage-banner .zusage-status")
    assert (web.seen(ANALYTICS), web.seen(ADS), page.context.cookies()) == ([], [], [])
    page.click(control("reject-all"))
    page.wait_for_selector(".zusage-banner", state="detached")
    assert remembered(page).recorded is False
    page.unroute("**/zusage/choices")
    with page.expect_response(lambda answer: answer.url.endswith("/choices")):
        visit(page, web, "/de?later")
    page.wait_for_timeout(150)
    assert remembered(page).recorded
    assert record(service, page)["how"] == "later"


def test_a_withdrawal_works_without_the_service(page: Page, web: Web) -> None:
    visit(page, web)
    press(page, "accept-all")
    page.route("**/zusage/choices", lambda route: route.abort())
    page.click(control("withdraw"))
    page.wait_for_timeout(200)
    assert quiet(web, page, ANALYTICS)
    web.asked.clear()
    visit(page, web, "/de?after")
    assert quiet(web, page, ANALYTICS)
    assert web.seen(ANALYTICS) == []


def test_global_privacy_control_is_a_refusal_without_a_question(chromium: Browser, web: Web, service: Service) -> None:
    context = chromium.new_context()
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})")
    page = context.new_page()
    with page.expect_response(lambda answer: answer.url.endswith("/choices")):
        visit(page, web)
    page.wait_for_timeout(150)
    assert page.locator(control("accept-all")).count() == 0
    assert (web.seen(ANALYTICS), web.seen(ADS)) == ([], [])
    kept = record(service, page)
    assert (kept["how"], set(kept["choices"].values())) == ("gpc", {"refused"})
    page.click(control("settings"))
    assert "Global Privacy Control" in page.inner_text("dialog")
    page.check('input[data-zusage-purpose="analytics"]')
    press(page, "save")
    assert hears(web, page, ANALYTICS, "/tag.js")
    context.close()


# -- how it looks and feels ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (390, 740), (320, 568)])
@pytest.mark.parametrize("language", ["de", "en"])
def test_accept_and_reject_are_equal_in_size_and_colour(page: Page, web: Web, size: tuple[int, int], language: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visit(page, web, f"/{language}")
    look = """one => { const s = getComputedStyle(one); const b = one.getBoundingClientRect();
        return [s.color, s.backgroundColor, s.font, s.border, s.opacity, Math.round(b.width), Math.round(b.height), Math.round(b.top)]; }"""
    for place in (".zusage-banner", "dialog"):
        if place == "dialog":
            page.click(control("settings"))
        accept, reject = (page.locator(f'{place} [data-zusage="{name}"]') for name in ("accept-all", "reject-all"))
        assert accept.evaluate(look) == reject.evaluate(look)
        box = accept.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= size[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_speaks_the_pages_language(page: Page, web: Web) -> None:
    visit(page, web, "/de")
    assert page.inner_text(control("reject-all")) == "Alle ablehnen"
    visit(page, web, "/en")
    assert page.inner_text(control("reject-all")) == "Reject all"


def test_everything_can_be_done_with_the_keyboard_alone(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    focus = "document.activeElement.dataset.zusage || document.activeElement.dataset.zusagePurpose || document.activeElement.localName"

    def tab_to(wanted: str) -> None:
        for _ in range(20):
            if page.evaluate(focus) == wanted:
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached")

    order = []
    for _ in range(4):
        page.keyboard.press("Tab")
        order.append(page.evaluate(focus))
    assert order == ["a", "reject-all", "accept-all", "settings"]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Enter")
    tab_to("analytics")
    page.keyboard.press("Space")
    tab_to("save")
    with page.expect_response(lambda answer: answer.url.endswith("/choices")):
        page.keyboard.press("Enter")
    page.wait_for_timeout(150)
    assert record(service, page)["choices"] == {"analytics": "given", "advertising": "refused"}


def test_a_screen_reader_finds_names_roles_and_states(page: Page, web: Web) -> None:
    visit(page, web)
    page.get_by_role("region", name="Ihre Entscheidung").get_by_role("button", name="Alle ablehnen").wait_for()
    page.get_by_role("button", name="Einzeln auswählen").click()
    dialog = page.get_by_role("dialog", name="Ihre Einstellungen")
    switch = dialog.get_by_role("switch", name="Statistik")
    assert switch.get_attribute("aria-describedby") == "zusage-analytics"
    assert not switch.is_checked()
    dialog.get_by_role("button", name="Schließen").click()
    press(page, "reject-all")
    assert page.get_by_role("status").inner_text() == "Ihre Auswahl ist gespeichert."
    page.get_by_role("navigation", name="Datenschutz-Einstellungen").get_by_role("button").first.wait_for()


def test_every_word_that_is_shown_is_in_the_text_that_is_on_record(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    page.click(control("settings"))
    for summary in page.locator("dialog summary").all():
        summary.click()
    seen = [line.strip() for line in page.inner_text("#zusage").splitlines() if line.strip() not in ("", "✕")]
    press(page, "reject-all")
    text = service.text(record(service, page)["text"])
    known: set[str] = set()

    def words(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                words(inner)
        elif isinstance(value, list):
            for inner in value:
                words(inner)
        else:
            known.add(str(value))

    words(text)
    whole = " ".join(known)
    for line in seen:
        for part in line.removeprefix("▾ ").removeprefix("▸ ").replace("Datenschutzerklärung", "|").split("|"):
            pieces = [part] if part.strip() in whole else part.split(". ")
            assert all(piece.strip(" .") in whole for piece in pieces), line


def test_people_are_asked_again_when_a_recipient_is_added(page: Page, web: Web, service: Service) -> None:
    visit(page, web)
    press(page, "accept-all")
    page.goto("about:blank")
    values = {"consents/sites": [web.site], "consents/service": web.service}
    service.stop()
    write(service.folder, manifest({**values, "activities/analytics/recipients": ["counter", "network"]}))
    service.start()
    web.asked.clear()
    try:
        visit(page, web, "/de?more")
        page.wait_for_selector(control("accept-all"))
        assert web.seen(ANALYTICS) == []
        assert hears(web, page, ADS, "/frame")
    finally:
        service.stop()
        write(service.folder, manifest({**values, "notice/url": f"{web.site}/de?notice"}))
        service.start()
