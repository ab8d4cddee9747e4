"""Steps 6 and 7 of the verification: the log only ever grew, and others saw it. Pure; see `verify`."""

from collections.abc import Iterator, Mapping, Sequence

from zusage.evidence.seal.checkpoint import Checkpoint, open_checkpoint
from zusage.evidence.seal.cosignature import WitnessKey, anchored, cosigned_at
from zusage.evidence.seal.examine_tree import Case
from zusage.evidence.seal.reader import CHECKPOINT, history_path
from zusage.evidence.seal.verdict import ASK, Finding
from zusage.sealing.errors import ForgedSignature, SealingError

SINCE = "since"  #: names the given earlier checkpoint where a file name is expected


def compare_past(case: Case, since: Checkpoint | None, roots: Mapping[int, bytes]) -> Iterator[Finding]:
    """Step 6, for every kept checkpoint and for `since`, which `read_since` has read."""
    for size, path in case.kept().items():
        checkpoint, findings = read_earlier(case, case.files[path], path)
        yield from findings
        if checkpoint and checkpoint.size != size:
            what = f"The checkpoint for {checkpoint.size} entries is kept as the one for {size}."
            yield Finding(6, what, path, "The checkpoint issued for that size was replaced.", ASK)
        elif checkpoint:
            yield from _compare(case, checkpoint, roots, path)
    if since:
        yield from _compare(case, since, roots, SINCE)
    if len(set(_newest_notes(case))) > 1:
        what = "The newest checkpoint and its kept copy bear different signatures."
        why = "An anchoring was interrupted, or one of them was changed."
        yield Finding(6, what, CHECKPOINT, why, "Anchor the newest checkpoint again.", fatal=False)


def read_earlier(case: Case, note: bytes, where: str) -> tuple[Checkpoint | None, tuple[Finding, ...]]:
    """The checkpoint in `note` if a known key signed it for this log, else why not."""
    try:
        checkpoint = open_checkpoint(note, case.keys)
    except SealingError as error:
        why = "An earlier checkpoint that cannot be trusted hides the past."
        return None, (Finding(6, str(error), where, why, ASK),)
    if checkpoint.origin == case.newest.origin:
        return checkpoint, ()
    what = f"The checkpoint is of the log {checkpoint.origin}, not of {case.newest.origin}."
    why = "It says nothing about this log."
    return None, (Finding(6, what, where, why, "Give a checkpoint of this log, or its own log."),)


def _compare(case: Case, earlier: Checkpoint, roots: Mapping[int, bytes], where: str) -> Iterator[Finding]:
    if earlier.size > case.newest.size:
        what = f"The log once had {earlier.size} entries and now has {case.newest.size}."
        yield Finding(6, what, where, "Evidence was taken back.", ASK)
    elif earlier.root != roots[earlier.size]:
        what = f"The first {earlier.size} entries are not those of the earlier checkpoint."
        yield Finding(6, what, where, "History was rewritten.", ASK)


def compare_witnesses(case: Case, witnesses: Sequence[WitnessKey], size: int) -> Iterator[Finding]:
    """Step 7; `size` is what `anchored_size` found."""
    why = "Whoever holds the log's key could have written all of it anew, with every date in it."
    if not witnesses:
        what = "The log counts as unanchored: no witness was required."
        yield Finding(7, what, CHECKPOINT, why, "Name the witnesses that must have cosigned.", fatal=False)
        return
    for path in (CHECKPOINT, *case.kept().values()):
        yield from _forged(case.files[path], witnesses, path)
    if size < case.newest.size:
        missing = ", ".join(w.name for w in witnesses if not any(_cosigned(n, [w]) for n in _newest_notes(case)))
        what = f"Unanchored beyond {size} entries: the newest checkpoint lacks cosignatures of {missing}."
        yield Finding(7, what, CHECKPOINT, why, "Anchor the newest checkpoint, then verify again.")


def anchored_size(case: Case, witnesses: Sequence[WitnessKey]) -> int:
    """The largest size of a checkpoint that every one of `witnesses` cosigned; 0 if none or no witnesses."""
    if any(_cosigned(note, witnesses) for note in _newest_notes(case)):
        return case.newest.size
    earlier = sorted((size for size in case.kept() if size < case.newest.size), reverse=True)
    kept = case.kept()
    return next((size for size in earlier if _cosigned(case.files[kept[size]], witnesses)), 0)


def _newest_notes(case: Case) -> list[bytes]:
    """The newest checkpoint as it lies in the log, once or twice; a crash may part the two."""
    kept = history_path(case.newest.size)
    return [case.files[path] for path in (CHECKPOINT, kept) if path in case.files]


def _forged(note: bytes, witnesses: Sequence[WitnessKey], path: str) -> Iterator[Finding]:
    for witness in witnesses:
        try:
            cosigned_at(note, witness)
        except ForgedSignature as error:
            yield Finding(7, str(error), path, "Someone pretends to be the witness.", ASK)
        except SealingError:
            pass  # step 6 has said so


def _cosigned(note: bytes, witnesses: Sequence[WitnessKey]) -> bool:
    try:
        return anchored(note, witnesses)
    except SealingError:
        return False
