"""The shop's notice as it was published: checking finds by itself what lawyers found in it by hand.

The findings are numbered as in the catalogue of the notice's promises, PS-F01 to PS-F28.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from zusage.promises.checking import check
from zusage.promises.finding import Finding
from zusage.promises.loading import load

PUBLISHED = Path(__file__).parents[2] / "examples" / "plate_shop" / "as-published.yaml"
ON = date(2026, 1, 15)


@dataclass(frozen=True)
class Expected:
    """Where a finding must stand, and the one correction that must make it go."""

    code: str
    path: str
    #: what stands in the line to which the finding points
    line: str
    wrong: str
    right: str


_CLAIMS = "only: kept_for IN ('contract', 'claim')\n        at_most: P4Y"
_CONTACT_DUTY = "at_most: P10Y\n        duty: tax-and-commercial"
_ORDER_DUTY = "at_most: P7Y\n        duty: tax-and-commercial"
_BACKUP = "regular: {of: [shop, mailbox]}"
_ADS_EN = "You can withdraw your consent simple, electronic declaration to us."


def _basis_of(purpose: str) -> tuple[str, str]:
    before = f"{purpose}}}\n    legal_basis: art-6-1-b"
    return before, before.replace("art-6-1-b", "art-6-1-c")


def _owner_of(purpose: str, key: str = "owner: Musterschild GmbH") -> tuple[str, str]:
    before = f"{purpose}}}\n"
    return before, f"{before}    {key}\n"


CONTACT, ORDERS = "activities.contact.keep", "activities.orders.keep"
FINDINGS: dict[str, list[Expected]] = {
    "F01": [Expected("same-duty-different-maxima", f"{ORDERS}.1.at_most", "at_most: P7Y", "at_most: P10Y", "at_most: P7Y")],
    "F02": [
        Expected(
            code,
            f"{ORDERS}.1.at_most",
            "at_most: P7Y",
            _ORDER_DUTY,
            "at_most: P8Y\n        duty: ao-147-vouchers",
        )
        for code in ("below-duty", "no-term-of-duty")
    ],
    "F03": [
        Expected(
            "longer-than-duty",
            f"{CONTACT}.2.at_most",
            "at_most: P10Y",
            _CONTACT_DUTY,
            "at_most: P6Y\n        duty: ao-147-letters",
        )
    ],
    "F04": [
        Expected("no-starting-point", f"{path}.at_most", line, wrong, f"{right}\n        from: {start}")
        for path, line, wrong, right, start in (
            (f"{CONTACT}.1", "at_most: P4Y", _CLAIMS, _CLAIMS, "end_of_year(closed_at)"),
            (f"{CONTACT}.2", "at_most: P10Y", "at_most: P10Y", "at_most: P10Y", "end_of_year(closed_at)"),
            (
                f"{ORDERS}.0",
                "at_most: P4Y",
                "- name: claims\n        at_most: P4Y",
                "- name: claims\n        at_most: P4Y",
                "end_of_year(completed_at)",
            ),
            (f"{ORDERS}.1", "at_most: P7Y", "at_most: P7Y", "at_most: P7Y", "end_of_year(completed_at)"),
        )
    ],
    "F05": [
        Expected("repealed-law", "notice.names_laws.2", "TMG", "[DSGVO, BDSG, TMG]", "[DSGVO, BDSG, DDG]"),
        Expected("terminal-law-unnamed", "notice.names_laws", "TMG", "BDSG, TMG]", "BDSG, TMG, TDDDG]"),
    ],
    "F06": [
        Expected(
            "incomplete-citation",
            "activities.platform.legitimate_interest.de",
            "Art. 6 Abs. Buchst. f",
            "Art. 6 Abs. Buchst. f",
            "Art. 6 Abs. 1 Buchst. f",
        ),
        Expected(
            "incomplete-citation",
            "activities.platform.legitimate_interest.en",
            "Art. 6(f)",
            "Art. 6(f)",
            "Art. 6(1)(f)",
        ),
    ],
    "F07": [
        Expected("duty-under-other-basis", f"{CONTACT}.2.duty", "duty:", *_basis_of("handling of your inquiry")),
        Expected("duty-under-other-basis", f"{ORDERS}.1.duty", "duty:", *_basis_of("performance of the contract")),
    ],
    "F08": [
        Expected(
            "undisclosed-third-country",
            "recipients.suchriese-group.country",
            "country: US",
            "third_country_transfers: none",
            "third_country_transfers: listed",
        )
    ],
    "F12": [
        Expected(
            "withdrawal-not-at-any-time",
            "activities.advertising.consent.withdraw.de",
            "Sie einfacher",
            "können Sie einfacher,",
            "können Sie jederzeit per einfacher,",
        ),
        Expected(
            "withdrawal-not-at-any-time",
            "activities.advertising.consent.withdraw.en",
            "consent simple",
            _ADS_EN,
            "You can withdraw your consent at any time.",
        ),
    ],
    "F14": [
        Expected("cookie-without-owner", f"cookies.{name}", "purpose:", *_owner_of(purpose))
        for name, purpose in (
            ("Session-Cookies", "more usable and more secure pages"),
            ("Cookie der Einwilligung", "documentation of the consent given"),
        )
    ]
    + [
        Expected(
            "cookie-without-lifetime",
            "cookies.Cookie der Einwilligung",
            "purpose:",
            *_owner_of("documentation of the consent given", "lifetime: P1Y"),
        )
    ],
    "F18": [
        Expected(
            "until-without-limit",
            f"{CONTACT}.0.until",
            "until:",
            "only: kept_for IS NULL\n",
            "only: kept_for IS NULL\n        at_most: P1M\n        from: closed_at\n",
        )
    ],
    "F22": [
        Expected("backup-without-interval", "backups.regular", "regular:", _BACKUP, f"{_BACKUP[:-1]}, every: P1D}}"),
        Expected("backup-without-retention", "backups.regular", "regular:", _BACKUP, f"{_BACKUP[:-1]}, kept: P30D}}"),
    ]
    + [
        Expected(
            "regular-without-interval",
            f"measures.{name}",
            "says:",
            f"{end}}}\n    regular: true",
            f"{end}}}\n    regular: true\n    every: P3M",
        )
        for name, end in (("tests-and-updates", "updates of the software."), ("review", "is reviewed regularly."))
    ],
    "F23": [
        Expected(
            "no-officer",
            "controller",
            "name: Musterschild GmbH",
            "  land: NW",
            "  officer: {email: dsb@shop.example}\n  land: NW",
        ),
        Expected("no-notice-version", "notice", "url:", "notice:\n", "notice:\n  version: 2026-01-01\n"),
    ],
    "F28": [
        Expected(
            "processor-without-contract",
            "recipients.suchriese-ads.role",
            "role: processor",
            "en: Suchriese Ads}\n    role: processor",
            "en: Suchriese Ads}\n    role: controller",
        )
    ],
}
EVERY = [pytest.param(one, id=f"{number}-{one.code}-{one.path}") for number, all_ in FINDINGS.items() for one in all_]


def _check(file: Path) -> tuple[Finding, ...]:
    return check(load(file), ON)


@pytest.fixture(scope="module")
def published() -> tuple[Finding, ...]:
    return _check(PUBLISHED)


@pytest.mark.parametrize("expected", EVERY)
def test_the_finding_is_reported_with_its_place_and_advice(expected: Expected, published: tuple[Finding, ...]) -> None:
    (one,) = (f for f in published if (f.code, f.path) == (expected.code, expected.path))
    line = PUBLISHED.read_text(encoding="utf-8").splitlines()[one.position.line - 1]
    assert expected.line in line
    assert one.why
    assert one.advice
    assert one.source


@pytest.mark.parametrize("expected", EVERY)
def test_the_finding_goes_when_just_that_is_corrected(expected: Expected, published: tuple[Finding, ...], tmp_path: Path) -> None:
    text = PUBLISHED.read_text(encoding="utf-8")
    assert text.count(expected.wrong) == 1
    corrected = tmp_path / "corrected.yaml"
    corrected.write_text(text.replace(expected.wrong, expected.right), encoding="utf-8")
    left = {(f.code, f.path) for f in _check(corrected)}
    assert (expected.code, expected.path) not in left
    assert len(left & {(f.code, f.path) for f in published}) > len(published) / 2


def test_the_other_findings_follow_from_what_the_notice_leaves_out(published: tuple[Finding, ...]) -> None:
    numbered = {one.code for all_ in FINDINGS.values() for one in all_}
    assert {one.code for one in published} - numbered == {
        "two-maxima",
        "duty-without-minimum",
        "obligation-unstated",
        "consent-without-text",
        "recipient-without-country",
        "no-controller-address",
        "no-controller-email",
    }


def test_before_the_telemedia_act_ended_nothing_was_wrong_with_naming_it() -> None:
    codes = {f.code for f in check(load(PUBLISHED), date(2024, 5, 13))}
    assert "repealed-law" not in codes
    assert "terminal-law-unnamed" in codes
