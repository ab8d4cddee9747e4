"""Where hashes and entries lie, after C2SP tlog-tiles (https://c2sp.org/tlog-tiles): pure.

A *tile* holds up to 256 consecutive hashes of one level; level 0 are leaf hashes, each level above holds the
tree hashes of full tiles below. An *entry bundle* holds the entries of one level-0 tile. A *partial* tile or
bundle is narrower than 256 and has its width in its path.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zusage.evidence.seal.errors import EntryTooLong, MalformedBundle
from zusage.evidence.seal.merkle import node_hash, root_of, split

WIDTH = 256  #: hashes in a full tile, entries in a full bundle
MAX_ENTRY = 65535  #: bytes; the length prefix has 16 bits
ENTRIES = -1  #: stands for "entry bundle" where a level is expected

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

#: Gives the hash at a level (first) and index within the level (second).
ReadHash = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Names one tile or, with level `ENTRIES`, one entry bundle."""

    level: int  #: 0 to 63, or `ENTRIES`
    index: int  #: position within the level
    width: int = WIDTH  #: hashes or entries in it; less than 256: partial

    @property
    def path(self) -> str:
        """Its path below the log's folder, with slashes."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index_path(self.index)}{partial}"

    @property
    def end(self) -> int:
        """Number of entries the log must have for this tile to belong to it."""
        return (self.index * WIDTH + self.width) << 8 * max(self.level, 0)

    @property
    def full(self) -> "Tile":
        """The tile of the same place in full width."""
        return Tile(self.level, self.index)

    @classmethod
    def parse(cls, path: str) -> "Tile | None":
        """The tile at `path`, or None if no tile can lie there."""
        if not (found := _PATH.fullmatch(path)):
            return None
        level = ENTRIES if found[1] == "entries" else int(found[1])
        tile = cls(level, int(found[2].replace("/", "").replace("x", "")), int(found[3] or WIDTH))
        return tile if tile.path == path and level < 64 else None


def index_path(number: int) -> str:
    """A number as path elements of three digits, all but the last led by x: 1234067 is x001/x234/067."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def parse_index(path: str) -> int | None:
    """The number that `index_path` wrote as `path`, or None."""
    tile = Tile.parse(f"tile/0/{path}")
    return tile.index if tile and tile.width == WIDTH else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile and bundle that a log of `size` entries consists of, bundles first."""
    for level in range(ENTRIES, 64):
        count = size >> 8 * max(level, 0)
        if count == 0:
            return
        yield from (Tile(level, index) for index in range(count // WIDTH))
        yield from edge_of(level, count)


def edge_of(level: int, count: int) -> Iterator[Tile]:
    """The partial tile at the right edge of a level with `count` hashes, if there is one."""
    if count % WIDTH:
        yield Tile(level, count // WIDTH, count % WIDTH)


def edges_of(size: int) -> Iterator[Tile]:
    """The partial tiles and the partial bundle of a log of `size` entries."""
    for level in range(ENTRIES, 64):
        if not (count := size >> 8 * max(level, 0)):
            return
        yield from edge_of(level, count)


def require_short(entries: Sequence[bytes]) -> None:
    """Refuse entries that no bundle can carry. Raises `EntryTooLong`."""
    for index, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY:
            raise EntryTooLong(index=index, length=len(entry), limit=MAX_ENTRY)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each behind its length as big-endian uint16. Raises `EntryTooLong`."""
    require_short(entries)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(raw: bytes, width: int) -> tuple[bytes, ...]:
    """The `width` entries of a bundle, which must contain nothing else. Raises `MalformedBundle`."""
    entries: list[bytes] = []
    at = 0
    while at < len(raw) and len(entries) < width:
        length = int.from_bytes(raw[at : at + 2], "big")
        entry = raw[at + 2 : at + 2 + length]
        if at + 2 > len(raw) or len(entry) != length:
            raise MalformedBundle(why="it breaks off", index=len(entries))
        entries.append(entry)
        at += 2 + length
    if at != len(raw) or len(entries) != width:
        raise MalformedBundle(why=f"it must hold exactly {width} entries", index=len(entries))
    return tuple(entries)


def first_entries(raw: bytes, width: int) -> bytes:
    """The bundle cut down to its first `width` entries, as far as they are there."""
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(raw[at : at + 2], "big")
    return raw[:at]


def split_hashes(raw: bytes) -> tuple[bytes, ...]:
    """The hashes in the bytes of a tile."""
    return tuple(raw[i : i + 32] for i in range(0, len(raw), 32))


def tile_subtree(low: int, high: int, read: ReadHash) -> bytes:
    """The tree hash over the leaves `low` to `high` (not included), read off tiles.

    The range must be one into which RFC 6962 divides a tree that the tiles belong to.
    """
    count = high - low
    if count & (count - 1):
        middle = low + split(count)
        return node_hash(tile_subtree(low, middle, read), tile_subtree(middle, high, read))
    level = (count.bit_length() - 1) // 8
    span = WIDTH**level
    return root_of([read(level, low // span + i) for i in range(count // span)])
