from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from zusage.enforcement.journal import JournalTorn, StepRecord
from zusage.state import chain
from zusage.state.chain import Head, Kind, Line

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def written(*kinds: tuple[Kind, str, int]) -> tuple[Head, list[tuple[Line, str]]]:
    digest = chain.before_first("RUN-0001", "plan")
    lines = []
    for number, (kind, step, rows) in enumerate(kinds, 1):
        line = Line(number=number, kind=kind, at=AT, step=step, rows=rows)
        digest = chain.linked(digest, line)
        lines.append((line, digest))
    ended = bool(kinds) and kinds[-1][0] in chain.ENDS
    return Head(run="RUN-0001", plan="plan", lines=len(lines), digest=digest, ended=ended), lines


WHOLE: tuple[tuple[Kind, str, int], ...] = (
    ("begun", "", 0),
    ("step started", "a", 0),
    ("batch", "a", 5),
    ("continued", "", 0),
    ("step started", "a", 0),
    ("batch", "a", 2),
    ("step done", "a", 0),
    ("step started", "b", 0),
    ("step stopped", "b", 0),
    ("stopped", "", 0),
)


def test_a_whole_journal_says_how_far_each_step_has_come() -> None:
    assert chain.read(*written(*WHOLE)) == {
        "a": StepRecord(step="a", rows=7, outcome="done", lost=True),  # started again without an end
        "b": StepRecord(step="b", rows=0, outcome="stopped"),
    }


@pytest.mark.parametrize("missing", range(len(WHOLE)))
def test_a_missing_line_is_found_wherever_it_was(missing: int) -> None:
    head, lines = written(*WHOLE)
    del lines[missing]
    with pytest.raises(JournalTorn):
        chain.read(head, lines)


@pytest.mark.parametrize("place", range(len(WHOLE)))
@pytest.mark.parametrize(
    "change",
    [{"rows": 99}, {"reason": "other"}, {"step": "z"}, {"at": AT + timedelta(microseconds=1)}, {"number": 77}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_line_is_found_wherever_it_is(place: int, change: dict[str, object]) -> None:
    head, lines = written(*WHOLE)
    line, digest = lines[place]
    lines[place] = (replace(line, **change), digest)  # type: ignore[arg-type]
    with pytest.raises(JournalTorn):
        chain.read(head, lines)


def test_an_empty_journal_is_torn() -> None:
    head, lines = written(("begun", "", 0))
    assert chain.read(head, lines) == {}
    with pytest.raises(JournalTorn):
        chain.read(head, [])


def test_a_journal_of_another_plan_does_not_pass() -> None:
    head, lines = written(*WHOLE)
    with pytest.raises(JournalTorn):
        chain.read(replace(head, plan="another"), lines)


def test_a_run_that_claims_to_have_ended_without_its_line_is_torn() -> None:
    head, lines = written(*WHOLE[:-1])
    chain.read(head, lines)
    with pytest.raises(JournalTorn):
        chain.read(replace(head, ended=True), lines)


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param([("begun", "", 0), ("begun", "", 0)], id="begins twice"),
        pytest.param([("step started", "a", 0)], id="does not begin"),
        pytest.param([("begun", "", 0), ("batch", "a", 1)], id="batch of no step"),
        pytest.param([("begun", "", 0), ("step done", "a", 0)], id="end of no step"),
        pytest.param([("begun", "", 0), ("done", "", 0), ("continued", "", 0)], id="goes on after the end"),
        pytest.param(
            [("begun", "", 0), ("step started", "a", 0), ("step done", "a", 0), ("step stopped", "a", 0)], id="ends twice"
        ),
        pytest.param(
            [("begun", "", 0), ("step started", "a", 0), ("step done", "a", 0), ("step started", "a", 0)], id="done starts again"
        ),
    ],
)
def test_a_journal_that_says_two_things_at_once_is_torn(kinds: list[tuple[Kind, str, int]]) -> None:
    with pytest.raises(JournalTorn):
        chain.read(*written(*kinds))


def test_the_same_instant_in_another_zone_gives_the_same_digest() -> None:
    line = Line(number=1, kind="begun", at=AT)
    elsewhere = replace(line, at=AT.astimezone(timezone(timedelta(hours=5))))
    assert chain.linked("x", line) == chain.linked("x", elsewhere)


def test_a_journal_from_when_runs_had_the_letter_of_restrictions_is_still_whole() -> None:
    digest = "c44aa2d3fd183b9baac82d37c0504b857c04f308f2e3c05b50960c8060dd2f9d"  # of R-0001, by the version that called it so
    assert chain.before_first("RUN-0001", "plan") == digest
