"""What needs no database does not wait for one, and no command's help does."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from cli_world import World

HEAVY = "{'django', 'sqlalchemy', 'httpx', 'jinja2', 'cryptography'}"
LOADED = "{name.split('.')[0] for name in sys.modules}"


def imported(arguments: list[str], world: World, heavy: str = HEAVY) -> str:
    """The heavy packages that a command has loaded when it ends."""
    program = (
        "import sys, io, contextlib\n"
        "from zusage.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        "    try: main(sys.argv[1:])\n"
        "    except SystemExit as ended: code = ended.code\n"
        f"print(code, sorted({heavy} & {LOADED}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd=world.folder
    )
    return ended.stdout.strip()


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["approve"],
        ["apply"],
        ["attest"],
        ["coverage"],
        ["evidence"],
        ["evidence", "verify"],
        ["explain"],
        ["key"],
        ["plan"],
        ["status"],
        ["suspend"],
        ["suspend", "place"],
        ["verify"],
    ],
)
def test_help_loads_nothing_heavy(world: World, command: list[str]) -> None:
    assert imported([*command, "--help"], world) == "0 []"


def test_check_loads_neither_django_nor_sqlalchemy(world: World) -> None:
    assert imported(["check", "zusage.yaml"], world, "{'django', 'sqlalchemy'}").endswith(" []")


def test_checking_evidence_loads_neither_django_nor_sqlalchemy(world: World) -> None:
    world.run("verify")
    assert imported(["evidence", "verify", ".zusage/evidence"], world, "{'django', 'sqlalchemy', 'httpx'}") in (
        "0 []",
        "0 ['httpx']",
    )


def test_the_status_before_anything_was_noted_loads_neither(world: World) -> None:
    assert imported(["status"], world, "{'django', 'sqlalchemy'}") == "2 []"


@pytest.mark.parametrize(
    "command",
    ["approve", "attest", "coverage", "explain", "key new", "status", "suspend place", "evidence verify", "evidence export"],
)
def test_help_says_which_exit_code_means_what(world: World, command: str) -> None:
    said = world.ok(*command.split(), "--help").out
    assert "Exit code: 0" in said
    assert len(said.splitlines()) > 8


def test_the_list_of_commands_says_of_each_what_it_does_and_none_is_cut_off(world: World) -> None:
    listed = world.ok("--help").out + world.ok("case", "--help").out
    assert re.search(r"^  init +Draft a manifest from the tables of a database\.$", listed, re.M)
    assert re.search(r"^  refuse +A human refused, with reasons and remedies \(Art\. 12\(4\) GDPR\)\.$", listed, re.M)
    assert not re.search(r"\w\.\.\.", listed)
