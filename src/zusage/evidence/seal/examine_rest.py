"""Steps 8 and 9 of the verification: the chain of logs, and what lies beside. Pure; see `verify`."""

from collections.abc import Iterator

from zusage.evidence.seal.disk import LOCK, STAGING
from zusage.evidence.seal.examine_tree import Case
from zusage.evidence.seal.links import Link, Predecessor, Successor, read_link
from zusage.evidence.seal.reader import CHECKPOINT, history_size
from zusage.evidence.seal.tiles import Tile
from zusage.evidence.seal.verdict import ASK, Finding, Verification
from zusage.sealing.errors import SealingError


def ends(case: Case) -> tuple[Predecessor | None, Successor | None]:
    """The links at the beginning and at the end of the log, if they are there."""
    first, last = _link(case.entries[0]), _link(case.entries[-1])
    return (
        first if isinstance(first, Predecessor) else None,
        last if isinstance(last, Successor) else None,
    )


def compare_links(case: Case, before: Verification | None) -> Iterator[Finding]:
    """Step 8; `before` is the verdict over the predecessor, if it was given."""
    for number, entry in enumerate(case.entries):
        try:
            link = read_link(entry)
        except SealingError as error:
            yield Finding(8, str(error), f"entry {number}", "The chain of logs is unclear.", ASK)
            continue
        if link is not None and not _in_place(link, number, len(case.entries)):
            what = "A link between logs stands in the middle."
            yield Finding(8, what, f"entry {number}", "It closes or opens a log that went on.", ASK)
    predecessor, successor = ends(case)
    if before is not None:
        yield from _compare(case, predecessor, before)
    elif predecessor is not None:
        root = f"its root was {predecessor.root.hex()} at {predecessor.size} entries"
        what = f"Predecessor {predecessor.origin} not present, {root}."
        why = "Evidence older than this log cannot be checked."
        yield Finding(8, what, "entry 0", why, "Verify it as well, if it is still kept.", fatal=False)
    if successor is not None:
        what = f"This log was closed; it continues as {successor.origin}."
        where = f"entry {len(case.entries) - 1}"
        yield Finding(8, what, where, "Later evidence is not in it.", "Verify the successor.", fatal=False)


def report_rest(case: Case) -> Iterator[Finding]:
    """Step 9."""
    for path in sorted(case.files):
        tile = Tile.parse(path)
        if path.startswith(f"{STAGING}/") or (tile and tile.end > case.newest.size):
            what = "Left behind by an append that was interrupted or is under way."
            todo = "Ignore it; the next append clears it away."
            yield Finding(9, what, path, "No checkpoint covers it.", todo, fatal=False)
        elif not _belongs(case, path, tile):
            todo = "Do not take it for evidence."
            yield Finding(9, "Not part of the log.", path, "Nothing seals it.", todo, fatal=False)


def _belongs(case: Case, path: str, tile: Tile | None) -> bool:
    known = tile is not None or path == CHECKPOINT or history_size(path) is not None
    return known or (path == LOCK and not case.files[path])


def _link(entry: bytes) -> Link | None:
    try:
        return read_link(entry)
    except SealingError:
        return None


def _in_place(link: Link, number: int, count: int) -> bool:
    match link:
        case Predecessor():
            return number == 0
        case Successor():
            return number == count - 1


def _compare(case: Case, link: Predecessor | None, before: Verification) -> Iterator[Finding]:
    if link is None:
        what = f"The first entry does not name {before.origin} as predecessor."
        yield Finding(8, what, "entry 0", "The logs do not form a chain.", "Give the logs in their order.")
        return
    ended = (before.origin, before.size, before.root, before.successor)
    if not before.ok or ended != (link.origin, link.size, link.root, Successor(case.newest.origin)):
        what = f"The log given as predecessor ({before.origin}) did not end as the first entry says."
        yield Finding(8, what, "entry 0", "The chain of logs is broken there.", ASK)
