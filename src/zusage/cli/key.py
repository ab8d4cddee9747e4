"""zusage key"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .grouping import Group
from .output import as_json as print_json
from .output import heading, say

if TYPE_CHECKING:
    from zusage.sealing import SigningKey


@click.group("key", cls=Group)
def command() -> None:
    """Make and show signing keys, such as that of a second person who approves plans.

    A key is one file that only its owner can read. Keep an approver's key where whoever plans cannot read it: an approval
    says that somebody else has looked. The planner's and the log's own keys are made by themselves when they are needed.
    """


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="Who signs with it, without spaces, such as dpo.shop.example.")
@options.json_output
def new(file: Path, name: str, as_json: bool) -> int:
    """Make a key in FILE, which must not exist, and print its public half for the manifest.

    Exit code: 0 made, 3 the file exists or the name cannot be used.
    """
    from zusage.sealing import SigningKey

    key = SigningKey.generate(file, name)
    if not as_json:
        heading(f"made {file}, which only you can read; nobody can restore it, so keep a copy in a safe place")
    _show(key, as_json)
    return KEPT


@command.command("show")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@options.json_output
def show(file: Path, as_json: bool) -> int:
    """Print the public half of the key in FILE, for the manifest. The secret half is never shown."""
    from zusage.sealing import SigningKey

    _show(SigningKey.load(file), as_json)
    return KEPT


def _show(key: SigningKey, as_json: bool) -> None:
    public = key.verifier.encode()
    if as_json:
        print_json({"name": key.name, "public": public})
        return
    say(f"public key: {public}")
    say("")
    say("to let it approve plans, write into the manifest:")
    say("guard:")
    say("  approvers:")
    say(f'    - "{public}"')
