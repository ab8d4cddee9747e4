"""Who takes a step of a case at the command line: a name is believed only as long as nobody holds a token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.cli import cli
from zusage.cli.failing import reported

TABLES = "CREATE TABLE customer (id INTEGER PRIMARY KEY, since DATETIME); INSERT INTO customer VALUES (1, '2025-01-01');"
ACTIVITY = "    data: {shop.customer: {classes: {one: [since]}}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallWorld:
    monkeypatch.delenv("ZUSAGE_TOKEN", raising=False)
    made = SmallWorld.make(tmp_path, TABLES, {"customers": ACTIVITY})
    made.rewrite("controller: {name: Example GmbH}", "controller: {name: Example GmbH}\nrequests: {kept: P1Y}")
    return made


def run(world: SmallWorld, words: str, *rest: str, token: str = "") -> str:
    name, _, case = words.partition(" C-")
    given = [*name.split(), str(world.folder / "zusage.yaml"), *([f"C-{case}"] if case else []), *rest]
    done = CliRunner().invoke(cli, given, env={"ZUSAGE_TOKEN": token}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output.strip()


def refused(
    world: SmallWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str, token: str = ""
) -> str:
    monkeypatch.setenv("ZUSAGE_TOKEN", token)
    name, *rest = words
    assert reported(cli, [*name.split(), str(world.folder / "zusage.yaml"), *rest]) == 3
    return capsys.readouterr().err


def events(world: SmallWorld) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(world, "case show C-0001", "--json"))["events"]
    return found


def test_without_any_holder_a_name_is_taken_and_the_record_says_that_nobody_showed_who_they_are(world: SmallWorld) -> None:
    run(world, "case open", "--right", "access", "--by", "clerk-1")
    assert [(one["by"], one["role"]) for one in events(world)] == [("clerk-1", "not authenticated")]
    assert "not authenticated" in run(world, "case show C-0001")
    with opened(world.folder / "zusage.yaml") as product:
        assert [json.loads(raw)["role"] for raw in product.evidence.entries()] == [""]


def test_once_anybody_holds_a_token_steps_are_taken_with_one_and_four_eyes_are_two_holders(
    world: SmallWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = {
        holder: run(world, "case token issue", "--holder", holder, "--role", role)
        for holder, role in (("clerk-1", "intake"), ("head", "decider"), ("deputy", "second"))
    }
    opening = ("case open", "--right", "erasure", "--person", "customer=1")
    assert "none is given" in refused(world, capsys, monkeypatch, *opening, "--by", "clerk-1")
    assert "is not for that" in refused(world, capsys, monkeypatch, *opening, token=tokens["deputy"])
    assert "somebody else's" in refused(world, capsys, monkeypatch, *opening, "--by", "head", token=tokens["clerk-1"])
    assert "worth nothing" in refused(world, capsys, monkeypatch, *opening, token="zusage_wrong")
    assert run(world, "case list", "--all", "--json") == "[]"  # nothing was noted by any of them
    run(world, *opening, token=tokens["clerk-1"])
    run(world, "case identify C-0001", "--how", "login", token=tokens["clerk-1"])
    file = world.folder / "token"
    file.write_text(tokens["head"] + "\n", encoding="utf-8")
    run(world, "case grant C-0001", "--token-file", str(file))
    said = refused(world, capsys, monkeypatch, "case approve", "C-0001", "--by", "clerk-2", token=tokens["head"])
    assert "somebody else's" in said
    assert tokens["head"] not in said
    assert "is not for that" in refused(world, capsys, monkeypatch, "case approve", "C-0001", token=tokens["head"])
    run(world, "case approve C-0001", token=tokens["deputy"])
    assert [(one["kind"], one["by"], one["role"]) for one in events(world)] == [
        ("received", "clerk-1", "intake"), ("identity shown", "clerk-1", "intake"), ("granted", "head", "decider"),
        ("approved", "deputy", "second"),
    ]  # fmt: skip
    assert world.verdicts()["requests/steps-sealed"] == "kept"


def test_whoever_decided_does_not_approve_with_a_token_of_another_role(
    world: SmallWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = run(world, "case token issue", "--holder", "head", "--role", "decider")
    run(world, "case open", "--right", "erasure", token=token)
    run(world, "case identify C-0001", "--how", "login", token=token)
    run(world, "case grant C-0001", token=token)
    again = run(world, "case token issue", "--holder", "head", "--role", "second")
    assert "the same person decided it" in refused(world, capsys, monkeypatch, "case approve", "C-0001", token=again)
