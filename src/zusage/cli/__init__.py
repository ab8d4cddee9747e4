"""The command line: one file per command, loaded when it is called."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from zusage import __version__

#: commands in the order in which a newcomer meets them → the module that holds each
COMMANDS = {
    "init": "init",
    "check": "check",
    "plan": "plan",
    "approve": "approve",
    "apply": "apply",
    "verify": "verify",
    "canary": "canary",
    "backup": "backup",
    "explain": "explain",
    "publish": "publish",
    "status": "status",
    "coverage": "coverage",
    "website": "website",
    "evidence": "evidence",
    "logs": "logs",
    "case": "case",
    "erasure": "erasure",
    "restriction": "restriction",
    "objection": "objection",
    "withdrawal": "withdrawal",
    "rectify": "rectify",
    "disclosures": "disclosures",
    "notices": "notices",
    "person": "person",
    "warnings": "warnings",
    "suspend": "suspend",
    "attest": "attest",
    "consent": "consent",
    "key": "key",
    "schema": "schema",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are named, so that ``--help`` and ``check`` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in teaching order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{COMMANDS[cmd_name]}", __name__).command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="zusage")
def cli() -> None:
    """Make an organisation's IT keep what its privacy notice promises, and show it.

    \b
    A first verdict on a database of yours:
      zusage init sqlite:///shop.sqlite3 > zusage.yaml    draft a manifest
      zusage check zusage.yaml                            what is wrong or missing in it
      zusage verify zusage.yaml                           which promises hold today
      zusage plan zusage.yaml -o plan.json                what would be deleted, and why
      zusage apply zusage.yaml plan.json                  carry out that plan and no other

    Exit codes: 0 kept, 1 broken, 2 undecided or stopped, 3 usage or manifest error.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every failure is a message and an exit code, never a traceback."""
    from .failing import reported

    gc.set_threshold(50_000)  # what a command imports and reads stays to its end: looking there for rubbish took a seventh of it
    sys.exit(reported(cli, arguments))
