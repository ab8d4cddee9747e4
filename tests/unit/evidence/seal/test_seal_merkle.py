"""RFC 6962 trees and proofs, against known answers and against the RFC's own recursive definitions."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seal_world import flip

from zusage.evidence.seal.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
    subtrees_of,
    tree_hash,
)
from zusage.testing.witness import _continues

# The eight leaves and the roots of their first n that implementations of Certificate Transparency test with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FROM_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def by_definition(entries: list[bytes]) -> bytes:
    """MTH as RFC 6962 defines it, word for word."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + by_definition(entries[:k]) + by_definition(entries[k:])).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_the_known_ones(count: int) -> None:
    assert tree_hash(LEAVES[:count]).hex() == ROOTS[count - 1]


def test_consistency_proof_is_the_known_one() -> None:
    proof = consistency_proof(6, 8, subtrees_of([leaf_hash(leaf) for leaf in LEAVES]))
    assert [step.hex() for step in proof] == FROM_6_TO_8


def test_the_empty_tree_hashes_as_the_empty_string() -> None:
    assert tree_hash([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_tree_hash_and_frontier_follow_the_definition(entries: list[bytes]) -> None:
    tree = Frontier()
    for entry in entries:
        tree = tree.append(leaf_hash(entry))
    assert tree_hash(entries) == tree.root() == by_definition(entries)
    assert tree.size == len(entries)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33])
def test_every_inclusion_proof_holds_for_its_leaf_and_place_alone(size: int) -> None:
    hashes = leaves(size)
    root = root_of(hashes)
    for index in range(size):
        proof = inclusion_proof(index, size, subtrees_of(hashes))
        accepted = [
            (place, other)
            for place in range(size + 1)
            for other in range(size)
            if proves_inclusion(place, size, hashes[other], proof, root)
        ]
        assert accepted == [(index, index)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 21, 32])
def test_every_consistency_proof_holds_for_its_sizes_alone(size: int) -> None:
    hashes = leaves(size)
    roots = [root_of(hashes[:count]) for count in range(size + 1)]
    for old in range(size + 1):
        proof = consistency_proof(old, size, subtrees_of(hashes))
        accepted = [n for n in range(size + 1) if proves_consistency(n, size, roots[n], roots[size], proof)]
        assert old in accepted
        assert accepted == ([old] if proof else sorted({0, size}))


@given(st.integers(2, 200).flatmap(lambda size: st.tuples(st.integers(1, size - 1), st.just(size))), st.data())
def test_a_consistency_proof_with_one_bit_changed_is_refused(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, size = sizes
    hashes = leaves(size)
    proof = consistency_proof(old, size, subtrees_of(hashes))
    before, after = root_of(hashes[:old]), root_of(hashes)
    joined = b"".join(proof)
    spoilt = flip(joined, data.draw(st.integers(0, len(joined) * 8 - 1)))
    changed = [spoilt[i : i + 32] for i in range(0, len(spoilt), 32)]
    assert proves_consistency(old, size, before, after, proof)
    assert not proves_consistency(old, size, before, after, changed)
    assert not proves_consistency(old, size, before, after, proof[:-1])
    assert not proves_consistency(old, size, before, after, [*proof, after])
    assert not proves_consistency(old, size, after, before, proof)


@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))))
def test_the_witness_reads_proofs_by_its_own_rule_and_agrees(sizes: tuple[int, int]) -> None:
    old, size = sizes
    hashes = leaves(size)
    proof = consistency_proof(old, size, subtrees_of(hashes))
    before, after = (old, root_of(hashes[:old])), (size, root_of(hashes))
    assert _continues(before, after, proof)
    assert not _continues(before, (size, EMPTY_ROOT), proof) or old == 0


def test_a_proof_for_what_is_not_there_is_not_made() -> None:
    with pytest.raises(IndexError, match="no leaf 3 in a tree of 3"):
        inclusion_proof(3, 3, subtrees_of(leaves(3)))
    with pytest.raises(IndexError, match="no tree of 4 leaves"):
        consistency_proof(4, 3, subtrees_of(leaves(3)))


def test_a_false_empty_root_is_consistent_with_nothing() -> None:
    root = root_of(leaves(3))
    assert proves_consistency(0, 3, EMPTY_ROOT, root, [])
    assert not proves_consistency(0, 3, root, root, [])
    assert not proves_consistency(0, 0, EMPTY_ROOT, root, [])
    assert not proves_consistency(0, 0, root, root, [])


def test_a_root_is_not_consistent_with_itself_at_another_size() -> None:
    root = root_of(leaves(2))
    assert proves_consistency(2, 2, root, root, [])
    assert not proves_consistency(2, 4, root, root, [])
