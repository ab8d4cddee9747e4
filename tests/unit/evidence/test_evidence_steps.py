"""The steps of cases: what is sealed of them, what a look at register and log finds, and what an offline check refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zusage.evidence.audit import Audit, audit, logs_in
from zusage.evidence.entry import close_text, seal_text
from zusage.evidence.look import Seen
from zusage.evidence.observation import Unseen
from zusage.evidence.prove import EvidenceUnreadable, history
from zusage.evidence.seal import EvidenceLog, SigningKey, read_bundle
from zusage.evidence.steps.looking import RecordedCase, look_at_steps
from zusage.evidence.steps.observation import Steps
from zusage.evidence.steps.sealing import SealedStep, SealedSteps, read_step, step_text
from zusage.evidence.verdict import Verdict, judge
from zusage.promises.promise import Accounted

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = SigningKey("log.example/evidence", b"\x01" * 32)
GOOD = Steps(
    steps=4, alike=3, altered=0, unfound=0, unsealed=0, waiting=1, missing=0, torn=0, late=0, doubled=0, alone=0, whole=True
)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, Verdict.KEPT),
        *(({part: 1}, Verdict.BROKEN) for part in ("missing", "torn", "late", "doubled", "alone")),
        ({"altered": 1, "alike": 2}, Verdict.BROKEN),
        ({"unfound": 1, "alike": 2}, Verdict.BROKEN),
        ({"unfound": 1, "alike": 2, "whole": False}, Verdict.UNDECIDED),
        ({"unsealed": 1, "alike": 2}, Verdict.UNDECIDED),
        ({"alike": 2}, Verdict.UNDECIDED),
        ({"late": -1}, Verdict.UNDECIDED),
        ({"steps": 1, "alike": 0}, Verdict.UNDECIDED),
    ],
)
def test_only_steps_that_all_stand_as_they_were_sealed_are_kept(change: dict[str, int], verdict: Verdict) -> None:
    assert judge(replace(GOOD, **change)).verdict is verdict


def step(number: int, kind: str = "received", *, minutes: int = 0, case: str = "C-0001", holder: str = "a") -> SealedStep:
    at = AT + timedelta(minutes=minutes)
    return SealedStep(case=case, number=number, kind=kind, at=at, holder=holder, role="", digest=f"{case} {number}")


def text(found: SealedStep, minutes: int = 0) -> bytes:
    return step_text(found, as_of=AT + timedelta(minutes=minutes), program="zusage 1")


def look(id: str, minutes: int = 0) -> list[bytes]:
    at = AT + timedelta(minutes=minutes)
    seen = Seen(promise=Accounted(id="a", refs=(), path=(), system="shop"), observation=Unseen(reason="down"))
    judgement, common = judge(seen.observation), {"as_of": at, "manifest": "m" * 64, "program": "zusage 1", "look": id}
    return [seal_text(seen, judgement, **common), close_text({"a": judgement.verdict}, **common)]


def test_what_was_sealed_is_read_back() -> None:
    assert read_step(json.loads(text(step(3, "granted"), 7))) == (step(3, "granted"), AT + timedelta(minutes=7))


def test_a_step_that_is_dated_before_what_was_sealed_ahead_of_it_is_late_unless_it_was_there_before_any_sealing() -> None:
    def late(*entries: bytes) -> list[int]:
        return [one.number for one in history(entries).steps.late]

    taken_over = [*look("1", 60), text(step(1, minutes=-900), 61), text(step(2, minutes=-800), 61)]
    assert late(*taken_over) == []
    assert late(*taken_over, text(step(3, minutes=59), 62)) == []  # clocks may differ
    assert late(*taken_over, text(step(3, minutes=50), 62)) == [3]
    assert late(*taken_over, *look("2", 90), text(step(3, minutes=80), 91)) == [3]
    assert late(*taken_over, text(step(3, minutes=70), 500), text(step(4, minutes=300), 500)) == []  # sealed late, together


def test_a_step_sealed_twice_is_one_and_two_that_differ_are_told() -> None:
    one, other = text(step(1)), text(step(1, holder="b"), 1)
    assert len(history([one, text(step(1), 3)]).steps.found) == 1
    assert history([one, text(step(1), 3)]).steps.doubled == []
    assert len(history([one, other]).steps.doubled) == 1


def test_whoever_approves_what_they_decided_themselves_is_seen_without_a_name() -> None:
    granted, alone, other = step(1, "granted"), step(2, "approved"), step(2, "approved", holder="b")
    assert history([text(granted), text(alone)]).steps.alone == 1
    assert history([text(granted), text(other)]).steps.alone == 0


def test_a_malformed_step_is_not_passed_over() -> None:
    content = json.loads(text(step(1))) | {"step": "1"}
    with pytest.raises(EvidenceUnreadable):
        history([json.dumps(content).encode()])


@dataclass(frozen=True)
class Books:
    cases: Sequence[RecordedCase] = ()

    def chains(self) -> Sequence[RecordedCase]:
        return self.cases


def test_a_register_that_is_empty_shows_nothing_and_one_that_was_emptied_is_broken() -> None:
    assert isinstance(look_at_steps(Books(), SealedSteps(), AT), Unseen)
    seen = look_at_steps(Books(), history([text(step(1))]).steps, AT)
    assert isinstance(seen, Steps)
    assert (seen.missing, judge(seen).verdict) == (1, Verdict.BROKEN)


def checked(folder: Path, *batches: Sequence[bytes]) -> Audit:
    log = EvidenceLog.create(folder / "0001", KEY.name, KEY)
    for batch in batches:
        log.append(batch)
    return audit(logs_in(read_bundle(folder)), [KEY.verifier])


def test_offline_steps_among_looks_are_counted_and_in_order(tmp_path: Path) -> None:
    found = checked(tmp_path, look("1"), [text(step(1))], [text(step(1), 1), text(step(2, minutes=2), 2)], look("2", 9))
    assert (found.ok, found.steps, len(found.looks), found.findings) == (True, 2, 2, ())


@pytest.mark.parametrize(
    ("batches", "number"),
    [
        ([[text(step(2))]], 15),
        ([[text(step(1))], [text(step(1, holder="b"), 1)]], 15),
        ([[text(step(1)).replace(b'"step":1', b'"step":0')]], 10),
        ([[text(step(1)).replace(b'"role"', b'"rule"')]], 10),
    ],
)
def test_offline_a_step_that_is_missing_doubled_or_malformed_is_refused(
    tmp_path: Path, batches: list[list[bytes]], number: int
) -> None:
    found = checked(tmp_path, look("1"), *batches, look("2", 9))
    assert not found.ok
    assert [one.step for one in found.findings if one.fatal] == [number]


def test_offline_a_step_that_was_put_in_later_is_named(tmp_path: Path) -> None:
    found = checked(tmp_path, look("1"), [text(step(1))], look("2", 600), [text(step(2, minutes=5), 601)])
    assert [(one.step, one.fatal) for one in found.findings] == [(15, False)]
