"""zusage consent"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT, UNDECIDED
from .files import write_whole
from .grouping import Group
from .output import as_json as print_json
from .output import count, say, table

if TYPE_CHECKING:
    from zusage.consent.record import Record


@click.group("consent", cls=Group)
def command() -> None:
    """Ask for consent, keep what was chosen on record, prove it, withdraw it.

    What is asked, on which sites and for how long stands in the manifest: activities with `asked:` under `consent`, and
    the section `consents`. A record is never changed; when its time of keeping is over it is emptied.
    """


@command.command("serve")
@options.manifest
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8640, show_default=True, help="Port to listen on.")
@click.option(
    "--public", metavar="URL", default="", help="Where links of mails reach the service.  [default: first site + service]"
)
@click.option(
    "--per-minute", type=click.IntRange(0), default=60, show_default=True, help="Choices of one address in a minute; 0: no limit."
)
@click.option("--behind-proxy", is_flag=True, help="Believe X-Forwarded-For and X-Forwarded-Host of the proxy in front.")
@options.folder
def serve(manifest: Path, host: str, port: int, public: str, per_minute: int, behind_proxy: bool, folder: Path | None) -> int:
    """Serve the script and take choices, in one process, until it is told to stop.

    A choice is acknowledged when it is on disk. The interface describes itself at SERVICE/openapi.json. Records whose time
    of keeping is over are emptied when it starts and once an hour.

    Exit code: 0 stopped, 3 the manifest asks for nothing or the state cannot be opened.
    """
    from zusage.bootstrap import opened
    from zusage.office.consents.serving import service
    from zusage.office.consents.tidying import tidying
    from zusage.office.serving import serve as serve_app

    with (
        opened(manifest, folder) as product,
        service(product, per_minute=per_minute, behind_proxy=behind_proxy, public=public) as front,
        tidying(product),
    ):
        say(f"listening on http://{host}:{port}{front.prefix}/")
        serve_app(front, host, port)
    return KEPT


@command.command("script")
@options.manifest
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.  [default: print it]")
def script(manifest: Path, out: Path | None) -> int:
    """Print the script for a site's pages, for sites that serve it as a file. `serve` has the same under SERVICE/consent.js.

    Exit code: 0 written, 3 the manifest asks for nothing.
    """
    from zusage.consent.offer import offer_of
    from zusage.consent.script import script as made
    from zusage.promises.loading import load

    text = made(offer_of(load(manifest).manifest))
    if out:
        write_whole({out: text})
        say(f"wrote {out}")
    else:
        click.echo(text, nl=False)
    return KEPT


@command.command("text")
@options.manifest_then("digest", "DIGEST")
@options.folder
def text(manifest: Path, digest: str, folder: Path | None) -> int:
    """Print a text that is or was shown, byte for byte, by the digest that records name.

    Exit code: 0, or 3 for a text that was never shown.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import desk

    with opened(manifest, folder) as product:
        click.echo(desk(product).text(digest).body, nl=False)
    return KEPT


@command.command("receipt")
@options.manifest_then("receipt", "RECEIPT")
@options.folder
def receipt(manifest: Path, receipt: str, folder: Path | None) -> int:
    """Print the receipt of a record: ISO/IEC TS 27560 in JSON-LD (DPV). RECEIPT is what was acknowledged.

    Exit code: 0, or 3 for a record that there is not, or that was emptied when its time of keeping was over.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import desk
    from zusage.consent.receipt import receipt as made

    with opened(manifest, folder) as product:
        at = desk(product)
        record = at.named(receipt)
        print_json(made(record, at.text(record.choice.text), at.offer, at.clock()))
    return KEPT


@command.command("check")
@options.manifest_then("file", "FILE")
@options.folder
@options.json_output
def check(manifest: Path, file: str, folder: Path | None, as_json: bool) -> int:
    """Compare a receipt that somebody shows with the records: is it ours, and is the record still what it was?

    Exit code: 0 it is, 1 it is not, 3 the file is no receipt.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import compare

    try:
        shown = json.loads(Path(file).read_bytes())
    except (OSError, ValueError):
        raise click.UsageError(f"{file} is not a receipt in JSON") from None
    with opened(manifest, folder) as product:
        verdict = compare(product, shown)
    if as_json:
        print_json({"genuine": verdict == "", "why": verdict})
    else:
        say(verdict or "the receipt is that of a record of ours, which is unchanged", "red" if verdict else "green")
    return 1 if verdict else KEPT


@command.command("show")
@options.manifest
@click.option("--mail", help="The choices of whoever reads this address.")
@click.option("--browser", help="The choices of the browser with this number, from its cookie.")
@options.folder
@options.json_output
def show(manifest: Path, mail: str | None, browser: str | None, folder: Path | None, as_json: bool) -> int:
    """Show all choices of one person, newest last, and how each purpose stands today.

    Exit code: 0, also where there is none.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import desk

    with opened(manifest, folder) as product:
        at = desk(product)
        subject = _whose(at, mail, browser)
        records, stands = tuple(at.records.of(subject)), at.standing(subject)
    if as_json:
        print_json({"records": [_data(one) for one in records], "standing": {one.purpose: one.stand.value for one in stands}})
    else:
        _show(records)
        table(("purpose", "stands today"), [(one.purpose, one.stand.value) for one in stands])
    return KEPT


@command.command("withdraw")
@options.manifest
@click.option("--mail", help="Of whoever reads this address.")
@click.option("--browser", help="Of the browser with this number, from its cookie.")
@click.option("--purpose", "purposes", multiple=True, help="Only this purpose; may be repeated.  [default: all]")
@options.folder
@options.json_output
def withdraw(
    manifest: Path, mail: str | None, browser: str | None, purposes: tuple[str, ...], folder: Path | None, as_json: bool
) -> int:
    """Withdraw the consent of one person, as when they ask for it in a letter.

    Exit code: 0 withdrawn, 3 this person never decided anything here.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import taking

    with opened(manifest, folder) as product, taking(product) as took:
        subject = _whose(took.desk, mail, browser)
        record = took.grouped.record(took.desk.withdrawal(subject, "", "withdraw", purposes)).result()
    if as_json:
        print_json(_data(record))
    else:
        say(f"withdrawn; the receipt is {record.id}")
    return KEPT


@command.command("export")
@options.manifest
@click.option("-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@options.folder
def export(manifest: Path, out: Path, folder: Path | None) -> int:
    """Write every record that is still kept, one a line: ISO/IEC TS 27560 in JSON-LD (DPV).

    Exit code: 0 written, 3 the manifest asks for nothing.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import exported

    with opened(manifest, folder) as product:
        written = exported(product, out)
    say(f"wrote {count(written, 'record')} to {out}")
    return KEPT


@command.command("erase")
@options.manifest
@options.folder
@options.json_output
def erase(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Empty the records whose time of keeping is over, as `serve` does once an hour. Number, time and digests stay.

    Exit code: 0 done, also when nothing was due.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.consents import erase as emptied

    with opened(manifest, folder) as product:
        rows = emptied(product)
    if as_json:
        print_json({"emptied": rows})
    else:
        say(f"{count(rows, 'record')} emptied")
    return KEPT


@command.command("status")
@options.manifest
@options.folder
@options.json_output
def status(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """How many records there are, and how far choices were acknowledged. `zusage verify` checks the chain.

    Exit code: 0, or 2 where fewer records are there than were acknowledged.
    """
    from zusage.bootstrap import opened
    from zusage.state.acknowledged import acknowledged

    with opened(manifest, folder) as product:
        records, digest = product.state.consents.head()
        noted = acknowledged(product.folder)
    if as_json:
        print_json({"records": records, "digest": digest, "acknowledged": noted[0] if noted else None})
    else:
        say(f"{count(records, 'record')}; acknowledged up to {noted[0] if noted else 'none'}")
    return UNDECIDED if noted and noted[0] > records else KEPT


def _whose(at: object, mail: str | None, browser: str | None) -> str:
    from zusage.consent.desk import Desk

    assert isinstance(at, Desk)  # noqa: S101 - the type is for mypy; importing it above would be slow
    if (mail is None) == (browser is None):
        raise click.UsageError("name the person with --mail or with --browser")
    return at.person("mail", mail) if mail is not None else at.browser(browser)


def _data(record: Record) -> dict[str, object]:
    choice = record.choice
    return {
        "receipt": record.id,
        "number": record.number,
        "at": choice.at.isoformat(),
        "until": choice.until.isoformat(),
        "how": choice.how,
        "site": choice.site,
        "language": choice.language,
        "text": choice.text,
        "choices": dict(choice.answers),
    }


def _show(records: tuple[Record, ...]) -> None:
    rows = [
        (one.id, f"{one.choice.at:%Y-%m-%d %H:%M}", one.choice.how, ", ".join(f"{k}: {v}" for k, v in one.choice.answers.items()))
        for one in records
    ]
    if rows:
        table(("receipt", "at (UTC)", "how", "choices"), rows)
    else:
        say("nobody of this number or address has decided anything here")
