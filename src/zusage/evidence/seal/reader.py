"""Reading a log folder. Nothing here changes it, and nothing here verifies it: `verify` does that.

Reading needs no lock: every file is complete from the moment it has its name, and the checkpoint that is read
first says which files belong to the log.
"""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from zusage.evidence.seal.checkpoint import Checkpoint
from zusage.evidence.seal.errors import LogDamaged, LogMissing, MalformedBundle
from zusage.evidence.seal.merkle import consistency_proof, inclusion_proof
from zusage.evidence.seal.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    decode_bundle,
    first_entries,
    index_path,
    parse_index,
    tile_subtree,
)
from zusage.sealing.note import Note

CHECKPOINT = "checkpoint"  #: the newest signed checkpoint
HISTORY = "checkpoints"  #: folder of all signed checkpoints, numbered by size


def history_path(size: int) -> str:
    """Where the checkpoint for `size` is kept, below the log's folder."""
    return f"{HISTORY}/{index_path(size)}"


def history_size(path: str) -> int | None:
    """The size whose checkpoint is kept at `path`, or None if none can be kept there."""
    folder, _, number = path.partition("/")
    return parse_index(number) if folder == HISTORY else None


class LogReader:
    """A log folder, for looking."""

    def __init__(self, folder: Path) -> None:
        """Look at the log in `folder`. Raises `LogMissing` when there is none."""
        self.folder = folder
        if not (folder / CHECKPOINT).is_file():
            raise LogMissing(folder=folder, why="it has no file 'checkpoint'")

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint, its signature not checked.

        Raises `LogMissing`, `MalformedNote` or `MalformedCheckpoint`.
        """
        return Checkpoint.parse(Note.parse(self.signed_checkpoint()).text)

    def signed_checkpoint(self, size: int | None = None) -> bytes:
        """The signed checkpoint for `size` entries as it was issued, with cosignatures; else the newest.

        Raises `LogMissing` when none was issued for that size.
        """
        path = CHECKPOINT if size is None else history_path(size)
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise LogMissing(folder=self.folder, why=f"{path}: {error.strerror}") from error

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """The entries up to the newest checkpoint, from index `start`. Raises `LogDamaged`."""
        size = self.checkpoint().size
        for index in range(start // WIDTH, -(-size // WIDTH)):
            bundle = self._bundle(index, size)
            yield from islice(bundle, max(0, start - index * WIDTH), None)

    def inclusion_proof(self, index: int) -> tuple[bytes, ...]:
        """The proof that entry `index` is under the newest checkpoint. Raises `LogDamaged`."""
        size = self.checkpoint().size
        read = partial(self._hash, size)
        return inclusion_proof(index, size, lambda low, high: tile_subtree(low, high, read))

    def consistency_proof(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the log of `old` entries is a prefix of that of `size`, else of the newest.

        Raises `LogDamaged`, or `IndexError` for sizes the log does not have.
        """
        newest = self.checkpoint().size
        size = newest if size is None else size
        if size > newest:
            raise IndexError(f"the log has {newest} entries, not {size}")
        read = partial(self._hash, newest)
        return consistency_proof(old, size, lambda low, high: tile_subtree(low, high, read))

    def _bundle(self, index: int, size: int) -> tuple[bytes, ...]:
        tile = Tile(ENTRIES, index, min(WIDTH, size - index * WIDTH))
        try:
            return decode_bundle(self._tile(tile), tile.width)
        except MalformedBundle as error:
            raise LogDamaged(folder=self.folder, where=tile.path, why=error) from error

    def _hash(self, size: int, level: int, position: int) -> bytes:
        """The hash at `position` of `level` in the log of `size` entries."""
        index = position // WIDTH
        tile = Tile(level, index, min(WIDTH, (size >> 8 * level) - index * WIDTH))
        return self._tile(tile)[position % WIDTH * 32 :][:32]

    def _tile(self, tile: Tile) -> bytes:
        """The bytes of a tile or bundle; a partial one may have been replaced by the full one."""
        for candidate in (tile, tile.full):
            try:
                raw = (self.folder / candidate.path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            return self._checked(tile, candidate, raw)
        raise LogDamaged(folder=self.folder, where=tile.path, why="the file is missing")

    def _checked(self, tile: Tile, found: Tile, raw: bytes) -> bytes:
        """The part of `raw`, read from `found`, that `tile` stands for."""
        if tile.level == ENTRIES:
            return raw if tile == found else first_entries(raw, tile.width)
        if len(raw) != found.width * 32:
            raise LogDamaged(folder=self.folder, where=found.path, why=f"{len(raw)} bytes are not {found.width} hashes")
        return raw[: tile.width * 32]
