"""From what was seen of the records of consent to a word and a reason: pure."""

from __future__ import annotations

from typing import Literal, assert_never

from zusage.evidence.judgement import Judgement, Verdict

from .observation import ConsentObservation, Ledger, Papers, Trial

Word = Literal["kept", "broken", "undecided"]


def judge_consents(seen: ConsentObservation) -> Judgement:
    """Judge one observation of the records of consent."""
    match seen:
        case Ledger():
            word, reason = ledger(seen)
        case Papers():
            word, reason = papers(seen)
        case Trial():
            word, reason = trial(seen)
        case _:
            assert_never(seen)
    return Judgement(Verdict(word), reason)


def ledger(seen: Ledger) -> tuple[Word, str]:
    """Broken by any record that is missing, altered or out of place, by whichever witness it shows."""
    if min(seen.records, seen.head, seen.gaps, seen.unlinked, seen.altered, seen.too_early) < 0:
        return "undecided", "a count is negative: the observation contradicts itself"
    missing = max(seen.head, seen.acknowledged or 0, seen.before or 0) - seen.records
    if missing > 0:
        return "broken", f"{missing} choices that were acknowledged or sealed are not on record"
    if seen.rewritten:
        return (
            "broken",
            "the records were rewritten: what was last at an earlier look, or when it was acknowledged, is another now",
        )
    for rows, what in (
        (seen.gaps, "numbers are missing in the chain"),
        (seen.unlinked, "records do not follow from the one before"),
        (seen.altered, "records were altered"),
        (seen.too_early, "records were emptied before their time of keeping was over"),
    ):
        if rows:
            return "broken", f"{rows} {what}"
    if seen.acknowledged is None and seen.records:
        return "undecided", "there is no note of how far choices were acknowledged, so a lost end would not show"
    if not seen.records:
        return "undecided", "there is no record yet, so nothing is shown"
    return "kept", f"all {seen.records} records are there, each as it was written"


def papers(seen: Papers) -> tuple[Word, str]:
    """Broken by any record that cannot be proved."""
    if min(seen.given, seen.refused, seen.withdrawn, seen.unclear, seen.untexted, seen.texts) < 0:
        return "undecided", "a count is negative: the observation contradicts itself"
    if seen.untexted:
        return "broken", f"{seen.untexted} records name a text that is not kept as it was shown"
    if seen.unclear:
        return "broken", f"{seen.unclear} records do not say what was decided, when, how or in which words"
    answers = seen.given + seen.refused + seen.withdrawn
    if not answers:
        return "undecided", "there is no record yet, so nothing is shown"
    return (
        "kept",
        f"{seen.given} consents, {seen.refused} refusals and {seen.withdrawn} withdrawals, each with its text, time and way",
    )


def trial(seen: Trial) -> tuple[Word, str]:
    """Broken by anything that did not go as it must, and by a withdrawal that takes more than the consent did."""
    if seen.failed:
        return "broken", f"the service was tried out, and not so: {'; '.join(seen.failed)}"
    if seen.calls_to_withdraw > seen.calls_to_give:
        return "broken", f"withdrawing took {seen.calls_to_withdraw} calls, giving {seen.calls_to_give}"
    if not seen.done or not seen.calls_to_give or not seen.calls_to_withdraw:
        return "undecided", "nothing was tried out"
    return (
        "kept",
        f"withdrawn with {seen.calls_to_withdraw} call what was given with {seen.calls_to_give}: {'; '.join(seen.done)}",
    )
