"""Offline verification of an evidence log: bytes in, verdict out, no I/O and no clock.

It demands no trust in whoever hands the log over, only in the given keys. What a later step needs and an
earlier one could not establish ends the verification there.

1. The checkpoint can be read.
2. A known log key signed it. Without known keys nobody could have: refused.
3. Every entry can be read from its bundle and hashed. An empty log is refused: an empty proof is no proof.
4. Every tile and every bundle, of this and of every earlier checkpoint that is kept, is there and equals what
   follows from the entries.
5. The root that follows from the entries is the root in the checkpoint.
6. Every checkpoint that is kept, and the one given as `since`, was signed by a known key for this log, and
   its root is the root this log had at that size. None is larger than the newest.
7. Every required witness cosigned the newest checkpoint. Without required witnesses the log counts as
   unanchored: its operator could have written it anew from the beginning, with every date in it.
8. Links to other logs stand only at the beginning and the end. A predecessor that is given ended exactly as
   the first entry says; one that is not given is named with the root it had.
9. Whatever else lies in the folder is reported: it is not part of the proof.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from zusage.evidence.seal.cosignature import WitnessKey
from zusage.evidence.seal.examine_past import (
    SINCE,
    anchored_size,
    compare_past,
    compare_witnesses,
    read_earlier,
)
from zusage.evidence.seal.examine_rest import compare_links, ends, report_rest
from zusage.evidence.seal.examine_tree import Case, compare_root, compare_tiles, read_entries, read_head
from zusage.evidence.seal.reader import CHECKPOINT
from zusage.evidence.seal.recompute import Recomputed
from zusage.evidence.seal.verdict import RESTORE, Finding, Refused, Verification
from zusage.sealing.errors import SealingError
from zusage.sealing.vkey import VerifierKey


def verify(
    files: Mapping[str, bytes],
    *,
    keys: Sequence[VerifierKey],
    since: bytes | None = None,
    witnesses: Sequence[WitnessKey] = (),
    predecessor: Verification | None = None,
) -> Verification:
    """Judge the log whose files are `files`, by paths below its folder (see `read_bundle`).

    `keys` are the log's public keys, obtained elsewhere; `since` is an earlier signed checkpoint, kept
    elsewhere; `witnesses` are all required; `predecessor` is the verdict over the log before. Never raises
    for what is in `files` or `since`.
    """
    state = Verification()
    try:
        newest = read_head(files, keys)  # steps 1, 2
        state = Verification(origin=newest.origin, size=newest.size, root=newest.root)
        entries = read_entries(files, newest.size)  # step 3
        case = Case(files, tuple(keys), newest, entries, Recomputed.from_entries(entries))
        first, last = ends(case)
        size = anchored_size(case, witnesses)
        findings = tuple(_examine(case, since, witnesses, size, predecessor))
    except Refused as refusal:
        return replace(state, findings=(refusal.finding,))
    except SealingError as error:  # a file that is there and cannot be read after all
        why = "What cannot be read cannot be verified."
        return replace(state, findings=(Finding(3, str(error), "the bundle", why, RESTORE),))
    return replace(
        state,
        findings=findings,
        anchored=size == newest.size,
        anchored_size=size,
        predecessor=first,
        successor=last,
    )


def _examine(
    case: Case,
    since: bytes | None,
    witnesses: Sequence[WitnessKey],
    size: int,
    predecessor: Verification | None,
) -> Iterator[Finding]:
    earlier, unreadable = read_earlier(case, since, SINCE) if since is not None else (None, ())
    sizes = {*case.kept(), case.newest.size, *([earlier.size] if earlier else [])}
    roots = case.hashes.roots(sizes)
    yield from compare_tiles(case)  # step 4
    yield from compare_root(case, roots)  # step 5
    yield from unreadable  # step 6
    yield from compare_past(case, earlier, roots)
    yield from compare_witnesses(case, witnesses, size)  # step 7
    yield from compare_links(case, predecessor)  # step 8
    yield from report_rest(case)  # step 9


def verify_chain(
    bundles: Sequence[Mapping[str, bytes]],
    *,
    keys: Sequence[VerifierKey],
    since: bytes | None = None,
    witnesses: Sequence[WitnessKey] = (),
) -> tuple[Verification, ...]:
    """Judge logs that continue each other, oldest first: one verdict each. Without bundles: none.

    `since` counts for the log whose origin it bears, else for the last, which it then refuses. `witnesses`
    are required of the last; the logs before are fixed by the root in their successor.
    """
    verdicts: list[Verification] = []
    for files in bundles:
        last = files is bundles[-1]
        concerned = _bears_origin(files, since) or (last and not any(_bears_origin(f, since) for f in bundles))
        verdicts.append(
            verify(
                files,
                keys=keys,
                since=since if concerned else None,
                witnesses=witnesses if last else (),
                predecessor=verdicts[-1] if verdicts else None,
            )
        )
    return tuple(verdicts)


def _bears_origin(files: Mapping[str, bytes], since: bytes | None) -> bool:
    """Whether `since` names the log in `files`; both may be garbage."""
    try:
        newest = files.get(CHECKPOINT, b"")
    except SealingError:  # verify will say so
        return False
    return since is not None and since.partition(b"\n")[0] == newest.partition(b"\n")[0]
