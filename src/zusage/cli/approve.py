"""zusage approve"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .holds import holds_data, show_holds
from .output import as_json as print_json
from .output import say, warn

if TYPE_CHECKING:
    from zusage.planning.plan import Plan
    from zusage.planning.suspension import Suspension
    from zusage.sealing import SigningKey

DEFAULT = Path("zusage.yaml")


@click.command("approve")
@click.argument("files", metavar="[MANIFEST] PLAN", nargs=-1, type=click.Path(path_type=Path), required=True)
@click.option(
    "--key", "key_file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Your key; see `zusage key`."
)
@options.folder
@options.json_output
def command(files: tuple[Path, ...], key_file: Path, folder: Path | None, as_json: bool) -> int:
    """Approve a plan that removes more than one person may: look at what it does and sign it with a key of your own.

    Shows the steps and, with the manifest at hand, every suspension in force, then adds your signature to the note beside the plan. The
    signature is over the plan's digest: if one byte of the plan changes afterwards, it counts no more. The planner's own key is refused.

    With the manifest at hand it is checked before that the plan was made for it and that it names your key under
    guard.approvers. On a machine that has only the plan, `zusage apply` will check that.

    Exit code: 0 approved, 3 the plan or the key is refused.
    """
    from zusage.bootstrap import note_of, read_plan
    from zusage.sealing import SigningKey

    manifest, path = _told(files)
    key, (plan, _) = SigningKey.load(key_file), read_plan(path)
    if not as_json:
        from .plan import show_steps

        show_steps(plan)
    added, checked, held = _approved(manifest, path, folder, key, quiet=as_json)
    if as_json:
        signed = {"plan": plan.digest, "approved_by": key.name, "added": added, "rows": plan.rows, "planner_checked": checked}
        print_json(signed | {"suspensions": holds_data(held)})
        return KEPT
    if not checked:
        warn("the planner's key is not here, so it was not checked who made this plan. `zusage apply` will.")
    _say(plan, key, added, note_of(path))
    return KEPT


def _told(files: tuple[Path, ...]) -> tuple[Path | None, Path]:
    if len(files) > 2:
        raise click.UsageError("name the plan, or the manifest and the plan")
    if len(files) == 2:
        return files[0], files[1]
    return (DEFAULT if DEFAULT.exists() else None), files[0]


def _approved(
    manifest: Path | None, path: Path, folder: Path | None, key: SigningKey, *, quiet: bool
) -> tuple[bool, bool, Sequence[Suspension]]:
    """Whether a signature was added, whether the planner's was checked, and what is held, which is shown before the signature is made."""
    from zusage.bootstrap import approve, now, opened

    if manifest is None:
        return approve(path, key, planner=None, at=now()), False, ()
    with opened(manifest, folder) as product:
        held = product.state.suspensions.current()
        show_holds(() if quiet else held)
        return product.approve_plan(path, key), product.planner is not None, held


def _say(plan: Plan, key: SigningKey, added: bool, note: Path) -> None:
    if not added:
        say(f"{key.name} has approved this plan before; nothing was added")
        return
    say(
        f"approved by {key.name}: {plan.rows:,} rows, digest {plan.digest[:16]}…, good until {plan.valid_until:%Y-%m-%d %H:%M} UTC"
    )
    say(f"the signature is in {note}; keep it beside the plan")
