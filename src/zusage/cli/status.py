"""zusage status"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import CODES
from .output import as_json as print_json
from .output import count, say, table, verdict

if TYPE_CHECKING:
    from zusage.bootstrap.asking import Overview
    from zusage.promises.period import Period


def _period(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Period | None:
    from zusage.promises.period import Period

    try:
        return Period.parse(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("status")
@options.manifest
@click.option("--max-age", metavar="PERIOD", callback=_period, help="Exit 2 when the last complete look is older, such as P1D.")
@click.option("--prometheus", is_flag=True, help="Print metrics in Prometheus' text format.")
@options.folder
@options.json_output
def command(manifest: Path, max_age: Period | None, prometheus: bool, folder: Path | None, as_json: bool) -> int:
    """Say how the promises stood at the last look, since when, and what waits for somebody. Looks at no system.

    With --max-age it is a dead man's switch: a stopped machine cannot complain, but from another one
    `zusage status --max-age P1D` fails when nobody has looked for a day, whatever the last verdicts were.

    Exit code: 0 all kept, 1 something broken, 2 something undecided or the last look too old, 3 usage or manifest error.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.asking import overview

    with opened(manifest, folder) as product:
        found = overview(product, max_age)
    if prometheus:
        from .prometheus import metrics

        click.echo(metrics(found), nl=False)
    elif as_json:
        print_json(_data(found))
    else:
        _show(found)
    return CODES[found.status.verdict.value]


def _data(found: Overview) -> dict[str, object]:
    status = found.status
    return {
        "verdict": status.verdict.value,
        "last_look": status.last_look.isoformat() if status.last_look else None,
        "too_old": status.too_old or None,
        "manifest_changed": status.manifest_changed,
        "anchoring": found.anchoring,
        "promises": [
            {
                "promise": one.promise,
                "verdict": one.verdict.value,
                "since": one.since.isoformat() if one.since else None,
                "reason": one.reason,
            }
            for one in status.stands
        ],
        "no_longer_promised": list(status.gone),
        "suspensions_to_review": [{"id": s.id, "review_on": s.review_on.isoformat()} for s in found.to_review],
        "recipients_not_told": [
            *({"notice": n.id, "recipient": n.recipient, "of": n.occasion.kind} for n in found.escalated),
            *({"notice": g.name, "recipient": g.recipient, "of": "erased"} for g in found.escalated_groups),
        ],
        "unfinished_runs": [
            {"run": run.run, "plan": run.plan, "begun": run.begun.isoformat(), "rows": run.rows} for run in found.unfinished
        ],
    }


def _show(found: Overview) -> None:
    status = found.status
    rows = [
        (verdict(one.verdict.value), one.promise, f"{one.since:%Y-%m-%d %H:%M}" if one.since else "–", one.reason)
        for one in status.stands
    ]
    table(("verdict", "promise", "since (UTC)", "what was seen"), rows)
    counted = Counter(one.verdict.value for one in status.stands)
    say(", ".join(f"{counted[word]} {word}" for word in CODES) + f" of {count(len(status.stands), 'promise')}")
    if status.last_look:
        say(f"last complete look: {status.last_look:%Y-%m-%d %H:%M} UTC; {found.anchoring}")
    else:
        say("nobody has looked yet: run `zusage verify`", "yellow")
    _waiting(found)


def _waiting(found: Overview) -> None:
    status = found.status
    if status.too_old:
        say(f"too old: {status.too_old}", "red")
    if status.manifest_changed:
        say("the manifest was changed after the last look: run `zusage verify`", "yellow")
    if status.gone:
        say(f"sealed before, but no longer promised: {', '.join(status.gone)}", "yellow")
    for suspension in found.to_review:
        day = suspension.review_on.isoformat()
        say(f"{suspension.id} was to be reviewed on {day}; it holds until it is lifted: {suspension.reason}", "yellow")
    for notice in found.escalated:
        say(
            f"{notice.id}: {notice.recipient} was not told yet of what was {notice.occasion.kind}: `zusage notices list`",
            "yellow",
        )
    for group in found.escalated_groups:
        people = count(group.waiting + group.undone, "erasure")
        say(f"{group.name}: {group.recipient} was not told yet of {people} by rules: `zusage notices list`", "yellow")
    for run in found.unfinished:
        changed = f"{count(run.rows, 'row')} changed so far"
        begun = f"{run.begun:%Y-%m-%d %H:%M} UTC"
        say(
            f"run {run.run} of plan {run.plan[:16]}… began on {begun} and has not ended; {changed}: apply the plan again",
            "yellow",
        )
