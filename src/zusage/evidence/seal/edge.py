"""The growing right edge of a log: pure.

To append, a log needs only its partial tiles and its partial entry bundle. `Edge` holds those, says which
files an append produces, and knows the root.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zusage.evidence.seal.merkle import fold, leaf_hash, root_of
from zusage.evidence.seal.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    decode_bundle,
    edges_of,
    encode_bundle,
    require_short,
    split_hashes,
)


@dataclass(frozen=True, slots=True)
class Edge:
    """What a log of `size` entries needs to know to grow."""

    size: int = 0  #: number of entries
    levels: tuple[tuple[bytes, ...], ...] = ()  #: hashes of the partial tile of each level, from 0 upwards
    bundle: tuple[bytes, ...] = ()  #: entries of the partial bundle

    @classmethod
    def load(cls, size: int, read: Callable[[Tile], bytes]) -> "Edge":
        """The edge of a log of `size` entries, its tiles fetched with `read`.

        Raises `MalformedBundle`, and whatever `read` raises.
        """
        levels: dict[int, tuple[bytes, ...]] = {}
        bundle: tuple[bytes, ...] = ()
        for tile in edges_of(size):
            if tile.level == ENTRIES:
                bundle = decode_bundle(read(tile), tile.width)
            else:
                levels[tile.level] = split_hashes(read(tile))
        return cls(size, tuple(levels.get(level, ()) for level in range(max(levels, default=-1) + 1)), bundle)

    def root(self) -> bytes:
        """The root hash of the whole log."""
        peaks: list[bytes] = []
        for hashes in reversed(self.levels):
            at = 0
            for bit in range(7, -1, -1):
                if len(hashes) >> bit & 1:
                    peaks.append(root_of(hashes[at : at + (1 << bit)]))
                    at += 1 << bit
        return fold(peaks)

    def extend(self, entries: Sequence[bytes]) -> "tuple[Edge, dict[Tile, bytes]]":
        """The edge after appending `entries`, and the contents of every tile and bundle that came to be.

        Partial ones only of the final size. Raises `EntryTooLong`.
        """
        require_short(entries)
        files: dict[Tile, bytes] = {}
        first = self.size // WIDTH
        pending = [*self.bundle, *entries]
        for index, start in enumerate(range(0, len(pending), WIDTH), first):
            part = pending[start : start + WIDTH]
            files[Tile(ENTRIES, index, len(part))] = encode_bundle(part)
        levels = self._grow([leaf_hash(entry) for entry in entries], files)
        rest = tuple(pending[len(pending) // WIDTH * WIDTH :])
        return Edge(self.size + len(entries), levels, rest), files

    def _grow(self, fresh: list[bytes], files: dict[Tile, bytes]) -> tuple[tuple[bytes, ...], ...]:
        """Append hashes level by level, each full tile becoming one hash above; note the tiles in `files`."""
        levels: list[tuple[bytes, ...]] = []
        count = self.size  # hashes this level had before
        while fresh or len(levels) < len(self.levels):
            row = [*self.levels[len(levels)], *fresh] if len(levels) < len(self.levels) else fresh
            full = len(row) // WIDTH
            parts = [row[i * WIDTH : (i + 1) * WIDTH] for i in range(full + 1)]
            for index, part in enumerate(parts if fresh else (), count // WIDTH):
                if part:
                    files[Tile(len(levels), index, len(part))] = b"".join(part)
            levels.append(tuple(parts[full]))
            fresh, count = [root_of(part) for part in parts[:full]], count // WIDTH
        return tuple(levels)
