"""zusage warnings"""

from __future__ import annotations

from pathlib import Path

import click

from . import options
from .failing import KEPT, UNDECIDED
from .grouping import Group
from .output import as_json as print_json
from .output import say, table, warn


@click.group("warnings", cls=Group)
def command() -> None:
    """Warn people by mail before they lose what they have because they were not there for long.

    A rule of the manifest says so with ``warning:``. From then on `zusage plan` takes nobody who was not warned in time; whoever comes
    back is taken for nobody who was warned.
    """


@command.command("send")
@options.manifest
@options.folder
@options.json_output
def send(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Warn everybody whose end is near and who does not know yet. Run it every day; nobody is warned twice of one end.

    Exit code: 0 done, 2 the mail server takes nothing now, so that the next run goes on.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.warning import send

    with opened(manifest, folder) as product:
        swept = send(product)
    if as_json:
        print_json({"sent": swept.sent, "refused": swept.refused, "down": swept.down})
    else:
        rows = [(rule, str(sent), str(swept.refused[rule])) for rule, sent in swept.sent.items()]
        table(("for the rule", "warned", "no address takes it"), rows, numbers=(1, 2))
        if not rows:
            say("no rule of the manifest warns anybody")
    if swept.down:
        warn(f"{swept.down}; run this again later")
    return UNDECIDED if swept.down else KEPT


@command.command("list")
@options.manifest
@options.folder
@options.json_output
def list_(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """How many were warned, and when, by rule.

    Exit code: 0 done.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.warning import listed

    with opened(manifest, folder) as product:
        found = listed(product)
    if as_json:
        print_json({rule: [at.isoformat() for at in times] for rule, times in found.items()})
    else:
        shown = [
            (rule, str(len(at)), f"{at[0]:%Y-%m-%d}" if at else "-", f"{at[-1]:%Y-%m-%d}" if at else "-")
            for rule, at in found.items()
        ]
        table(("for the rule", "warned", "first", "last"), shown, numbers=(1,))
    return KEPT
