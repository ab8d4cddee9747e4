"""zusage withdrawal"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import BROKEN, KEPT
from .grouping import Group
from .holds import held_data, holds_data, show_held, show_holds
from .output import as_json as print_json
from .output import count, say, table, warn
from .written import WHO

if TYPE_CHECKING:
    from zusage.bootstrap.rights.withdrawing import Effect
    from zusage.documents import Language


@click.group("withdrawal", cls=Group)
def command() -> None:
    """Somebody withdraws a consent (Art. 7(3) GDPR): it ends everywhere that it is noted, and what rests on it alone is erased.

    \b
      zusage withdrawal place alerts --person customer=4711 --by clerk-2
      zusage approve withdrawal.json --key second.key
      zusage apply withdrawal.json
      zusage withdrawal letter alerts --person customer=4711 --plan withdrawal.json
    """


@command.command("place")
@options.manifest_then("activity", "ACTIVITY")
@options.who
@click.option("--by", type=WHO, required=True, help="Who takes it in, as the office calls them.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), default="withdrawal.json", show_default=True)
@options.folder
@options.json_output
def place(manifest: Path, activity: str, who: options.Who, by: str, out: Path, folder: Path | None, as_json: bool) -> int:
    """End the consent to ACTIVITY at once, in our own records and in the service's, and plan what rests on it alone.

    Nobody decides and no reasons are asked for. The plan is written only if something rests on this consent alone; it needs a second
    person, as every erasure does.

    Exit code: 0 no consent of theirs stands, 1 one does, 2 a system stopped it, 3 the activity does not rest on consent.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.ending import Wish
    from zusage.bootstrap.rights.withdrawing import withdraw

    with opened(manifest, folder) as product:
        person, address = who(product)
        found = withdraw(product, Wish(activity=activity, person=person, address=address, by=by))
        if found.plan:
            product.save_plan(found.plan, out)
        holds = product.state.suspensions.current() if found.plan else ()
    if as_json:
        planned = {"plan": str(out) if found.plan else None}
        print_json(
            {"id": found.withdrawal.id, "rows": dict(found.rows), "receipts": list(found.receipts), "left": dict(found.left)}
            | {"unnoted": found.unnoted, "held": held_data(found.held), "suspensions": holds_data(holds)}
            | planned
        )
    else:
        _tell(found, out)
        show_holds(holds)
    return BROKEN if found.left else KEPT


@command.command("letter")
@options.manifest_then("activity", "ACTIVITY")
@options.who
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The plan that was applied for it.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Which language.")
@options.folder
def letter(manifest: Path, activity: str, who: options.Who, plan: Path | None, language: Language, folder: Path | None) -> int:
    """Print what the person is told: what ended, what was erased, and what stays on which other basis.

    Exit code: 0 printed, 2 a system cannot be looked at, 3 the activity does not rest on consent.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.ending import Wish
    from zusage.bootstrap.rights.withdrawing import letter as letter_in

    with opened(manifest, folder) as product:
        person, address = who(product)
        words = letter_in(product, Wish(activity=activity, person=person, address=address, by=""), plan, language)
    say("\n\n".join(words))
    return KEPT


@command.command("enforce")
@options.manifest_then("activity", "ACTIVITY")
@options.folder
@options.json_output
def enforce(manifest: Path, activity: str, folder: Path | None, as_json: bool) -> int:
    """End again consents to ACTIVITY that were withdrawn and stand again, as after an import. Run it after each.

    A consent that was given after the withdrawal is a new one and stays.

    Exit code: 0 done, 2 a system stopped it, 3 the activity does not rest on consent.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.withdrawing import enforce as enforce_in

    with opened(manifest, folder) as product:
        rows = enforce_in(product, activity)
    if as_json:
        print_json({"rows": dict(rows)})
    else:
        say("; ".join(f"{count(number, 'row')} of {name} ended again" for name, number in rows) or "nothing stood again")
    return KEPT


@command.command("list")
@options.manifest
@options.folder
@options.json_output
def list_(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """List withdrawals: number, purpose and when. Nothing of any person is shown."""
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.withdrawals.all()
    if as_json:
        print_json([{"id": one.id, "activity": one.activity, "at": one.at.isoformat(), "by": one.by} for one in found])
    elif not found:
        say("nothing was withdrawn")
    else:
        table(("id", "activity", "at", "by"), [(one.id, one.activity, f"{one.at:%Y-%m-%d}", one.by) for one in found])
    return KEPT


def _tell(found: Effect, out: Path) -> None:
    for name, rows in found.rows:
        say(f"{name}: {count(rows, 'row')} ended")
    for receipt in found.receipts:
        say(f"withdrawn in our own records; the receipt is {receipt}")
    say(f"{found.withdrawal.id}: consent to {found.withdrawal.activity} is withdrawn")
    if found.plan:
        say(f"what rests on it alone is planned in {out}; a second person must approve it before it is applied", "yellow")
    show_held(found.held)
    if found.unnoted:
        warn(
            "nothing says where the service notes this consent, and our own records have none of this person, so that nothing was ended: end "
            "it in the application, or declare consent: records."
        )
    for name, rows in found.left:
        warn(f"a consent of this person still stands in {count(rows, 'row')} of {name}; what is held there can be restricted")
