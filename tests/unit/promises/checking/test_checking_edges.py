"""Cases beside the plain ones: what must be found although it is hidden, and what must not be found."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from checking_manifests import _both, found, places

RULE = "activities/orders/keep/0"
VOUCHER = "activities/vouchers/keep/0"
AT_MOST = f"{VOUCHER.replace('/', '.')}.at_most"


def _codes(folder: Path, changes: dict[str, Any], on: date = date(2026, 1, 15)) -> set[str]:
    return {code for code, _ in places(folder, changes, on)}


def _second(**more: Any) -> dict[str, Any]:
    rule = {"name": "second", "data": "shop.shop_order", "at_most": "P7Y", "from": "completed_at", **more}
    return {"activities/orders/keep/1": rule}


def test_eight_years_from_the_event_end_before_eight_years_from_the_end_of_the_year(tmp_path: Path) -> None:
    rule = {"duty": "ao-147-vouchers", "at_most": "P8Y", "from": "issued_on"}
    least = {"name": "least", "duty": "ao-147-vouchers", "at_least": "P8Y", "from": "end_of_year(issued_on)"}
    found_codes = _codes(tmp_path, {"activities/vouchers/keep": [rule, least]})
    assert "minimum-above-maximum" in found_codes
    assert "below-duty" not in found_codes


def test_nine_years_from_the_event_satisfy_eight_years_from_the_end_of_the_year(tmp_path: Path) -> None:
    changes = {f"{VOUCHER}/from": "issued_on", f"{VOUCHER}/at_most": "P9Y", f"{VOUCHER}/at_least": "P9Y"}
    assert _codes(tmp_path, changes) == set()


def test_periods_from_different_events_are_not_compared(tmp_path: Path) -> None:
    assert "minimum-above-maximum" not in _codes(tmp_path, _second(at_least="P7Y", **{"from": "placed_at"}))


def test_a_minimum_of_another_purpose_is_no_contradiction(tmp_path: Path) -> None:
    changes = {
        "activities/vouchers/data/shop.shop_order": {"classes": {"contact": ["name"]}},
        "activities/vouchers/keep": [
            {
                "data": "shop.shop_order",
                "duty": "ao-147-vouchers",
                "at_least": "P8Y",
                "at_most": "P8Y",
                "from": "end_of_year(completed_at)",
            },
            {"name": "invoices", "data": "shop.invoice", "at_most": "P8Y", "from": "end_of_year(issued_on)"},
        ],
    }
    assert _codes(tmp_path, changes) == set()


def test_a_minimum_for_some_rows_contradicts_a_maximum_for_all(tmp_path: Path) -> None:
    least = {"at_least": "P7Y", "at_most": "P7Y", "only": "status = 'disputed'"}
    assert "minimum-above-maximum" in _codes(tmp_path, _second(**least))


def test_a_maximum_that_excepts_the_rows_with_a_minimum_is_no_contradiction(tmp_path: Path) -> None:
    least = {"at_least": "P7Y", "at_most": "P7Y", "only": "status = 'disputed'"}
    changes = {**_second(**least), f"{RULE}/unless": "status = 'disputed'"}
    assert _codes(tmp_path, changes) == set()


def test_another_maximum_for_other_rows_is_no_contradiction(tmp_path: Path) -> None:
    assert "two-maxima" not in _codes(tmp_path, _second(only="status = 'disputed'"))
    clocks = {f"{RULE}/only": "status = 'new'", **_second(only="status = 'disputed'", **{"from": "closed_at"})}
    assert "two-clocks" in _codes(tmp_path, {k: v for k, v in clocks.items() if k != f"{RULE}/only"})
    assert "two-clocks" not in _codes(tmp_path, clocks)


def test_a_maximum_for_all_rows_behind_one_with_an_exception_is_no_contradiction(tmp_path: Path) -> None:
    assert "two-maxima" not in _codes(tmp_path, {**_second(), f"{RULE}/unless": "disputed"})


def test_ten_years_for_vouchers_were_right_until_the_end_of_2024(tmp_path: Path) -> None:
    ten = {f"{VOUCHER}/at_most": "P10Y", f"{VOUCHER}/at_least": "P10Y"}
    assert "longer-than-duty" not in _codes(tmp_path, ten, date(2024, 12, 31))
    assert "longer-than-duty" in _codes(tmp_path, ten, date(2025, 1, 1))


def test_eight_years_for_vouchers_were_too_short_until_the_end_of_2024(tmp_path: Path) -> None:
    assert ("below-duty", AT_MOST) in places(tmp_path, {}, date(2024, 12, 31))


def test_the_limitation_of_claims_may_limit_but_is_not_owed(tmp_path: Path) -> None:
    three = {f"{RULE}/duty": "bgb-195-claims", f"{RULE}/at_most": "P3Y", f"{RULE}/from": "end_of_year(completed_at)"}
    assert _codes(tmp_path, three) == set()
    assert "longer-than-duty" in _codes(tmp_path, {**three, f"{RULE}/at_most": "P4Y"})
    assert "below-duty" not in _codes(tmp_path, {**three, f"{RULE}/at_most": "P2Y"})


@pytest.mark.parametrize(("day", "expected"), [(date(2024, 5, 13), False), (date(2024, 5, 14), True)])
def test_the_telemedia_act_counts_as_repealed_from_its_last_day_on(tmp_path: Path, day: date, expected: bool) -> None:
    changes = {"notice/names_laws": ["TMG", "TTDSG", "TDDDG"], f"{VOUCHER}/at_most": "P10Y"}
    assert (("repealed-law", "notice.names_laws.0") in places(tmp_path, changes, day)) is expected
    assert (("repealed-law", "notice.names_laws.1") in places(tmp_path, changes, day)) is expected


@pytest.mark.parametrize("text", ["TDDDG (früher TTDSG)", "DDG, formerly the TMG", "STMGX", "tmg"])
def test_former_names_and_parts_of_words_are_no_repealed_law(tmp_path: Path, text: str) -> None:
    assert _codes(tmp_path, {"activities/orders/purpose/de": text}) == set()


def test_repealed_law_is_found_in_any_text(tmp_path: Path) -> None:
    changes = {"measures/updates/says/de": "nach § 13 Abs. 7 TMG"}
    assert places(tmp_path, changes) == {("repealed-law", "measures.updates.says.de")}


def test_before_the_dpf_no_decision_covered_the_united_states(tmp_path: Path) -> None:
    changes = {"recipients/counter/safeguard": None}
    limited = [f for f in found(tmp_path, changes) if f.code == "third-country-without-safeguard"]
    assert "certified" in limited[0].what
    uncovered = [f for f in found(tmp_path, changes, date(2022, 1, 1)) if f.path == "recipients.counter.country"]
    assert "no adequacy decision" in uncovered[0].what


@pytest.mark.parametrize(
    "text",
    ["Art. 6 Abs. 1 lit. f DSGVO", "Artikel 6 Absatz 1 Buchstabe f", "Art. 6(1)(f) GDPR", "Article 9(2)(a)", "Art. 6"],
)
def test_a_complete_citation_is_left_alone(tmp_path: Path, text: str) -> None:
    assert _codes(tmp_path, {"activities/orders/purpose": _both(text)}) == set()


@pytest.mark.parametrize("text", ["Art. 6 Abs. Buchst. f DSGVO", "Art. 6 lit. f", "Article 6(f)", "Art. 6 Buchst. b"])
def test_a_citation_without_its_paragraph_is_found(tmp_path: Path, text: str) -> None:
    assert "incomplete-citation" in _codes(tmp_path, {"activities/orders/purpose/en": text})


def test_a_guard_of_nothing_is_as_useless_as_one_of_everything(tmp_path: Path) -> None:
    assert "guard-without-effect" in _codes(tmp_path, {"guard/share": 0})
    assert "guard-without-effect" not in _codes(tmp_path, {"guard/share": 0.5})


def test_pseudonymised_data_that_are_deleted_later_come_to_an_end(tmp_path: Path) -> None:
    rules = [
        {"at_most": "P14D", "from": "at", "then": {"pseudonymise": ["address", "agent"]}},
        {"at_most": "P1Y", "from": "at", "only": "kept = 1"},
    ]
    assert "pseudonyms-for-ever" not in _codes(tmp_path, {"activities/log/keep": rules})


def test_what_belongs_to_a_row_ends_with_it(tmp_path: Path) -> None:
    assert "class-without-limit" not in _codes(tmp_path, {f"{RULE}/classes": ["contact"]})
