"""``python -m expert_pool generate`` fills an empty database; ``python -m expert_pool serve`` opens the pool."""

import json
import shlex
import signal
from pathlib import Path
from time import sleep

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from expert_pool.generate import NotEmptyError, generate
from expert_pool.pool import Rights
from expert_pool.serve import Running, give_passwords, start
from expert_pool.trial import prepare

_out = Console()
_url = click.option("--database", "url", envvar="POOL_DATABASE_URL", required=True, help="The pool's database.")
_folder = click.option(
    "--folder", envvar="POOL_FOLDER", required=True, type=click.Path(path_type=Path), help="Documents, previews, spool, logs."
)
_DAY = 24 * 60


@click.group()
def main() -> None:
    """The expert pool of the invented Fernbrücke gGmbH."""


@main.command("generate")
@_url
@_folder
@click.option(
    "--people", type=click.IntRange(40), default=5_000, show_default=True
)  # fewer have no room for all that is made of single ones
@click.option("--years", default=8, show_default=True)
@click.option("--seed", default=4711, show_default=True)
def fill(url: str, folder: Path, people: int, years: int, seed: int) -> None:
    """Fills an empty database and folder with invented years."""
    with Progress(console=_out) as progress:
        task = progress.add_task("people", total=None)
        report = lambda done, total: progress.update(task, completed=done, total=total)  # noqa: E731
        try:
            generate(url, folder, people=people, years=years, seed=seed, report=report)
        except NotEmptyError as error:
            raise click.ClickException(str(error)) from None


@main.command("serve")
@_url
@_folder
@click.option("--notice", type=click.Path(path_type=Path), help="The folder with the published notice.")
@click.option("--port", default=0, help="0 takes a free one.")
@click.option("--rights", "rights_url", help="Where people ask for their rights, as the manifest says: requests, door, at.")
@click.option("--rights-key", envvar="POOL_LOGIN_KEY", help="The key that says there who is logged in.")
@click.option("--trial", is_flag=True, help="For a canary: mail stays in the spool; prints what canary.yaml wants to know.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON.")
def serve(
    url: str, folder: Path, notice: Path | None, port: int, rights_url: str, rights_key: str, trial: bool, as_json: bool
) -> None:
    """Opens the pool with all stand-ins around it, until it is interrupted."""
    rights = Rights(url=rights_url, key=rights_key) if rights_url and rights_key else None
    running = start(url, folder.resolve(), notice=notice, port=port, rights=rights, mails=not trial)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _print(prepare(running.pool) if trial else _addresses(running), as_json)
        minutes = 0
        while True:
            sleep(60)
            minutes += 1
            running.app.extensions["expert_pool"].sessions.purge()
            if minutes % _DAY == 0:
                running.nightly()
    except KeyboardInterrupt:
        running.close()


def _addresses(running: Running) -> dict[str, str]:
    return {
        "pool": running.url,
        "staff": running.url + "/intern/",
        **{name: f"{url}/received" for name, url in running.around.services.items()},
        "smtp": f"127.0.0.1:{running.around.smtp.port}",
        **{f"login {login}": password for login, password in give_passwords(running).items()},
    }


def _print(addresses: dict[str, str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(addresses))
        return
    if "POOL_URL" in addresses:
        click.echo("\n".join(f"export {name}={shlex.quote(value)}" for name, value in addresses.items()))
        return
    table = Table(title="Fernbrücke gGmbH", show_header=False)
    for name, address in addresses.items():
        table.add_row(name, address)
    _out.print(table)
    _out.print("Interrupt to stop.", style="dim")


if __name__ == "__main__":
    main()
