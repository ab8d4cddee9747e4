"""From what was seen of the steps of cases to a verdict: pure."""

from __future__ import annotations

from zusage.evidence.judgement import Judgement, broken, kept, undecided

from .observation import Steps


def judge_steps(seen: Steps) -> Judgement:
    """Broken by any step that was taken out, altered, put in later or sealed twice; kept only if each is as it was sealed."""
    lost = ((seen.unfound, "steps are noted as sealed and are not in the log"),) if seen.whole else ()
    for count, what in (
        (seen.missing, "steps of cases that were sealed are not on record any more"),
        (seen.altered, "steps of cases are not as they were sealed"),
        (seen.torn, "cases have lost their last steps"),
        (seen.doubled, "steps were sealed twice, with different contents"),
        (seen.late, "steps are dated before what was sealed ahead of them"),
        (seen.alone, "approvals are by whoever had decided"),
        *lost,
    ):
        if count > 0:
            return broken(f"{count} {what}")
    parts = (seen.alike, seen.altered, seen.unfound, seen.unsealed, seen.waiting)
    if min(*parts, seen.steps, seen.missing, seen.torn, seen.late, seen.doubled, seen.alone) < 0:
        return undecided("a count is negative: the observation contradicts itself")
    if sum(parts) != seen.steps:
        return undecided("the parts do not add up to the whole: steps changed while looking")
    if seen.unfound:
        return undecided(
            f"of {seen.unfound} steps nobody can tell whether they were sealed: the log is not there from its beginning"
        )
    if seen.unsealed:
        return undecided(f"{seen.unsealed} steps are not sealed yet")
    if not seen.alike:
        return undecided("no step of any case was sealed yet, so nothing is shown")
    return kept(f"each of {seen.alike} steps is as it was sealed")
