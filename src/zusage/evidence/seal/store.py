"""The append-only log on disk.

A log is a folder: `checkpoint`, `checkpoints/` (every one issued, by size), `tile/` (after tlog-tiles),
`lock`, and `incoming/` while an append is under way. An append, under the lock:

1. clears away what an interrupted append left behind: whatever lies past the checkpoint;
2. makes `incoming/`, the sign that an append is under way;
3. writes bundles and tiles, each durably (see `disk`);
4. writes `checkpoint`: from here on, and not before, the entries are in the log;
5. keeps the checkpoint in `checkpoints/`;
6. deletes partial tiles that full ones replace, and `incoming/`.

Killed before 4, the entries were never in the log; killed after 4, they are. A caller that was killed does
not know which, and finds out by reading. Each checkpoint keeps its partial tiles until they are full, as the
specification demands; so append in batches, not entry by entry.
"""

from collections.abc import Sequence
from pathlib import Path

from zusage.evidence.seal.checkpoint import Checkpoint, open_checkpoint
from zusage.evidence.seal.disk import (
    LOCK,
    STAGING,
    discard_folder,
    files_below,
    locked,
    make_folder,
    write_files,
)
from zusage.evidence.seal.edge import Edge
from zusage.evidence.seal.errors import (
    CheckpointUnknown,
    KeyNotForLog,
    LogClosed,
    LogDamaged,
    LogExists,
    LogMissing,
    MalformedBundle,
    NoSigningKey,
    NothingToAppend,
    ReservedEntry,
)
from zusage.evidence.seal.links import Successor, read_link
from zusage.evidence.seal.merkle import EMPTY_ROOT
from zusage.evidence.seal.reader import CHECKPOINT, HISTORY, LogReader, history_path
from zusage.evidence.seal.tiles import WIDTH, Tile
from zusage.sealing.errors import SealingError
from zusage.sealing.keys import SigningKey
from zusage.sealing.note import Note, SignatureLine

PATIENCE = 10.0  #: seconds to wait for another writer


class EvidenceLog(LogReader):
    """A log folder, for appending. One object serves one thread; several objects may serve one folder."""

    def __init__(self, folder: Path, key: SigningKey | None, patience: float = PATIENCE) -> None:
        """Use `open` or `create`."""
        super().__init__(folder)
        self.key = key
        self.patience = patience  #: seconds to wait for another writer before `LogBusy`
        self._edge: Edge | None = None  # None until the folder was cleared once

    @classmethod
    def create(cls, folder: Path, origin: str, key: SigningKey) -> "EvidenceLog":
        """Make an empty log named `origin` in a new or empty folder; `key` must bear the same name.

        A creation that was interrupted is completed. Raises `LogExists` or `KeyNotForLog`.
        """
        if key.name != origin:
            raise KeyNotForLog(name=key.name, origin=origin, why="it bears another name")
        note = key.sign(Checkpoint(origin, 0, EMPTY_ROOT).encode())
        make_folder(folder)
        if set(files_below(folder)) - {LOCK, f"{STAGING}/0"}:
            raise LogExists(folder=folder)
        with locked(folder, PATIENCE):
            if (folder / CHECKPOINT).exists():
                raise LogExists(folder=folder)
            make_folder(folder / STAGING)
            write_files(folder, {CHECKPOINT: note})
            discard_folder(folder / STAGING)
        return cls(folder, key)

    @classmethod
    def open(cls, folder: Path, key: SigningKey | None = None, patience: float = PATIENCE) -> "EvidenceLog":
        """Open an existing log; without `key` for reading and anchoring only. Changes nothing.

        Raises `LogMissing`, or `KeyNotForLog` when `key` did not sign the newest checkpoint.
        """
        log = cls(folder, key, patience)
        if key is not None:
            log._require_key(key)
        return log

    def append(self, entries: Sequence[bytes]) -> Checkpoint:
        """Add `entries` in this order and issue a checkpoint; on return both are on the medium.

        All or nothing. Not idempotent: appending twice seals twice. When it raises one of these, nothing was
        appended: `NothingToAppend`, `EntryTooLong`, `ReservedEntry`, `NoSigningKey`,
        `LogBusy`, `LogClosed`, `LogDamaged`.
        """
        for index, entry in enumerate(entries):
            if _claims_link(entry):
                raise ReservedEntry(index=index)
        return self.append_unguarded(entries)

    def append_unguarded(self, entries: Sequence[bytes]) -> Checkpoint:
        """Like `append`, but lets links between logs through. For rotation only."""
        if not entries:
            raise NothingToAppend(folder=self.folder)
        if self.key is None:
            raise NoSigningKey(folder=self.folder)
        with locked(self.folder, self.patience):
            now = self._require_key(self.key)
            before = self._prepare(now)  # step 1
            if closing := self._closing(before):
                raise LogClosed(folder=self.folder, successor=closing.origin)
            after, files = before.extend(entries)
            checkpoint = Checkpoint(now.origin, after.size, after.root())
            self._edge = None
            self._write(files, checkpoint, self.key)
            self._edge = after
        return checkpoint

    def successor(self) -> Successor | None:
        """The closing entry of a log that was rotated, else None. Raises `LogDamaged`."""
        size = self.checkpoint().size
        return self._link_in(self._bundle((size - 1) // WIDTH, size)[-1]) if size else None

    def keep_cosignatures(self, size: int, lines: Sequence[SignatureLine]) -> bytes:
        """Add signature lines, verified by the caller, to the kept checkpoint for `size`; returns the note.

        A line of the same key is replaced. Raises `CheckpointUnknown` when none was issued.
        """
        with locked(self.folder, self.patience):
            newest = self.checkpoint().size
            if size == newest:
                self._prepare(self.checkpoint())
            note = self._merged(size, lines)
            make_folder(self.folder / STAGING)
            write_files(self.folder, {history_path(size): note})
            if size == newest:
                write_files(self.folder, {CHECKPOINT: note})
            discard_folder(self.folder / STAGING)
        return note

    def _merged(self, size: int, lines: Sequence[SignatureLine]) -> bytes:
        try:
            note = Note.parse(self.signed_checkpoint(size))
        except LogMissing as error:
            raise CheckpointUnknown(folder=self.folder, size=size) from error
        fresh = {(line.name, line.key_id) for line in lines}
        kept = [line for line in note.signatures if (line.name, line.key_id) not in fresh]
        return Note(note.text, (*kept, *lines)).encode()

    def _require_key(self, key: SigningKey) -> Checkpoint:
        """The newest checkpoint, if `key` signed it."""
        origin = self.checkpoint().origin
        try:
            return open_checkpoint(self.signed_checkpoint(), [key.verifier])
        except SealingError as error:
            raise KeyNotForLog(name=key.name, origin=origin, why="it did not sign the newest checkpoint") from error

    def _prepare(self, now: Checkpoint) -> Edge:
        """Step 1, and the edge at which the log grows. Raises `LogDamaged`."""
        if self._edge is None or (self.folder / STAGING).exists():
            self._clear(now.size)
            self._edge = None
        if self._edge is None or self._edge.size != now.size:
            self._edge = self._load(now.size)
        if self._edge.root() != now.root:
            raise LogDamaged(folder=self.folder, where=CHECKPOINT, why="its root does not follow from the tiles")
        return self._edge

    def _load(self, size: int) -> Edge:
        try:
            return Edge.load(size, self._tile)
        except MalformedBundle as error:
            raise LogDamaged(folder=self.folder, where="the last entry bundle", why=error) from error

    def _clear(self, size: int) -> None:
        """Delete what an interrupted append left, and finish what it had only to tidy (steps 5 and 6)."""
        for path in list(files_below(self.folder / "tile")):
            tile = Tile.parse(f"tile/{path}")
            if tile is None:
                continue  # not ours; verification reports it
            if tile.end > size or (tile != tile.full and (self.folder / tile.full.path).exists()):
                (self.folder / tile.path).unlink()
        if size and not (self.folder / history_path(size)).exists():
            make_folder(self.folder / STAGING)
            write_files(self.folder, {history_path(size): self.signed_checkpoint()})
        discard_folder(self.folder / STAGING)

    def _closing(self, edge: Edge) -> Successor | None:
        if edge.bundle:
            return self._link_in(edge.bundle[-1])
        return self._link_in(self._bundle(edge.size // WIDTH - 1, edge.size)[-1]) if edge.size else None

    def _link_in(self, entry: bytes) -> Successor | None:
        link = read_link(entry)
        return link if isinstance(link, Successor) else None

    def _write(self, files: dict[Tile, bytes], checkpoint: Checkpoint, key: SigningKey) -> None:
        note = key.sign(checkpoint.encode())
        make_folder(self.folder / STAGING)  # step 2
        write_files(self.folder, {tile.path: data for tile, data in files.items()})  # step 3
        write_files(self.folder, {CHECKPOINT: note})  # step 4
        write_files(self.folder, {history_path(checkpoint.size): note})  # step 5
        for tile in files:  # step 6
            if tile == tile.full:
                discard_folder(self.folder / f"{tile.path}.p")
        discard_folder(self.folder / STAGING)


def _claims_link(entry: bytes) -> bool:
    try:
        return read_link(entry) is not None
    except SealingError:
        return True


__all__ = ["CHECKPOINT", "HISTORY", "PATIENCE", "EvidenceLog"]
