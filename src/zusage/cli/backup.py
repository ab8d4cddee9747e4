"""zusage backup"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import CODES, KEPT, UNDECIDED
from .grouping import Group
from .holds import holds_data, show_holds
from .output import as_json as print_json
from .output import count, say, table

if TYPE_CHECKING:
    from zusage.bootstrap.backups.drilling import Held
    from zusage.bootstrap.backups.replaying import Replayed


@click.group("backup", cls=Group)
def command() -> None:
    """Practise restoring, and let what was erased stay erased after a restore.

    The manifest says under backups of what kind the copies are, where they lie, how long they are kept and how often one is restored
    for practice. From then on `zusage apply` takes down what goes, under keyed codes alone.
    """


@command.command("list")
@options.manifest
@options.folder
@options.json_output
def list_(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Which backups there are, and how old the oldest and the newest are.

    Exit code: 0 done, 2 a folder cannot be read.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.register.copies import copies

    with opened(manifest, folder) as product:
        declared = [name for name, one in product.loaded.manifest.backups.items() if one.kind and one.path]
        found = [(name, copies(product, name)) for name in declared]
    rows = [(name, len(all_), all_[0].made_at if all_ else None, all_[-1].made_at if all_ else None) for name, all_ in found]
    if as_json:
        print_json(
            [{"backup": n, "files": c, "oldest": o and o.isoformat(), "newest": w and w.isoformat()} for n, c, o, w in rows]
        )
    else:
        shown = [(n, str(c), f"{o:%Y-%m-%d}" if o else "-", f"{w:%Y-%m-%d}" if w else "-") for n, c, o, w in rows]
        table(("backups", "files", "oldest", "newest"), shown, numbers=(1,))
    return KEPT


@command.command("drill")
@options.manifest
@click.option("--name", help="Which backups, where the manifest declares several.  [default: all]")
@click.option("--file", "copy", type=click.Path(path_type=Path), help="This file of theirs instead of the newest.")
@options.folder
@options.json_output
def drill(manifest: Path, name: str | None, copy: Path | None, folder: Path | None, as_json: bool) -> int:
    """Restore the newest backup where nobody works with it, and see that it is whole and that the erased go from it again.

    A private server is started where one is needed, and is gone afterwards with all that was restored. The outcome is sealed in the
    evidence log; `zusage verify` judges by it until the next drill is due.

    Exit code: 0 passed, 1 failed, 2 it shows nothing or could not be held.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.backups.drilling import drill as hold
    from zusage.evidence.prove import overall

    with opened(manifest, folder) as product:
        declared = [key for key, one in product.loaded.manifest.backups.items() if one.kind and one.path]
        held = [hold(product, key, copy) for key in ([name] if name else declared)]
    if as_json:
        print_json([_told(one) for one in held])
    for one in held if not as_json else ():
        say(f"{one.backup} ({one.copy.path.name}): {one.judgement.verdict.value}: {one.judgement.reason}", _COLOURS[_word(one)])
    if not held:
        say("the manifest has no backups that say of what kind they are and where", "yellow")
    return CODES[overall(one.judgement.verdict for one in held).value]


@command.command("replay")
@options.manifest
@click.option(
    "--restored",
    multiple=True,
    metavar="SYSTEM",
    help="The database of this system is the restored one, though nothing shows it. May be given several times.",
)
@click.option(
    "--nothing-newer", is_flag=True, help="There is no newer copy of the state and the folder of zusage than what is here."
)
@options.folder
@options.json_output
def replay(manifest: Path, restored: tuple[str, ...], nothing_newer: bool, folder: Path | None, as_json: bool) -> int:
    """After a real restore: erase again what had been erased, and do again what else was decided since the backup was made.

    Run it before anybody works with the restored system. It touches only rows that went before: whoever registered again is left
    alone, and suspensions hold as ever. Run it again after an interruption: it takes up what is left.

    A database in which most of the rows are missing that were noted when something was changed last is refused: it may be another one
    of the same form, in which rows of others would go.

    Where our own newest entry is older than usual, or a witness has seen more of the evidence, the state and the folder may be an old copy:
    that is said, or refused, until you say that there is nothing newer.

    Exit code: 0 all is done, 2 something is left to do by hand.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.backups.replaying import replay as do

    with opened(manifest, folder) as product:
        done = do(product, restored, nothing_newer=nothing_newer)
        holds = product.state.suspensions.current()
    if as_json:
        print_json(_summary(done) | {"suspensions": holds_data(holds)})
    else:
        _show(done)
        show_holds(holds)
    return KEPT if done.complete else UNDECIDED


_COLOURS = {"kept": "green", "broken": "red", "undecided": "yellow"}


def _word(held: Held) -> str:
    return held.judgement.verdict.value


def _told(held: Held) -> dict[str, object]:
    seen = held.drill
    counts = {name: getattr(seen, name) for name in ("rows", "back", "left", "held", "planted", "planted_left", "doubtful")}
    incomplete = [*seen.missing, *seen.short, *seen.strange]
    said = {"verdict": _word(held), "reason": held.judgement.reason, "made": held.copy.made_at.isoformat()}
    return {"backup": held.backup, "file": held.copy.path.name, **said, **counts, "incomplete": incomplete}


def _summary(done: Replayed) -> dict[str, object]:
    steps = [{"step": r.step.id, "rows": r.rows, "planned": r.step.rows, "stopped": r.stopped} for r in done.results]
    again = [{"what": one.what, "done": one.done, "left": one.left, "troubles": list(one.troubles)} for one in done.again]
    found = done.found
    return {
        "entries": found.entries,
        "back": found.rows,
        "doubtful": found.doubtful,
        "lost": done.lost,
        "remaining": dict(done.remaining),
        "gaps": [
            {"of": gap.of, "since": gap.since and gap.since.isoformat(), "until": gap.until.isoformat()} for gap in done.gaps
        ],
        "known_since": {system: since and since.isoformat() for system, since in done.since.items()},
        "steps": steps,
        "again": again,
    }


def _show(done: Replayed) -> None:
    from zusage.bootstrap.register.gaps import ADVICE, said

    found = done.found
    say(f"{count(found.entries, 'row')} on the register of erasures, {found.rows} of them back")
    for system, since in done.since.items():
        if since:
            say(f"{system}: what went since {since:%Y-%m-%d %H:%M} UTC is on it; who went before is not known")
    if done.blank:
        what = "nothing is on record of the time of the backups, so that nothing shows who had been erased: restore the newest state and folder of zusage and replay "
        say(
            what + "again; if there is none, go by hand through the demands of erasure that were answered since the backup", "red"
        )
    for gap in done.gaps:
        say(f"{said(gap)}: if zusage ran in that time, state and folder are an old copy. {ADVICE}", "red")
    for result in done.results:
        say(f"{result.step.system}.{result.step.table}: {count(result.rows, 'row')} erased or changed again")
        if result.stopped:
            say(f"stopped: {result.stopped}", "red")
    for name, rows in done.remaining.items():
        what = f"{name}: {count(rows, 'row')} that had been erased or changed and that no suspension holds: still there. Where no step says why it stopped, "
        say(
            what
            + "no condition finds the key or the time, or something puts rows back. Take them away by hand and replay again; "
            "`zusage verify` finds them broken until they are gone",
            "red",
        )
    if done.lost:
        what = f"the register has {count(done.lost, 'row')} fewer than at the last look: an older register was restored, or the time of its rows was over. "
        say(what + "Restore the newest state of zusage and replay again: nobody else knows who was erased since.", "red")
    if found.doubtful:
        say(f"of {count(found.doubtful, 'row')} nobody can tell whether they had been erased; look at them by hand", "red")
    for one in done.again:
        say(f"{one.what}: {one.done} done again, {one.left} left as they are")
        for trouble in one.troubles:
            say(trouble, "red")
