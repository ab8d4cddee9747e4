"""Which promises follow from a web site, what is declared there, and what may be used in which state of consent."""

from datetime import date
from pathlib import Path

import pytest

from zusage.evidence.browsing.looking import longest, masked
from zusage.promises.derive import promises_of
from zusage.promises.finding import ManifestError
from zusage.promises.loading import load
from zusage.promises.manifest import Contact, Cookie, Manifest
from zusage.promises.outside import contact_named, contacts_of, cookie_named, pages_of_forms, permitted, purposes_of, slug
from zusage.promises.period import Period
from zusage.promises.writing import to_yaml

BOTH = {"de": "x", "en": "x"}
OWN = frozenset({"shop.example"})


def manifest(**site: object) -> Manifest:
    consent = {"asked": "banner", "hosts": ["*.tags.example"]}
    return Manifest.model_validate(
        {
            "zusage": 1,
            "controller": {"name": "x"},
            "systems": {"site": {"kind": "website", "url": "https://shop.example", "banner": "zusage", **site}},
            "activities": {
                "sale": {"title": BOTH, "purpose": BOTH, "legal_basis": "art-6-1-b"},
                "counting": {"title": BOTH, "purpose": BOTH, "legal_basis": "art-6-1-a", "consent": consent},
            },
            "cookies": {
                "session": {"purpose": BOTH, "necessary": True, "activity": "sale", "lifetime": "session"},
                "_c_*": {"purpose": BOTH, "activity": "counting", "lifetime": "P6M"},
                "Far off": {"purpose": BOTH, "activity": "counting", "named": "far", "host": "tags.example"},
            },
        }
    )


def test_a_site_with_everything_makes_each_promise_once() -> None:
    form = {"page": "/", "submit": "button", "done": "p"}
    found = [one.id for one in promises_of(manifest(transport={}, forms={"f": form}, login=form))]
    aspects = ["before-choice", "after-reject", "after-accept-one", "after-accept-all", "after-withdraw", "equal-choice"]
    site = [f"website/site/{one}" for one in (*aspects, "logged-in", "forms", "contacts", "storage", "sent-encrypted")]
    cookies = ["cookie/session", "cookie/c", "cookie/far-off"]
    assert found == [*site, *cookies, *(f"transport/site/{one}" for one in ("tls", "certificate", "hsts", "https-only"))]


def test_a_site_that_shows_the_notice_promises_that_it_stands_there() -> None:
    found = [one.id for one in promises_of(manifest(banner=None, notice={"de": "/datenschutz"}))]
    assert "website/site/notice" in found


def test_a_site_that_asks_for_nothing_promises_nothing_about_choices() -> None:
    found = [one.id for one in promises_of(manifest(banner=None)) if one.id.startswith("website/")]
    assert found == ["website/site/before-choice", "website/site/contacts", "website/site/storage"]


@pytest.mark.parametrize(
    ("kind", "name", "host", "key"),
    [
        ("cookie", "session", "shop.example", "session"),
        ("cookie", "_c_1A2B", "shop.example", "_c_*"),
        ("cookie", "_c_1", ".shop.example", "_c_*"),
        ("cookie", "_c_1", ".other.example", None),
        ("cookie", "far", "tags.example", "Far off"),
        ("cookie", "far", "shop.example", None),
        ("local-storage", "session", "shop.example", None),
        ("cookie", "session", "elsewhere.example", None),
    ],
)
def test_an_entry_is_declared_by_its_kind_name_and_host(kind: str, name: str, host: str, key: str | None) -> None:
    assert cookie_named(manifest(), "site", kind, name, host, OWN) == key


def test_hosts_are_declared_by_the_site_or_by_a_consent() -> None:
    declared = contacts_of(manifest(contacts={"maps.example": {"necessary": True}}), "site")
    assert contact_named(declared, "a.tags.example") == "*.tags.example"
    assert contact_named(declared, "maps.example") == "maps.example"
    assert contact_named(declared, "tags.example.evil") is None
    assert purposes_of(manifest(), "site") == ("counting",)


def test_what_is_not_necessary_waits_for_its_own_consent() -> None:
    necessary = Contact(necessary=True)
    counting = Cookie(purpose=BOTH, activity="counting")
    assert permitted(necessary, (), everything=False)
    assert not permitted(counting, (), everything=False)
    assert not permitted(counting, ("advertising",), everything=False)
    assert permitted(counting, ("counting",), everything=False)
    assert permitted(Contact(), (), everything=True)


def test_what_a_form_asks_for_by_itself_the_banner_does_not_and_it_counts_from_there_on() -> None:
    form = {"submit": "button", "done": "p"}
    forms = {"a": {"page": "/a", **form}, "b": {"page": "/b", **form, "consents": ["counting"]}, "c": {"page": "/c", **form}}
    made = manifest(forms=forms)
    assert purposes_of(made, "site") == ()
    assert pages_of_forms(made.websites["site"]) == {(): {"/a", "/b"}, ("counting",): {"/b", "/c"}}


def test_a_form_that_asks_for_what_is_no_activity_is_refused(tmp_path: Path) -> None:
    text = to_yaml(manifest(forms={"f": {"page": "/", "submit": "button", "done": "p", "consents": ["counting"]}}))
    (tmp_path / "good.yaml").write_text(text)
    assert load(tmp_path / "good.yaml")
    (tmp_path / "bad.yaml").write_text(text.replace("- counting", "- elsewhere"))
    with pytest.raises(ManifestError, match="'elsewhere' is not an activity of this manifest"):
        load(tmp_path / "bad.yaml")


def test_keys_become_parts_of_ids() -> None:
    assert [slug(one) for one in ("_ga_*", "Cookie der Einwilligung", "***")] == ["ga", "cookie-der-einwilligung", "entry"]


@pytest.mark.parametrize(("period", "days"), [("P6M", 184), ("P1M", 31), ("P1Y", 366), ("P14D", 14), ("PT30M", 30 / 1440)])
def test_a_period_is_read_at_its_longest_with_an_hour_for_clocks(period: str, days: float) -> None:
    assert longest(Period.parse(period), date(2023, 12, 1)) == round(days * 86_400) + 3600


def test_the_name_of_an_undeclared_entry_tells_nothing_of_a_person() -> None:
    assert masked("cart") == "cart"
    assert masked("user:anna@mail.example:cart") == "…"
    assert masked("cart-48213") == "cart-…"
    assert masked("s_9f86d081884c7d65") == "s_…"
