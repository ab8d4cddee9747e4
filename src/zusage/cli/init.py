"""zusage init"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .output import as_json as print_json
from .output import count, say

if TYPE_CHECKING:
    from zusage.promises.inventory import Inventory
    from zusage.reading import Draft

_VARIABLE = re.compile(r"\$\{(\w+)\}")
#: the variable that holds an address that may hold a password
_HIDDEN = "${DATABASE_URL}"


@click.command("init")
@click.argument("database_url")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="The manifest.  [default: standard output]")
@click.option("--grant", is_flag=True, help="Instead: print the statements that make Zusage's two roles there.")
@click.option(
    "--for", "manifest", type=click.Path(exists=True, path_type=Path), help="With --grant: only what this manifest needs."
)
@click.option("--system", help="With --for: which of the manifest's databases it is.")
@options.json_output
def command(database_url: str, out: Path | None, grant: bool, manifest: Path | None, system: str | None, as_json: bool) -> int:
    """Draft a manifest from the tables of a database: a first verdict on a promise of yours in five minutes.

    DATABASE_URL is an address such as sqlite:///shop.sqlite3, the path of an SQLite file, or '${NAME}' in single quotes
    for an address that stands in the environment. Only the names and types of tables and columns are read, no row: any role
    that can connect will do, such as the application's. Looking at rows later needs one that cannot write (--grant).

    Every guess in the draft says why it was made, and every question waits for you: names in German and English, types and
    foreign keys tell what may be about people, what hangs together and from when a period could run. An existing file
    is never overwritten.

    With --grant nothing is drafted: the statements are printed with which an administrator of a server makes a role that can
    only look and one that can only do what the manifest says. Nothing is run.

    \b
    zusage init shop.sqlite3 -o zusage.yaml
    zusage verify zusage.yaml            which of the drafted periods hold today
    zusage check zusage.yaml --live      what is open
    zusage init '${DATABASE_URL}' --grant --for zusage.yaml

    Exit code: 0 drafted, 2 the database cannot be looked at, 3 usage error, or the file exists.
    """
    if grant:
        return _grant(_address(database_url), manifest, system, as_json)
    if manifest or system:
        raise click.UsageError("--for and --system go with --grant")
    if out and out.exists():
        raise click.ClickException(f"{out} exists already and was left as it is. Name another file, or move it away.")
    address = _address(database_url)
    drafted = _draft(_surveyed(address), datetime.now(UTC).date())
    if as_json:
        from zusage.reading import as_data

        print_json(as_data(drafted))
    if out or not as_json:
        _write(drafted, address, out, quiet=as_json)
    return KEPT


def _grant(address: str, manifest: Path | None, system: str | None, as_json: bool) -> int:
    from zusage.bootstrap.granting import READER, WRITER, UnknownSystem, role_statements

    try:
        statements = role_statements(address, manifest, system)
    except UnknownSystem as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        print_json(list(statements))
        return KEPT
    about = f"for {manifest.name}" if manifest else "for every table there is"
    click.echo(f"-- What an administrator runs to make the roles {READER} (looks) and {WRITER} (changes), {about}.")
    for statement in statements:
        click.echo(f"{statement};")
    click.echo("-- Then give each a password, or let them in by certificate, and write both addresses into the manifest.")
    return KEPT


def _address(text: str) -> str:
    """The path of a file is as good as its address."""
    return f"sqlite:///{text}" if "://" not in text and "$" not in text and Path(text).is_file() else text


def _surveyed(address: str) -> Inventory:
    from zusage.bootstrap import survey_of

    inventory = survey_of(_system_name(address), address)
    if not inventory.tables:
        raise click.ClickException("the database has no tables, so there is nothing to make promises about. Is it the right one?")
    return inventory


def _system_name(address: str) -> str:
    """The database's own name, or the variable's where the address stands in the environment."""
    from zusage.reading import slug

    hidden = _VARIABLE.fullmatch(address)
    if hidden:
        return slug(re.sub(r"_?(DATABASE|DB|URL|DSN)", "", hidden[1]), "database")
    return slug(Path(address.split("?")[0].rpartition("/")[2]).stem, "database")


def _draft(inventory: Inventory, on: date) -> Draft:
    from zusage.reading import draft

    return draft(inventory, on)


def _write(drafted: Draft, address: str, out: Path | None, quiet: bool) -> None:
    from zusage.reading import to_yaml

    from .files import write_new

    hidden = bool(_VARIABLE.search(address))
    open_file = address.startswith("sqlite:") and "@" not in address
    url = address if hidden or open_file else _HIDDEN
    text = to_yaml(drafted, url=url, secret=bool(_VARIABLE.fullmatch(url)), file=out.name if out else "zusage.yaml")
    if out is None:
        click.echo(text, nl=False)
        return
    if not write_new(out, text):
        raise click.ClickException(f"{out} exists already and was left as it is. Name another file, or move it away.")
    if not quiet:
        _show(drafted, out)


def _show(drafted: Draft, out: Path) -> None:
    tables = sum(len(activity.data) for activity in drafted.activities)
    rules = sum(len(activity.rules) for activity in drafted.activities)
    say(
        f"{count(tables, 'table')} in {count(len(drafted.activities), 'activity', 'activities')} with {count(rules, 'keep rule')} drafted, "
        f"{count(len(drafted.not_personal), 'table')} taken to be about nobody; no row was looked at"
    )
    say(f"written to {out}; go on with: zusage verify {out}")
