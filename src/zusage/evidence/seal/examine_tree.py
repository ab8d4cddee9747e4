"""Steps 1 to 5 of the verification: this checkpoint seals these entries. Pure; see `verify`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zusage.evidence.seal.checkpoint import Checkpoint, open_checkpoint
from zusage.evidence.seal.reader import CHECKPOINT, history_size
from zusage.evidence.seal.recompute import Recomputed, bundle_at, expected
from zusage.evidence.seal.tiles import WIDTH, Tile, edges_of, tiles_of
from zusage.evidence.seal.verdict import RESTORE, Finding, Refused
from zusage.sealing.errors import SealingError
from zusage.sealing.note import Note
from zusage.sealing.vkey import VerifierKey


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps after the third look at."""

    files: Mapping[str, bytes]  #: by path below the log's folder
    keys: tuple[VerifierKey, ...]  #: of the log
    newest: Checkpoint  #: signed by one of `keys`
    entries: tuple[bytes, ...]  #: as many as `newest` says
    hashes: Recomputed  #: from `entries`

    def kept(self) -> dict[int, str]:
        """The paths of all kept checkpoints by the size under which they are kept, ascending."""
        found = {size: path for path in self.files if (size := history_size(path)) is not None}
        return dict(sorted(found.items()))


def read_head(files: Mapping[str, bytes], keys: Sequence[VerifierKey]) -> Checkpoint:
    """Steps 1 and 2: the newest checkpoint, signed by one of `keys`. Raises `Refused`."""
    step = 1
    if CHECKPOINT not in files:
        why = "Nothing says what the log contains."
        raise Refused(Finding(step, "There is no checkpoint.", CHECKPOINT, why, RESTORE))
    try:
        checkpoint = Checkpoint.parse(Note.parse(files[CHECKPOINT]).text)
        step = 2
        open_checkpoint(files[CHECKPOINT], keys)
    except SealingError as error:
        why = "The whole proof hangs on the signed checkpoint."
        raise Refused(Finding(step, str(error), CHECKPOINT, why, RESTORE)) from error
    return checkpoint


def read_entries(files: Mapping[str, bytes], size: int) -> tuple[bytes, ...]:
    """Step 3: all entries up to the checkpoint, at least one. Raises `Refused`."""
    if size == 0:
        what, why = "The log is empty.", "An empty proof is no proof."
        raise Refused(Finding(3, what, CHECKPOINT, why, "Verify a log that has entries."))
    entries: list[bytes] = []
    for index in range(-(-size // WIDTH)):
        try:
            entries.extend(bundle_at(files, index, size))
        except KeyError as missing:
            what, why = "The entry bundle is missing.", "The sealed entries are not there."
            raise Refused(Finding(3, what, str(missing.args[0]), why, RESTORE)) from missing
        except SealingError as error:
            why = "The sealed entries cannot be read."
            raise Refused(Finding(3, str(error), f"entry bundle {index}", why, RESTORE)) from error
    return tuple(entries)


def compare_tiles(case: Case) -> Iterator[Finding]:
    """Step 4: every tile and bundle is there and contains what follows from the entries."""
    for path in sorted(case.files):
        tile = Tile.parse(path)
        if tile is None or tile.end > case.newest.size:
            continue
        if case.files[path] != expected(tile, case.entries, case.hashes):
            what = "The file does not contain what follows from the entries."
            yield Finding(4, what, path, "Either it or an entry was changed after sealing.", RESTORE)
    sizes = [size for size in case.kept() if size < case.newest.size]
    for tile in sorted({*tiles_of(case.newest.size), *(tile for size in sizes for tile in edges_of(size))}):
        if tile.path not in case.files and tile.full.path not in case.files:
            why = "A log keeps the tiles of every checkpoint it issued."
            yield Finding(4, "The file is missing.", tile.path, why, RESTORE)


def compare_root(case: Case, roots: Mapping[int, bytes]) -> Iterator[Finding]:
    """Step 5: the checkpoint's root is that of the entries."""
    if roots[case.newest.size] != case.newest.root:
        what = "The root of the entries is not the root in the checkpoint."
        yield Finding(5, what, CHECKPOINT, "The entries are not those that were sealed.", RESTORE)
