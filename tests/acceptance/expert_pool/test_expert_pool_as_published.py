"""The pool's notice as it was published: checking finds by itself what lawyers found in it by hand (EP-F01 to EP-F28)."""

from datetime import date
from pathlib import Path

import pytest

from zusage.promises.checking import check
from zusage.promises.loading import load

PUBLISHED = Path(__file__).parents[3] / "examples" / "expert_pool" / "as-published.yaml"
ON = date(2026, 1, 15)
KEEP = "activities.pool.keep"
_EXISTS = "only: EXISTS (SELECT 1 FROM application WHERE application.person_id = person.id)"

#: finding, code, place, and the one correction that makes it go
FINDINGS = [
    ("F01", "absent-but-held", "activities.logs.data.weblogs.request.classes.request.0", 'columns: ["ip", ', "columns: ["),
    ("F03", "until-without-limit", "activities.logs.keep.0.until", "name: session, until", "name: session, at_most: P1D, from: asked_at, until"),
    ("F03", "until-without-limit", "activities.logs.keep.2.until", "name: longer, until", "name: longer, at_most: P7D, from: asked_at, until"),
    ("F04", "cookie-without-lifetime", "cookies.Analyse-Cookies", "  Analyse-Cookies:", "  Analyse-Cookies:\n    lifetime: P1Y"),
    ("F05", "choice-not-kept", "cookies", "    owner: Ankerwerk Systeme GmbH\n    lifetime: session", "    owner: Ankerwerk Systeme GmbH\n    lifetime: P6M"),
    ("F08", "terminal-law-unnamed", "notice.names_laws", "BDSG, TMG]", "BDSG, TMG, TDDDG]"),
    ("F09", "repealed-law", "notice.names_laws.2", "BDSG, TMG]", "BDSG, DDG]"),
    ("F10", "deleted-and-anonymised", f"{KEEP}.3.then", "\n        then: {anonymise: {given_name: {}, family_name: {}, about: {}}}", ""),
    ("F11", "until-without-limit", f"{KEEP}.0.until", "until: die Einwilligung", "at_most: P5Y\n        from: last_active_at\n        until: die Einwilligung"),
    ("F12", "condition-in-words-only", f"{KEEP}.0.only_says", "only_says: &successful", f"{_EXISTS}\n        only_says: &successful"),
    ("F12", "no-starting-point", f"{KEEP}.1.at_most", "at_most: P18M                     #", "at_most: P18M\n        from: last_active_at #"),
    ("F13", "longer-than-duty", "activities.rejections.keep.0.at_most", "at_most: P18M, from: closed_at", "at_most: P2M, from: closed_at"),
    ("F15", "recipient-without-country", "recipients.stakeholders", "en: stakeholders}", "en: stakeholders}\n    country: CH"),
    ("F16", "unanswered", "activities.messages.purpose", 'purpose: {de: "?", en: "?"}            #', "purpose: {de: Hinweis, en: hint} #"),
    ("F17", "consent-of-dependents", "activities.pool.legal_basis", "dependent: true, ", ""),
    ("F18", "special-without-basis", "activities.pool.data.pool.document.classes.documents", "special: [documents]", "special: []"),
    ("F21", "automated-decisions-unstated", "notice", "names_laws:", "automated_decisions: none\n  names_laws:"),
    ("F24", "no-notice-version", "notice", "names_laws:", "version: 2026-01-01\n  names_laws:"),
    ("F26", "processor-without-contract", "recipients.provider.role", "role: processor\n", "role: processor\n    contract: 2024-02-01\n"),
    ("F27", "no-authority", "controller", "  name: Fernbrücke gGmbH", "  name: Fernbrücke gGmbH\n  land: BE"),
]  # fmt: skip


def _check(file: Path) -> set[tuple[str, str]]:
    return {(one.code, one.path) for one in check(load(file), ON)}


@pytest.fixture(scope="module")
def published() -> set[tuple[str, str]]:
    return _check(PUBLISHED)


@pytest.mark.parametrize(("number", "code", "path", "wrong", "right"), FINDINGS, ids=lambda value: str(value)[:24])
def test_finding_is_reported_and_goes_when_just_that_is_corrected(number, code, path, wrong, right, published, tmp_path):
    assert (code, path) in published, number
    text = PUBLISHED.read_text(encoding="utf-8")
    assert text.count(wrong) == 1
    corrected = tmp_path / "corrected.yaml"
    corrected.write_text(text.replace(wrong, right), encoding="utf-8")
    left = _check(corrected)
    assert (code, path) not in left
    assert len(left & published) > len(published) / 2


def test_nothing_else_is_reported_but_what_follows_from_the_gaps(published):
    numbered = {code for _, code, *_ in FINDINGS}
    assert {code for code, _ in published} - numbered == {"consent-without-text", "interest-unnamed", "cookie-without-owner"}
