"""zusage restriction"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zusage.rights.restriction import GROUNDS, PARAGRAPHS, USES, Ground, Instead, Paragraph, Use

from . import options
from .failing import BROKEN, KEPT, UNDECIDED
from .grouping import Group
from .output import as_json as print_json
from .output import count, say, table, warn
from .written import WHO, WORDS

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.rights.restriction import Opened, Restriction, Shown


@click.group("restriction", cls=Group)
def command() -> None:
    """Take one person's data out of the application's reach until it is decided what becomes of them (Art. 18 GDPR).

    On PostgreSQL a row policy hides the rows where they are; elsewhere they wait, encrypted, in the vault. They come back as
    they were. Nothing deletes them meanwhile, neither a plan nor a demand of erasure.

    \b
      zusage restriction place customer=4711 --ground a --by clerk-2
      zusage restriction told R-0001 --by clerk-2 --how letter
      zusage restriction lift R-0001 --by clerk-2
    """


@command.command("prepare")
@options.manifest
@options.folder
def prepare(manifest: Path, folder: Path | None) -> int:
    """Print what the owner of the tables runs once on PostgreSQL, so that rows can be hidden where they are. Changes nothing.

    Exit code: 0 printed, or there is nothing to prepare; 2 a system cannot be looked at or has no role of its application.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.restricting import prepare as prepare_in

    with opened(manifest, folder) as product:
        for statement in prepare_in(product):
            click.echo(f"{statement};")
    return KEPT


@command.command("place")
@options.manifest_then("person", "PEOPLE=KEY")
@click.option("--ground", type=click.Choice(GROUNDS), required=True, help="The letter of Art. 18(1) GDPR.")
@click.option("--by", type=WHO, required=True, help="Who places it, as the office calls them.")
@click.option("--instead", type=click.Choice(PARAGRAPHS), help="In the place of an erasure: the paragraph of section 35 BDSG.")
@click.option("--demanded", type=click.Choice(list("abcdef")), default="a", help="With --instead: the letter of Art. 17(1) GDPR.")
@click.option("--second", type=WHO, default="", help="With --instead: who agrees not to erase.")
@click.option("--reasons", type=WORDS, default="", help="With --instead: why; no name of a person.")
@click.option(
    "--table", "tables", multiple=True, metavar="SYSTEM.TABLE", help="Only in this table; may be repeated.  [default: all]"
)
@options.folder
@options.json_output
def place(
    manifest: Path,
    person: str,
    ground: Ground,
    by: str,
    tables: tuple[str, ...],
    instead: Paragraph | None,
    demanded: str,
    second: str,
    reasons: str,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Restrict everything of one person, and look as the application whether it is out of reach.

    Killed in the middle, the same command takes up what is left. Rows of others that refer to rows of this person stop it
    before anything is changed where rows have to move.

    Exit code: 0 nothing is in reach, 1 something is, 2 nobody could look or it was stopped, 3 it does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.restricting import Wish, restrict
    from zusage.planning.holding import Person

    with opened(manifest, folder) as product:
        wish = Wish(
            person=Person.parse(person),
            ground=ground,
            by=by,
            tables=frozenset(tables) or None,
            instead=Instead(paragraph=instead, demanded=demanded, second=second, reasons=reasons) if instead else None,
        )
        found = restrict(product, wish)
    return _told_of(found, as_json=as_json)


@command.command("show")
@options.manifest_then("number", "ID")
@options.folder
@options.json_output
def show(manifest: Path, number: str, folder: Path | None, as_json: bool) -> int:
    """Look as the application whether a restriction holds.

    Exit code: 0 nothing is in reach, or it was lifted, 1 something is, 2 nobody could look, 3 there is no such restriction.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.restricted import show as show_in

    with opened(manifest, folder) as product:
        one = product.state.restrictions.get(number)
        if one.lifted_at and not as_json:  # nothing is to be hidden any more
            say(f"{one.id} is {_state(one)}; what it hid is in the application's reach again")
            return KEPT
        found = show_in(product, number)
    return _told_of(found, as_json=as_json)


@command.command("told")
@options.manifest_then("number", "ID")
@click.option("--by", type=WHO, required=True, help="Who told the person, as the office calls them.")
@click.option("--how", type=WORDS, required=True, help="How they were told, such as letter; no name of a person.")
@options.folder
def told(manifest: Path, number: str, by: str, how: str, folder: Path | None) -> int:
    """Note that the person was told that the restriction ID will be lifted. It cannot be lifted before (Art. 18(3) GDPR).

    Exit code: 0 noted, 3 there is no such restriction.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.restrictions.told(number, by, how, product.clock())
    say(f"{found.id} may be lifted now")
    return KEPT


@command.command("lift")
@options.manifest_then("number", "ID")
@click.option("--by", type=WHO, required=True, help="Who lifts it, as the office calls them.")
@options.folder
def lift(manifest: Path, number: str, by: str, folder: Path | None) -> int:
    """Bring the rows of the restriction ID back as they were.

    Exit code: 0 lifted, 2 stopped, 3 there is no such restriction, or the person was not told.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.restricting import lift as lift_in

    with opened(manifest, folder) as product:
        found = lift_in(product, number, by)
    say(f"lifted {found.id}; its rows are back as they were")
    return KEPT


@command.command("letter")
@options.manifest_then("number", "ID")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Which language.")
@click.option("--lifting", is_flag=True, help="What they are told before the restriction is lifted (Art. 18(3) GDPR).")
@options.folder
def letter(manifest: Path, number: str, language: Language, lifting: bool, folder: Path | None) -> int:
    """Print what the person is told: that and why their data are restricted, also in the place of an erasure, or that it will be lifted.

    Exit code: 0 printed, 3 there is no such restriction.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.restricting import letter as letter_in

    with opened(manifest, folder) as product:
        words = letter_in(product, number, language, before_lifting=lifting)
    say("\n\n".join(words))
    return KEPT


@command.command("open")
@options.manifest_then("number", "ID")
@click.option("--use", type=click.Choice(USES), required=True, help="What permits the use (Art. 18(2) GDPR).")
@click.option("--by", type=WHO, required=True, help="Who uses the data, as the office calls them.")
@click.option("--second", type=WHO, required=True, help="Who agrees.")
@click.option("--reasons", type=WORDS, required=True, help="Why; no name of a person.")
@click.option("--hours", type=click.IntRange(1, 336), default=8, show_default=True, help="For how long.")
@options.folder
def open_(manifest: Path, number: str, use: Use, by: str, second: str, reasons: str, hours: int, folder: Path | None) -> int:
    """Open the rows of the restriction ID for reading, for a while: in a file that only you can read. The application gets nothing.

    Close it as soon as you are done. A file that lies there after its time breaks the promise requests/restricted.

    Exit code: 0 opened, 2 a system cannot be looked at, 3 it may not be used so, or there is no such restriction.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.using import open_rows

    with opened(manifest, folder) as product:
        noted, path = open_rows(product, number, use, by=by, second=second, reasons=reasons, time=timedelta(hours=hours))
    say(
        f"{noted.id}: opened until {noted.until:%Y-%m-%d %H:%M} UTC in {path}; close it with `zusage restriction close {noted.id}`"
    )
    return KEPT


@command.command("close")
@options.manifest_then("number", "USE")
@options.folder
def close(manifest: Path, number: str, folder: Path | None) -> int:
    """Close the use USE, such as U-0001; `due` closes every one whose time is over.

    Exit code: 0 closed, 3 there is no such use.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.using import close as close_in
    from zusage.bootstrap.rights.using import close_due

    with opened(manifest, folder) as product:
        if number == "due":
            say(f"{count(close_due(product), 'use')} closed")
        else:
            say(f"{close_in(product, number).id} is closed")
    return KEPT


@command.command("uses")
@options.manifest
@options.folder
@options.json_output
def uses(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """List uses of restricted data: of which restriction, for what, by whom, why and until when. Nothing of any person is shown."""
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.restricted_uses.all()
    if as_json:
        print_json([{**asdict(one), **{k: v and v.isoformat() for k, v in _times(one).items()}} for one in found])
    else:
        rows = [
            (u.id, u.restriction, u.use, u.by, u.second, f"{u.until:%Y-%m-%d %H:%M}", "closed" if u.closed_at else "open")
            for u in found
        ]
        table(("id", "restriction", "for", "by", "second", "until", "state"), rows)
    return KEPT


def _times(one: Opened) -> dict[str, datetime | None]:
    return {"since": one.since, "until": one.until, "closed_at": one.closed_at}


@command.command("list")
@options.manifest
@options.folder
@options.json_output
def list_(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """List restrictions: number, ground, since when, and whether the person was told that it ends."""
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.restrictions.all()
    if as_json:
        print_json([_listed(one) for one in found])
    elif not found:
        say("nothing is restricted")
    else:
        rows = [(one.id, _state(one), one.ground, f"{one.since:%Y-%m-%d}", one.suspension) for one in found]
        table(("id", "state", "ground", "since", "suspension"), rows)
    return KEPT


def _listed(one: Restriction) -> dict[str, object]:
    return {"id": one.id, "state": _state(one), "ground": one.ground, "since": one.since.isoformat(), "by": one.by}


def _state(one: Restriction) -> str:
    return "lifted" if one.lifted_at else "in force, told" if one.told_at else "in force"


def _told_of(found: Shown, *, as_json: bool) -> int:
    if as_json:
        reached = [{"table": r.table, "readable": r.readable, "changeable": r.changeable, "why": r.why} for r in found.reached]
        print_json(
            _listed(found.restriction)
            | {"hidden": found.hidden, "files": found.files, "reached": reached, "shown": found.shown}
            | {"taken_up": found.taken_up}
        )
    else:
        _show(found)
    return KEPT if found.shown else BROKEN if found.broken else UNDECIDED


def _show(found: Shown) -> None:
    rows = [(r.table, "?" if r.readable is None else f"{r.readable:,}") for r in found.reached]
    table(("table", "in the application's reach"), rows, numbers=(1,))
    files = f" and {count(found.files, 'file')}" if found.files else ""
    if found.taken_up:
        say(f"{found.restriction.id} was in force on this ground before and is taken up; no other was placed", "yellow")
    say(f"{found.restriction.id} is {_state(found.restriction)} and hides {count(found.hidden, 'row')}{files}")
    for one in found.reached:
        if one.why:
            warn(one.why)
    if found.broken:
        warn("the application still reaches rows: `zusage restriction place` again takes up what came since; see the how-to.")
