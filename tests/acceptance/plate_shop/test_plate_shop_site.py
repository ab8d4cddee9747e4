"""The shop's pages in a real Chromium over HTTPS, behind a real nginx: what its manifest promises of them is kept, and can be broken."""

import shutil

import pytest
from sqlalchemy import update

from plate_shop.front import fronted
from plate_shop.schema import staff
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


def narrowed(shop):
    """Only the first page is looked at, because nothing is meddled with elsewhere."""
    text = shop.manifest.read_text().replace("[/, /kontakt, /bestellen/kennzeichen, /impressum, /agb]", "[/]")
    shop.manifest.write_text(text)


@pytest.mark.usefixtures("lighter_browser")
def test_the_shop_keeps_what_it_promises_of_its_pages(tmp_path, monkeypatch):
    with fronted(tmp_path) as shop:
        found = looked(shop, monkeypatch)
    assert not {promise: seen for promise, seen in found.items() if seen[0] != "kept"}
    assert len(found) >= 16


@pytest.mark.usefixtures("lighter_browser")
def test_a_tag_before_any_choice_a_portal_before_its_consent_a_shorter_notice_and_a_role_too_wide_break_their_promises_alone(
    tmp_path, monkeypatch
):
    """The saboteur writes to the advertiser as long as nobody has chosen, meddles with the form of the comparison, takes the right to
    complain out of the notice, and lets the script through the pages' policy."""
    script = (
        '<script>if (location.pathname === "/" && !/zusage=/.test(document.cookie))'
        ' new Image().src = "https://tags.werbenetz.example/pixel.gif";'
        ' if (location.pathname === "/vergleich/") {'
        ' document.cookie = "referral=1; Secure"; new Image().src = "https://www.tarifkompass.example/pixel.gif" }</script>'
    )
    silence = "sub_filter 'bei einer Aufsichtsbehörde beschweren' '';"
    meddling = f"proxy_hide_header Content-Security-Policy; sub_filter '<title>' '{script}<title>'; {silence} sub_filter_once on;"
    with fronted(tmp_path, meddling) as shop:
        narrowed(shop)
        with shop.shop.begin() as connection:
            wider = update(staff).where(staff.c.login == "look-accounts").values(role="support")
            assert connection.execute(wider).rowcount == 1
        found = looked(shop, monkeypatch)
    broken = {promise: reason for promise, (verdict, reason) in found.items() if verdict == "broken"}
    assert set(broken) == {
        "website/website/before-choice",
        "website/website/forms",
        "website/website/storage",
        "website/website/notice",
        "website/website/roles",
    }, broken
    assert "tags.werbenetz.example" in broken["website/website/before-choice"]
    assert "image from www.tarifkompass.example" in broken["website/website/forms"]
    assert broken["website/website/storage"] == "not declared: cookie referral of shop.example, forms"
    assert found["cookie/referral"][0] == "kept"
