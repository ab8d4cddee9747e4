"""`zusage rectify --case`: the correction is an order of the case, and nothing changes before a second person has agreed to its value."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from zusage.bootstrap import opened
from zusage.cli import cli
from zusage.rights.roles import Holder

from .asking_world import Asking


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Asking:
    made = Asking.make(tmp_path_factory.mktemp("in-a-case"))
    for n in (1, 2):
        made.run(f"case open | --right rectification --person customer={n} --by clerk-1")
        made.run(f"case identify | C-000{n} --how login --by clerk-1")
    made.run("case grant | C-0001 --by clerk-1")
    return made


def run(world: Asking, words: str, value: str = "", token: str = "") -> tuple[int, str]:
    """A command with a value from its input; its exit code, and what it says."""
    name, _, rest = words.partition(" | ")
    given, code = [*name.split(), str(world.folder / "zusage.yaml"), *rest.split()], 3
    done = CliRunner().invoke(cli, given, input=value, env={"ZUSAGE_TOKEN": token}, standalone_mode=False)
    if done.exception is None:
        code = int(done.return_value)
    return code, done.output + str(done.exception or "")


def test_a_value_is_ordered_in_the_case_and_corrected_when_somebody_else_has_agreed_to_it(world: Asking) -> None:
    before = world.sql("SELECT name FROM customer ORDER BY id")
    wanted = "--case C-0001 --table shop.customer --column name --by clerk-1"
    code, said = run(world, f"rectify | customer=1 {wanted}", "Right Otter\n")
    assert (code, "ordered as 4 in C-0001" in said) == (0, True), said
    assert world.sql("SELECT name FROM customer ORDER BY id") == before
    shown = run(world, "case agree | C-0001 --order 4 --by clerk-2 --show")[1]
    assert json.loads(shown)["value"] == "Right Otter"
    assert "same person" in run(world, "case agree | C-0001 --order 4 --by Clerk-1")[1]
    assert world.sql("SELECT name FROM customer ORDER BY id") == before
    code, said = run(world, "case agree | C-0001 --order 4 --by clerk-2")
    assert (code, "rectify, RC-0001" in said) == (0, True), said
    assert world.sql("SELECT name FROM customer ORDER BY id") == [("Right Otter",), *before[1:]]
    events = json.loads(run(world, "case show | C-0001 --json")[1])["events"]
    assert [(one["kind"], one["by"]) for one in events[3:]] == [
        ("ordered", "clerk-1"),
        ("agreed", "clerk-2"),
        ("effected", "clerk-2"),
    ]
    assert "Right Otter" not in json.dumps(events)
    assert run(world, "case agree | C-0001 --order 4 --by clerk-2")[0] == 3


def test_a_statement_is_kept_in_the_case(world: Asking) -> None:
    code, said = run(
        world, "rectify | customer=1 --case C-0001 --table shop.customer --statement --by clerk-1", "I moved in May."
    )
    assert (code, "done in C-0001, and kept sealed as ST-0001" in said) == (0, True), said


@pytest.mark.parametrize(
    ("words", "value", "why"),
    [
        ("customer=2 --case C-0001 --column name", "Kennwort-77", "somebody else"),
        ("customer=2 --case C-0002 --column name", "Kennwort-77", "not granted"),
        ("customer=1 --case C-0001 --column id", "77", "Correct it in the application"),
        ("customer=1 --case C-0001 --column name", "Kennwort-77" * 20_000, "value: String should have at most"),
        ("customer=1 --case C-0001 --statement", "", "statement: String should have at least"),
        ("customer=1 --column name", "Kennwort-77", "--by or a token who corrects"),
    ],
)
def test_what_does_not_fit_the_case_is_refused_and_nothing_is_noted(world: Asking, words: str, value: str, why: str) -> None:
    rows, events = world.rows(), run(world, "case show | C-0001 --json")[1]
    given = "" if "--by or a token" in why else " --by clerk-1"
    code, said = run(world, f"rectify | {words} --table shop.customer{given}", value)
    assert (code, why in said, "Kennwort" in said) == (3, True, False), said
    assert (world.rows(), run(world, "case show | C-0001 --json")[1]) == (rows, events)


def test_once_anybody_holds_a_token_it_is_ordered_and_agreed_to_with_one(world: Asking) -> None:
    with opened(world.folder / "zusage.yaml") as product:
        tokens = {
            role: product.state.holders.issue(Holder(name=f"{role}-1", role=role), product.clock())
            for role in ("decider", "second")
        }
        product.state.close()
    order = "rectify | customer=1 --case C-0001 --table shop.customer --column email"
    assert "have tokens" in run(world, f"{order} --by clerk-1", "right@mail.example")[1]
    assert "not for that" in run(world, order, "right@mail.example", tokens["second"])[1]
    code, said = run(world, order, "right@mail.example", tokens["decider"])
    number = said.split("ordered as ")[1].split()[0]
    assert (code, "not for that" in run(world, f"case agree | C-0001 --order {number}", "", tokens["decider"])[1]) == (0, True)
    assert run(world, f"case agree | C-0001 --order {number}", "", tokens["second"])[0] == 0
    assert world.sql("SELECT email FROM customer WHERE id = 1") == [("right@mail.example",)]
    alone = "rectify | customer=1 --table shop.customer --column email"
    assert "not for that" in run(world, alone, "own@mail.example", tokens["second"])[1]
    assert "somebody else's" in run(world, f"{alone} --by clerk-1", "own@mail.example", tokens["decider"])[1]
    assert run(world, alone, "own@mail.example", tokens["decider"])[0] == 0  # without --by: the token says who it is
    assert world.sql("SELECT email FROM customer WHERE id = 1") == [("own@mail.example",)]
