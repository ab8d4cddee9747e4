"""zusage erasure"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zusage.rights.erasure import GROUNDS, Ground

from . import options
from .failing import KEPT, UNDECIDED
from .grouping import Group
from .output import as_json as print_json
from .output import count, say, table, warn
from .written import WHO

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.bootstrap.rights.erasing import Planned, Wish
    from zusage.documents import Language
    from zusage.planning.doubt import Doubt
    from zusage.planning.holding import Person
    from zusage.planning.suspension import Suspension
    from zusage.rights.erasure import Answer

    from .holds import Counted


@click.group("erasure", cls=Group)
def command() -> None:
    """Erase what an organisation holds of people who demand it (Art. 17 GDPR): of one, or of many with one plan.

    What a demand ends is erased or anonymised as the manifest says; what a statutory duty still needs leaves the
    application's reach until its last day. Suspensions and exceptions of the manifest win as they always do.

    \b
      zusage erasure plan customer=4711 --ground b --by clerk-2 -o erasure.json
      zusage approve erasure.json --key second.key
      zusage apply erasure.json
      zusage erasure answer erasure.json
    """


@command.command("plan")
@options.manifest_then("person", "PEOPLE=KEY")
@click.option("--ground", type=click.Choice(GROUNDS), required=True, help="The letter of Art. 17(1) GDPR.")
@click.option("--by", type=WHO, required=True, help="Who takes the demand up, as the office calls them.")
@click.option("--keep", "needed", multiple=True, metavar="ACTIVITY=REASON", help="An activity that needs its data still.")
@click.option("--include", multiple=True, metavar="NAME", help="What only has their address and a human included in the case.")
@click.option("--case", default="", help="The case in which that was included (`zusage case include`).")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), default="erasure.json", show_default=True)
@options.folder
@options.json_output
def plan(
    manifest: Path,
    person: str,
    ground: Ground,
    by: str,
    needed: tuple[str, ...],
    include: tuple[str, ...],
    case: str,
    out: Path,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Look, change nothing, and write a plan for one person's rows, or those of many. The plan holds a code in place of their keys.

    PEOPLE=@FILE reads many keys of one kind of people, one a line; PEOPLE=- reads them from standard input, so that they stand in no
    list of processes and no history.

    Identity must have been checked before. --keep names an activity whose data are needed still although somebody demands their erasure,
    such as for legal claims (Art. 17(3) GDPR), with the reason. What only has the person's address goes if --include names it and somebody
    has included it in the case, with reasons; what belongs to its rows goes with it. Every plan of an erasure needs a second person.

    Exit code: 0 planned, 2 a step is stopped or no row has the key, 3 what was given does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.holding import doubts, rows_held
    from zusage.bootstrap.rights.erasing import plan as plan_in

    from .holds import doubts_data
    from .plan import _data

    reasons = dict(_reason(text) for text in needed)
    with opened(manifest, folder) as product:
        product.refuse_findings()
        planned = plan_in(product, _wish(person, ground, by, reasons, include, case))
        made = planned.plan
        product.save_plan(made, out)
        held, unclear, rows = product.state.suspensions.current(), doubts(product), rows_held(product)
    if as_json:
        print_json(
            _data(made, held, rows)
            | {"undecided_holds": doubts_data(unclear), "not_reached": list(planned.beyond), "stays": dict(planned.stays)}
        )
    else:
        _show_plan(planned, held, rows, unclear, out)
    return UNDECIDED if not planned.known or any(step.stopped for step in made.steps) else KEPT


def _show_plan(planned: Planned, held: Sequence[Suspension], rows: Counted, unclear: Sequence[Doubt], out: Path) -> None:
    from .holds import show_doubts, show_holds
    from .plan import show_steps

    if planned.plan.steps:
        show_steps(planned.plan)
        say(f"written to {out}; a second person must approve it. Nothing has been changed.", "yellow")
    else:
        say(
            "nothing of theirs can be erased now: what is there is held, or needed still"
            if planned.known
            else "no row of theirs is in the application's reach: compare the key with the living table. Whoever was erased before has none.",
            "yellow",
        )
    show_holds(held, rows)
    show_doubts(unclear)
    if planned.stays:
        left = ", ".join(f"{count(rows, 'row')} of {table}" for table, rows in planned.stays.items())
        warn(
            f"nothing is planned for {left}: held, needed still, waiting for others that stay, or ended by no rule of the manifest."
        )
    if planned.beyond:
        warn(
            f"the manifest does not say whose the rows of {', '.join(planned.beyond)} are, so nothing of them is in the plan. "
            "Look whether the person is in them."
        )


def _wish(person: str, ground: Ground, by: str, needed: dict[str, str], include: tuple[str, ...], case: str) -> Wish:
    from zusage.bootstrap.rights.erasing import Wish

    return Wish(people=_people(person), ground=ground, by=by, needed=needed, include=frozenset(include), case=case)


def _people(text: str) -> list[Person]:
    """``customer=4711``, ``customer=@keys.txt`` or ``customer=-``."""
    from zusage.planning.holding import Person

    kind, _, given = text.partition("=")
    if given != "-" and not given.startswith("@"):
        return [Person.parse(text)]
    try:
        lines = (sys.stdin.read() if given == "-" else Path(given[1:]).read_text(encoding="utf-8")).split("\n")
    except ValueError:
        raise click.UsageError("the keys cannot be read: they are no text in UTF-8") from None
    keys = [key for line in lines if (key := line.strip())]
    if not keys:
        raise click.UsageError("there is no key; write one a line")
    return [Person(people=kind, key=key) for key in keys]


def _reason(text: str) -> tuple[str, str]:
    activity, sign, reason = text.partition("=")
    if not (activity and sign and reason):
        raise click.UsageError("--keep is ACTIVITY=REASON")
    return activity, reason


@command.command("answer")
@options.manifest_then("plan", "PLAN")
@click.option("--letter", type=click.Choice(["de", "en"]), help="Print what the person is told, in this language.")
@click.option(
    "--each", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Write each one's letter, by number."
)
@click.option(
    "--close", is_flag=True, help="Forget whose it was when nothing of theirs is left in reach, or their key is another's by now."
)
@options.folder
@options.json_output
def answer(
    manifest: Path, plan: str, letter: Language | None, each: Path | None, close: bool, folder: Path | None, as_json: bool
) -> int:
    """What became of a demand, in counts: what was erased, what stays blocked and until when, what is still there.

    What is still there waits for something that this plan changed first, or is held: plan again, and see `zusage explain`.
    Of a plan for several people, --each with --letter writes what each one is told, numbered in the order in which they were named.

    Exit code: 0 nothing is left in reach, 2 something is, 3 the demand is not on file.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.demands import close as close_in
    from zusage.bootstrap.rights.demands import codes_of
    from zusage.bootstrap.rights.erased_letter import letter as letter_in
    from zusage.bootstrap.rights.erasing import answer as answer_in

    if each and not letter:
        raise click.UsageError("--each writes letters: say with --letter in which language")
    with opened(manifest, folder) as product:
        if close and _given_up(product, Path(plan)):
            say("who they are was forgotten", "yellow")
            return UNDECIDED
        found = answer_in(product, Path(plan))
        if letter and not each and len(codes_of(product, Path(plan))) > 1:
            raise click.UsageError("the plan is for several people; --each FOLDER writes what each one is told")
        if letter and each:
            _write_each(product, Path(plan), each, letter)
        words = letter_in(product, Path(plan), found, letter) if letter and not each else ()
        if close and found.complete:
            close_in(product, Path(plan))
    if as_json:
        print_json(_as_data(found) | ({"letter": list(words)} if words else {}))
    elif words:
        say("\n\n".join(words))
    else:
        _show(found, closed=close)
    return KEPT if found.complete else UNDECIDED


def _given_up(product: Product, plan: Path) -> bool:
    """Close a demand whose key may be another person's by now; whoever says so has looked by hand what is left."""
    from zusage.bootstrap.rights.demands import close
    from zusage.bootstrap.rights.erasing import refuse_given_again
    from zusage.bootstrap.rights.same_person import SomebodyElse

    try:
        refuse_given_again(product, plan)
    except SomebodyElse:
        close(product, plan)
        return True
    return False


def _write_each(product: Product, plan: Path, folder: Path, language: Language) -> None:
    from zusage.bootstrap.rights.demands import people_asked
    from zusage.bootstrap.rights.each_erased import each
    from zusage.bootstrap.rights.erased_letter import letter

    from .files import refuse_taken, write_folder

    refuse_taken(folder)
    people = people_asked(product, plan)
    texts = (letter(product, plan, one, language, person) for person, one in zip(people, each(product, plan), strict=True))
    width = len(str(len(people)))
    write_folder(folder, {f"{n:0{width}}.txt": "\n\n".join(words) + "\n" for n, words in enumerate(texts, 1)})


def _as_data(found: Answer) -> dict[str, object]:
    return {
        "complete": found.complete,
        "done": [
            {"table": d.table, "how": d.how, "rows": d.rows, "with": dict(d.with_them), "stopped": d.stopped} for d in found.done
        ],
        "blocked": [{"rule": k.rule, "rows": k.rows, "until": k.until.isoformat()} for k in found.kept],
        "left": dict(found.left),
        "withdrawn": found.withdrawn or None,
    }


def _show(found: Answer, *, closed: bool) -> None:
    rows = [
        (d.table, d.stopped or d.how, f"{d.rows:,}", ", ".join(f"{n:,} {name}" for name, n in d.with_them)) for d in found.done
    ]
    table(("table", "outcome", "rows", "with them"), rows, numbers=(2,))
    for kept in found.kept:
        last = kept.until - timedelta(days=1)  # as the letter says it
        say(f"blocked for {kept.rule}: {kept.rows:,} until {last.isoformat()} at the latest")
    for name, left in found.left:
        warn(f"{count(left, 'row')} of {name} still there")
    if found.complete:
        say(
            "nothing of theirs is left in the application's reach" + (", and who they are was forgotten" if closed else ""),
            "green",
        )
    elif found.withdrawn:
        say(f"the demand was withdrawn in case {found.withdrawn}: what is left stays", "yellow")
    else:
        say(
            "plan again: what waited for these changes can go now. What stays then is held; `zusage explain` says by what.",
            "yellow",
        )
