"""zusage disclosures"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .grouping import Group
from .output import as_json as print_json
from .output import say, table

if TYPE_CHECKING:
    from zusage.documents import Language


@click.group("disclosures", cls=Group)
def command() -> None:
    """What went to whom of a person (Art. 15(1)(c), 19 GDPR): by the tables that say so, and by a ledger where none does.

    The ledger knows people by keyed codes and holds names of fields, never a value.

    \b
      zusage disclosures record customer=4711 --to carrier --what "name, street" --reference parcel-17
      zusage disclosures list customer=4711
    """


@command.command("record")
@options.manifest_then("person", "PEOPLE=KEY")
@click.option("--to", "recipient", required=True, help="The recipient, as the manifest names it.")
@click.option("--what", default="", help="Names of the fields or classes that go, with commas between; no values.")
@click.option("--at", type=click.DateTime(), help="When, in UTC; now.")
@click.option("--reference", help="What you call the hand-over: noted twice, it counts once. Only a digest of it is kept.")
@options.folder
def record(
    manifest: Path, person: str, recipient: str, what: str, at: datetime | None, reference: str | None, folder: Path | None
) -> int:
    """Note, before it happens, that data of a person go to a recipient, where no table of the service says so.

    Exit code: 0 noted, 3 the manifest names no such recipient.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.telling.ledger import disclosed
    from zusage.planning.holding import Person

    words = [word for word in what.split(",") if word.strip()]
    with opened(manifest, folder) as product:
        new = disclosed(product, Person.parse(person), recipient, words, at.replace(tzinfo=UTC) if at else None, reference)
    say("noted" if new else "it was noted before")
    return KEPT


@command.command("list")
@options.manifest_then("person", "PEOPLE=KEY")
@click.option(
    "--letter", type=click.Choice(["de", "en"]), help="Print what the person is told of the recipients, in this language."
)
@options.folder
@options.json_output
def list_(manifest: Path, person: str, letter: Language | None, folder: Path | None, as_json: bool) -> int:
    """List who received data of a person and who was told of what; also after the person was erased.

    Exit code: 0, 2 a system cannot be looked at, 3 the manifest knows no such people.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.days import day_in
    from zusage.bootstrap.recipients.informing import Informed, informed, letter_to
    from zusage.planning.holding import Person

    with opened(manifest, folder) as product:
        found: Informed = informed(product, Person.parse(person))
        words = letter_to(product, found, letter) if letter else ()
        days = [day_in(product, one.upto) for one in found.received]
    if as_json:
        received = [{"recipient": r.recipient, "last": r.upto or None, "what": sorted(r.what or ())} for r in found.received]
        told = [{"recipient": n.recipient, "of": n.occasion.kind, "state": n.state} for n in found.notices]
        print_json({"received": received, "told": told} | ({"letter": list(words)} if words else {}))
    elif words:
        say("\n\n".join(words))
    elif not found.received:
        say("by the tables and the ledger nobody received data of this person")
    else:
        told_of = zip(found.received, days, strict=True)
        rows = [(one.recipient, str(day or "?"), ", ".join(sorted(one.what or ())) or "?") for one, day in told_of]
        table(("recipient", "last", "what"), rows)
    return KEPT
