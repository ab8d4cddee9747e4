"""From what was seen of a synthetic person to a verdict: pure."""

from __future__ import annotations

from ..judgement import Judgement, broken, kept, undecided
from .observation import Answered, CanaryObservation, Delivered, Overwritten, Searched, Uncounted, Used, Withheld

#: the kind of a value that no store may hold at all, not even before the erasure
NOWHERE = "password"


def judge_canary(seen: CanaryObservation) -> Judgement:
    """Judge what was seen; what is broken stays so, and what is kept lasts as long as the flight counts."""
    match seen:
        case Searched():
            found = _searched(seen)
        case Answered():
            found = _answered(seen)
        case Overwritten():
            found = _overwritten(seen)
        case Withheld():
            found = _withheld(seen)
        case Used():
            found = _used(seen)
        case Delivered():
            found = _delivered(seen)
        case Uncounted():
            found = _uncounted(seen)
    if found.verdict.value != "kept":
        return found
    if seen.flown_on > seen.today:
        return undecided("the flight is dated in the future")
    if seen.counts_until < seen.today:
        return undecided(f"the flight of {seen.flown_on.isoformat()} counted until {seen.counts_until.isoformat()}")
    return kept(f"{found.reason} (flown on {seen.flown_on.isoformat()})")


def _searched(seen: Searched) -> Judgement:
    """In this order.

    1. Something that may be nowhere, or never here, was here: broken.
    2. Anything left after the erasure beyond what is declared to stay: broken at once.
    3. Presence was not shown for each kind of value, and in this store: undecided, as where something could not be read.
    """
    if seen.clear:
        return broken(f"what must not be here at any time was in {_some(seen.clear)}")
    if seen.left or seen.places_left > 0:
        return broken(f"left after the erasure in {max(len(seen.left), seen.places_left)} places: {_some(seen.left)}")
    if min(seen.places_left, seen.looked_at) < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if not seen.seeded or (missing := set(seen.seeded) - set(seen.found) - {NOWHERE}):
        named = ", ".join(sorted(missing)) if seen.seeded else "nothing was put in"
        return undecided(f"found nowhere before the erasure, so that absence shows nothing: {named}")
    if seen.unread:
        return undecided(f"could not be read: {_some(seen.unread)}")
    if not seen.looked_at:
        return undecided("nothing was there to read, so that nothing is shown")
    if missing := set(seen.expected) - set(seen.here):
        return undecided(f"not found here before the erasure, so that their absence shows nothing: {', '.join(sorted(missing))}")
    if not (seen.here or seen.never):
        return undecided("nothing was found here before the erasure, so that absence shows nothing")
    before = "nothing came here at any time" if seen.never else f"{len(seen.here)} kinds of value were here"
    return kept(f"{before}, and the erasure left none in {seen.looked_at} places")


def _answered(seen: Answered) -> Judgement:
    if not set(seen.seeded) - {NOWHERE}:
        return undecided("nothing was put in, so that nothing is shown")
    if untold := set(seen.seeded) - set(seen.told) - {NOWHERE}:
        return broken(f"the answer to the request for access lacks {', '.join(sorted(untold))}")
    return kept(f"the answer held all {len(set(seen.seeded) - {NOWHERE})} kinds of value")


def _overwritten(seen: Overwritten) -> Judgement:
    if seen.overdue:
        return broken(f"physically there for longer than declared: {_some(seen.overdue)}")
    if seen.unread:
        return undecided(f"could not be read: {_some(seen.unread)}")
    if not seen.shown:
        hint = "of a log whose files take turns, such as pg_wal, name the folder"
        return undecided(f"nothing was found in these files before the erasure, so that absence shows nothing; {hint}")
    if seen.birds <= 0:
        return undecided("nobody who was erased was looked for")
    later = f"; still in {len(seen.within)} places, not yet for too long" if seen.within else ""
    return kept(f"{seen.birds} who were erased were looked for{later}")


def _withheld(seen: Withheld) -> Judgement:
    """What is left in reach breaks the promise of its store; here, that a duty keeps all that it must, and nothing else is kept with it."""
    if more := set(seen.kept) - set(seen.declared):
        return broken(f"blocked though nothing says that it stays: {_some(tuple(sorted(more)))}")
    if gone := set(seen.before) - set(seen.kept):
        return broken(f"a duty keeps it, and it is not in the vault: {_some(tuple(sorted(gone)))}")
    if not seen.declared or (unshown := set(seen.declared) - set(seen.before)):
        named = _some(tuple(sorted(unshown))) if seen.declared else "no table is declared"
        return undecided(f"nothing of it was there before the erasure, so that nothing is shown: {named}")
    return kept(f"what a duty keeps of {len(seen.kept)} tables is in the vault, out of reach")


def _used(seen: Used) -> Judgement:
    """What was not used shows nothing, however well the rest went."""
    if seen.unknown:
        return undecided(f"by no address of theirs can it be looked for among {_some(seen.unknown)}")
    if seen.unused:
        return undecided(f"not used, so that nothing is shown of {len(seen.unused)} tables: {_some(seen.unused)}")
    if not seen.used:
        return undecided("the manifest names no table in which such people have rows")
    beside = f", but for {len(seen.declared)} that no trial uses: {_some(seen.declared)}" if seen.declared else ""
    return kept(f"all {len(seen.used)} tables in which such people have rows were used{beside}")


def _delivered(seen: Delivered) -> Judgement:
    """What is wrong is broken whatever else could not be read; a block in which nothing had to be, and may not be, shows nothing."""
    if seen.wrong:
        return broken(f"in it and not to be there: {_some(seen.wrong)}")
    if seen.lacking:
        return broken(f"not in it, though it must be: {_some(seen.lacking)}")
    if min(seen.wanted, seen.sought) < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if seen.unread:
        return undecided(f"could not be looked at: {_some(seen.unread)}")
    if not seen.wanted + seen.sought:
        return undecided("nothing had to be in it, so that nothing is shown")
    told = [f"all {seen.wanted} that must be in it are"] if seen.wanted else []
    told += [f"none of {seen.sought} that may not be"] if seen.sought else []
    return kept(", ".join(told))


def _uncounted(seen: Uncounted) -> Judgement:
    """An empty statistic shows nothing: it may be that nothing is counted there at all."""
    if seen.unread:
        return undecided(f"could not be read: {_some(seen.unread)}")
    if min(seen.moved, seen.figures) < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if seen.moved:
        return broken(
            f"{seen.moved} figures moved while it flew; where others use the service, fly on a system of the trial's own"
        )
    if not seen.figures:
        return undecided("the statistic was empty, so that nothing is shown")
    return kept(f"all {seen.figures} figures are as they were before it came")


def _some(places: tuple[str, ...]) -> str:
    return ", ".join(places[:10]) + (" …" if len(places) > 10 else "")
