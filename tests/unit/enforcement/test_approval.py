"""Only the planner's very plan is carried out, and what removes too much only with somebody else's signature."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from zusage.bootstrap import note_of, read_plan
from zusage.enforcement import approval
from zusage.enforcement.refusal import NeedsApproval, NoPlan, PlanChanged, PlanRefused
from zusage.planning.plan import BlockRows, ChangeColumns, DeleteBlocked, DeleteRows, Obstacle, Plan, Selection, Step
from zusage.promises.condition import parse
from zusage.promises.period import Period
from zusage.promises.promise import Change, Part
from zusage.promises.starting_point import StartingPoint
from zusage.sealing import SigningKey

PLANNER, SECOND, STRANGER = (SigningKey(name, bytes([n]) * 32) for n, name in enumerate(("planner", "second", "stranger"), 1))
AT = datetime(2024, 6, 1, tzinfo=UTC)
_STEP = Step(
    id="01-a/b/at-most", promise="a/b/at-most", system="shop", table="t", action=DeleteRows(), rows=5, total=10,
    where=parse("n = 1 AND day < DATE '2020-01-01' AND EXISTS (SELECT 1 FROM u WHERE u.t_id = t.id AND name LIKE 'x%')"),
    foreseen=parse("n IN (1, 2) AND s IS NOT NULL"), part_rows=(("p", 2),), triggers=("t: pulled",), suspensions=("S-0001",),
    parts=(Part(table="p", columns=("t_id",), of="t", referred=("id",)),),
    referrers=(Obstacle(table="r", columns=("t_id",), of="t", referred=("id",), on_delete="CASCADE"),),
)  # fmt: skip
PLAN = Plan(
    manifest="0" * 64, as_of=AT, valid_until=datetime(2024, 6, 2, tzinfo=UTC), zone="UTC", program="test", guard=0.2,
    guards=(("shop.u", 0.5),), schemas=(("shop", "1" * 64),),
    steps=(
        _STEP,
        replace(_STEP, id="02", action=ChangeColumns((Change(column="s", how="truncate", value=2), Change(column="n", how="clear")))),
        replace(_STEP, id="03", action=BlockRows(StartingPoint(("day",), "end_of_year"), Period(years=8), "UTC", ("customer", "id"))),
        replace(_STEP, id="04", action=DeleteBlocked(date(2024, 6, 1)), obstacles=_STEP.referrers),
    ),
)  # fmt: skip
SMALL = replace(PLAN, steps=(replace(_STEP, rows=1),))


def _check(plan: Plan, note: bytes, *approvers: SigningKey) -> None:
    approval.check(plan, note, PLANNER.verifier, [key.verifier for key in approvers])


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every leaf of a JSON value."""
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*path, key))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _places(inner, (*path, number))
    else:
        yield path


def _with(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    copied = json.loads(json.dumps(value))
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return copied


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _refused(folder: Path, text: str, note: bytes) -> bool:
    """Whether a plan file with this content is refused before anything is changed."""
    path = folder / "plan.json"
    path.write_text(text, encoding="utf-8")
    note_of(path).write_bytes(note)
    try:
        plan, found = read_plan(path)
        _check(plan, found, SECOND)
    except PlanRefused:
        return True
    return False


CONTENT = json.loads(PLAN.to_json())
NOTE = approval.approve(PLAN, approval.sign(PLAN, PLANNER), SECOND)


def test_a_plan_reads_back_to_itself_and_is_carried_out_with_both_signatures(tmp_path: Path) -> None:
    assert Plan.from_json(PLAN.to_json()) == PLAN
    assert Plan.from_json(PLAN.to_json()).digest == PLAN.digest
    assert not _refused(tmp_path, PLAN.to_json(), NOTE)


@pytest.mark.parametrize("path", [*_places(CONTENT)], ids=lambda path: ".".join(map(str, path)))
def test_a_plan_of_which_any_part_was_edited_is_refused(tmp_path: Path, path: tuple[str | int, ...]) -> None:
    old = _at(CONTENT, path)
    """Any way in the first step; in the others, whose parts are alike, one way."""
    others: list[Any] = ["other", 0, 10**6, None, True, [], {}, {"is": "Truth", "value": True}, {"is": "Nothing"}, {"time": "x"}]
    if path[:2] == ("plan", "steps") and path[2:3] > (0,) and not {"action", "obstacles"} & set(path):
        others = [new for new in others if new != old][:1]
    for new in others:
        if new != old or type(new) is not type(old):
            edited = json.dumps(_with(CONTENT, path, new), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
            assert _refused(tmp_path, edited, NOTE), new


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "5", '"plan"', "{}", '{"zusage-plan": 1}', '{"zusage-plan": 1, "plan": null}', '{"zusage-plan": 2, "plan": {}}',
        '{"zusage-plan": 1, "plan": {"is": "Step"}}', '{"zusage-plan": 1, "plan": [[]]}', "[" * 5000, '{"zusage-plan": NaN}', "\ufeff{}",
        PLAN.to_json() + " ", PLAN.to_json()[:-30], PLAN.to_json() * 2,
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    assert _refused(tmp_path, text, NOTE)


def test_an_unknown_kind_of_step_is_refused_and_never_skipped(tmp_path: Path) -> None:
    edited = PLAN.to_json().replace('"is": "DeleteRows"', '"is": "ShredRows"')
    assert edited != PLAN.to_json()
    with pytest.raises(ValueError, match="unknown"):
        Plan.from_json(edited)
    assert _refused(tmp_path, edited, NOTE)


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(0, len(PLAN.to_json().encode()) - 1), st.integers(0, 255))
def test_a_plan_with_any_byte_changed_is_refused(place: int, byte: int) -> None:
    raw = bytearray(PLAN.to_json().encode())
    if raw[place] == byte:
        return
    raw[place] = byte
    try:
        plan = Plan.from_json(bytes(raw).decode())
    except ValueError:
        return
    with pytest.raises(PlanChanged):
        _check(plan, NOTE, SECOND)


def test_a_plan_file_or_its_note_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with pytest.raises(NoPlan, match=r"there is no plan plan\.json here.*zusage plan --out plan\.json"):
        read_plan(path)
    path.write_text(PLAN.to_json(), encoding="utf-8")
    with pytest.raises(NoPlan, match=r"beside the plan plan\.json there is no plan\.json\.note"):
        read_plan(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(PlanChanged, match="damaged"):
        read_plan(path)


def test_a_plan_without_the_planners_signature_is_refused() -> None:
    with pytest.raises(PlanChanged, match="planner"):
        _check(SMALL, approval.sign(SMALL, STRANGER), STRANGER)


def test_the_signature_of_another_plan_is_refused() -> None:
    with pytest.raises(PlanChanged):
        _check(SMALL, approval.sign(PLAN, PLANNER))
    with pytest.raises(PlanChanged):
        approval.approve(SMALL, approval.sign(PLAN, PLANNER), SECOND)


@pytest.mark.parametrize(
    "note", [b"", b"nothing\n", b"zusage plan\n\n", b"\xff\xfe", NOTE[:-5], NOTE.replace(b"zusage plan", b"another plan")]
)
def test_a_note_that_is_damaged_is_refused(note: bytes) -> None:
    with pytest.raises(PlanChanged):
        _check(PLAN, note, SECOND)


def test_a_forged_signature_under_a_known_name_is_refused() -> None:
    forged = NOTE.replace(NOTE.split(b"\n")[-2][-20:], b"A" * 18 + b"==")
    with pytest.raises(PlanChanged):
        _check(PLAN, forged, SECOND)


def test_a_plan_inside_the_guard_needs_no_second_person() -> None:
    _check(SMALL, approval.sign(SMALL, PLANNER))
    assert SMALL.needs_approval == ()


def test_a_plan_beyond_the_guard_needs_the_signature_of_a_named_approver() -> None:
    signed = approval.sign(PLAN, PLANNER)
    assert PLAN.needs_approval == ("shop.t",)
    with pytest.raises(NeedsApproval, match="no approver has signed"):
        _check(PLAN, signed, SECOND)
    with pytest.raises(NeedsApproval, match="names no approver"):
        _check(PLAN, signed)
    with pytest.raises(NeedsApproval):
        _check(PLAN, approval.approve(PLAN, signed, STRANGER), SECOND)
    _check(PLAN, approval.approve(PLAN, signed, SECOND), SECOND)
    _check(PLAN, approval.approve(PLAN, approval.approve(PLAN, signed, STRANGER), SECOND), SECOND)


def test_the_planner_cannot_approve_under_another_name() -> None:
    other = PLANNER.named("somebody-else")
    note = approval.approve(PLAN, approval.sign(PLAN, PLANNER), other)
    with pytest.raises(NeedsApproval):
        _check(PLAN, note, other)
    with pytest.raises(NeedsApproval):
        _check(PLAN, note, PLANNER, other)
    with pytest.raises(PlanRefused):
        approval.may_approve(PLAN, approval.sign(PLAN, PLANNER), other.verifier, PLANNER.verifier, AT)


def test_the_share_of_a_table_counts_over_all_steps_that_take_rows_away() -> None:
    half = replace(_STEP, rows=1, total=10)
    assert replace(PLAN, steps=(half,)).needs_approval == ()
    assert replace(PLAN, steps=(half, replace(half, id="02"))).needs_approval == ()
    assert replace(PLAN, steps=(half, replace(half, id="02"), replace(half, id="03"))).needs_approval == ("shop.t",)
    stopped = replace(half, id="03", obstacles=_STEP.referrers)
    assert replace(PLAN, steps=(half, replace(half, id="02"), stopped)).needs_approval == ()
    assert replace(PLAN, steps=(replace(_STEP, table="u", rows=5),)).needs_approval == ()
    assert replace(PLAN, steps=(replace(_STEP, table="u", rows=6),)).needs_approval == ("shop.u",)


def test_what_is_no_part_of_plans_cannot_stand_in_one() -> None:
    with pytest.raises(TypeError):
        replace(PLAN, zone=Selection(system="a", table="b")).to_json()  # type: ignore[arg-type]
