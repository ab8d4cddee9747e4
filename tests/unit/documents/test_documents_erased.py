"""The letter about an erasure says what was done only where something was, and why the rest stays."""

from __future__ import annotations

from datetime import date

import pytest

from zusage.documents.catalogue import Language
from zusage.documents.erased import Outcome, Remainder, erased
from zusage.documents.withdrawn import Withdrawn, withdrawn
from zusage.promises.manifest import Manifest

MANIFEST = Manifest.model_validate(
    {"zusage": 1, "controller": {"name": "Example GmbH", "land": "BE"}, "systems": {}, "activities": {}}
)
WENT, STAYS = (
    Outcome(activity="orders", how="erased", rows=2),
    Remainder(activity="tax", rule="tax", rows=1, until=date(2030, 1, 1)),
)


@pytest.mark.parametrize(
    ("language", "done", "stays"),
    [("de", "Das ist geschehen", "Art. 17 Abs. 3 DSGVO"), ("en", "has been done", "Art. 17(3) GDPR")],
)
def test_what_was_done_and_what_stays_is_said_where_it_is_so(language: Language, done: str, stays: str) -> None:
    cases = {(True, True): ([WENT], [STAYS]), (True, False): ([WENT], []), (False, True): ([], [STAYS]), (False, False): ([], [])}
    for expected, (outcomes, kept) in cases.items():
        said = "\n".join(erased(MANIFEST, language, outcomes, kept, 0))
        assert (done in said, stays in said) == expected
        assert "Art. 77" in said


def test_what_stays_on_another_consent_is_not_said_to_stay_on_another_legal_basis(manifest: Manifest) -> None:
    *_, consent, contract, _ = withdrawn(
        manifest, "de", Withdrawn(activity="ratings", outcomes=(), stays={"newsletter": 2, "orders": 1})
    )[:5]
    assert "weil Sie auch in diesen Zweck eingewilligt" in consent
    assert "auf einer anderen Rechtsgrundlage: Vertrag" in contract
