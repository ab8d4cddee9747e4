"""zusage check"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from . import options
from .failing import KEPT, UNDECIDED, USAGE
from .findings import as_data, show
from .output import as_json as print_json
from .output import count, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zusage.promises.finding import Finding
    from zusage.promises.inventory import Inventory
    from zusage.promises.loading import Loaded


@dataclass(slots=True, kw_only=True)
class _Checked:
    findings: tuple[Finding, ...]
    #: the day whose law was applied; None where the manifest cannot be read
    on: date | None = None
    #: system → number of tables that were looked at
    looked_at: dict[str, int] = field(default_factory=dict)
    #: system → why nobody could look
    unseen: dict[str, str] = field(default_factory=dict)
    #: table or column without a purpose → what its names, types and keys say of it
    proposed: dict[str, str] = field(default_factory=dict)
    #: system.table → what is used there whose own calls are not known
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: system → rights that its writer's role lacks
    lacking: dict[str, tuple[str, ...]] = field(default_factory=dict)


@click.command("check")
@options.manifest
@click.option("--live", is_flag=True, help="Also list the tables of every system and compare.")
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Apply the law of this day.  [default: today]")
@click.option("--sarif", type=click.Path(dir_okay=False, path_type=Path), help="Also write the findings as SARIF 2.1.0.")
@options.json_output
def command(manifest: Path, live: bool, strict: bool, on: datetime | None, sarif: Path | None, as_json: bool) -> int:
    """Say what is wrong, missing or doubtful in a manifest: contradictions, gaps, law that has changed.

    Reads the manifest alone and needs no database. With --live it also looks at the systems and reports every table and
    column that no activity accounts for: run in CI, it stops a new column that nobody gave a purpose. Each finding says
    where it stands, why it matters and what to write instead.

    Exit code: 0 no errors, 2 with --live a system could not be looked at, 3 errors (with --strict also warnings).
    """
    checked = _checked(manifest, on.date() if on else None, live)
    if sarif:
        from .files import write_whole
        from .sarif import as_text

        write_whole({sarif: as_text(checked.findings, Path.cwd())})
    if as_json:
        print_json(_data(manifest, checked, live))
    else:
        _show(checked)
    return _code(checked, strict)


def _checked(manifest: Path, on: date | None, live: bool) -> _Checked:
    from zusage.promises.finding import ManifestError
    from zusage.promises.loading import load

    try:
        loaded = load(manifest)
    except ManifestError as error:
        return _Checked(findings=error.findings)
    from zusage.promises.checking import check

    day = on or datetime.now(ZoneInfo(loaded.manifest.time_zone)).date()
    checked = _Checked(findings=check(loaded, day), on=day)
    if live:
        _look(manifest, loaded, checked)
    return checked


def _look(manifest: Path, loaded: Loaded, checked: _Checked) -> None:
    """Add what shows beside the living systems; one that cannot be looked at does not hide the others."""
    from zusage.bootstrap import opened
    from zusage.bootstrap.changing.lacking import lacking_for_manifest
    from zusage.connectors.trouble import SystemTrouble
    from zusage.promises.checking import against

    inventories = {}
    with opened(manifest) as product:
        for name, reader in product.readers.items():
            try:
                if isinstance(reader, SystemTrouble):
                    raise reader
                inventories[name] = reader.survey()
            except SystemTrouble as trouble:
                checked.unseen[name] = str(trouble)
        checked.lacking = dict(lacking_for_manifest(product))
    checked.looked_at = {name: len(inventory.tables) for name, inventory in inventories.items()}
    checked.unread = {
        f"{name}.{one.name}": one.unread
        for name, inventory in inventories.items()
        for one in inventory.tables.values()
        if one.unread
    }
    both = (*checked.findings, *against(loaded, inventories))
    checked.proposed = _proposed(loaded, inventories, checked.on)
    checked.findings = tuple(sorted(both, key=lambda f: (f.position, f.code, f.path)))


def _proposed(loaded: Loaded, inventories: Mapping[str, Inventory], on: date | None) -> dict[str, str]:
    """What is guessed of the tables and columns without a purpose."""
    from zusage.promises.checking import unaccounted
    from zusage.reading import proposals

    names, found = unaccounted(loaded, inventories), dict[str, str]()
    for system in loaded.manifest.databases.keys() & inventories.keys() if on else ():
        of = [name for name in names if name.startswith(f"{system}.")]
        found |= proposals(inventories[system], of, on) if of and on else {}
    return found


def _code(checked: _Checked, strict: bool) -> int:
    counts = {"error", "warning"} if strict else {"error"}
    if any(finding.severity.value in counts for finding in checked.findings):
        return USAGE
    return UNDECIDED if checked.unseen else KEPT


def _data(manifest: Path, checked: _Checked, live: bool) -> dict[str, object]:
    content: dict[str, object] = {
        "manifest": str(manifest),
        "on": checked.on.isoformat() if checked.on else None,
        "findings": [as_data(finding) for finding in checked.findings],
    }
    return (
        {
            **content,
            "looked_at": checked.looked_at,
            "not_looked_at": checked.unseen,
            "proposed": checked.proposed,
            "lacking_rights": checked.lacking,
            "not_followed": checked.unread,
        }
        if live
        else content
    )


def _show(checked: _Checked) -> None:
    from zusage.bootstrap.changing.lacking import said

    show(checked.findings)
    for system, missing in checked.lacking.items():
        say(said(system, missing), "yellow")
    for name, tables in checked.looked_at.items():
        say(f"looked at {count(tables, 'table')} of {name}")
    for name, guess in sorted(checked.proposed.items()):
        say(f"proposed for {name}: {guess}")
    for uses in sorted(set(checked.unread.values())):
        names = [name for name, same in sorted(checked.unread.items()) if same == uses]
        say(
            f"not followed: what {', '.join(uses)} may call in turn, of which {', '.join(names)} make use; a plan does not see it change"
        )
    for reason in checked.unseen.values():
        say(f"not looked at: {reason}", "yellow")
