"""zusage case list, show, letter, sweep: what nobody of the staff is noted for"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import options
from ..failing import BROKEN, KEPT, UNDECIDED
from ..output import as_json as print_json
from ..output import count, say, table, warn
from .telling import on_its_way, tell

if TYPE_CHECKING:
    from zusage.bootstrap.cases.requests import Standing
    from zusage.documents import Language


@click.command("list")
@options.manifest
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@options.folder
@options.json_output
def listed(manifest: Path, everything: bool, folder: Path | None, as_json: bool) -> int:
    """List cases, the most urgent first. Nothing of any person is shown.

    Exit code: 0 none is overdue, 1 one is, or a package for another controller waits for a human.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import all_standing
    from zusage.bootstrap.cases.stepping import told

    with opened(manifest, folder) as product:
        found = all_standing(product, ended=everything)
        stuck = [one for one in product.state.transfers.open() if one.stuck]
    if as_json:
        print_json([told(one) for one in found])
    elif not found:
        say("no case is open")
    else:
        table(("case", "right", "state", "answer by"), [_row(one) for one in found])
    for one in stuck:
        warn(f"{one.case}: the package for {one.recipient} was not taken in {count(one.tries, 'attempt')}: {one.trouble}")
    return BROKEN if stuck or any(one.overdue for one in found) else KEPT


@click.command("show")
@options.manifest_then("case", "CASE")
@click.option("--content", is_flag=True, help="Also what it says of the person.")
@options.folder
@options.json_output
def show(manifest: Path, case: str, content: bool, folder: Path | None, as_json: bool) -> int:
    """What happened to a case, when and by whom.

    Exit code: 0, 3 there is no such case.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import standing
    from zusage.bootstrap.cases.stepping import UNAUTHENTICATED, told

    with opened(manifest, folder) as product:
        found = standing(product, product.state.cases.get(case))
        said = dict(product.state.cases.content(case) or {}) if content else None
        words = product.state.cases.words(case) if content else ()
    if as_json:
        print_json(told(found) | ({"content": said, "words": list(words)} if content else {}))
        return KEPT
    rows = [
        (event.at.isoformat(timespec="minutes"), event.kind, event.by, event.role or UNAUTHENTICATED, event.detail)
        for event in found.case.events
    ]
    table(("at", "what", "by", "role", "detail"), rows)
    for key, value in (said or {}).items():
        say(f"{key}: {value}")
    tell(found, as_json=False)
    return KEPT


@click.command("letter")
@options.manifest_then("case", "CASE")
@click.option("--order", "number", type=click.IntRange(1), help="Of this order instead, by the number of its event.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Which language.")
@options.folder
def letter(manifest: Path, case: str, number: int | None, language: Language, folder: Path | None) -> int:
    """Print what the person is told of the newest step: receipt, question of identity, extension, answer, or refusal with reasons and remedies.

    Exit code: 0 printed, 3 there is no such case, or nothing to tell yet.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.operating import letter_of
    from zusage.bootstrap.cases.requests import letter as letter_in

    with opened(manifest, folder) as product:
        words = letter_of(product, case, number, language) if number else letter_in(product, case, language)
    say("\n\n".join(words))
    return KEPT


@click.command("sweep")
@options.manifest
@options.folder
@options.json_output
def sweep(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Do what is due by itself: mail links, acknowledgements and reminders, send packages that another controller has not taken yet, and
    empty the cases whose time of keeping is over.

    Run it every day, or more often; nothing is mailed twice, and no package sent that has arrived. What an emptied case says of people goes, what happened when stays.

    Exit code: 0, 2 the mail server takes nothing now, so that the next run goes on, 3 the manifest does not say how long cases are kept.
    """
    from dataclasses import asdict

    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import sweep as sweep_in
    from zusage.bootstrap.cases.tending import tend
    from zusage.bootstrap.cases.transferring import forward

    with opened(manifest, folder) as product:
        gone = sweep_in(product)
        tended, forwarded = tend(product), forward(product)
    if as_json:
        print_json({"emptied": gone, **asdict(tended), "transfers": asdict(forwarded)})
    else:
        done = (
            (gone, "case emptied", "cases emptied"),
            (tended.links, "link mailed", "links mailed"),
            (tended.answered, "answer on its way", "answers on their way"),
            (tended.acknowledged, "request acknowledged", "requests acknowledged"),
            (tended.reminded, "reminder", "reminders"),
            (forwarded.sent, "package transferred", "packages transferred"),
        )
        say(", ".join(count(*one) for one in done))
        if tended.refused:
            warn(f"no mail server takes anything for {tended.refused} addresses")
        if tended.came_back:
            warn(f"of {count(tended.came_back, 'open case')} a mail came back: `zusage case list` says of which")
        if forwarded.stuck:
            warn(f"{count(forwarded.stuck, 'package')} waits for a human: `zusage case list` says which")
    if tended.down:
        warn(f"{tended.down}; run this again later")
    return UNDECIDED if tended.down else KEPT


def _row(one: Standing) -> tuple[str, ...]:
    day = "waits for the person" if one.due is None else one.due.isoformat()
    day += f", {on_its_way(one)}" if on_its_way(one) else ""
    day += ", nobody has shown who asks" if one.lapsed and not one.case.last("refused") else ""
    return one.case.id, one.case.right, one.case.state, f"{day}, overdue" if one.overdue else day
