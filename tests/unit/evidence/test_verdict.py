"""What follows from what was seen: the table of all cases, and that no change for the worse is ever still kept."""

from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.evidence.backups.observation import BackupObservation
from zusage.evidence.browsing.observation import SiteObservation
from zusage.evidence.consents.observation import ConsentObservation
from zusage.evidence.observation import (
    Apart,
    Avoided,
    Census,
    Groups,
    Held,
    Hidden,
    Lines,
    Names,
    Observation,
    OwnedFiles,
    Reach,
    Recipients,
    Rows,
    Statement,
    Unseen,
)
from zusage.evidence.prove import overall
from zusage.evidence.residue.observation import CanaryObservation
from zusage.evidence.steps.observation import Steps
from zusage.evidence.transport.observation import TransportObservation
from zusage.evidence.verdict import Verdict, judge

KEPT, BROKEN, UNDECIDED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNDECIDED
ROWS = Rows(forbidden=0, allowed={"not yet due": 7, "suspended": 1}, unplaceable=0, total=8, visible=True, how_visible="a table")
CENSUS = Census(
    now={2020: 5, 2021: 4}, before={2020: 5, 2021: 3}, protected=(2020, 2021), partly=(2019,), visible=True, how_visible="a table"
)
REACH = Reach(
    left=0, readable=0, changeable=0, application_sees=9, total=9, sorted_rows=9, unplaceable=0, visible=True, how_visible="a table",
    blocked=3, unsealed=0,
)  # fmt: skip
NAMES = Names(forbidden=(), looked_at=3)
STATEMENT = Statement(said_on=date(2024, 1, 1), holds_until=date(2024, 12, 31), today=date(2024, 12, 31))
LINES = Lines(
    forbidden=0, allowed={"masked": 7, "no address": 2}, unplaceable=0, total=9, control=7, visible=True, how_visible="two files"
)
HIDDEN = Hidden(restrictions=2, hiding=2, rows=9, readable=0, changeable=0, unseen=0)
AVOIDED = Avoided(
    objections=3, forbidden=0, unplaceable=0, others=9, total=9, planted=1, found=1, visible=True, how_visible="a table"
)
OWNED = OwnedFiles(owned=4, young=1, left=0, unclear=0)
GROUPS = Groups(
    at_least=5, groups=3, people=20, small=0, small_people=0, smallest=0, held=1, remainders=0, rows=20, others={"outside the rule": 4},
    unplaceable=0, total=24, visible=True, how_visible="a table",
)  # fmt: skip
SOUND: tuple[Observation, ...] = (ROWS, CENSUS, REACH, NAMES, STATEMENT, LINES, HIDDEN, AVOIDED, OWNED, GROUPS)

CASES: list[tuple[Observation, dict[str, Any], Verdict]] = [
    (HIDDEN, {"left_open": 1}, BROKEN),
    (OWNED, {}, KEPT),
    (OWNED, {"left": 1}, BROKEN),
    (OWNED, {"left": 1, "unclear": 1, "owned": -1}, BROKEN),
    (OWNED, {"unclear": 1}, UNDECIDED),
    (OWNED, {"owned": 0}, UNDECIDED),
    (OWNED, {"young": -1}, UNDECIDED),
    (GROUPS, {}, KEPT),
    (GROUPS, {"groups": 0}, KEPT),
    (GROUPS, {"small": 1, "small_people": 1, "smallest": 1}, BROKEN),
    (GROUPS, {"small": 1, "visible": False, "total": 9}, BROKEN),
    (GROUPS, {"remainders": 1}, BROKEN),
    (GROUPS, {"people": 0, "groups": 0, "rows": 0, "total": 4}, UNDECIDED),
    (GROUPS, {"total": 25}, UNDECIDED),
    (GROUPS, {"unplaceable": 1, "total": 25}, UNDECIDED),
    (GROUPS, {"visible": False}, UNDECIDED),
    (GROUPS, {"others": {"outside the rule": -4}, "total": 16}, UNDECIDED),
    (GROUPS, {"at_least": 1}, UNDECIDED),
    (AVOIDED, {}, KEPT),
    (AVOIDED, {"others": 0, "total": 0, "planted": 0, "found": 0}, KEPT),
    (AVOIDED, {"forbidden": 1, "others": 8}, BROKEN),
    (AVOIDED, {"forbidden": 1, "total": 8, "visible": False}, BROKEN),
    (AVOIDED, {"others": 8}, UNDECIDED),
    (AVOIDED, {"unplaceable": 1, "others": 8}, UNDECIDED),
    (AVOIDED, {"visible": False}, UNDECIDED),
    (AVOIDED, {"objections": 0}, UNDECIDED),
    (AVOIDED, {"found": 0}, UNDECIDED),
    (AVOIDED, {"planted": 0, "found": 0}, UNDECIDED),
    (AVOIDED, {"others": -1, "total": -1}, UNDECIDED),
    (ROWS, {}, KEPT),
    (ROWS, {"allowed": {}, "total": 0}, KEPT),
    (ROWS, {"forbidden": 1, "total": 9}, BROKEN),
    (ROWS, {"forbidden": 1}, BROKEN),
    (ROWS, {"forbidden": 1, "total": 9, "visible": False}, BROKEN),
    (ROWS, {"forbidden": 1, "total": 10, "unplaceable": 1}, BROKEN),
    (ROWS, {"blocked": 4}, KEPT),
    (ROWS, {"blocked": 4, "blocked_overdue": 1}, BROKEN),
    (ROWS, {"unplaceable": 1, "total": 9}, UNDECIDED),
    (ROWS, {"total": 9}, UNDECIDED),
    (ROWS, {"total": 7}, UNDECIDED),
    (ROWS, {"total": 0}, UNDECIDED),
    (ROWS, {"visible": False}, UNDECIDED),
    (ROWS, {"allowed": {}, "total": 0, "visible": False}, UNDECIDED),
    (ROWS, {"forbidden": -1, "total": 7}, UNDECIDED),
    (ROWS, {"unplaceable": -1, "total": 7}, UNDECIDED),
    (ROWS, {"allowed": {"not yet due": 9, "suspended": -1}}, UNDECIDED),
    (ROWS, {"blocked": -1}, UNDECIDED),
    (ROWS, {"blocked_overdue": -1}, UNDECIDED),
    (CENSUS, {}, KEPT),
    (CENSUS, {"now": {2020: 6, 2021: 4}}, KEPT),
    (CENSUS, {"before": None}, UNDECIDED),
    (CENSUS, {"before": {}}, KEPT),
    (CENSUS, {"now": {2020: 4, 2021: 9}}, BROKEN),
    (CENSUS, {"now": {}}, BROKEN),
    (CENSUS, {"now": {2020: 4, 2021: 4}, "protected": (2021,)}, KEPT),
    (CENSUS, {"now": {}, "protected": ()}, KEPT),
    (CENSUS, {"now": {2019: 3}, "before": {2019: 5}, "protected": ()}, UNDECIDED),
    (CENSUS, {"now": {2019: 3, 2020: 5, 2021: 4}, "before": {2019: 5}}, KEPT),
    (CENSUS, {"now": {}, "visible": False}, UNDECIDED),
    (CENSUS, {"now": {2020: -1}, "before": {2020: -1}}, UNDECIDED),
    (CENSUS, {"before": {2020: -5}}, UNDECIDED),
    (REACH, {}, KEPT),
    (REACH, {"total": 0, "sorted_rows": 0, "application_sees": 0}, KEPT),
    (REACH, {"blocked": 0}, KEPT),
    (REACH, {"left": 1}, BROKEN),
    (REACH, {"readable": 1}, BROKEN),
    (REACH, {"changeable": 1}, BROKEN),
    (REACH, {"unsealed": 1}, BROKEN),
    (REACH, {"left": 1, "visible": False, "unplaceable": 1, "blocked": None}, BROKEN),
    (REACH, {"unplaceable": 1}, UNDECIDED),
    (REACH, {"application_sees": 0}, UNDECIDED),
    (REACH, {"application_sees": 10}, UNDECIDED),
    (REACH, {"sorted_rows": 8}, UNDECIDED),
    (REACH, {"visible": False}, UNDECIDED),
    (REACH, {"blocked": None, "unsealed": None}, UNDECIDED),
    (REACH, {"unsealed": None}, UNDECIDED),
    (REACH, {"total": 0, "sorted_rows": 0, "application_sees": 0, "blocked": 0}, UNDECIDED),
    *[(REACH, {name: -1}, UNDECIDED) for name in ("left", "readable", "changeable", "unplaceable", "blocked", "unsealed")],
    (REACH, {"total": -1, "sorted_rows": -1, "application_sees": -1}, UNDECIDED),
    (NAMES, {}, KEPT),
    (NAMES, {"forbidden": ("shop.extra",)}, BROKEN),
    (NAMES, {"forbidden": ("shop.extra",), "looked_at": 0}, BROKEN),
    (NAMES, {"looked_at": 0}, UNDECIDED),
    (NAMES, {"looked_at": -1}, UNDECIDED),
    (STATEMENT, {}, KEPT),
    (STATEMENT, {"today": date(2025, 1, 1)}, BROKEN),
    (STATEMENT, {"said_on": None, "holds_until": None}, UNDECIDED),
    (STATEMENT, {"holds_until": None}, UNDECIDED),
    (STATEMENT, {"said_on": date(2025, 1, 1)}, UNDECIDED),
    (STATEMENT, {"said_on": date(2025, 1, 1), "holds_until": date(2024, 1, 1)}, UNDECIDED),
    (LINES, {}, KEPT),
    (LINES, {"allowed": {}, "total": 0, "control": 0}, KEPT),
    (LINES, {"allowed": {"no address": 9}, "control": None}, KEPT),
    (LINES, {"allowed": {"no address": 9}, "control": 0}, UNDECIDED),
    (LINES, {"forbidden": 1, "total": 10}, BROKEN),
    (LINES, {"forbidden": 1, "visible": False, "control": 0}, BROKEN),
    (LINES, {"total": 10}, UNDECIDED),
    (LINES, {"unplaceable": 1, "total": 10}, UNDECIDED),
    (LINES, {"visible": False}, UNDECIDED),
    (LINES, {"control": -1}, UNDECIDED),
    (LINES, {"forbidden": -1, "total": 8}, UNDECIDED),
    (HIDDEN, {}, KEPT),
    (HIDDEN, {"readable": 1}, BROKEN),
    (HIDDEN, {"changeable": 1, "unseen": 1}, BROKEN),
    (HIDDEN, {"unseen": 1}, UNDECIDED),
    (HIDDEN, {"hiding": 1}, UNDECIDED),
    (HIDDEN, {"rows": 0}, UNDECIDED),
    (HIDDEN, {"restrictions": 0, "hiding": 0, "rows": 0}, UNDECIDED),
    (HIDDEN, {"readable": -1}, UNDECIDED),
    (HIDDEN, {"untold": 1}, BROKEN),
    (HIDDEN, {"untold": -1}, UNDECIDED),
    (Unseen(reason="the connection was lost"), {}, UNDECIDED),
]


def _with(sound: Observation, changed: dict[str, Any]) -> Observation:
    return replace(sound, **changed)


@pytest.mark.parametrize(("sound", "changed", "verdict"), CASES, ids=str)
def test_each_observation_has_its_verdict(sound: Observation, changed: dict[str, Any], verdict: Verdict) -> None:
    found = judge(_with(sound, changed))
    assert found.verdict is verdict, found.reason
    assert found.reason


def test_a_kept_maximum_says_what_is_past_its_time_and_why_it_may_stay() -> None:
    allowed = {"not yet due": 5, "excepted": 2, "suspended": 0, "waiting for what refers to it": 3}
    seen = replace(ROWS, allowed=allowed, total=10, blocked=4)
    words = "10 rows looked at, 4 more blocked; of them past their time: 2 excepted, 3 waiting for what refers to them"
    assert judge(seen).reason == words
    assert judge(replace(ROWS, allowed={"not yet due": 8})).reason == "8 rows looked at"


def test_every_kind_of_observation_is_in_the_table_with_every_verdict_it_can_have() -> None:
    seen = {(type(sound), verdict) for sound, _, verdict in CASES}
    elsewhere = {
        Apart,
        Held,
        Recipients,
        Steps,
        *get_args(SiteObservation),
        *get_args(TransportObservation),
        *get_args(ConsentObservation),
        *get_args(BackupObservation),
        *get_args(CanaryObservation),
    }  # judged in tests of their own
    assert {kind for kind, _ in seen} == set(get_args(Observation)) - elsewhere
    assert {verdict for kind, verdict in seen if kind is not Unseen} == set(Verdict)
    for kind in (Rows, Census, Reach, Names, Statement, Lines, Hidden, Avoided, OwnedFiles, Groups):
        assert {verdict for one, verdict in seen if one is kind} == set(Verdict), kind


def test_the_same_observation_always_gives_the_same_judgement() -> None:
    for sound, changed, _ in CASES:
        assert judge(_with(sound, changed)) == judge(_with(sound, changed))


def test_one_broken_promise_breaks_the_whole_and_an_empty_look_shows_nothing() -> None:
    assert overall([]) is UNDECIDED
    assert overall([KEPT, KEPT]) is KEPT
    assert overall([KEPT, UNDECIDED]) is UNDECIDED
    assert overall([UNDECIDED, BROKEN, KEPT]) is BROKEN


kept_rows = st.builds(
    lambda allowed, blocked: Rows(
        forbidden=0, allowed=allowed, unplaceable=0, total=sum(allowed.values()), visible=True, how_visible="", blocked=blocked
    ),
    st.dictionaries(st.sampled_from(["not yet due", "excepted", "suspended", "changed"]), st.integers(0, 10**9)),
    st.integers(0, 10**6),
)
kept_reach = st.builds(
    lambda total, blocked: replace(REACH, total=total, sorted_rows=total, application_sees=total, blocked=blocked),
    st.integers(1, 10**9),
    st.integers(0, 10**6),
)
more = st.integers(1, 10**9)


@given(kept_rows, more)
def test_anything_forbidden_breaks_a_kept_observation_whatever_else_was_counted(seen: Rows, added: int) -> None:
    assert judge(seen).verdict is KEPT
    assert judge(replace(seen, forbidden=added)).verdict is BROKEN
    assert judge(replace(seen, forbidden=added, total=seen.total + added)).verdict is BROKEN
    assert judge(replace(seen, blocked_overdue=added)).verdict is BROKEN


@given(kept_rows, more)
def test_rows_that_are_missing_from_the_parts_or_from_the_whole_leave_it_undecided(seen: Rows, some: int) -> None:
    assert judge(replace(seen, total=seen.total + some)).verdict is UNDECIDED
    assert judge(replace(seen, total=seen.total - 1)).verdict is UNDECIDED
    assert judge(replace(seen, unplaceable=some, total=seen.total + some)).verdict is UNDECIDED
    for name, rows in seen.allowed.items():
        assert judge(replace(seen, allowed={**seen.allowed, name: rows - 1})).verdict is UNDECIDED


@given(kept_reach, more, st.sampled_from(["left", "readable", "changeable", "unsealed"]))
def test_anything_within_reach_or_open_breaks_a_kept_observation(seen: Reach, added: int, name: str) -> None:
    assert judge(seen).verdict is KEPT
    assert judge(_with(seen, {name: added})).verdict is BROKEN


@given(st.dictionaries(st.integers(1990, 2030), st.integers(1, 10**6), min_size=1), st.data())
def test_one_row_fewer_in_a_protected_year_breaks_the_minimum(counts: dict[int, int], data: st.DataObject) -> None:
    year = data.draw(st.sampled_from(sorted(counts)))
    seen = replace(CENSUS, now=counts, before=counts, protected=tuple(counts))
    assert judge(seen).verdict is KEPT
    assert judge(replace(seen, now={**counts, year: counts[year] - 1})).verdict is BROKEN
    assert judge(replace(seen, now={**counts, year: counts[year] + 1})).verdict is KEPT


@given(st.sampled_from(SOUND), st.data())
def test_no_single_count_that_is_made_negative_leaves_an_observation_kept(sound: Observation, data: st.DataObject) -> None:
    counts = [
        f.name for f in fields(sound) if isinstance(getattr(sound, f.name), int) and not isinstance(getattr(sound, f.name), bool)
    ]
    if counts:
        name = data.draw(st.sampled_from(counts))
        assert judge(_with(sound, {name: -data.draw(more)})).verdict is not KEPT
