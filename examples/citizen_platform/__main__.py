"""``python -m citizen_platform``: ``generate`` fills empty databases, ``serve`` opens the platform; the rest are its parts."""

import json
import os
import signal
import socket
from datetime import date, timedelta
from pathlib import Path
from time import sleep

import click
from rich.console import Console
from rich.table import Table

_out = Console()
_platform = click.option("--platform", envvar="PLATFORM_DATABASE_URL", required=True, help="The platform's database.")
_mailbox = click.option("--mailbox", envvar="MAILBOX_DATABASE_URL", required=True, help="The operator's mailbox.")
_usage = click.option("--usage", envvar="USAGE_DATABASE_URL", required=True, help="The database of the usage statistics.")
_rooms = click.option("--rooms", envvar="CONFERENCE_FOLDER", type=click.Path(path_type=Path), required=True, help="Meetings.")


@click.group()
def main() -> None:
    """The community platform of the invented Mitforschen Musterstadt e. V."""


@main.command("generate")
@_platform
@_mailbox
@_usage
@click.option("--members", default=4_000, show_default=True)
@click.option("--years", default=6, show_default=True)
@click.option("--seed", default=4711, show_default=True)
def fill(platform: str, mailbox: str, usage: str, members: int, years: int, seed: int) -> None:
    """Fills three empty databases with invented years of a community."""
    from citizen_platform.generate import NotEmptyError, generate

    try:
        generate(platform, mailbox, usage, members=members, years=years, seed=seed)
    except NotEmptyError as error:
        raise click.ClickException(str(error)) from None


@main.command("serve")
@_platform
@_mailbox
@_rooms
@click.option("--notice", type=click.Path(path_type=Path), help="The folder with the published notice.")
@click.option("--nginx", type=click.Path(path_type=Path), help="A folder for a private nginx in front; without it there is none.")
@click.option("--spool", type=click.Path(path_type=Path), help="A folder where mails to people are put as well, for a canary.")
@click.option("--port", default=0, help="0 takes a free one.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON.")
def serve(
    platform: str,
    mailbox: str,
    rooms: Path,
    notice: Path | None,
    nginx: Path | None,
    spool: Path | None,
    port: int,
    as_json: bool,
) -> None:
    """Opens the platform with everything around it, until it is interrupted."""
    from citizen_platform.serve import give_passwords, start

    folder = nginx.resolve() if nginx else None
    running = start(platform, mailbox, rooms=rooms, notice=notice, nginx=folder, port=port, spool=spool)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    addresses = {
        "platform": running.url,
        "staff": running.url + "/intern/",
        "smtp": f"127.0.0.1:{running.mail.port}",
        "ca": str(running.ca_file),
        **{f"login {login}": password for login, password in give_passwords(running).items()},
    }
    try:
        _print(addresses, as_json)
        while True:
            sleep(60)
            running.purge()
    except KeyboardInterrupt:
        running.close()


@main.command("retire")
@_platform
def retire(platform: str) -> None:
    """Takes the author away from contributions of accounts that nobody used for two years, so that these can be deleted."""
    from citizen_platform.community.retiring import detach
    from citizen_platform.database import open_engine

    click.echo(f"{detach(open_engine(platform))} contributions have no author any more")


@main.command("conference")
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--fd", type=int, required=True, help="The number of the socket on which to serve.")
@click.option("--platform", required=True, help="How browsers reach the platform.")
def conference(folder: Path, fd: int, platform: str) -> None:
    """Serves the conference room alone; the secret comes from CONFERENCE_SECRET."""
    from citizen_platform.conference.serve import serve as serve_room

    try:
        serve_room(folder, os.environ["CONFERENCE_SECRET"].encode(), socket.socket(fileno=fd), platform_url=platform)
    except KeyboardInterrupt:
        return


@main.command("watch")
@_rooms
def watch(rooms: Path) -> None:
    """Removes what a meeting left behind whose process died."""
    from citizen_platform.conference.watch import Watcher

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Watcher(rooms).run()
    except KeyboardInterrupt:
        return


@main.command("count-usage")
@_usage
@click.option("--logs", type=click.Path(path_type=Path, exists=True), required=True, help="The folder of the access logs.")
@click.option("--day", help="YYYY-MM-DD; yesterday if left out.")
def count_usage(usage: str, logs: Path, day: str | None) -> None:
    """Counts the pages of a day."""
    from citizen_platform import schema
    from citizen_platform.database import open_engine
    from citizen_platform.usage import count

    engine = open_engine(usage)
    schema.usage.create_all(engine)
    chosen = date.fromisoformat(day) if day else date.today() - timedelta(days=1)
    click.echo(f"{count(logs, engine, chosen)} numbers for {chosen}")


def _print(addresses: dict[str, str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(addresses))
        return
    table = Table(title="Mitforschen Musterstadt e. V.", show_header=False)
    for name, address in addresses.items():
        table.add_row(name, address)
    _out.print(table)
    _out.print("Interrupt to stop.", style="dim")


if __name__ == "__main__":
    main()
