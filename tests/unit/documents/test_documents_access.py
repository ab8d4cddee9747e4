"""The information of Art. 15 GDPR beside the copy, from the manifest alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from zusage.documents.answering import Copy, answer
from zusage.promises.loading import load

from .conftest import FILE, ON, Changed

AUTOMATED = {
    "decides": {"de": "ob auf Rechnung bestellt werden kann", "en": "who can pay later"},
    "logic": {"de": "nach offenen Beträgen", "en": "by what is unpaid"},
    "follows": {"de": "sonst zahlt man im Voraus", "en": "else one pays before"},
    "allowed_by": "contract",
}


def information(changed: Changed, by: Any, *activities: str, received: dict[str, date | None] | None = None) -> Any:
    loaded = replace(load(FILE), manifest=changed(by))
    copy = Copy(held=(), activities=frozenset(activities), received=received, told=(), withheld=False)
    return json.loads(answer(loaded, "en", ON, copy, paper=False)["access.json"])["information"]


def decide(values: dict[str, Any]) -> None:
    values["activities"]["orders"]["automated"] = AUTOMATED
    values["notice"]["automated_decisions"] = "described"


def test_a_machines_decision_is_explained_to_those_whose_data_it_uses(changed: Changed) -> None:
    told = information(changed, decide, "orders")["automated"]
    assert len(told) == 1
    for words in ("Orders: Who can pay later.", "By what is unpaid.", "Else one pays before.", "Art. 22(3)"):
        assert words in told[0]


def test_whom_no_machine_decides_of_is_told_so(changed: Changed) -> None:
    assert information(changed, decide, "ratings")["automated"] == [
        "In the processing that this answer is about, we take no such decision."
    ]


def test_a_transfer_that_was_really_made_is_explained_also_where_no_purpose_of_the_person_names_it(changed: Changed) -> None:
    nothing = lambda _: None  # noqa: E731
    assert information(changed, nothing, "orders")["abroad"] == [
        "None of the recipients named here is known to be in a third country."
    ]
    told = information(changed, nothing, "orders", received={"support": date(2026, 2, 1)})["abroad"]
    assert told == ["customer service (India): standard data protection clauses under Art. 46(2)(c) GDPR."]
