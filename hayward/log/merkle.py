"""The Merkle tree of RFC 6962/9162: hashes, root, proofs, and checks of proofs made by others."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162 §2.1.1)."""

_LEAF = hashlib.sha256(b"\x00")
_NODE = hashlib.sha256(b"\x01")


class InvalidProof(Exception):
    """The proof does not connect what it claims to connect."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the leaf's hash, 32 bytes (RFC 9162 §2.1.1)."""
    # Copying a started hash is faster than joining bytes, and this line runs once per entry of a log.
    state = _LEAF.copy()
    state.update(data)
    return state.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): an inner node's hash, 32 bytes (RFC 9162 §2.1.1)."""
    state = _NODE.copy()
    state.update(left)
    state.update(right)
    return state.digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree over the leaves' data; hashes each leaf itself and holds only O(log n) hashes."""
    frontier = Frontier()
    for data in leaves:
        frontier.append(leaf_hash(data))
    return frontier.root()


class Frontier:
    """A growing tree of which only the roots of its full subtrees are kept: append O(1), memory O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Adds a leaf hash at the right end."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._subtrees.pop(), leaf)
            size >>= 1
        self._subtrees.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        return _fold(self._subtrees)

    def to_bytes(self) -> bytes:
        """The subtree roots, largest first; with the size, all that is needed to go on."""
        return b"".join(self._subtrees)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Raises ValueError when `data` has not exactly one hash for each full subtree."""
        if size < 0 or len(data) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"{len(data)} bytes cannot be the frontier of a tree of size {size}")
        frontier = cls()
        frontier.size = size
        frontier._subtrees = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
        return frontier


def _fold(subtrees: Sequence[bytes]) -> bytes:
    if not subtrees:
        return EMPTY_ROOT
    top = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        top = node_hash(left, top)
    return top


def _hash_range(hashes: Sequence[bytes], start: int, end: int) -> bytes:
    frontier = Frontier()
    for position in range(start, end):
        frontier.append(hashes[position])
    return frontier.root()


def _split(size: int) -> int:
    """The largest power of two below `size` (RFC 9162 §2.1.1 calls it k)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Audit path of leaf `index` in the tree over the leaf hashes (RFC 9162 §2.1.3.1), leaf's sibling first.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(f"no leaf {index} in a tree of size {len(hashes)}")
    proof: list[bytes] = []
    start, end = 0, len(hashes)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_hash_range(hashes, middle, end))
            end = middle
        else:
            proof.append(_hash_range(hashes, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(size: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Proof that the tree over the first `size` leaf hashes is a prefix of the whole (RFC 9162 §2.1.4.1).

    Empty for size 0 and for the whole tree. Raises IndexError for a size that the tree never had.
    """
    if not 0 <= size <= len(hashes):
        raise IndexError(f"no tree of size {size} within one of size {len(hashes)}")
    if size in (0, len(hashes)):
        return []
    proof: list[bytes] = []
    start, end = 0, len(hashes)
    while size != end:
        middle = start + _split(end - start)
        if size <= middle:
            proof.append(_hash_range(hashes, middle, end))
            end = middle
        else:
            proof.append(_hash_range(hashes, start, middle))
            start = middle
    # The old tree's own root is known to the reader; any other subtree must be given.
    if start:
        proof.append(_hash_range(hashes, start, end))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Checks that the leaf hash stands at `index` in the tree of `size` with `root` (RFC 9162 §2.1.3.2).

    Raises InvalidProof.
    """
    if not 0 <= index < size:
        raise InvalidProof(f"a tree of size {size} has no leaf {index}")
    _check_lengths(leaf, root, *proof)
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise InvalidProof("the proof is longer than the tree is high")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            position, last = _rise_left_edge(position, last)
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise InvalidProof("the proof is shorter than the tree is high")
    _check_equal(computed, root, "the leaf does not lead to the root")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Checks that the tree of `size1` is a prefix of that of `size2` (RFC 9162 §2.1.4.2).

    The RFC defines no proof from size 0. Every tree extends the empty one, so that case is valid with the
    empty root and an empty proof, and with nothing else. Raises InvalidProof.
    """
    if not 0 <= size1 <= size2:
        raise InvalidProof(f"a tree of size {size2} cannot extend one of size {size1}")
    _check_lengths(root1, root2, *proof)
    if size1 in {0, size2}:
        _verify_without_proof(size1, size2, root1, root2, proof)
        return
    old, new, last = _climb(size1, size2, root1, proof)
    if last != 0:
        raise InvalidProof("the proof is shorter than the tree is high")
    _check_equal(old, root1, "the proof does not lead to the old root")
    _check_equal(new, root2, "the proof does not lead to the new root")


def _verify_without_proof(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise InvalidProof("a proof is given where none is needed")
    if size1 == 0:
        _check_equal(root1, EMPTY_ROOT, "the old root is not that of the empty tree")
    if size1 == size2:
        _check_equal(root1, root2, "two roots for one size")


def _climb(size1: int, size2: int, root1: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes, int]:
    path = list(proof)
    if not path:
        raise InvalidProof("the proof is empty")
    if size1.bit_count() == 1:
        path.insert(0, root1)
    position, last = size1 - 1, size2 - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise InvalidProof("the proof is longer than the tree is high")
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            position, last = _rise_left_edge(position, last)
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return old, new, last


def _rise_left_edge(position: int, last: int) -> tuple[int, int]:
    """Skips the levels on which a right-edge node has no sibling."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _check_lengths(*hashes: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise InvalidProof("a hash has not 32 bytes")


def _check_equal(computed: bytes, expected: bytes, why: str) -> None:
    if not hmac.compare_digest(computed, expected):
        raise InvalidProof(why)
