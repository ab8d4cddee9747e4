"""The steps of a case that the staff takes: a command each"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zusage.rights.case import SHOWN
from zusage.rights.roles import Step

from .. import options
from ..failing import KEPT
from ..written import WORDS
from .telling import tell

if TYPE_CHECKING:
    pass


#: steps by a command of their own, and what each is for
_SAID: Mapping[Step, str] = {
    "acknowledge": "The person was told that the request has arrived.",
    "ask-identity": "The person was asked to show who they are. Asked within a week, it stops the clock.",
    "mail-link": "Mail a link that can be used once; whoever opens and confirms it has shown that the address is theirs.",
    "grant": "A human decided that the person gets what they ask for.",
    "refuse": "A human refused, with reasons and remedies (Art. 12(4) GDPR): give them with --words.",
    "approve": "A second person approved what cannot be taken back.",
    "withdraw": "The person no longer asks.",
    "undelivered": "The answer came back or could not be opened: it was none, the clock runs on, and another way is to be taken.",
    "close": "Nothing is left to do. From now on the period runs for which cases are kept.",
}


#: steps about what only has the same address
_INCLUDING: Mapping[Step, str] = {
    "include": "A human has looked at what only has the person's address, and says with --words why it is theirs. "
    "`zusage person access --case` and `zusage erasure plan --case` then take it when --include names it.",
    "leave-out": "What was included is not the person's after all. A plan that takes it is not carried out any more.",
}


@click.command("extend")
@options.manifest_then("case", "CASE")
@options.taker
@click.option(
    "--words",
    type=WORDS,
    default="",
    help="The reasons that the person, or the authority, was given. Kept apart from the record.",
)
@click.option(
    "--answer-by",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The later day that a supervisory authority granted, where it set the first one.",
)
@options.folder
@options.json_output
def extend(
    manifest: Path,
    case: str,
    by: str | None,
    token: str,
    words: str,
    answer_by: datetime | None,
    folder: Path | None,
    as_json: bool,
) -> int:
    """The person was told within the first month, with reasons, that it takes up to two months longer.

    Exit code: 0 noted, 3 the case is not that far, or there is none.
    """
    later = answer_by.date() if answer_by else None
    return _take(manifest, folder, as_json, case, "extend", (by, token), words=words, answer_by=later)


@click.command("lapse")
@options.manifest_then("case", "CASE")
@options.taker
@options.folder
@options.json_output
def lapse(manifest: Path, case: str, by: str | None, token: str, folder: Path | None, as_json: bool) -> int:
    """Refuse a request because the question of identity was not answered in time (Art. 12(2) GDPR); `case letter` has the words.

    Exit code: 0 refused, 3 the question is still open, or there is no such case.
    """
    return _take(manifest, folder, as_json, case, "lapse", (by, token))


@click.command("identify")
@options.manifest_then("case", "CASE")
@click.option(
    "--how", type=click.Choice(SHOWN), required=True, help="In proportion: what you have already goes before anything new."
)
@options.taker
@options.folder
@options.json_output
def identify(manifest: Path, case: str, how: str, by: str | None, token: str, folder: Path | None, as_json: bool) -> int:
    """The person showed who they are. A copy of an identity card is not among the ways: it is more than is needed.

    Exit code: 0 noted, 3 the case has ended, or there is none.
    """
    return _take(manifest, folder, as_json, case, "identify", (by, token), how=how)


@click.command("done")
@options.manifest_then("case", "CASE")
@options.taker
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The plan that was applied for it.")
@click.option(
    "--restriction", default="", metavar="ID", help="The restriction in the place of the erasure (§ 35 BDSG); the rest by --plan."
)
@click.option(
    "--words",
    type=WORDS,
    default="",
    help="Why something of the person stays, or how it is known that nothing of theirs is there.",
)
@options.folder
@options.json_output
def done(
    manifest: Path,
    case: str,
    by: str | None,
    token: str,
    plan: Path | None,
    restriction: str,
    words: str,
    folder: Path | None,
    as_json: bool,
) -> int:
    """What was granted was carried out. Of an erasure it is looked at: by its plan nothing of the person may be left in reach.

    Without a plan there must be nothing of theirs, and --words say how that is known: a mistyped key reaches nothing as well. What is
    restricted in the place of an erasure must be out of the application's reach; `case letter` then says so with the reasons. What else
    stays, because it is held or kept on another basis, stays with words.

    Exit code: 0 noted, 3 it was not carried out, the case is not that far, or there is none.
    """
    return _take(manifest, folder, as_json, case, "done", (by, token), plan=plan, restriction=restriction, words=words)


def _step(name: Step, text: str) -> click.Command:
    @options.manifest_then("case", "CASE")
    @options.taker
    @click.option("--words", type=WORDS, default="", help="What the person is told, or why. Kept apart from the record.")
    @options.folder
    @options.json_output
    def run(manifest: Path, case: str, by: str | None, token: str, words: str, folder: Path | None, as_json: bool) -> int:
        return _take(manifest, folder, as_json, case, name, (by, token), words=words)

    run.__doc__ = f"{text}\n\n    Exit code: 0 noted, 3 the case is not that far, or there is none."
    return click.command(name)(run)


def _including(name: Step, text: str) -> click.Command:
    @options.manifest_then("case", "CASE")
    @click.option("--name", "candidate", required=True, metavar="NAME", help="What it is called, as system.table.column.")
    @options.taker
    @click.option("--words", type=WORDS, default="", help="Why: what was looked at. Kept apart from the record.")
    @options.folder
    @options.json_output
    def run(
        manifest: Path, case: str, candidate: str, by: str | None, token: str, words: str, folder: Path | None, as_json: bool
    ) -> int:
        return _take(manifest, folder, as_json, case, name, (by, token), words=words, candidate=candidate)

    run.__doc__ = f"{text}\n\n    Exit code: 0 noted, 3 it does not fit, the case is not that far, or there is none."
    return click.command(name)(run)


def _take(
    manifest: Path, folder: Path | None, as_json: bool, case: str, name: Step, by: tuple[str | None, str], **more: Any
) -> int:
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.staff import taker
    from zusage.bootstrap.cases.stepping import step

    with opened(manifest, folder) as product:
        who = taker(product, *by, lambda holder: holder.may(name))
        tell(step(product, case, name, who, **more), as_json=as_json)
    return KEPT


#: every step that has a command here
STEPS = (
    *(_step(name, text) for name, text in _SAID.items()),
    *(_including(name, text) for name, text in _INCLUDING.items()),
    *(extend, lapse, identify, done),
)
