"""zusage case"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zusage.rights.case import RIGHTS, SHOWN, Right
from zusage.rights.roles import Step

from . import options
from .case_answer import answer
from .case_office import serve, token
from .case_person import person
from .case_telling import on_its_way
from .case_telling import tell as _tell
from .failing import BROKEN, KEPT, UNDECIDED
from .grouping import Group
from .output import as_json as print_json
from .output import say, table, warn

if TYPE_CHECKING:
    from datetime import datetime

    from zusage.bootstrap.cases.requests import Standing
    from zusage.documents import Language

#: steps by a command of their own, and what each is for
_STEPS: Mapping[Step, str] = {
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


@click.group("case", cls=Group)
def command() -> None:
    """Requests of people (Art. 12 to 22 GDPR), from receipt to answer, with the clock of the law.

    \b
      zusage case open --right erasure --by clerk-1 --from-mail request.eml
      zusage case identify C-0001 --how login --by clerk-1
      zusage case grant C-0001 --by clerk-1
      zusage case approve C-0001 --by clerk-2
      zusage case done C-0001 --by clerk-1 --plan erasure.json
      zusage case answer C-0001 --by clerk-1 --way mailed-link --words "…"
      zusage case close C-0001 --by clerk-1
    """


@command.command("open")
@options.manifest
@click.option("--right", type=click.Choice(RIGHTS), required=True, help="What the person asks for.")
@options.taker
@click.option("--person", metavar="PEOPLE=KEY", help="Whose data it is about, if that is known already.")
@click.option("--from-mail", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The request as an e-mail file.")
@click.option("--words", default="", help="What the person wrote or said.")
@click.option(
    "--answer-by",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that a supervisory authority set, through which a complaint came; its words go into --words.",
)
@click.option("--reference", default="", help="The file number of that authority, which its letters are given.")
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it came in, if that was not today.")
@options.folder
@options.json_output
def open_case(
    manifest: Path,
    right: Right,
    by: str | None,
    token: str,
    person: str | None,
    from_mail: Path | None,
    words: str,
    answer_by: datetime | None,
    reference: str,
    received: datetime | None,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Take a request in. The clock runs from the day on which it came in; the person's words are kept apart and go with the case's time of keeping.

    Exit code: 0 opened, 3 what was given does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import receive
    from zusage.bootstrap.cases.staff import taker

    content: dict[str, object] = {"person": person, "words": words, **({"reference": reference} if reference else {})}
    if from_mail:
        content |= {**_mail(from_mail), **({"note": words} if words else {})}
    with opened(manifest, folder) as product:
        found = receive(
            product,
            right,
            taker(product, by, token, lambda holder: holder.opens),
            content,
            answer_by.date() if answer_by else None,
            received.date() if received else None,
        )
    _tell(found, as_json=as_json)
    return KEPT


def _mail(path: Path) -> Mapping[str, object]:
    """Who wrote, and what; no more is read of the file than a mail may have."""
    from zusage.rights.letter import LONGEST, read_mail

    with path.open("rb") as file:
        return read_mail(file.read(LONGEST + 1))


def _step(name: Step, text: str) -> click.Command:
    @options.manifest_then("case", "CASE")
    @options.taker
    @click.option("--words", default="", help="What the person is told, or why. Kept apart from the record.")
    @options.folder
    @options.json_output
    def run(manifest: Path, case: str, by: str | None, token: str, words: str, folder: Path | None, as_json: bool) -> int:
        return _take(manifest, folder, as_json, case, name, (by, token), words=words)

    run.__doc__ = f"{text}\n\n    Exit code: 0 noted, 3 the case is not that far, or there is none."
    return click.command(name)(run)


def _take(
    manifest: Path, folder: Path | None, as_json: bool, case: str, name: Step, by: tuple[str | None, str], **more: Any
) -> int:
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.staff import taker
    from zusage.bootstrap.cases.stepping import step

    with opened(manifest, folder) as product:
        who = taker(product, *by, lambda holder: holder.may(name))
        _tell(step(product, case, name, who, **more), as_json=as_json)
    return KEPT


@command.command("extend")
@options.manifest_then("case", "CASE")
@options.taker
@click.option("--words", default="", help="The reasons that the person, or the authority, was given. Kept apart from the record.")
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


for _name, _text in _STEPS.items():
    command.add_command(_step(_name, _text))


@command.command("lapse")
@options.manifest_then("case", "CASE")
@options.taker
@options.folder
@options.json_output
def lapse(manifest: Path, case: str, by: str | None, token: str, folder: Path | None, as_json: bool) -> int:
    """Refuse a request because the question who asks was not answered in time (Art. 12(2) GDPR); `case letter` has the words.

    Exit code: 0 refused, 3 the question is still open, or there is no such case.
    """
    return _take(manifest, folder, as_json, case, "lapse", (by, token))


@command.command("letter")
@options.manifest_then("case", "CASE")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Which language.")
@options.folder
def letter(manifest: Path, case: str, language: Language, folder: Path | None) -> int:
    """Print what the person is told of the newest step: receipt, question who asks, extension, answer, or refusal with reasons and remedies.

    Exit code: 0 printed, 3 there is no such case, or nothing to tell yet.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import letter as letter_in

    with opened(manifest, folder) as product:
        words = letter_in(product, case, language)
    say("\n\n".join(words))
    return KEPT


@command.command("identify")
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


def _including(name: Step, text: str) -> click.Command:
    @options.manifest_then("case", "CASE")
    @click.option("--name", "candidate", required=True, metavar="NAME", help="What it is called, as system.table.column.")
    @options.taker
    @click.option("--words", default="", help="Why: what was looked at. Kept apart from the record.")
    @options.folder
    @options.json_output
    def run(
        manifest: Path, case: str, candidate: str, by: str | None, token: str, words: str, folder: Path | None, as_json: bool
    ) -> int:
        return _take(manifest, folder, as_json, case, name, (by, token), words=words, candidate=candidate)

    run.__doc__ = f"{text}\n\n    Exit code: 0 noted, 3 it does not fit, the case is not that far, or there is none."
    return click.command(name)(run)


for _name, _text in _INCLUDING.items():
    command.add_command(_including(_name, _text))


@command.command("done")
@options.manifest_then("case", "CASE")
@options.taker
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The plan that was applied for it.")
@click.option(
    "--restriction", default="", metavar="ID", help="The restriction in the place of the erasure (§ 35 BDSG); the rest by --plan."
)
@click.option(
    "--words", default="", help="Why something of the person stays, or how it is known that nothing of theirs is there."
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

    Without a plan there must be nothing of theirs, and --words say how that is known: a mistyped key reaches nothing as well. What is restricted in the place of an erasure must be out of the application's
    reach; `case letter` then says so with the reasons. What else stays, because it is held or kept on another basis, stays with words.

    Exit code: 0 noted, 3 it was not carried out, the case is not that far, or there is none.
    """
    return _take(manifest, folder, as_json, case, "done", (by, token), plan=plan, restriction=restriction, words=words)


@command.command("list")
@options.manifest
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@options.folder
@options.json_output
def listed(manifest: Path, everything: bool, folder: Path | None, as_json: bool) -> int:
    """List cases, the most urgent first. Nothing of any person is shown.

    Exit code: 0 none is overdue, 1 one is.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import all_standing
    from zusage.bootstrap.cases.stepping import told

    with opened(manifest, folder) as product:
        found = all_standing(product, ended=everything)
    if as_json:
        print_json([told(one) for one in found])
    elif not found:
        say("no case is open")
    else:
        table(("case", "right", "state", "answer by"), [_row(one) for one in found])
    return BROKEN if any(one.overdue for one in found) else KEPT


@command.command("show")
@options.manifest_then("case", "CASE")
@click.option("--content", is_flag=True, help="Also what it says of the person.")
@options.folder
@options.json_output
def show(manifest: Path, case: str, content: bool, folder: Path | None, as_json: bool) -> int:
    """What happened to a case, when and by whom.

    Exit code: 0, 3 there is no such case.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import standing
    from zusage.bootstrap.cases.stepping import UNAUTHENTICATED, told

    with opened(manifest, folder) as product:
        found = standing(product, product.state.cases.get(case))
        said = dict(product.state.cases.content(case) or {}) if content else None
        words = product.state.cases.words(case) if content else ()
    if as_json:
        print_json(told(found) | ({"content": said, "words": list(words)} if content else {}))
        return KEPT
    rows = [
        (event.at.isoformat(timespec="minutes"), event.kind, event.by, event.role or UNAUTHENTICATED, event.detail)
        for event in found.case.events
    ]
    table(("at", "what", "by", "role", "detail"), rows)
    for key, value in (said or {}).items():
        say(f"{key}: {value}")
    _tell(found, as_json=False)
    return KEPT


@command.command("sweep")
@options.manifest
@options.folder
@options.json_output
def sweep(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Do what is due by itself: mail links, acknowledgements and reminders, and empty the cases whose time of keeping is over.

    Run it every day, or more often; nothing is mailed twice. What an emptied case says of people goes, what happened when stays.

    Exit code: 0, 2 the mail server takes nothing now, so that the next run goes on, 3 the manifest does not say how long cases are kept.
    """
    from dataclasses import asdict

    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import sweep as sweep_in
    from zusage.bootstrap.cases.tending import tend

    with opened(manifest, folder) as product:
        gone = sweep_in(product)
        tended = tend(product)
    if as_json:
        print_json({"emptied": gone, **asdict(tended)})
    else:
        say(
            f"{gone} cases emptied, {tended.links} links mailed, {tended.answered} answers on their way, {tended.acknowledged} requests acknowledged, {tended.reminded} reminders"
        )
        if tended.refused:
            warn(f"no mail server takes anything for {tended.refused} addresses")
    if tended.down:
        warn(f"{tended.down}; run this again later")
    return UNDECIDED if tended.down else KEPT


def _row(one: Standing) -> tuple[str, ...]:
    day = "waits for the person" if one.due is None else one.due.isoformat()
    day += f", {on_its_way(one)}" if on_its_way(one) else ""
    day += ", nobody has shown who asks" if one.lapsed and not one.case.last("refused") else ""
    return one.case.id, one.case.right, one.case.state, f"{day}, overdue" if one.overdue else day


command.add_command(answer)
command.add_command(person)
command.add_command(serve)
command.add_command(token)
#: as a case goes
command.first = (
    *("open", "list", "show", "acknowledge", "ask-identity", "mail-link", "identify", "person", "include", "leave-out"),
    *("extend", "grant", "refuse", "lapse", "approve", "done", "answer", "undelivered", "letter", "withdraw", "close"),
    *("sweep", "serve", "token"),
)
