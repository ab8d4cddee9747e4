"""Law as data: dated, sourced, and refusing what it does not know."""

from datetime import date

import pytest

from zusage.promises import law
from zusage.promises.checking import defects
from zusage.promises.manifest.activities import LegalBasis
from zusage.promises.period import Period

TODAY = date(2026, 1, 15)


@pytest.mark.parametrize(("day", "years"), [(date(2024, 12, 31), 10), (date(2025, 1, 1), 8)])
def test_vouchers_are_kept_eight_years_since_2025_and_ten_before(day: date, years: int) -> None:
    duty = law.duty("ao-147-vouchers", day)
    assert duty.period == Period(years=years)
    assert duty.starts == "end_of_year"
    assert duty.terms[0].source


def test_a_kind_of_duties_has_the_terms_of_all_its_members() -> None:
    duty = law.duty("tax-and-commercial", TODAY)
    assert [str(term.period) for term in duty.terms] == ["P6Y", "P8Y", "P10Y"]
    assert duty.period == Period(years=10)


def test_limitation_is_a_claim_and_no_duty() -> None:
    assert law.duty("bgb-195-claims", TODAY).kind == "claim"
    assert law.duty("bgb-195-claims", TODAY).period == Period(years=3)
    assert law.duty("ao-147-books", TODAY).kind == "duty"


def test_a_duty_before_the_data_begin_is_refused() -> None:
    with pytest.raises(law.UnknownLawError, match="1985-01-01"):
        law.duty("ao-147-books", date(1985, 1, 1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: law.duty("ao-1", TODAY),
        lambda: law.authority("XX"),
        lambda: law.legal_basis("art-6-1-z"),
        lambda: law.is_eea("Germany"),
        lambda: law.adequacy("us", TODAY),
    ],
)
def test_what_the_law_data_do_not_know_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(law.UnknownLawError):
        ask()


def test_terms_of_one_duty_never_overlap_and_leave_no_gap() -> None:
    for entry in law.duties():
        for earlier, later in zip(entry.terms, entry.terms[1:], strict=False):
            assert earlier.valid_until is not None
            assert later.valid_from is not None
            assert (later.valid_from - earlier.valid_until).days == 1, entry.id
        assert bool(entry.terms) != bool(entry.of), entry.id


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2015, 10, 5), "Safe Harbour"),
        (date(2015, 10, 6), None),
        (date(2020, 7, 15), "Privacy Shield"),
        (date(2020, 7, 16), None),
        (date(2023, 7, 10), "Data Privacy Framework"),
    ],
)
def test_the_united_states_were_adequate_at_times_and_only_for_some(day: date, names: str | None) -> None:
    decision = law.adequacy("US", day)
    assert (decision is None) == (names is None)
    if decision and names:
        assert names in decision.title.en
        assert decision.only_for


def test_the_united_kingdom_is_adequate_until_its_decision_ends() -> None:
    assert law.adequacy("GB", date(2031, 12, 27))
    assert law.adequacy("GB", date(2031, 12, 28)) is None


def test_thirty_countries_are_in_the_economic_area() -> None:
    assert law.is_eea("DE")
    assert law.is_eea("NO")
    assert not law.is_eea("CH")
    assert not law.is_eea("GB")


def test_every_land_has_its_authority_and_bavaria_two() -> None:
    lands = ["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH", "DE"]
    assert all(law.authority(land).url.startswith("https://") for land in lands)
    assert "Nordrhein-Westfalen" in law.authority("NW").name.de
    assert law.authority("BY") != law.authority("BY", public_body=True)


def test_every_basis_that_a_manifest_may_name_is_known() -> None:
    assert {basis.id for basis in law.legal_bases()} == set(LegalBasis.__args__)


def test_acts_that_ended_name_their_successors() -> None:
    acts = {act.id: act for act in law.acts()}
    assert acts["tmg"].ended == acts["ttdsg"].ended == date(2024, 5, 14)
    assert acts["privacy-shield"].how == "invalid"
    assert all(act.successor for act in acts.values())


def test_every_defect_has_a_code_of_its_own() -> None:
    codes = [defect.code for defect in defects()]
    assert len(codes) == len(set(codes))
