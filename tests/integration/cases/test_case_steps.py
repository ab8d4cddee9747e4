"""Steps of cases in the sealed log: whole after a kill at every call, and without a name or a word of anybody."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import Product, opened
from zusage.bootstrap.cases.requests import happen, receive
from zusage.cli import cli
from zusage.evidence.seal import EvidenceLog
from zusage.rights.case import Event

TABLES = "CREATE TABLE customer (id INTEGER PRIMARY KEY, since DATETIME); INSERT INTO customer VALUES (1, '2025-01-01');"
ACTIVITY = "    data: {shop.customer: {classes: {one: [since]}}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"
SEALED = "requests/steps-sealed"


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    made = SmallWorld.make(tmp_path, TABLES, {"customers": ACTIVITY})
    made.rewrite("controller: {name: Example GmbH}", "controller: {name: Example GmbH}\nrequests: {kept: P1Y}")
    return made


def at(world: SmallWorld, days: int = 0) -> Any:
    return opened(world.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=days))


def sealed(world: SmallWorld) -> list[dict[str, Any]]:
    with at(world) as product:
        return [content for raw in product.evidence.entries() if "step" in (content := json.loads(raw))]


def test_each_step_is_sealed_as_it_is_taken_without_a_name_or_a_word(world: SmallWorld) -> None:
    with at(world) as product:
        id = receive(product, "access", "Marker Otter", {"words": "Kennwort-77", "person": "customer=1"}).case.id
        happen(product, id, "identity shown", "Marker Otter", detail="login", words="Kennwort-88")
        product.state.close()
    found = sealed(world)
    assert [(one["case"], one["step"], one["kind"]) for one in found] == [(id, 1, "received"), (id, 2, "identity shown")]
    assert found[0]["holder"] == found[1]["holder"]  # the same code for the same name
    written = b"".join(path.read_bytes() for path in (world.folder / ".zusage" / "evidence").rglob("*") if path.is_file())
    assert b"identity shown" in written  # so that what is not there would be found
    for value in (b"Marker", b"Kennwort", b"customer=1"):
        assert value not in written
    assert world.verdicts()[SEALED] == "kept"
    checked = CliRunner().invoke(cli, ["evidence", "verify", str(world.folder / ".zusage" / "evidence")])
    assert (checked.exit_code, "2 steps of cases" in checked.output) == (0, True), checked.output


def test_steps_of_an_older_program_are_sealed_in_one_go_and_from_then_on_nothing_is_dated_back(world: SmallWorld) -> None:
    world.verdicts(NOW)
    with at(world, -60) as product:  # as that program left them
        product.state.cases.open("access", Event(kind="received", at=product.clock(), by="clerk-1"), {"words": "please"})
        product.state.close()
    with closing(sqlite3.connect(world.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("UPDATE zusage_case_event SET salt = ''")
    assert world.verdicts(NOW + timedelta(days=1))[SEALED] == "kept"
    with at(world, -30) as product:
        happen(product, "C-0001", "acknowledged", "clerk-1")
        product.state.close()
    assert world.verdicts(NOW + timedelta(days=1))[SEALED] == "broken"


def test_an_older_copy_of_the_log_does_not_hide_what_was_sealed_since(world: SmallWorld) -> None:
    own, aside = world.folder / ".zusage" / "evidence", world.folder / "aside"
    with at(world) as product:
        receive(product, "access", "clerk-1", {"words": "please"})
        shutil.copytree(own, aside)
        happen(product, "C-0001", "acknowledged", "clerk-1")
        product.state.close()
    shutil.rmtree(own)
    shutil.copytree(aside, own)
    assert world.verdicts()[SEALED] == "broken"


def _act(folder: Path, place: int) -> None:
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        cases, steps = product.state.cases, product.state.case_steps
        die_at(place, ((cases, "add"), (steps, "unsealed"), (EvidenceLog, "append"), (steps, "sealed")))
        happen(product, "C-0001", "acknowledged", "clerk-1")


def test_killed_at_any_call_a_step_is_sealed_by_the_next_one_and_none_is_sealed_with_two_contents(
    world: SmallWorld, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with at(world) as product:
        receive(product, "access", "clerk-1", {"words": "please"})
        product.state.close()
    for place in range(1, 10):
        copy = tmp_path_factory.mktemp("killed") / "world"
        shutil.copytree(world.folder, copy)
        assert killed(partial(_act, copy, place)) == (place < 9), place
        _goes_on(SmallWorld(copy), place)


def _goes_on(world: SmallWorld, place: int) -> None:
    """The first two places lie in the transaction that notes the step: killed there it was not taken."""
    with at(world) as product:
        _steps(product, {1} if place <= 2 else {1, 2})
        happen(product, "C-0001", "identity asked", "clerk-1")
        _steps(product, {1, 2} if place <= 2 else {1, 2, 3})
        found = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        product.state.close()
    assert found[SEALED] == "kept", place
    assert {one["step"] for one in sealed(world)} == ({1, 2} if place <= 2 else {1, 2, 3})


def _steps(product: Product, numbers: set[int]) -> None:
    assert set(range(1, len(product.state.cases.get("C-0001").events) + 1)) == numbers
