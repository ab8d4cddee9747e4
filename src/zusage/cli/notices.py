"""zusage notices"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zusage.rights.notification import EXCUSES, Excuse

from . import options
from .failing import BROKEN, KEPT, UNDECIDED
from .files import write_folder
from .grouping import Group
from .notice_groups import group_data, group_standing, is_group, swept_data, swept_lines
from .output import as_json as print_json
from .output import count, say, table, warn
from .silences import answer, silent
from .written import WHO, WORDS

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.bootstrap.telling.sending import Swept
    from zusage.rights.notification import Notice


@click.group("notices", cls=Group)
def command() -> None:
    """Notices to recipients of what was erased, rectified or restricted (Art. 19 GDPR), and of what was public (Art. 17(2)).

    They come to be in the step of which they tell, for everybody who received data of the person, and are sent by a sweep that
    may run as often as you like. A recipient that is down delays only itself.

    \b
      zusage notices send
      zusage notices list
      zusage notices receipt N-0003 --by clerk-2 --how "letter of 3 March, confirmed by telephone"
      zusage notices excuse N-0004 --why impossible --because "the company was wound up" --by dpo
    """


@command.command("list")
@options.manifest
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@click.option("--of", "of", metavar="GROUP", help="Each notice of a group of the list.")
@options.folder
@options.json_output
def list_(manifest: Path, everything: bool, of: str | None, folder: Path | None, as_json: bool) -> int:
    """List notices: of what, to whom, how far. Nothing of any person is shown.

    What the rules of a plan took is one line for each recipient, a group, however many people it is about.

    Exit code: 0, 1 a human must look at one because it has had no receipt for too long, 3 there is no such group.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = _of_group(product, of, everything=everything) if of else _everything(product, everything=everything)
    if as_json:
        print_json(found)
    elif not found:
        say("no notice is open")
    else:
        rows = [(d["notice"], d["of"], d["about"][:24], d["recipient"], d["by"], _standing(d)) for d in found]
        table(("notice", "of", "about", "recipient", "by", "state"), rows)
    return BROKEN if any(one["escalated"] for one in found) else KEPT


def _everything(product: Product, *, everything: bool) -> list[dict[str, Any]]:
    from zusage.bootstrap.telling.delivering import nameless_of

    alone = product.state.notices.of_demands(ended=everything)
    nameless = nameless_of(product, alone)
    groups = product.state.notice_groups.all(ended=everything)
    return [*(_data(product, one, nameless) for one in alone), *(group_data(product, one) for one in groups)]


def _of_group(product: Product, name: str, *, everything: bool) -> list[dict[str, Any]]:
    from zusage.bootstrap.telling.delivering import nameless_of

    group = product.state.notice_groups.named(name)
    found = product.state.notice_groups.notices(group.plan, group.recipient, ended=everything)
    nameless = nameless_of(product, found)
    return [_data(product, one, nameless) for one in found]


@command.command("send")
@options.manifest
@options.folder
@options.json_output
def send(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Send what is due, once, and ask processors how far they have come. Run it from a schedule.

    What fails is tried again by a later sweep, after waits that double up to a day. Killed in between, the next sweep repeats
    an attempt whose end nobody noted, under the same number, so that the recipient knows it again.

    Exit code: 0 nothing failed, 2 something did or waits for a step that was interrupted, 3 the manifest does not say how.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.telling.sending import send as send_in

    with opened(manifest, folder) as product:
        swept = send_in(product)
        told, failed, by_hand = ([_data(product, one) for one in some] for some in (swept.told, swept.failed, swept.by_hand))
    if as_json:
        more = {"groups": [swept_data(one) for one in swept.groups], "messages": swept.messages}
        print_json({"told": told, "failed": failed, "by_hand": by_hand, "interrupted": list(swept.unsettled)} | more)
    else:
        _say_swept(swept, failed, by_hand)
    return UNDECIDED if failed or swept.unsettled or any(one.failed for one in swept.groups) else KEPT


def _say_swept(swept: Swept, failed: Sequence[dict[str, Any]], by_hand: Sequence[dict[str, Any]]) -> None:
    by_rules = sum(one.told for one in swept.groups)
    rest = f", and of {count(by_rules, 'erasure')} by rules in {count(swept.messages, 'message')}" if by_rules else ""
    say(f"{count(len(swept.told), 'recipient')} told{rest}")
    for one in failed:
        warn(f"{one['notice']} to {one['recipient']}: {one['trouble']}; tried again after {one['next']}")
    for one in by_hand:
        warn(f"{one['notice']} to {one['recipient']} waits for a human: {_advice(one)}")
    for text in (line for group in swept.groups for line in swept_lines(group)):
        warn(text)
    for text in swept.unsettled:
        warn(text)


@command.command("show")
@options.manifest_then("notice", "ID")
@click.option("--content", is_flag=True, help="Also the words of the notice, which name the person.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new folder for the words and the table of the people, for its owner alone.",
)
@options.folder
@options.json_output
def show(manifest: Path, notice: str, content: bool, out: Path | None, folder: Path | None, as_json: bool) -> int:
    """Show one notice, or a group of the list; with its words, so that a human can send it.

    Exit code: 0, 3 there is no such notice or group.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        data, words, people = _shown(product, notice, content=content or out is not None)
    if out is not None:
        if not words:
            raise click.UsageError(f"nothing of {notice} is open, so that nobody is left to be named")
        write_folder(out, {"words.txt": words} | ({"people.csv": people} if people else {}))
    if as_json:
        print_json(data | ({"words": words} if words and content else {}))
        return KEPT
    for key, value in data.items():
        say(f"{key}: {_in_words(value)}")
    if words and content:
        say(f"\n{words}")
    return KEPT


def _in_words(value: object) -> object:
    """A value in a line of its own, as a human reads it."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value) or "–"
        case dict():
            return ", ".join(f"{number:,} {state}" for state, number in value.items())
        case _:
            return value


def _shown(product: Product, name: str, *, content: bool) -> tuple[dict[str, Any], str, bytes | None]:
    """What is known of it, its words and its table where they are wanted and it was not told yet."""
    from zusage.bootstrap.telling.delivering import letter_of
    from zusage.bootstrap.telling.groups import words_of

    if is_group(name):
        group = product.state.notice_groups.named(name)
        some = product.state.notice_groups.notices(group.plan, group.recipient) if content else ()
        words = words_of(product, group, some)
        return group_data(product, group), words.text if words else "", words.table if words else None
    found = product.state.notices.get(name)
    letter = letter_of(product, found) if content else None
    return _data(product, found), letter.text if letter else "", None


@command.command("name")
@options.manifest_then("notice", "ID")
@click.option("--as", "kind", required=True, help="By what the recipient knows people, as the manifest says: notices, names.")
@click.option("--by", type=WHO, required=True, help="Who says so, as the office calls them; it stays on record.")
@options.folder
def name(manifest: Path, notice: str, kind: str, by: str, folder: Path | None) -> int:
    """Say who is meant where nothing of the person is left that says so, because they were erased before it was known who received what.

    Reads the values from the input, one a line, so that they stand in no list of processes. The next sweep sends the notice by the way
    that the manifest says. They are kept encrypted until then and deleted with the receipt.

    Exit code: 0 noted, 3 there is no such notice, it has ended, or the recipient does not know people by that.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.telling.delivering import name_person

    values = [line.strip() for line in sys.stdin.read().splitlines() if line.strip()]
    with opened(manifest, folder) as product:
        name_person(product, notice, kind, values, by)
    say(f"{notice}: can be sent")
    return KEPT


@command.command("receipt")
@options.manifest_then("notice", "ID")
@click.option("--by", type=WHO, required=True, help="Who told the recipient, as the office calls them.")
@click.option(
    "--how", required=True, help="How, and what was answered; of a public place the steps that were taken. No name of a person."
)
@options.folder
def receipt(manifest: Path, notice: str, by: str, how: str, folder: Path | None) -> int:
    """Note that a human told a recipient, or which steps were taken for a public place (Art. 17(2) GDPR).

    ID is a notice, or a group of the list, of which all is noted that is open. What named the people is deleted.

    Exit code: 0 noted, 3 there is no such notice or group, or it has ended.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        if is_group(notice):
            group, groups = product.state.notice_groups.named(notice), product.state.notice_groups
            noted = groups.receive(group.plan, group.recipient, how, by, product.clock())
            say(f"{group.name}: {count(noted, 'notice')} told")
        else:
            product.state.notices.receive(notice, how, product.clock(), by=by)
            say(f"{notice}: told")
    return KEPT


@command.command("excuse")
@options.manifest_then("notice", "ID")
@click.option("--why", type=click.Choice(EXCUSES), required=True, help="Impossible, or a disproportionate effort.")
@click.option("--because", type=WORDS, required=True, help="The reason, for the person and the authority; no name of a person.")
@click.option("--by", type=WHO, required=True, help="Who decides it, as the office calls them.")
@options.folder
def excuse(manifest: Path, notice: str, why: Excuse, because: str, by: str, folder: Path | None) -> int:
    """Say why a recipient is not told (Art. 19 sentence 1 GDPR). What named the person is deleted.

    ID is a notice, or a group of the list, of which all is excused that is open.

    Exit code: 0 noted, 3 there is no such notice or group, or it has ended.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        if is_group(notice):
            group, groups = product.state.notice_groups.named(notice), product.state.notice_groups
            noted = groups.excuse(group.plan, group.recipient, why, because, by, product.clock())
            say(f"{group.name}: {count(noted, 'notice')} {why}")
        else:
            product.state.notices.excuse(notice, why, because, by, product.clock())
            say(f"{notice}: {why}")
    return KEPT


command.add_command(silent)
command.add_command(answer)


@command.command("reported")
@options.manifest
@options.folder
def reported(manifest: Path, folder: Path | None) -> int:
    """A processor has reported by OpenDSR: reads the report from the input, and asks the processor itself how far it is.

    For whatever takes requests at `telling: callback`. A sweep asks in any case.

    Exit code: 0 asked, 2 the processor cannot be reached, 3 this is no report on a request of ours.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.telling.sending import reported as reported_in

    try:
        key = str(json.loads(sys.stdin.read())["subject_request_id"])
    except (ValueError, KeyError, TypeError):
        raise click.UsageError("this is no report of OpenDSR") from None
    with opened(manifest, folder) as product:
        found = reported_in(product, key)
    if found is None:
        raise click.UsageError("no request of ours has this number")
    say(f"{found.id}: {found.progress}")
    return KEPT


@command.command("secret")
@options.manifest_then("recipient", "RECIPIENT")
@options.folder
def secret(manifest: Path, recipient: str, folder: Path | None) -> int:
    """Print the secret by which a recipient checks that a webhook is ours, as Standard Webhooks writes it. Hand it over safely.

    Exit code: 0, 3 the manifest names no such recipient.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.telling.delivering import signing_secret
    from zusage.bootstrap.telling.ledger import RecipientUnknown
    from zusage.connectors.notifying import secret_text

    with opened(manifest, folder) as product:
        if recipient not in product.loaded.manifest.recipients:
            raise RecipientUnknown(product.loaded.manifest.recipients)
        click.echo(secret_text(signing_secret(product, recipient)))
    return KEPT


def _data(product: Product, one: Notice, nameless: Collection[str] | None = None) -> dict[str, Any]:
    from zusage.bootstrap.telling.delivering import unnamed, way_of
    from zusage.bootstrap.telling.sending import escalated_now

    return {
        "notice": one.id,
        "of": one.occasion.kind,
        "about": one.occasion.about[:24],
        "at": one.occasion.at.isoformat(),
        "recipient": one.recipient,
        "by": way_of(product, one, nameless),
        "state": one.state if one.settled else "not certain yet",
        "escalated": escalated_now(product, one),
        "tries": one.tries,
        "next": one.next_at.isoformat(timespec="minutes") if one.open and one.next_at else None,
        "trouble": one.trouble,
        "receipt": one.receipt,
        "progress": one.progress,
        "because": one.because,
        "unnamed": list(unnamed(product, one, nameless)),
        "named_by": f"{one.named_by}, {one.named_at:%Y-%m-%d %H:%M}" if one.named_at else "",
    }


def _advice(found: dict[str, Any]) -> str:
    """What a human can do."""
    if found["unnamed"]:
        kinds = " or ".join(found["unnamed"])
        return (
            f"nothing is left that names the person to it; give their {kinds} to `zusage notices name {found['notice']} --as …`"
        )
    return f"`zusage notices show {found['notice']}`"


def _standing(found: dict[str, Any]) -> str:
    if "notices" in found:
        return group_standing(found)
    words = str(found["state"])
    if found["tries"] and found["state"] == "waiting":
        words += f", tried {count(found['tries'], 'time')}"
    if found["unnamed"]:
        words += ", nothing names the person"
    if found["escalated"]:
        words += ", a human must look"
    return words + (f", {found['progress']}" if found["progress"] else "")
