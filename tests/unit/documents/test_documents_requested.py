"""Letters along the way of a request: the law that they name is the law of what was asked."""

from __future__ import annotations

from datetime import date

import pytest

from zusage.documents.case_mails import greeted, reminder
from zusage.documents.catalogue import LANGUAGES, Language, catalogue
from zusage.documents.requested import Requested, requested, unidentified
from zusage.promises.manifest import Manifest
from zusage.rights.case import RIGHTS

KINDS = ("acknowledged", "identity asked", "extended", "refused")
DAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return Manifest.model_validate({"zusage": 1, "controller": {"name": "Example GmbH"}, "systems": {}, "activities": {}})


def _said(manifest: Manifest, right: str, kind: str, language: str) -> str:
    one = Requested(right=right, received=DAY, until=DAY, words="Gründe", rests=True)
    found = next(one for one in LANGUAGES if one == language)
    return " ".join(requested(manifest, found, kind, "", one))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("right", RIGHTS)
def test_article_12_is_named_for_requests_and_not_for_withdrawals_and_complaints(
    manifest: Manifest, right: str, language: str
) -> None:
    letters = [_said(manifest, right, kind, language) for kind in KINDS]
    named = ["Art. 12" in letter for letter in letters]
    assert named == [right not in ("withdrawal", "complaint")] * len(KINDS)
    assert all("Gründe" in letter for letter in letters)
    mail = reminder(manifest, "C-0001", right, DAY, overdue=False).text
    assert ("Art. 12" in mail) == (right not in ("withdrawal", "complaint"))
    assert "{" not in " ".join([*letters, mail, *unidentified(right)])


@pytest.mark.parametrize(
    ("language", "said", "goes_on"),
    [
        ("de", "Am 1. Mai hat jemand", "am 1. Mai hat jemand"),
        ("de", "Sie haben gefragt.", "Sie haben gefragt."),
        ("en", "On 1 May", "On 1 May"),
    ],
)
def test_german_goes_on_small_after_the_comma_of_a_greeting(language: Language, said: str, goes_on: str) -> None:
    assert greeted(catalogue(language), "greeting", said)[1] == goes_on
