"""Tiles, entry bundles and the growing edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.evidence.seal.edge import Edge
from zusage.evidence.seal.errors import EntryTooLong, MalformedBundle
from zusage.evidence.seal.merkle import leaf_hash, root_of, tree_hash
from zusage.evidence.seal.recompute import Recomputed, expected
from zusage.evidence.seal.tiles import (
    ENTRIES,
    MAX_ENTRY,
    Tile,
    decode_bundle,
    encode_bundle,
    first_entries,
    index_path,
    parse_index,
    tile_subtree,
    tiles_of,
)


def numbers(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def test_paths_are_those_of_the_specification() -> None:
    assert index_path(1234067) == "x001/x234/067"
    assert index_path(0) == "000"
    assert index_path(1000) == "x001/000"
    assert Tile(0, 0).path == "tile/0/000"
    assert Tile(1, 273, 17).path == "tile/1/273.p/17"
    assert Tile(ENTRIES, 1234067, 112).path == "tile/entries/x001/x234/067.p/112"


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    tiles = list(tiles_of(70_000))
    assert [sum(tile.level == 0 and tile.width == 256 for tile in tiles)] == [273]
    assert Tile(0, 273, 112) in tiles
    assert [tile for tile in tiles if tile.level > 0] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert len(tiles) == 2 * 274 + 3


def test_a_tree_of_256_has_one_full_tile_and_one_hash_above() -> None:
    assert list(tiles_of(256)) == [Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1)]


@given(st.integers(-1, 63), st.integers(0, 10**10), st.integers(1, 256))
def test_a_tile_is_found_by_its_path(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p", "tile/entry/000", "0/000", "tile/0/000\n", "tile/0/٠٠٠",
    ],
)  # fmt: skip
def test_no_tile_lies_elsewhere(path: str) -> None:
    assert Tile.parse(path) is None


def test_numbers_are_read_as_they_were_written() -> None:
    assert [parse_index(index_path(n)) for n in (0, 7, 999, 1000, 1234067)] == [0, 7, 999, 1000, 1234067]
    assert parse_index("000.p/7") is None
    assert parse_index("x000/001") is None


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    raw = encode_bundle(entries)
    assert decode_bundle(raw, len(entries)) == tuple(entries)
    for width in range(len(entries) + 1):
        assert first_entries(raw, width) == encode_bundle(entries[:width])


def test_lengths_are_two_bytes_big_endian() -> None:
    assert encode_bundle([b"a" * 258, b""]) == b"\x01\x02" + b"a" * 258 + b"\x00\x00"


def test_the_longest_entry_fits_and_one_byte_more_does_not() -> None:
    assert len(encode_bundle([b"a" * MAX_ENTRY])) == MAX_ENTRY + 2
    with pytest.raises(EntryTooLong, match="Entry 1 of this append has 65536 bytes; the log takes at most 65535"):
        encode_bundle([b"", b"a" * (MAX_ENTRY + 1)])


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0\1", b"\0\1a\0", b"\0\1a\0\1", b"\0\1a\0\1b\0\1c", b"\0\1a\0\1bx"])
def test_a_bundle_that_does_not_hold_exactly_its_entries_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedBundle):
        decode_bundle(raw, 2)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_appending_in_batches_gives_the_tiles_of_the_whole(batches: list[int]) -> None:
    edge, stored, done = Edge(), {}, 0
    entries = numbers(sum(batches))
    hashes = Recomputed.from_entries(entries)
    for batch in batches:
        edge, files = edge.extend(entries[done : done + batch])
        done += batch
        stored |= files
        assert edge.root() == tree_hash(entries[:done])
        assert edge == Edge.load(done, stored.__getitem__)
    assert set(tiles_of(done)) <= set(stored)
    assert all(data == expected(tile, entries, hashes) for tile, data in stored.items())


def test_three_levels_grow_as_one_would_compute_them() -> None:
    entries = numbers(65_536 + 300)
    hashes = Recomputed.from_entries(entries)
    edge, files = Edge().extend(entries[:65_500])
    edge, more = edge.extend(entries[65_500:])
    files |= more
    assert all(files[tile] == expected(tile, entries, hashes) for tile in tiles_of(len(entries)))
    assert edge.root() == tree_hash(entries)
    assert [len(level) for level in edge.levels] == [44, 1, 1]


@given(st.integers(1, 700).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_subtrees_read_off_tiles_are_those_of_the_leaves(bounds: tuple[int, int]) -> None:
    size = bounds[1]
    low = bounds[0] // 256 * 256
    hashes = Recomputed.from_entries(numbers(size))
    found = tile_subtree(low, size, lambda level, index: hashes.levels[level][index])
    assert found == root_of([leaf_hash(entry) for entry in numbers(size)[low:]])
