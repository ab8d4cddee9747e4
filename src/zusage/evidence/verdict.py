"""From what was seen to a verdict: pure, so that an auditor repeats it offline."""

from __future__ import annotations

from dataclasses import astuple
from typing import assert_never

from .backups.judging import judge_backups
from .backups.observation import Copies, Drill, Stay
from .browsing.judging import judge_site
from .browsing.observation import EqualChoice, Life, Published, Roles, Sent, Strays, Visits
from .consents.judging import judge_consents
from .consents.observation import Ledger, Papers, Trial
from .judgement import Judgement, Verdict
from .observation import (
    UNTIL_LATELY,
    Apart,
    Avoided,
    Census,
    Groups,
    Held,
    Hidden,
    Lines,
    Names,
    Observation,
    OwnedFiles,
    Reach,
    Recipients,
    Rows,
    Statement,
    Unseen,
)
from .residue.judging import judge_canary
from .residue.observation import Answered, Delivered, Overwritten, Searched, Uncounted, Used, Withheld
from .steps.judging import judge_steps
from .steps.observation import Steps
from .transport.judging import judge_transport
from .transport.observation import Certificate, DatabaseLine, PlainHttp, StartTls, StrictTransport, Versions

__all__ = ["Judgement", "Verdict", "judge"]

_NEGATIVE = "a count is negative: the observation contradicts itself"
#: why a row may stay although its time is over → how the verdict says so, for "kept" alone would hide it
_PAST = {
    "excepted": "excepted",
    "suspended": "suspended",
    "waiting for what refers to it": "waiting for what refers to them",
    "needed by another purpose": "needed by another purpose",
}


def judge(seen: Observation) -> Judgement:
    """Judge one observation; the same observation always gives the same judgement."""
    match seen:
        case Rows():
            return _rows(seen)
        case Census():
            return _census(seen)
        case Reach():
            return _reach(seen)
        case Names():
            return _names(seen)
        case Apart():
            return _apart(seen)
        case Held():
            return _held(seen)
        case Hidden():
            return _hidden(seen)
        case OwnedFiles():
            return _owned(seen)
        case Avoided():
            return _avoided(seen)
        case Recipients():
            return _recipients(seen)
        case Steps():
            return judge_steps(seen)
        case Groups():
            return _groups(seen)
        case Ledger() | Papers() | Trial():
            return judge_consents(seen)
        case Copies() | Drill() | Stay():
            return judge_backups(seen)
        case Searched() | Answered() | Overwritten() | Withheld() | Used() | Delivered() | Uncounted():
            return judge_canary(seen)
        case Statement():
            return _statement(seen)
        case Visits() | Strays() | Life() | EqualChoice() | Sent() | Published() | Roles():
            return judge_site(seen)
        case Versions() | Certificate() | StrictTransport() | PlainHttp() | StartTls() | DatabaseLine():
            return judge_transport(seen)
        case Lines():
            return _lines(seen)
        case Unseen(reason=reason):
            return _undecided(f"nobody could look: {reason}")
        case _:
            assert_never(seen)


def _kept(reason: str) -> Judgement:
    return Judgement(Verdict.KEPT, reason)


def _broken(reason: str) -> Judgement:
    return Judgement(Verdict.BROKEN, reason)


def _undecided(reason: str) -> Judgement:
    return Judgement(Verdict.UNDECIDED, reason)


def _rows(seen: Rows) -> Judgement:
    """Broken by what is there too long; undecided by what cannot be placed or does not add up; only then kept."""
    if seen.forbidden > 0:
        return _broken(f"{seen.forbidden} of {seen.total} rows must not be there (any more)")
    if seen.blocked_overdue > 0:
        return _broken(f"{seen.blocked_overdue} blocked rows are past their last day")
    if (
        min(
            seen.forbidden,
            seen.unplaceable,
            seen.total,
            seen.blocked,
            seen.blocked_overdue,
            *seen.allowed.values(),
            *seen.strays.values(),
        )
        < 0
    ):
        return _undecided(_NEGATIVE)
    if (
        seen.forbidden + sum(seen.allowed.values()) + seen.unplaceable != seen.total
        or sum(seen.strays.values()) > seen.unplaceable
    ):
        return _undecided("the parts do not add up to the whole: rows changed while looking, or some are hidden")
    if seen.unplaceable > 0:
        return _undecided(_unplaceable(seen))
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    held = [f"{seen.allowed[why]} {words}" for why, words in _PAST.items() if seen.allowed.get(why)]
    held += [f"{rows} {why}" for why, rows in sorted(seen.allowed.items()) if why.startswith(UNTIL_LATELY) and rows]
    past = [f"of them past their time: {', '.join(held)}"] if held else []
    blocked = [f"{seen.blocked} more blocked"] if seen.blocked else []
    return _kept("; ".join([", ".join([f"{seen.total} rows looked at", *blocked]), *past]))


def _unplaceable(seen: Rows) -> str:
    others = seen.unplaceable - sum(seen.strays.values())
    said = [f"{others} rows have no usable starting point or an unclear condition"] if others else []
    strays = " and ".join(f"{rows} rows of {table}" for table, rows in sorted(seen.strays.items()) if rows)
    if strays:
        said.append(f"{strays} belong to no row, for what they refer to is not there, and no rule of their own says when they go")
    return "; ".join(said)


def _lines(seen: Lines) -> Judgement:
    """Broken by what should never have been stored; kept only if it is shown that it would have been found."""
    if seen.forbidden > 0:
        return _broken(f"{seen.forbidden} of {seen.total} lines hold what should never have been stored")
    if min(seen.forbidden, seen.unplaceable, seen.total, seen.control or 0, *seen.allowed.values()) < 0:
        return _undecided(_NEGATIVE)
    if seen.forbidden + sum(seen.allowed.values()) + seen.unplaceable != seen.total:
        return _undecided("the parts do not add up to the whole: the log changed while looking, or some of it is hidden")
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    if seen.unplaceable > 0:
        return _undecided(f"{seen.unplaceable} lines are not of the log's format, or have an unclear condition")
    if seen.total and seen.control == 0:
        return _undecided(f"in {seen.total} lines nothing was found that has been masked, so the silence shows nothing")
    return _kept(f"{seen.total} lines looked at" + (f", {seen.control} of them masked" if seen.control else ""))


def _census(seen: Census) -> Judgement:
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    if seen.before is None:
        return _undecided("this is the first look; the next one can tell whether anything went too early")
    if min((*seen.now.values(), *seen.before.values()), default=0) < 0:
        return _undecided(_NEGATIVE)
    missing = {year: seen.before.get(year, 0) - seen.now.get(year, 0) for year in seen.protected}
    gone = {year: rows for year, rows in missing.items() if rows > 0}
    if gone:
        years = ", ".join(f"{rows} from {year}" for year, rows in sorted(gone.items()))
        return _broken(f"rows that must still be kept are gone: {years}")
    there = sum(seen.now.get(year, 0) for year in seen.protected)
    if not there and any(seen.now.get(year, 0) or seen.before.get(year, 0) for year in seen.partly):
        return _undecided("the minimum has passed for part of each year with rows, and only whole years are compared")
    if seen.partly:
        return _kept(f"all {there} rows of years wholly under the minimum are there")
    return _kept(f"all {there} rows under the minimum are there")


def _reach(seen: Reach) -> Judgement:
    worst = max(seen.left, seen.readable, seen.changeable)
    if worst > 0:
        return _broken(f"the application can reach {worst} rows whose purpose has ended")
    if (seen.unsealed or 0) > 0:
        return _broken(f"{seen.unsealed} blocked rows lie open")
    counts = (seen.left, seen.readable, seen.changeable, seen.application_sees, seen.total, seen.sorted_rows, seen.unplaceable)
    if min(*counts, seen.blocked or 0, seen.unsealed or 0) < 0:
        return _undecided(_NEGATIVE)
    if seen.sorted_rows != seen.total:
        return _undecided("the parts do not add up to the whole: rows changed while looking, or some are hidden")
    if seen.application_sees > seen.total:
        return _undecided("the application sees more rows than the prover: rows changed while looking, or some are hidden")
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    if seen.unplaceable:
        return _undecided(f"{seen.unplaceable} rows have no usable starting point or an unclear condition")
    if seen.total and not seen.application_sees:
        return _undecided("the probe as the application sees no row at all, so its silence shows nothing")
    if seen.blocked is None or seen.unsealed is None:
        return _undecided("there is no vault to look at, so it is not shown where the rows went")
    if not seen.total and not seen.blocked:
        return _undecided("there is neither a row nor a blocked one, so nothing is shown")
    return _kept(f"{seen.blocked} rows blocked and sealed, none within the application's reach")


def _names(seen: Names) -> Judgement:
    if seen.forbidden:
        shown = ", ".join(seen.forbidden[:5]) + (" …" if len(seen.forbidden) > 5 else "")
        return _broken(f"{len(seen.forbidden)} found: {shown}")
    if seen.looked_at <= 0:
        return _undecided("no table was seen")
    return _kept(f"{seen.looked_at} table{'s' if seen.looked_at != 1 else ''} looked at")


def _apart(seen: Apart) -> Judgement:
    """Broken by any value that leads across; kept only if every planted value was found, so that none found means none there."""
    if any(count > 0 for count in seen.joins.values()):
        shown = ", ".join(sorted(seen.joins)[:5]) + (" …" if len(seen.joins) > 5 else "")
        return _broken(f"people can be found across the two stores: {shown}")
    if min(seen.pairs, seen.people_values, seen.other_values, seen.planted, seen.found, *seen.joins.values()) < 0:
        return _undecided(_NEGATIVE)
    if not seen.pairs or not seen.people_values or not seen.other_values:
        return _undecided("one of the two stores holds nothing to compare")
    if not seen.planted or seen.found != seen.planted:
        return _undecided(f"of {seen.planted} planted values {seen.found} were found, so that finding none shows nothing")
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    return _kept(f"{seen.pairs} pairs of columns compared, no value leads across; all {seen.planted} planted ones were found")


def _held(seen: Held) -> Judgement:
    if seen.left > 0:
        return _broken(f"{seen.left} of {seen.held + seen.pending + seen.left} entries outlived the process that held them")
    if min(seen.held, seen.pending, seen.left, seen.unreadable) < 0:
        return _undecided(_NEGATIVE)
    if seen.unreadable:
        return _undecided(f"of {seen.unreadable} entries nobody could tell whether a process holds them")
    if not seen.held:
        return _undecided("no living process holds anything there, so it is not shown that living and dead are told apart")
    return _kept(f"{seen.held} entries are held by a living process, none has outlived its own")


def _owned(seen: OwnedFiles) -> Judgement:
    if seen.left > 0:
        return _broken(f"{seen.left} of {seen.owned + seen.young + seen.left} files belong to no row")
    if min(seen.owned, seen.young, seen.left, seen.unclear) < 0:
        return _undecided(_NEGATIVE)
    if seen.unclear:
        return _undecided(f"of {seen.unclear} files nobody could tell whose they are")
    if not seen.owned:
        return _undecided("no file of any row is there, so it is not shown that one would be found")
    return _kept(
        f"each of {seen.owned} files belongs to a row" + (f"; {seen.young} are newer than an hour" if seen.young else "")
    )


def _hidden(seen: Hidden) -> Judgement:
    if max(seen.readable, seen.changeable) > 0:
        return _broken(f"the application can reach {max(seen.readable, seen.changeable)} rows whose processing is restricted")
    if seen.left_open > 0:
        return _broken(f"{seen.left_open} files with restricted data lie open although no use permits it now")
    if seen.untold > 0:
        return _broken(f"{seen.untold} restrictions were lifted before the person was told")
    if (
        min(seen.restrictions, seen.hiding, seen.rows, seen.readable, seen.changeable, seen.unseen, seen.left_open, seen.untold)
        < 0
    ):
        return _undecided(_NEGATIVE)
    if seen.unseen:
        return _undecided(f"at {seen.unseen} tables nobody could look with the application's eyes")
    if not seen.restrictions:
        return _undecided("nothing is restricted, so nothing is shown")
    if seen.hiding != seen.restrictions or not seen.rows:
        return _undecided(f"{seen.restrictions - seen.hiding} restrictions hide no row, so it is not shown where the rows are")
    return _kept(f"{seen.rows} rows of {seen.restrictions} restrictions are out of the application's reach")


def _avoided(seen: Avoided) -> Judgement:
    """Broken by anybody who must not be there; kept only if it is shown that they would have been found."""
    if seen.forbidden > 0:
        return _broken(f"{seen.forbidden} of {seen.total} rows are of people who must not be among them")
    if min(seen.objections, seen.forbidden, seen.unplaceable, seen.others, seen.total, seen.planted, seen.found) < 0:
        return _undecided(_NEGATIVE)
    if seen.forbidden + seen.unplaceable + seen.others != seen.total:
        return _undecided("the parts do not add up to the whole: rows changed while looking, or some are hidden")
    if seen.unplaceable:
        return _undecided(f"of {seen.unplaceable} rows nobody can tell whose they are")
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    if not seen.objections:
        return _undecided("nobody must be avoided, so nothing is shown")
    if seen.found != seen.planted or (seen.total and not seen.planted):
        return _undecided(f"of {seen.planted} rows that were to be found {seen.found} were, so that finding none shows nothing")
    return _kept(f"nobody of those who must not be there is among the {seen.total} rows")


def _recipients(seen: Recipients) -> Judgement:
    parts = (seen.told, seen.told_late, seen.excused, seen.waiting, seen.late)
    if seen.unlisted > 0:
        return _broken(f"of {seen.unlisted} of {seen.operations} operations nobody wrote down who is to be told")
    if seen.omitted > 0:
        return _broken(f"{seen.omitted} recipients had received data and are on no list of who is to be told")
    if (behind := seen.told_late + seen.late) > 0:
        return _broken(f"{behind} of {seen.recipients} recipients were not told in time, and nobody said why")
    if seen.silent > 0:
        return _broken(
            f"{seen.silent} of {seen.witnessed} recipients that were noted before a rule took the rows are on no list of who is to be told; "
            "where the service deletes such rows too, see in its log whether it did while a plan was at work on their table. "
            "`zusage notices silent` says of which rule they are, and how somebody answers for them"
        )
    counts = (*(one for one in astuple(seen) if isinstance(one, int)), *seen.answered.values())
    if min(counts) < 0 or sum(parts) != seen.recipients or sum(seen.answered.values()) > seen.witnessed:
        return _undecided(_NEGATIVE)
    if seen.answered.keys() != seen.answers.keys():
        return _undecided("somebody answers for recipients on no list, and it is not sealed who")
    if seen.torn:
        return _undecided(f"of {seen.torn} occasions the list of recipients is not whole")
    if seen.unseen:
        return _undecided(f"what {seen.unseen} of {seen.rules} rules have taken could not be looked at")
    if not seen.operations:
        return _undecided("nothing was erased, rectified or restricted yet, so nothing is shown")
    if not seen.told + seen.excused:
        waiting = f"none was told yet, {seen.waiting} still can be in time" if seen.waiting else "no recipient was to be told yet"
        return _undecided(f"{waiting}, so telling is not shown")
    return _kept(
        f"{seen.told} recipients were told in time, {seen.excused} with a reason not, {seen.waiting} still can be in time"
        f"{_witnessed(seen) if seen.rules else ''}"
    )


def _witnessed(seen: Recipients) -> str:
    """How far it is shown that the lists of what rules took are whole, which their own record cannot show."""
    said = "no row that was noted before has gone by a rule, so that no list of one was witnessed"
    if seen.witnessed:
        listed = seen.witnessed - sum(seen.answered.values())
        many = f"{listed} of {seen.witnessed}" if seen.answered else f"all {seen.witnessed}"
        said = f"{many} that were noted before a rule took the rows are on a list"
        said += "".join(f"; for {many} on none somebody answers: {name}" for name, many in sorted(seen.answered.items()))
    otherwise = f"; {seen.otherwise} rows that were noted went otherwise than by Zusage" if seen.otherwise else ""
    blind = f"; rows of {seen.blind} rules have no key by which they could be noted" if seen.blind else ""
    return f"; {said}{otherwise}{blind}"


def _groups(seen: Groups) -> Judgement:
    """Broken by a group of too few people; kept only if there is somebody in a group and no row is left out of sight."""
    if seen.small > 0:
        few = f"{seen.small} of {seen.groups} groups are of fewer than {seen.at_least} people, the smallest of {seen.smallest}"
        return _broken(few)
    if seen.remainders > 0:
        return _broken(
            f"what was taken out of groups that were too small comes to fewer than {seen.at_least} people in {seen.remainders} "
            "places, so that it follows by subtraction"
        )
    counts = (seen.small, seen.small_people, seen.smallest, seen.held, seen.remainders, seen.groups, seen.people, seen.rows)
    if min(*counts, seen.unplaceable, seen.total, *seen.others.values()) < 0 or seen.at_least < 2:
        return _undecided(_NEGATIVE)
    if seen.rows + sum(seen.others.values()) + seen.unplaceable != seen.total:
        return _undecided("the parts do not add up to the whole: rows changed while looking, or some are hidden")
    if seen.unplaceable:
        return _undecided(
            f"of {seen.unplaceable} rows nobody can tell whether they are among what remains, how many they count, or all that belongs to them"
        )
    if not seen.visible:
        return _undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    if not seen.people:
        return _undecided("nothing remains of anybody yet, so nothing is shown")
    held = f", {seen.held} smaller ones are held as they are" if seen.held else ""
    return _kept(f"{seen.people} people, and of {seen.groups} groups none of fewer than {seen.at_least}{held}")


def _statement(seen: Statement) -> Judgement:
    if seen.said_on is None or seen.holds_until is None:
        return _undecided("nobody has attested it yet")
    if seen.said_on > seen.today:
        return _undecided("the attestation is dated in the future")
    if seen.holds_until < seen.today:
        return _broken(f"the attestation ran out on {seen.holds_until.isoformat()}")
    return _kept(f"attested on {seen.said_on.isoformat()}, good until {seen.holds_until.isoformat()}")
