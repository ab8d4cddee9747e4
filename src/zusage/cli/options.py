"""Arguments and options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .written import WHO

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.planning.holding import Person

Wrapped = Callable[..., Any]
#: somebody, as one of the options of ``who`` names them: by a key, or by an address alone
Who = Callable[["Product"], tuple["Person | None", str]]
DEFAULT = "zusage.yaml"


def manifest(command: Wrapped) -> Wrapped:
    """MANIFEST, a file or a folder."""
    kind = click.Path(exists=True, path_type=Path)
    return click.argument("manifest", type=kind, default=DEFAULT)(command)


def manifest_then(name: str, metavar: str, *, default: str | None = None) -> Callable[[Wrapped], Wrapped]:
    """[MANIFEST] and one more word, which stands alone where zusage.yaml is the manifest."""

    def wrap(command: Wrapped) -> Wrapped:
        @wraps(command)
        def run(*arguments: Any, told: tuple[str, ...], **more: Any) -> Any:
            path, word = _told(told, metavar, default)
            return command(*arguments, manifest=path, **{name: word}, **more)

        shown = f"[MANIFEST] {metavar if default is None else f'[{metavar}]'}"
        return click.argument("told", metavar=shown, nargs=-1, required=default is None)(run)

    return wrap


def _told(told: tuple[str, ...], metavar: str, default: str | None) -> tuple[Path, str]:
    if len(told) > 2:
        raise click.UsageError(f"name {metavar}, or the manifest and {metavar}")
    if len(told) == 2:
        path, word = told
    elif default is not None and (not told or not told[0].endswith(Path(default).suffix)):
        path, word = (*told, DEFAULT)[0], default
    else:
        path, word = DEFAULT, told[0]
    if not Path(path).exists():
        raise click.UsageError(f"there is no manifest {path}; name it before {metavar}")
    return Path(path), word


def second_key(command: Wrapped) -> Wrapped:
    """--key, a second person's, for what a canary demands."""
    kind = click.Path(dir_okay=False, path_type=Path)
    text = "Signs as the second person the erasure that the canary demands of the controller; see `zusage key`."
    return click.option("--key", "key_file", type=kind, help=text)(command)


def taker(command: Wrapped) -> Wrapped:
    """--by and the token of whoever takes a step of a case, which arrives as ``by`` and ``token``."""

    @wraps(command)
    def run(*arguments: Any, token_file: Path | None, **more: Any) -> Any:
        token = token_file.read_text(encoding="utf-8") if token_file else os.environ.get("ZUSAGE_TOKEN", "")
        return command(*arguments, token=token.strip(), **more)

    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    text = "A file with the token of whoever takes the step; or give it in ZUSAGE_TOKEN. Needed once anybody has one."
    run = click.option("--token-file", type=kind, help=text)(run)
    return click.option(
        "--by", type=WHO, help="Who, as the office calls them. Without any token their word is all that is noted."
    )(run)


def folder(command: Wrapped) -> Wrapped:
    """--folder, where our own state, keys and evidence are."""
    kind = click.Path(file_okay=False, path_type=Path)
    text = "Our own state, keys and evidence.  [default: .zusage beside the manifest]"
    return click.option("--folder", type=kind, envvar="ZUSAGE_FOLDER", help=text)(command)


def json_output(command: Wrapped) -> Wrapped:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)


def who(command: Wrapped) -> Wrapped:
    """``--person``, ``--address`` or ``--case``: somebody, who arrives as ``who``, a way to find out once the manifest is open."""

    @wraps(command)
    def run(*arguments: Any, person: str | None, address: str | None, case: str | None, **more: Any) -> Any:
        if sum(map(bool, (person, address, case))) != 1:
            raise click.UsageError("say with --person, --address or --case who it is")
        given = sys.stdin.readline().strip() if address == "-" else address or ""
        if address and not given:
            raise click.UsageError("no address was given")

        def found(product: Product) -> tuple[Person | None, str]:
            from zusage.bootstrap.cases.whose import known
            from zusage.planning.holding import Person

            if case:
                named = known(product, case)
                return named.person, named.address
            return (Person.parse(person) if person else None), given

        return command(*arguments, who=found, **more)

    text = "Whom this case is about; an address counts once a mailed link has shown whose it is."
    run = click.option("--case", metavar="CASE", help=text)(run)
    run = click.option("--address", help="By an address; - reads it from standard input. Nothing is erased then.")(run)
    return click.option("--person", metavar="PEOPLE=KEY", help="By the key of their record.")(run)
