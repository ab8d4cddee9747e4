"""zusage objection"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zusage.rights.objection import FINDINGS, Finding

from . import options
from .failing import BROKEN, KEPT
from .grouping import Group
from .holds import held_data, show_held
from .output import as_json as print_json
from .output import count, say, table, warn
from .written import WHO, WORDS

if TYPE_CHECKING:
    from zusage.bootstrap.rights.objecting import Ended
    from zusage.documents import Language
    from zusage.rights.objection import Objection


@click.group("objection", cls=Group)
def command() -> None:
    """Somebody objects to a purpose (Art. 21 GDPR): its use of their data ends on the real systems, and stays ended.

    An objection to direct marketing always succeeds, at once. Any other needs a purpose that rests on Art. 6(1)(e) or (f): the
    use rests until a human has decided.

    \b
      zusage objection place newsletter --person customer=4711 --by clerk-2
      zusage objection decide O-0001 --finding upheld --by clerk-2 --reasons "…"
      zusage objection filter newsletter --column email < new.csv > allowed.csv
    """


@command.command("place")
@options.manifest_then("activity", "ACTIVITY")
@options.who
@click.option("--by", type=WHO, required=True, help="Who takes it in, as the office calls them.")
@options.folder
@options.json_output
def place(manifest: Path, activity: str, who: options.Who, by: str, folder: Path | None, as_json: bool) -> int:
    """Take in an objection to ACTIVITY and carry it out. It is on record even if a system fails; the same command takes up what is left.

    Exit code: 0 the purpose finds the person nowhere, 1 it does, 2 a system stopped it, 3 nobody can object to it.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.ending import Wish
    from zusage.bootstrap.rights.objecting import place as place_in

    with opened(manifest, folder) as product:
        person, address = who(product)
        found = place_in(product, Wish(activity=activity, by=by, person=person, address=address))
    return _told(found, as_json=as_json)


@command.command("show")
@options.manifest_then("number", "ID")
@click.option("--letter", type=click.Choice(["de", "en"]), help="Print what the person is told, in this language.")
@options.folder
@options.json_output
def show(manifest: Path, number: str, letter: Language | None, folder: Path | None, as_json: bool) -> int:
    """Look whether the purpose still finds the person.

    Exit code: 0 it does not, 1 it does, 2 a system cannot be looked at, 3 there is no such objection.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.objecting import Ended, left
    from zusage.bootstrap.rights.objecting import letter as letter_in

    with opened(manifest, folder) as product:
        objection = product.state.objections.get(number)
        found = Ended(objection=objection, rows=(), left=left(product, objection) if objection.stops else ())
        words = letter_in(product, found, letter) if letter else ()
    if words and not as_json:
        say("\n\n".join(words))
        return BROKEN if found.left else KEPT
    return _told(found, as_json=as_json)


@command.command("decide")
@options.manifest_then("number", "ID")
@click.option("--finding", type=click.Choice(FINDINGS), required=True, help="What a human found.")
@click.option("--by", type=WHO, required=True, help="Who decides, as the office calls them.")
@click.option("--second", type=WHO, default="", help="Who agrees, where the use is to go on.")
@click.option("--reasons", type=WORDS, required=True, help="Why; no name of a person.")
@options.folder
def decide(manifest: Path, number: str, finding: Finding, by: str, second: str, reasons: str, folder: Path | None) -> int:
    """Decide whose grounds prevail. That the use goes on needs compelling grounds or legal claims, and a second human.

    Exit code: 0 decided, 3 there is nothing to decide, or it may not be decided so.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.objecting import decide as decide_in
    from zusage.bootstrap.rights.objecting import restricted

    with opened(manifest, folder) as product:
        found = decide_in(product, number, finding, by, second, reasons)
        lifting = restricted(product, found)
    say(f"{found.id}: {_state(found)}; tell the person (zusage objection show {found.id} --letter)")
    if found.stops:
        first = "when the person was told and the restriction is lifted, " if lifting else ""
        say(f"{first}what was processed for the purpose can be erased: `zusage erasure plan --ground c`")
    elif lifting:
        say("lift the restriction when the person was told: `zusage restriction told`, then `lift`")
    return KEPT


@command.command("end")
@options.manifest_then("number", "ID")
@click.option("--by", type=WHO, required=True, help="Who notes it, as the office calls them.")
@click.option("--because", type=WORDS, required=True, help="Why, such as a new consent; no name of a person.")
@options.folder
def end(manifest: Path, number: str, by: str, because: str, folder: Path | None) -> int:
    """Note that the person took the objection ID back, such as by a new consent. Nothing else ends one.

    Exit code: 0 noted, 3 there is no such objection.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.objections.end(number, by, because, product.clock())
    say(f"{found.id} has ended")
    return KEPT


@command.command("enforce")
@options.manifest_then("activity", "ACTIVITY")
@options.folder
@options.json_output
def enforce(manifest: Path, activity: str, folder: Path | None, as_json: bool) -> int:
    """Take out again whoever objected to ACTIVITY and was brought back, as by an import. Run it after each.

    Exit code: 0 done, 2 a system stopped it, 3 nobody can object to it.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.objecting import enforce as enforce_in

    with opened(manifest, folder) as product:
        rows = enforce_in(product, activity)
    if as_json:
        print_json({"rows": dict(rows)})
    else:
        say("; ".join(f"{count(number, 'row')} of {name} taken out again" for name, number in rows) or "nobody was brought back")
    return KEPT


@command.command("filter")
@options.manifest_then("activity", "ACTIVITY")
@click.option("--column", required=True, help="The column of the CSV with the address.")
@options.folder
def filter_(manifest: Path, activity: str, column: str, folder: Path | None) -> int:
    """Copy a CSV with a heading from standard input to standard output, without the rows of those who objected to ACTIVITY.

    Exit code: 0 copied, 3 the CSV has no such column.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.objecting import barred

    rows = csv.DictReader(sys.stdin)
    if column not in (rows.fieldnames or ()):
        raise click.UsageError(f"the CSV has no column {column}")
    left_out = 0
    with opened(manifest, folder) as product:
        kept_out = barred(product, activity)
        out = csv.DictWriter(sys.stdout, rows.fieldnames or (), lineterminator="\n")
        out.writeheader()
        for row in rows:
            if kept_out(row[column] or ""):
                left_out += 1
            else:
                out.writerow(row)
    warn(f"{count(left_out, 'row')} left out")
    return KEPT


@command.command("list")
@options.manifest
@options.folder
@options.json_output
def list_(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """List objections: number, purpose, since when, and how each stands. Nothing of any person is shown."""
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.objections.all()
    if as_json:
        print_json([_data(one) for one in found])
    elif not found:
        say("nobody has objected")
    else:
        table(("id", "activity", "state", "since"), [(o.id, o.activity, _state(o), f"{o.since:%Y-%m-%d}") for o in found])
    return KEPT


def _state(one: Objection) -> str:
    if one.ended_at:
        return "taken back"
    if one.marketing:
        return "in force (direct marketing)"
    return {None: "to be decided", "upheld": "upheld"}.get(one.finding, f"not upheld ({one.finding})")


def _data(one: Objection) -> dict[str, object]:
    return {
        "id": one.id,
        "activity": one.activity,
        "state": _state(one),
        "since": one.since.isoformat(),
        "by": one.by,
        "decided_by": one.decided_by,
        "second": one.second,
        "reasons": one.reasons,
    }


def _told(found: Ended, *, as_json: bool) -> int:
    if as_json:
        more: dict[str, object] = {"rows": dict(found.rows), "left": dict(found.left), "restriction": found.restriction}
        more |= {"unstopped": found.unstopped, "held": held_data(found.held)}
        print_json(_data(found.objection) | more)
        return BROKEN if found.left else KEPT
    for name, rows in found.rows:
        say(f"{name}: {count(rows, 'row')} taken out of the purpose's use")
    say(f"{found.objection.id} against {found.objection.activity}: {_state(found.objection)}")
    show_held(found.held)
    if found.restriction and found.objection.open:
        say(f"until it is decided, what this purpose alone holds is restricted: {found.restriction}")
    elif found.restriction:
        say(f"so that the purpose uses it no more, what is held there is out of the application's reach: {found.restriction}")
    if found.unstopped:
        warn(
            "nothing says where this purpose finds people, and it alone holds nothing of this one, so that nothing was stopped: see to it in "
            "the application that they are not used for it until it is decided, or declare objection: lists."
        )
    for name, rows in found.left:
        warn(f"the purpose still finds this person in {count(rows, 'row')} of {name}: a suspension may hold them")
    return BROKEN if found.left else KEPT
