"""What follows from what was seen of the records of consent: the table of all cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zusage.evidence.consents.observation import ConsentObservation, Ledger, Papers, Trial
from zusage.evidence.verdict import Verdict, judge

KEPT, BROKEN, UNDECIDED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNDECIDED
LEDGER = Ledger(
    records=9, head=9, acknowledged=9, before=7, gaps=0, unlinked=0, altered=0, too_early=0, rewritten=False, digest="0" * 64
)
PAPERS = Papers(given=3, refused=4, withdrawn=1, unclear=0, untexted=0, texts=2)
TRIAL = Trial(done=("a refusal stands",), failed=(), calls_to_give=1, calls_to_withdraw=1)
CASES: list[tuple[ConsentObservation, dict[str, Any], Verdict]] = [
    (LEDGER, {}, KEPT),
    (LEDGER, {"before": None}, KEPT),
    (LEDGER, {"acknowledged": 8}, KEPT),
    (LEDGER, {"acknowledged": 10}, BROKEN),
    (LEDGER, {"head": 10}, BROKEN),
    (LEDGER, {"before": 10}, BROKEN),
    (LEDGER, {"records": 0, "head": 0, "acknowledged": None, "before": 1}, BROKEN),
    (LEDGER, {"gaps": 1}, BROKEN),
    (LEDGER, {"unlinked": 1}, BROKEN),
    (LEDGER, {"altered": 1}, BROKEN),
    (LEDGER, {"too_early": 1}, BROKEN),
    (LEDGER, {"rewritten": True}, BROKEN),
    (LEDGER, {"acknowledged": None}, UNDECIDED),
    (LEDGER, {"records": 0, "head": 0, "acknowledged": None, "before": None}, UNDECIDED),
    (LEDGER, {"gaps": -1}, UNDECIDED),
    (PAPERS, {}, KEPT),
    (PAPERS, {"given": 0}, KEPT),
    (PAPERS, {"unclear": 1}, BROKEN),
    (PAPERS, {"untexted": 1}, BROKEN),
    (PAPERS, {"given": 0, "refused": 0, "withdrawn": 0}, UNDECIDED),
    (PAPERS, {"texts": -1}, UNDECIDED),
    (TRIAL, {}, KEPT),
    (TRIAL, {"failed": ("one call withdraws it",)}, BROKEN),
    (TRIAL, {"calls_to_withdraw": 2}, BROKEN),
    (TRIAL, {"done": ()}, UNDECIDED),
    (TRIAL, {"calls_to_give": 0, "calls_to_withdraw": 0}, UNDECIDED),
]


@pytest.mark.parametrize(("sound", "changed", "verdict"), CASES, ids=str)
def test_the_verdict_follows_from_what_was_seen(sound: ConsentObservation, changed: dict[str, Any], verdict: Verdict) -> None:
    found = judge(replace(sound, **changed))
    assert found.verdict is verdict
    assert found.reason
