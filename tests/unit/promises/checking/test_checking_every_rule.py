"""Each rule finds its defect where it stands, and finds nothing in a manifest without it."""

from pathlib import Path
from typing import Any

import pytest
from checking_manifests import GONE, ON, _both, found, loaded, places

from zusage.promises.checking import RULES, check
from zusage.promises.finding import ManifestError, Severity
from zusage.promises.loading import load

ORDERS = "activities/orders"
RULE = f"{ORDERS}/keep/0"
VOUCHER = "activities/vouchers/keep/0"
SITE = {"kind": "website", "url": "https://shop.example", "banner": "zusage"}
SECOND = {"name": "second", "data": "shop.shop_order", "at_most": "P4Y", "from": "completed_at"}

_LIST = {"data": "shop.shop_order", "only": "wanted", "address": "email", "then": {"set": {"wanted": False}}}

#: code → what is changed in the sound manifest, and where the finding must stand
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "unanswered": ({f"{ORDERS}/purpose/de": "?"}, f"{ORDERS}/purpose/de"),
    "not-personal-guessed": (
        {"systems/shop/not_personal": {"colour": "guessed: no column looks personal"}},
        "systems/shop/not_personal",
    ),
    "no-starting-point": ({f"{RULE}/from": GONE}, f"{RULE}/at_most"),
    "no-period": ({f"{RULE}/at_most": GONE}, RULE),
    "until-without-limit": ({f"{RULE}/at_most": GONE, f"{RULE}/until": "erledigt"}, f"{RULE}/until"),
    "minimum-above-maximum": ({f"{RULE}/at_least": "P5Y"}, f"{RULE}/at_most"),
    "two-maxima": ({f"{ORDERS}/keep/1": {**SECOND, "at_most": "P7Y"}}, f"{ORDERS}/keep/1/at_most"),
    "two-clocks": ({f"{ORDERS}/keep/1": {**SECOND, "from": "closed_at"}}, f"{ORDERS}/keep/1/from"),
    "waits-for-itself": (
        {f"{RULE}/waits_for": ["shop.shop_order via answers"]},
        f"{RULE}/waits_for/0",
    ),
    "purpose-outlives-maximum": (
        {f"{RULE}/purpose_ends": {"from": "completed_at", "after": "P5Y"}},
        f"{RULE}/purpose_ends",
    ),
    "unknown-duty": ({f"{VOUCHER}/duty": "ao-999"}, f"{VOUCHER}/duty"),
    "below-duty": ({f"{VOUCHER}/at_least": "P7Y"}, f"{VOUCHER}/at_least"),
    "no-term-of-duty": (
        {f"{VOUCHER}/duty": "tax-and-commercial", f"{VOUCHER}/at_most": "P9Y"},
        f"{VOUCHER}/at_most",
    ),
    "longer-than-duty": ({f"{VOUCHER}/at_most": "P10Y"}, f"{VOUCHER}/at_most"),
    "duty-clock": ({f"{VOUCHER}/from": "issued_on"}, f"{VOUCHER}/from"),
    "same-duty-different-maxima": (
        {f"{RULE}/duty": "ao-147-vouchers"},
        f"{VOUCHER}/at_most",
    ),
    "duty-without-minimum": ({f"{VOUCHER}/at_least": GONE}, f"{VOUCHER}/duty"),
    "duty-under-other-basis": ({"activities/vouchers/legal_basis": "art-6-1-b"}, f"{VOUCHER}/duty"),
    "claim-is-no-duty": ({f"{VOUCHER}/duty": "bgb-199-long-stop"}, f"{VOUCHER}/duty"),
    "consent-without-withdrawal": ({"activities/statistics/consent": GONE}, "activities/statistics/legal_basis"),
    "withdrawal-not-at-any-time": (
        {"activities/statistics/consent/withdraw/de": "per E-Mail"},
        "activities/statistics/consent/withdraw/de",
    ),
    "consent-without-text": ({"activities/statistics/consent/text_version": GONE}, "activities/statistics/consent"),
    "interest-unnamed": ({"activities/log/legitimate_interest": GONE}, "activities/log/legal_basis"),
    "objection-without-right": ({f"{ORDERS}/objection": {"lists": [_LIST]}}, f"{ORDERS}/objection"),
    "list-of-nobody": (
        {"activities/log/objection": {"marketing": True, "lists": [{"data": "shop.log"}]}},
        "activities/log/objection/lists/0",
    ),
    "items-with-row": (
        {f"{ORDERS}/data/shop.shop_order/of": "customer via guests->all[]->id"},
        f"{ORDERS}/data/shop.order_note/part_of",
    ),
    "items-not-restricted": (
        {f"{ORDERS}/data/shop.shop_order/of": "customer via guests->all[]->id", "requests": {"kept": "P1Y", "restricted": True}},
        f"{ORDERS}/data/shop.shop_order/of",
    ),
    "automated-decision-undescribed": (
        {
            f"{ORDERS}/automated": {
                "decides": _both("x"),
                "logic": _both("x"),
                "follows": _both("x"),
                "allowed_by": "contract",
            }
        },
        f"{ORDERS}/automated",
    ),
    "obligation-unstated": ({f"{ORDERS}/obligation": GONE}, ORDERS),
    "processor-without-contract": ({"recipients/host/contract": GONE}, "recipients/host/role"),
    "third-country-without-safeguard": ({"recipients/host/country": "IN"}, "recipients/host/country"),
    "undisclosed-third-country": ({"notice/third_country_transfers": "none"}, "recipients/host/country"),
    "third-countries-unstated": ({"notice/third_country_transfers": GONE}, "notice"),
    "recipient-without-country": ({"recipients/carrier/country": GONE}, "recipients/carrier"),
    "recipient-unused": ({f"{ORDERS}/recipients": ["carrier"]}, "recipients/host"),
    "recipient-cannot-know-whom": (
        {"recipients/carrier/notices": {"by": "webhook", "to": "https://carrier.example/notices"}},
        "recipients/carrier/notices",
    ),
    "rules-untold": (
        {
            "recipients/carrier/notices": {
                "by": "webhook",
                "to": "https://carrier.example/notices",
                "names": {"order": "shop.shop_order.number"},
            }
        },
        "recipients/carrier/notices",
    ),
    "rules-by-hand": (
        {
            "recipients/carrier/notices": {
                "by": "opendsr",
                "to": "https://carrier.example/opendsr",
                "names": {"order": "shop.shop_order.number"},
                "rules": "told",
            }
        },
        "recipients/carrier/notices/rules",
    ),
    "no-mail-for-notices": (
        {
            "telling": {"within": "P7D"},
            "recipients/carrier/notices": {
                "by": "email",
                "to": "dsb@carrier.example",
                "names": {"order": "shop.shop_order.number"},
            },
        },
        "recipients/carrier/notices",
    ),
    "terminal-basis": ({"cookies/sid/terminal": "25-1"}, "cookies/sid/terminal"),
    "cookie-without-basis": ({"systems/site": SITE, "cookies/zusage/activity": "orders"}, "cookies/sid"),
    "banner-missing": (
        {
            "systems/site": {"kind": "website", "url": "https://shop.example"},
            "cookies/sid/activity": "orders",
            "cookies/zusage/activity": "orders",
        },
        "systems/site",
    ),
    "cookie-of-no-site": (
        {
            "systems/site": SITE,
            "systems/other": SITE,
            "cookies/sid/activity": "orders",
            "cookies/sid/site": "site",
            "cookies/_count/site": "site",
            "cookies/zusage/activity": "orders",
        },
        "cookies/zusage",
    ),
    "entries-alike": (
        {"cookies/SID": {"purpose": _both("Warenkorb"), "necessary": True, "owner": "Musterschild", "lifetime": "session"}},
        "cookies/SID",
    ),
    "repealed-law": ({"notice/names_laws/1": "TMG"}, "notice/names_laws/1"),
    "void-safeguard": (
        {"recipients/counter/safeguard/en": "certified under the Privacy Shield"},
        "recipients/counter/safeguard/en",
    ),
    "terminal-law-unnamed": ({"notice/names_laws/2": "DDG"}, "notice/names_laws"),
    "incomplete-citation": ({f"{ORDERS}/obligation/de": "nach Art. 6 Abs. Buchst. f"}, f"{ORDERS}/obligation/de"),
    "cookie-without-owner": ({"cookies/sid/owner": GONE}, "cookies/sid"),
    "cookie-without-lifetime": ({"cookies/sid/lifetime": GONE}, "cookies/sid"),
    "cookie-without-consent": (
        {
            "activities/statistics/legal_basis": "art-6-1-f",
            "activities/statistics/legitimate_interest": _both("Zählen"),
        },
        "cookies/_count",
    ),
    "cookie-of-no-consent": ({"cookies/_count/activity": "orders"}, "cookies/_count"),
    "banner-without-service": ({"consents": GONE}, "activities/statistics/consent"),
    "consent-cookie": ({"cookies/zusage/lifetime": "P1Y"}, "cookies/zusage"),
    "nothing-asked": ({"activities/statistics/consent/asked": "form"}, "consents"),
    "backup-without-interval": ({"backups/nightly/every": GONE}, "backups/nightly"),
    "backup-without-retention": ({"backups/nightly/kept": GONE}, "backups/nightly"),
    "backup-of-unknown-system": ({"backups/nightly/of/0": "depot"}, "backups/nightly/of/0"),
    "backup-without-place": ({"backups/nightly/kind": "pg-dump"}, "backups/nightly"),
    "backup-of-other-kind": ({"backups/nightly/kind": "folder", "backups/nightly/path": "/b/*"}, "backups/nightly/of/0"),
    "regular-without-interval": ({"measures/updates/every": GONE}, "measures/updates"),
    "no-officer": ({"controller/officer": GONE}, "controller"),
    "no-notice-version": ({"notice/version": GONE}, "notice"),
    "no-controller-address": ({"controller/address": GONE}, "controller"),
    "no-controller-email": ({"controller/email": GONE}, "controller"),
    "no-authority": ({"controller/land": GONE}, "controller"),
    "automated-decisions-unstated": ({"notice/automated_decisions": GONE}, "notice"),
    "controller-is-a-person": ({"controller/name": "Prof. Dr. Erika Musterfrau"}, "controller/name"),
    "interest-of-public-body": ({"controller/public_body": True}, "activities/log/legal_basis"),
    "absolute-promise": (
        {"measures/tls": {"says": _both("Dritte können nichts sehen; es ist in keiner Weise möglich.")}},
        "measures/tls/says/de",
    ),
    "notice-older-than-law": ({"notice/version": "2022-05-02"}, "notice/version"),
    "no-storage-period": ({"activities/log/keep": GONE}, "activities/log/data"),
    "class-without-limit": (
        {f"{ORDERS}/data/shop.shop_order/classes/voucher": ["price"], f"{RULE}/classes": ["contact"]},
        f"{ORDERS}/data/shop.shop_order/classes/voucher",
    ),
    "change-outside-classes": (
        {"activities/log/keep/0/then/anonymise/referrer": {}},
        "activities/log/keep/0/then/anonymise/referrer",
    ),
    "change-leaves-columns": (
        {"activities/log/keep/0/then/anonymise/agent": GONE},
        "activities/log/keep/0/then",
    ),
    "pseudonyms-for-ever": (
        {"activities/log/keep/0/then": {"pseudonymise": ["address", "agent"]}},
        "activities/log/keep/0/then",
    ),
    "parted-without-rule": (
        {
            "activities/log/data/shop.log_line": {"part_of": "shop.log via log_id", "classes": {"contact": ["city"]}},
            "activities/log/keep/0/data": "shop.log",
            "activities/log/keep/0/then/aggregate": {
                "columns": ["agent"],
                "at_least": 5,
                "joined": [{"rows": "shop.log_line via log_id", "columns": ["city"]}],
            },
        },
        "activities/log/keep/0/then/aggregate/joined",
    ),
    "reference-twice": ({f"{ORDERS}/refs": ["PS-1", "PS-1"]}, f"{ORDERS}/refs"),
    "superseded-but-kept": ({"superseded/0/refs": ["PS-2"]}, "superseded/0/refs"),
    "not-bound-but-kept": ({"not_bound": [{"refs": ["PS-2"], "because": "nobody looks"}]}, "not_bound/0/refs"),
    "superseded-by-unknown": ({"superseded/0/by": "nothing/here"}, "superseded/0/by"),
    "only-in-logs": ({f"{ORDERS}/protect": [{"truncate": "ip_address", "before": "storage"}]}, f"{ORDERS}/protect/0"),
    "not-in-logs": (
        {
            "systems/weblogs": {"kind": "access-log", "path": "/log/*"},
            f"{ORDERS}/data/weblogs.line": {"structure": ["user"]},
            f"{ORDERS}/keep/1": {
                "name": "log",
                "data": "weblogs.line",
                "at_most": "P1D",
                "from": "time",
                "then": {"pseudonymise": ["user"]},
            },
        },
        f"{ORDERS}/keep/1/then",
    ),
    "guard-without-effect": ({"guard/share": 1}, "guard/share"),
    "absent-but-held": (
        {"no_column": {"nothing": {"says": _both("nichts"), "table": "shop.log", "columns": ["ip", "*dress*"]}}},
        "activities/log/data/shop.log/classes/contact/0",
    ),
    "deleted-and-anonymised": (
        {f"{ORDERS}/keep/1": {**SECOND, "then": {"anonymise": {"name": {}, "email": {}}}}},
        f"{ORDERS}/keep/1/then",
    ),
    "condition-in-words-only": ({f"{RULE}/unless_says": _both("solange jemand aktiv ist")}, f"{RULE}/unless_says"),
    "choice-not-kept": ({"cookies/zusage/lifetime": "session"}, "cookies"),
    "special-without-basis": ({"special": ["contact"]}, f"{ORDERS}/data/shop.shop_order/classes/contact"),
    "consent-of-dependents": (
        {
            "people/customer/dependent": True,
            f"{ORDERS}/legal_basis": "art-6-1-a",
            f"{ORDERS}/consent": {"withdraw": {"de": "jederzeit", "en": "at any time"}, "text_version": "1"},
        },
        f"{ORDERS}/legal_basis",
    ),
}


def test_a_sound_manifest_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_every_rule_has_a_case_and_a_code_of_its_own() -> None:
    codes = [rule.defect.code for rule in RULES]
    assert sorted(codes) == sorted(CASES)


@pytest.mark.parametrize("code", CASES)
def test_the_defect_is_found_where_it_stands(code: str, tmp_path: Path) -> None:
    changes, path = CASES[code]
    assert (code, path.replace("/", ".")) in places(tmp_path, changes)


@pytest.mark.parametrize("code", CASES)
def test_a_finding_says_why_and_what_to_write_and_points_into_the_file(code: str, tmp_path: Path) -> None:
    one = next(one for one in found(tmp_path, CASES[code][0]) if one.code == code)
    assert one.what
    assert one.why
    assert one.advice
    assert one.source
    lines = (tmp_path / "zusage.yaml").read_text(encoding="utf-8").splitlines()
    assert 1 < one.position.line <= len(lines)


def test_special_class_that_is_not_declared_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as refused:
        loaded(tmp_path, {"special": ["contact", "nothing"]})
    assert [(one.code, one.path) for one in refused.value.findings] == [("reference", "special.1")]


def test_findings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    changes = {**CASES["cookie-without-owner"][0], **CASES["no-officer"][0], **CASES["no-starting-point"][0]}
    positions = [one.position for one in found(tmp_path, changes)]
    assert len(positions) == 3
    assert positions == sorted(positions)


def test_a_manifest_with_nothing_in_it_is_not_refused_by_errors(tmp_path: Path) -> None:
    file = tmp_path / "least.yaml"
    file.write_text("zusage: 1\ncontroller: {name: Musterschild GmbH}\n", encoding="utf-8")
    findings = check(load(file), ON)
    assert findings
    assert {one.severity for one in findings} == {Severity.WARNING}


def test_checking_twice_finds_the_same(tmp_path: Path) -> None:
    one = loaded(tmp_path, CASES["two-maxima"][0])
    assert check(one, ON) == check(one, ON)


def test_parted_rows_that_a_rule_of_their_own_ends_are_no_finding(tmp_path: Path) -> None:
    changes, _ = CASES["parted-without-rule"]
    assert "parted-without-rule" in {one.code for one in check(loaded(tmp_path, changes), ON)}
    own = {"activities/log/keep/1": {"name": "lines", "data": "shop.log_line", "at_most": "P1Y", "from": "at"}}
    assert "parted-without-rule" not in {one.code for one in check(loaded(tmp_path, {**changes, **own}), ON)}
