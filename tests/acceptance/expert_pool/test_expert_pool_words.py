"""The pool calls anonymised only what is nobody's afterwards; what goes from an entry that stays somebody's is erased or replaced."""

from pathlib import Path

import pytest

from zusage.documents.sentences import sentence
from zusage.promises.derive import promises_of
from zusage.promises.loading import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "expert_pool"


@pytest.mark.parametrize(
    ("promise", "german", "english"),
    [
        ("profiles/lapsed-proofs/at-most", "löschen oder ersetzen", "erase or replace"),  # the proof stays theirs
        ("first-contact/origin/at-most", "löschen oder ersetzen", "erase or replace"),  # so does their account
        ("profiles/trail/at-most", "anonymisieren", "anonymise"),  # nothing leads to anybody any more
        ("staff/leavers/at-most", "anonymisieren", "anonymise"),  # and no rule ends the row later
        ("profiles/inactive/at-most", "löschen diese", "erase these"),
    ],
)
def test_what_is_anonymised_is_called_so_and_nothing_else(promise, german, english):
    manifest = load(EXAMPLE / "zusage.yaml").manifest
    (found,) = [one for one in promises_of(manifest) if one.id == promise]
    assert f"Wir {german}" in sentence(found, manifest, "de")
    assert english in sentence(found, manifest, "en")
