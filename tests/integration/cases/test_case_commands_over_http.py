"""Whatever a command does for a right or a case can be done over HTTP, or stands in the decision among what stays a command, with why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.cli import cli
from zusage.rights.operation import OPERATIONS
from zusage.rights.roles import Step

from .door_world import ACTIVITY, TABLES
from .office_calls import asked

DECISION = Path(__file__).parents[3] / "docs" / "decisions" / "operations-ordered-in-a-case.md"
#: the commands that are about rights and cases
GROUPS = ("case", "person", "rectify", "erasure", "restriction", "objection", "withdrawal", "disclosures", "notices", "suspend")
#: a command → the endpoints, orders (``order:…``) and steps (``step:…``) that do the same
OVER_HTTP = {
    "case open": "open", "case list": "list", "case show": "show content", "case letter": "letter order-letter", "case returned": "returned",
    "case agree": "agree order-text", "case nothing-held": "nothing-held",
    "case transfer": "order:transfer", "case no-transfer": "order:refuse-transfer",
    "person find": "found", "person access": "step:answer", "person portability": "step:answer",
    "rectify": "order:rectify order:complete",
    "erasure plan": "order:plan-erasure order-plan", "erasure answer": "order-letter step:done",
    "restriction place": "order:restrict order:restrict-instead", "restriction show": "restriction",
    "restriction told": "order:tell-lifting", "restriction lift": "order:lift", "restriction letter": "restriction-letter",
    "restriction open": "order:use use-rows", "restriction close": "order:close-use", "restriction uses": "uses",
    "restriction list": "restrictions",
    "objection place": "order:object", "objection show": "objection objection-letter", "objection decide": "order:decide-objection",
    "objection end": "order:end-objection", "objection list": "objections",
    "withdrawal place": "order:withdraw-consent", "withdrawal letter": "order-letter", "withdrawal list": "withdrawals",
    "disclosures record": "disclose", "disclosures list": "recipients",
    "notices list": "notices notice-groups", "notices show": "notice notice-letter notice-group-letter", "notices name": "notice-name",
    "notices receipt": "notice-receipt notice-group-receipt", "notices excuse": "notice-excuse notice-group-excuse",
    "suspend place": "order:hold", "suspend review": "order:review-hold", "suspend lift": "order:lift-hold", "suspend list": "holds",
} | {f"case {name}": f"step:{name}" for name in get_args(Step)}  # fmt: skip
#: what the interface needs to do these in two steps, and by two people
OWN = {"step", "order", "orders", "health"}


def _leaves(command: click.Command, *names: str) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield " ".join(names)
        return
    for name in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), name)
        assert found is not None
        yield from _leaves(found, *names, name)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    world = SmallWorld.make(tmp_path_factory.mktemp("described"), TABLES, {"customers": ACTIVITY})
    with opened(world.folder / "zusage.yaml") as product, asked(product) as call:
        found: dict[str, Any] = call("GET", "/office/openapi.json").json()
        product.state.close()
    return found


def _stay() -> set[str]:
    """The commands that stay commands, each with what follows it, by the decision."""
    rows = [line.split("|") for line in DECISION.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert all(len(row[2].strip()) > 10 for row in rows), "each needs a reason"
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row[1])}


def test_each_command_for_a_right_or_a_case_has_an_endpoint_or_a_reason_for_having_none() -> None:
    leaves, stay = {one for one in _leaves(cli) if one.split()[0] in GROUPS}, _stay()
    assert len(leaves) > 50
    without = {one for one in leaves - OVER_HTTP.keys() if not any(one == name or one.startswith(f"{name} ") for name in stay)}
    assert not without
    assert not OVER_HTTP.keys() - leaves, "the map names commands that are not there"
    known = set(_leaves(cli)) | {"case token"}
    assert not [name for name in stay if not any(name == one or name.startswith(f"{one} ") for one in known)]


def test_each_endpoint_order_and_step_is_there_and_does_what_a_command_does(described: dict[str, Any]) -> None:
    there = {way["operationId"] for path in described["paths"].values() for way in path.values()}
    there |= {f"order:{name}" for name in OPERATIONS} | {f"step:{name}" for name in get_args(Step)}
    named = {name for names in OVER_HTTP.values() for name in names.split()}
    assert not named - there
    assert not there - named - OWN
