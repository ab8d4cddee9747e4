"""The Merkle tree of RFC 6962, section 2.1, and its proofs (verification after RFC 9162, section 2.1): pure.

All hashes are SHA-256, 32 bytes. A leaf hashes as 0x00 and its entry, a node as 0x01 and its two children.
Proofs are made from a `Subtree`, so that they can be read off tiles without touching every leaf.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: Gives the tree hash over the leaves from the first index up to, not including, the second.
Subtree = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()  #: root of the tree without leaves


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The tree hash over leaf hashes, or over the hashes of equally large full subtrees."""
    row = list(hashes)
    while len(row) > 1:
        above = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = above + row[len(above) * 2 :]  # a hash without a neighbour moves up unchanged
    return row[0] if row else EMPTY_ROOT


def tree_hash(entries: Sequence[bytes]) -> bytes:
    """The tree hash over entries (MTH in RFC 6962)."""
    return root_of([leaf_hash(entry) for entry in entries])


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree reduced to what is needed to append to it: the roots of its full subtrees."""

    size: int = 0  #: number of leaves
    peaks: tuple[bytes, ...] = ()  #: roots of the full subtrees, from left (largest) to right

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one more leaf hash."""
        peaks, size = list(self.peaks), self.size
        while size & 1:
            leaf, size = node_hash(peaks.pop(), leaf), size >> 1
        return Frontier(self.size + 1, (*peaks, leaf))

    def root(self) -> bytes:
        """The tree hash."""
        return fold(self.peaks)


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root above full subtrees of decreasing size, given from left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def split(size: int) -> int:
    """The largest power of two smaller than `size`, which is at least 2: where the tree divides."""
    return 1 << (size - 1).bit_length() - 1


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """A `Subtree` over leaf hashes held in memory."""
    return lambda low, high: root_of(leaves[low:high])


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The audit path for leaf `index` in the tree of `size` leaves (RFC 6962, section 2.1.1).

    Raises `IndexError` when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        left = index < middle
        path.append(subtree(middle, high) if left else subtree(low, middle))
        low, high = (low, middle) if left else (middle, high)
    return tuple(reversed(path))


def consistency_proof(old: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that the tree of `old` leaves is a prefix of that of `size` (RFC 6962, section 2.1.2).

    Empty when `old` is 0 or `size`. Raises `IndexError` when `old` is larger than `size`.
    """
    if not 0 <= old <= size:
        raise IndexError(f"no tree of {old} leaves within one of {size}")
    if old in (0, size):
        return ()
    path: list[bytes] = []
    low, high, whole = 0, size, True
    while old != high:
        middle = low + split(high - low)
        if old <= middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(subtree(low, high))
    return tuple(reversed(path))


def proves_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows leaf hash `leaf` at `index` under `root` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node_hash(sibling, leaf)
            here, last = _climb(here, last)
        else:
            leaf = node_hash(leaf, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def proves_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that `old_root` is a prefix of `root` (RFC 9162, section 2.1.4.2).

    The empty tree is a prefix of every tree, if `old_root` is its root and `proof` is empty.
    """
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        return not proof and old_root == (root if old else EMPTY_ROOT) and (size > 0 or root == EMPTY_ROOT)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            here, last = _climb(here, last)
        else:
            after = node_hash(after, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _climb(here: int, last: int) -> tuple[int, int]:
    """Move up to where `here` is a right child, or to the root of the left edge."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last
