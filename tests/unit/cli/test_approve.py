"""A second person looks at a plan and signs it with a key of their own, or nothing counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_world import World

from zusage.bootstrap import note_of, opened
from zusage.sealing import Note, SigningKey


@pytest.fixture
def planned(world: World) -> World:
    """A plan that takes half of the customers, and a second person whom the manifest names."""
    world.ok("key", "new", "second.key", "--name", "second")
    public = world.ok("key", "show", "second.key", "--json").json["public"]
    world.write(f'guard: {{approvers: ["{public}"]}}')
    world.ok("plan")
    return world


def approve(world: World, key: str = "second.key"):
    return world.run("approve", "zusage.yaml", "plan.json", "--key", key)


def signers(world: World) -> list[str]:
    note = Note.parse(note_of(world.folder / "plan.json").read_bytes())
    return [line.name for line in note.signatures]


def test_what_needs_a_second_person_is_carried_out_only_after_the_approval(planned: World) -> None:
    refused = planned.run("apply")
    assert refused.code == 3
    assert "shop.customer" in refused.err
    assert planned.count("customer") == 2
    assert approve(planned).code == 0
    planned.ok("apply")
    assert planned.count("customer") == 1


def test_whoever_approves_sees_the_steps_first(planned: World) -> None:
    said = approve(planned).out
    assert "customers/after-last/at-most" in said
    assert "shop.customer" in said
    assert "approved by second" in said


def test_the_planner_cannot_approve_its_own_plan(planned: World) -> None:
    before = signers(planned)
    ended = approve(planned, ".zusage/planner.key")
    assert ended.code == 3
    assert "planner's own" in ended.err
    assert signers(planned) == before


def disguised(world: World) -> str:
    """The planner's key in a file of its own, under another name."""
    key = SigningKey.load(world.own / "planner.key")
    line = (world.own / "planner.key").read_text()
    other = key.named("somebody")
    line = line.replace(key.name, other.name).replace(key.key_id.hex(), other.key_id.hex())
    (world.folder / "disguised.key").write_text(line)
    (world.folder / "disguised.key").chmod(0o600)
    return "disguised.key"


def test_the_planner_cannot_approve_under_another_name(planned: World) -> None:
    ended = approve(planned, disguised(planned))
    assert ended.code == 3
    assert "planner's own" in ended.err


def test_the_planner_cannot_approve_where_its_key_is_not_known(planned: World) -> None:
    key = disguised(planned)
    planned.manifest.rename("other.yaml")
    ended = planned.run("approve", "plan.json", "--key", key)
    assert ended.code == 3
    assert "planner's own" in ended.err


def test_the_planner_cannot_hide_its_signature_behind_anothers(planned: World) -> None:
    assert approve(planned).code == 0
    path = note_of(planned.folder / "plan.json")
    note = Note.parse(path.read_bytes())
    path.write_bytes(Note(note.text, note.signatures[::-1]).encode())
    ended = approve(planned, ".zusage/planner.key")
    assert ended.code == 3
    assert "planner's own" in ended.err


def test_a_key_that_the_manifest_does_not_name_is_told_so_and_signs_nothing(planned: World) -> None:
    planned.ok("key", "new", "third.key", "--name", "third")
    ended = approve(planned, "third.key")
    assert ended.code == 3
    assert "guard.approvers" in ended.err
    assert signers(planned) == ["zusage/planner"]


def test_a_plan_that_was_edited_by_hand_is_not_approved(planned: World) -> None:
    plan = planned.folder / "plan.json"
    plan.write_text(plan.read_text().replace('"rows": 2', '"rows": 3'))
    ended = approve(planned)
    assert ended.code == 3
    assert signers(planned) == ["zusage/planner"]


def test_a_plan_that_somebody_else_made_is_not_approved(planned: World) -> None:
    (planned.own / "planner.key").unlink()
    SigningKey.generate(planned.own / "planner.key", "zusage/planner")
    ended = approve(planned)
    assert ended.code == 3
    assert "planner's signature is missing" in ended.err


def test_a_plan_of_another_manifest_is_not_approved(planned: World) -> None:
    planned.write("special: [contract]")
    ended = approve(planned)
    assert ended.code == 3
    assert "manifest has changed" in ended.err
    assert "zusage.yaml:" in ended.err
    assert "special (" in ended.err
    assert "activities" not in ended.err


def test_a_comment_and_other_quotation_marks_take_no_plan_away(planned: World) -> None:
    planned.manifest.write_text("# reviewed in June\n" + planned.manifest.read_text().replace("zusage: 1", '"zusage":   1'))
    assert approve(planned).code == 0
    planned.ok("apply")
    assert planned.count("customer") == 1


def test_a_plan_that_has_run_out_is_not_approved(planned: World) -> None:
    old = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    with opened(planned.manifest, clock=lambda: old) as product:
        product.save_plan(product.make_plan(), planned.folder / "plan.json")
    ended = approve(planned)
    assert ended.code == 3
    assert "was good until" in ended.err


def test_approving_twice_signs_once(planned: World) -> None:
    assert approve(planned).code == 0
    ended = approve(planned)
    assert ended.code == 0
    assert "approved this plan before" in ended.out
    assert signers(planned) == ["zusage/planner", "second"]


def test_with_the_plan_alone_it_is_said_that_the_planner_was_not_checked(
    planned: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("plan.json", "plan.json.note", "second.key"):
        (planned.folder / name).rename(elsewhere / name)
    monkeypatch.chdir(elsewhere)
    ended = planned.run("approve", "plan.json", "--key", "second.key")
    assert ended.code == 0
    assert "not checked who made this plan" in ended.err
    for name in ("plan.json", "plan.json.note"):
        (elsewhere / name).rename(planned.folder / name)
    monkeypatch.chdir(planned.folder)
    planned.ok("apply")


def test_as_json_it_names_plan_and_key(planned: World) -> None:
    digest = planned.ok("plan", "--json").json["digest"]
    said = planned.ok("approve", "zusage.yaml", "plan.json", "--key", "second.key", "--json").json
    assert said == {"plan": digest, "approved_by": "second", "added": True, "rows": 6, "planner_checked": True, "suspensions": []}


def test_a_missing_plan_is_named(planned: World) -> None:
    ended = planned.run("approve", "zusage.yaml", "other.json", "--key", "second.key")
    assert ended.code == 3
    assert "other.json" in ended.err
