"""The shop's pages in a real Chromium over HTTPS, behind a real nginx: what its manifest promises of them is kept, and can be broken."""

import shutil

import pytest

from plate_shop.front import fronted
from zusage.bootstrap import opened


@pytest.fixture
def lighter_browser(monkeypatch):
    if found := shutil.which("chromium-headless-shell"):
        monkeypatch.setenv("ZUSAGE_CHROMIUM", found)


def looked(shop, monkeypatch):
    """Promise → verdict and reason, of what a browser and handshakes show."""
    for name, value in shop.environment.items():
        monkeypatch.setenv(name, value)
    with opened(shop.manifest, shop.folder / "evidence") as product:
        found = {one.promise.id: (one.judgement.verdict.value, one.judgement.reason) for one in product.verify()}
    return {promise: seen for promise, seen in found.items() if promise.split("/")[0] in ("website", "cookie", "transport")}


@pytest.mark.usefixtures("lighter_browser")
def test_the_shop_keeps_what_it_promises_of_its_pages(tmp_path, monkeypatch):
    with fronted(tmp_path) as shop:
        found = looked(shop, monkeypatch)
    assert not {promise: seen for promise, seen in found.items() if seen[0] != "kept"}
    assert len(found) >= 16


@pytest.mark.usefixtures("lighter_browser")
def test_a_tag_that_loads_before_any_choice_breaks_that_promise_alone(tmp_path, monkeypatch):
    """The saboteur writes to the advertiser as long as nobody has chosen, and lets its script through the pages' policy."""
    script = (
        '<script>if (location.pathname === "/" && !/zusage=/.test(document.cookie))'
        ' new Image().src = "https://tags.werbenetz.example/pixel.gif"</script>'
    )
    meddling = f"proxy_hide_header Content-Security-Policy; sub_filter '<title>' '{script}<title>'; sub_filter_once on;"
    with fronted(tmp_path, meddling) as shop:
        found = looked(shop, monkeypatch)
    broken = {promise: reason for promise, (verdict, reason) in found.items() if verdict == "broken"}
    assert list(broken) == ["website/website/before-choice"], broken
