"""``python -m plate_shop generate`` fills empty databases; ``python -m plate_shop serve`` opens the shop."""

import json
import signal
from pathlib import Path
from time import sleep

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from plate_shop.generate import NotEmptyError, generate
from plate_shop.serve import Running, give_passwords, start

_out = Console()
_shop = click.option("--shop", envvar="SHOP_DATABASE_URL", required=True, help="The shop's database.")
_mailbox = click.option("--mailbox", envvar="MAILBOX_DATABASE_URL", required=True, help="The inquiry mailbox.")


@click.group()
def main() -> None:
    """The licence-plate shop of the invented Musterschild GmbH."""


@main.command("generate")
@_shop
@_mailbox
@click.option("--customers", default=20_000, show_default=True)
@click.option("--years", default=12, show_default=True)
@click.option("--seed", default=4711, show_default=True)
def fill(shop: str, mailbox: str, customers: int, years: int, seed: int) -> None:
    """Fills two empty databases with invented years of business."""
    with Progress(console=_out) as progress:
        task = progress.add_task("orders", total=None)
        report = lambda done, total: progress.update(task, completed=done, total=total)  # noqa: E731
        try:
            generate(shop, mailbox, customers=customers, years=years, seed=seed, report=report)
        except NotEmptyError as error:
            raise click.ClickException(str(error)) from None


@main.command("serve")
@_shop
@_mailbox
@click.option("--notice", type=click.Path(path_type=Path), help="The folder with the published notice.")
@click.option("--port", default=0, help="0 takes a free one.")
@click.option(
    "--consent", envvar="SHOP_CONSENT_URL", help="Where `zusage consent serve` answers; brings the banner and the tags."
)
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON.")
def serve(shop: str, mailbox: str, notice: Path | None, port: int, consent: str | None, as_json: bool) -> None:
    """Opens the shop with all stand-ins around it, until it is interrupted."""
    running = start(shop, mailbox, notice=notice, port=port, consent=consent)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _print(_addresses(running), as_json)
        while True:
            sleep(60)
            running.purge()
    except KeyboardInterrupt:
        running.close()


def _addresses(running: Running) -> dict[str, str]:
    return {
        "shop": running.url,
        "staff": running.url + "/intern/",
        **{name: f"{url}/received" for name, url in running.town.services.items()},
        "smtp": f"127.0.0.1:{running.town.smtp.port}",
        "smtp-ca": str(running.town.smtp.ca_file),
        **{f"login {login}": password for login, password in give_passwords(running).items()},
    }


def _print(addresses: dict[str, str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(addresses))
        return
    table = Table(title="Musterschild GmbH", show_header=False)
    for name, address in addresses.items():
        table.add_row(name, address)
    _out.print(table)
    _out.print("Interrupt to stop.", style="dim")


if __name__ == "__main__":
    main()
