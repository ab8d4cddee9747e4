"""zusage person"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from . import options
from .failing import KEPT
from .grouping import Group
from .output import as_json as print_json
from .output import count, say, table, warn

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.bootstrap.rights.answering import Answer, Asked

Wrapped = Callable[..., Any]


@click.group("person", cls=Group)
def command() -> None:
    """Find a person in every system, and answer them: a copy of their data, or a package to take elsewhere.

    \b
    WHO is PEOPLE=KEY, such as customer=4711; with --address it is PEOPLE=ADDRESS. PEOPLE=- reads the key or the
    address from standard input, so that it stands in no list of processes and no history.

    What only has the same address is a candidate: it is counted, and enters no answer before somebody has included it
    in a case (`zusage case include`) and you have named both with --include and --case. So is free text in which others
    can be named. Whoever is not known, and whoever is not known so, gets the same words. No value of a person is printed.
    """


def _who(command: Wrapped) -> Wrapped:
    """[MANIFEST] WHO with --address, --include and --case, as one ``asked``."""

    @wraps(command)
    def run(*arguments: Any, who: str, address: bool, include: tuple[str, ...], case: str, **more: Any) -> Any:
        from zusage.bootstrap.rights.answering import Asked

        people, sign, given = who.partition("=")
        if given == "-":
            given = sys.stdin.readline().strip()
        if not (people and sign and given):
            raise click.UsageError("write PEOPLE=KEY, such as customer=4711")
        asked = Asked(people=people, given=given, by_address=address, include=frozenset(include), case=case)
        return command(*arguments, asked=asked, **more)

    text = "A candidate or a free text, as system.table.column, that you have looked at and that belongs into the answer."
    named: Wrapped = click.option("--include", multiple=True, metavar="NAME", help=text)(run)
    named = click.option(
        "--case", default="", help="The case in which a human has included it, with reasons (`zusage case include`)."
    )(named)
    told: Wrapped = click.option("--address", is_flag=True, help="WHO gives an address instead of a key.")(named)
    return options.manifest_then("who", "WHO")(told)


def _written(command: Wrapped) -> Wrapped:
    """--to and --language."""
    kind = click.Path(file_okay=False, path_type=Path)
    text = "Where to write; must not be there yet, or be empty. Only you can read what is written."
    choice = click.Choice(["de", "en"])
    named: Wrapped = click.option("--language", type=choice, default="de", show_default=True, help="Which language.")(command)
    written: Wrapped = click.option("--to", type=kind, required=True, help=text)(named)
    return written


@command.command("find")
@_who
@options.folder
@options.json_output
def find(manifest: Path, asked: Asked, folder: Path | None, as_json: bool) -> int:
    """Show in which tables a person has how many rows, and what only has their address. Writes nothing.

    Exit code: 0 found, 2 a system cannot be looked at, 3 nobody is known so, or several are.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.answering import find as find_in

    with opened(manifest, folder) as product:
        found = find_in(product, asked)
    _show(found, None, as_json)
    return KEPT


@command.command("access")
@_who
@_written
@options.folder
@options.json_output
def access(manifest: Path, asked: Asked, to: Path, language: Literal["de", "en"], folder: Path | None, as_json: bool) -> int:
    """Write the copy of a person's data and the information of Art. 15 GDPR, as HTML, PDF and JSON.

    Blocked rows are in it, for they are still held. Who really received data is in it where a table of the manifest says so.

    Exit code: 0 written, 2 a system cannot be looked at, 3 nobody is known so, or several are.
    """
    from zusage.bootstrap.rights.answering import access as answer

    return _write(manifest, folder, to, as_json, asked, lambda product: answer(product, asked, language))


@command.command("portability")
@_who
@_written
@options.folder
@options.json_output
def portability(manifest: Path, asked: Asked, to: Path, language: Literal["de", "en"], folder: Path | None, as_json: bool) -> int:
    """Write a person's data as a Data Package of Frictionless Data, for Art. 20 GDPR: each table as CSV and JSON.

    Only of activities that rest on consent or contract; nothing that was inferred, nothing that is somebody else's.

    Exit code: 0 written, 2 a system cannot be looked at, 3 nobody is known so, or several are.
    """
    from zusage.bootstrap.rights.answering import portability as package

    return _write(manifest, folder, to, as_json, asked, lambda product: package(product, asked, language))


def _write(manifest: Path, folder: Path | None, to: Path, as_json: bool, asked: Asked, make: Callable[[Product], Answer]) -> int:
    """Make an answer and write its files."""
    from zusage.bootstrap import opened

    from .files import refuse_taken, write_folder

    if asked.include and not asked.case:
        raise click.UsageError(
            "--include needs --case: who has looked at it and why stands in the case. Include it there with `zusage case include`"
        )
    refuse_taken(to)
    with opened(manifest, folder) as product:
        made = make(product)
    write_folder(to, made.files)
    _show(made, to, as_json)
    return KEPT


def _show(found: Answer, to: Path | None, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "files": sorted(found.files),
                "rows": dict(found.rows),
                "candidates": dict(found.candidates),
                "kept_back": list(found.withheld),
                "another_has_the_address": dict(found.ambiguous),
                "not_reached": list(found.beyond),
            }
        )
        return
    table(("table", "rows"), [(name, f"{rows:,}") for name, rows in found.rows], numbers=(1,))
    for name, rows in found.ambiguous:
        if rows:
            warn(
                f"{count(rows, 'row')} in {name} kept back: somebody else has the address too. Hand over by hand what is theirs."
            )
    for name, rows in found.candidates:
        if rows and name not in dict(found.ambiguous):
            warn(f"{count(rows, 'row')} with the same address in {name}: look whether they are this person's; --include {name}")
    for name in found.withheld:
        warn(f"{name} can name others and is kept back: look through it; --include {name}")
    if found.beyond:
        warn(f"the manifest does not say whose the rows of {', '.join(found.beyond)} are; look there yourself.")
    if to:
        say(f"wrote {count(len(found.files), 'file')} to {to}")
