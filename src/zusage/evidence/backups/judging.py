"""From what was seen of backups to a verdict: pure."""

from __future__ import annotations

from datetime import timedelta

from ..judgement import Judgement, broken, kept, undecided
from .observation import BackupObservation, Copies, Drill, Stay


def judge_backups(seen: BackupObservation) -> Judgement:
    """Judge what was seen of backups."""
    match seen:
        case Copies():
            return _copies(seen)
        case Drill():
            return _drill(seen)
        case Stay():
            return _stay(seen)


def _copies(seen: Copies) -> Judgement:
    if seen.count < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if not seen.count or seen.limit is None or seen.oldest is None or seen.newest is None:
        return broken("there is no backup") if seen.aspect == "made" else undecided("there is no backup, so nothing is shown")
    if seen.newest > seen.today + timedelta(days=1):
        return undecided("a backup is dated in the future")
    if seen.limit < seen.today:
        if seen.aspect == "made":
            return broken(f"the newest backup is of {seen.newest.isoformat()}; another was due by {seen.limit.isoformat()}")
        return broken(f"the oldest backup is of {seen.oldest.isoformat()} and had to be gone after {seen.limit.isoformat()}")
    return kept(f"{seen.count} backups, from {seen.oldest.isoformat()} to {seen.newest.isoformat()}")


def _drill(seen: Drill) -> Judgement:
    held = f"the drill of {seen.held_on.isoformat()}"
    if not seen.readable:
        return broken(f"{held} could not restore the backup of {seen.backup.isoformat()}: {seen.why}")
    if seen.missing or seen.short:
        return broken(f"{held} found the backup incomplete: {', '.join((*seen.missing, *seen.short)[:5])}")
    if seen.strange:
        return broken(f"{held} found a backup of another database: rows of {', '.join(seen.strange[:5])} are not in it")
    if max(seen.left, seen.planted_left) > 0:
        return broken(f"{held} left {seen.left + seen.planted_left} erased rows in what it had restored")
    if min(seen.rows, seen.back, seen.left, seen.held, seen.planted, seen.planted_left, seen.doubtful) < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if seen.held_on > seen.today:
        return undecided("the drill is dated in the future")
    if seen.counts_until < seen.today:
        return broken(f"{held} counted until {seen.counts_until.isoformat()}, and none was held since")
    if not seen.rows:
        return undecided(f"{held} restored no row, so nothing is shown")
    if seen.doubtful:
        return undecided(f"of {seen.doubtful} restored rows nobody could tell whether they had been erased")
    if seen.back <= seen.held and not seen.planted:
        return undecided(f"{held} restored nothing that had been erased, so it is not shown that it would go")
    back = seen.back - seen.held
    gone = f"{back} erased rows that it brought back are gone again" if back else "a row taken for erased went again"
    on_hold = f"; {seen.held} are left because a suspension holds them" if seen.held else ""
    return kept(f"{held} restored {seen.rows} rows of {seen.backup.isoformat()}; {gone}{on_hold}")


def _stay(seen: Stay) -> Judgement:
    if seen.back > 0:
        return broken(f"{seen.back} rows that had been erased or blocked are back; `zusage backup replay` takes them away again")
    if min(seen.entries, seen.compared, seen.back, seen.held, seen.doubtful, seen.tables) < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if seen.unlike:
        return undecided(
            f"another database may be answering for {', '.join(seen.unlike[:5])}: most rows are missing by which it is known again, and nobody "
            "erased them. Check the url; after a restore run `zusage backup replay`"
        )
    if seen.behind:
        return undecided(
            f"the register may be an old copy: {', '.join(seen.behind[:5])} is ahead of our own record. Restore the newest state and folder of "
            "zusage, or say that there is nothing newer with `zusage backup replay --nothing-newer`"
        )
    if not seen.entries:
        return undecided("nothing is on the register of erasures, so nothing is shown")
    if not seen.visible:
        return undecided(f"it is not shown that nothing is hidden: {seen.how_visible}")
    if seen.doubtful:
        return undecided(f"of {seen.doubtful} rows nobody can tell whether they had been erased")
    if seen.unmarked:
        return undecided(f"rows of {', '.join(seen.unmarked[:5])} could not be told from others if they came back")
    back = f"none of {seen.entries} rows that were erased or blocked is back" + (
        f" but {seen.held} that a suspension holds" if seen.held else ""
    )
    return kept(f"{back}; {seen.compared} rows of {seen.tables} tables compared")
