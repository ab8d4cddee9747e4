"""The log computed anew from its entries alone: pure. Nothing here is taken from tiles or checkpoints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zusage.evidence.seal.merkle import Frontier, leaf_hash, root_of
from zusage.evidence.seal.tiles import ENTRIES, WIDTH, Tile, decode_bundle, encode_bundle, first_entries


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Hashes that follow from the entries."""

    levels: tuple[tuple[bytes, ...], ...]  #: level 0: leaf hashes; above: hashes of full tiles

    @classmethod
    def from_entries(cls, entries: Sequence[bytes]) -> "Recomputed":
        """Hash all `entries`, upwards to the level that has no full tile."""
        levels = [tuple(leaf_hash(entry) for entry in entries)]
        while len(row := levels[-1]) >= WIDTH:
            starts = range(0, len(row) - WIDTH + 1, WIDTH)
            levels.append(tuple(root_of(row[start : start + WIDTH]) for start in starts))
        return cls(tuple(levels))

    def tile(self, tile: Tile) -> bytes:
        """What the tile must contain; shorter if the log does not reach that far."""
        row = self.levels[tile.level] if tile.level < len(self.levels) else ()
        start = tile.index * WIDTH
        return b"".join(row[start : start + tile.width])

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """The root hashes that the log had at `sizes`, as far as it has had them."""
        wanted, found, tree = set(sizes), {}, Frontier()
        for leaf in (None, *self.levels[0]):
            tree = tree if leaf is None else tree.append(leaf)
            if tree.size in wanted:
                found[tree.size] = tree.root()
        return found


def bundle_at(files: Mapping[str, bytes], index: int, size: int) -> tuple[bytes, ...]:
    """The entries of bundle `index` in a log of `size` entries.

    A partial bundle may have been replaced by the full one. Raises `KeyError` when neither is there, and
    `MalformedBundle`.
    """
    tile = Tile(ENTRIES, index, min(WIDTH, size - index * WIDTH))
    raw = files[tile.path] if tile.path in files else first_entries(files[tile.full.path], tile.width)
    return decode_bundle(raw, tile.width)


def expected(tile: Tile, entries: Sequence[bytes], hashes: Recomputed) -> bytes:
    """What the file of `tile`, or of an entry bundle, must contain."""
    if tile.level != ENTRIES:
        return hashes.tile(tile)
    start = tile.index * WIDTH
    return encode_bundle(entries[start : start + tile.width])
