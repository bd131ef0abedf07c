"""The tree against the vectors of others, and against itself for every size up to 70."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayward.log import merkle
from hayward.log.merkle import EMPTY_ROOT, Frontier, InvalidProof
from tests.shared_data import shared_data

SIZES = range(1, 71)
HASHES = [merkle.leaf_hash(str(number).encode()) for number in range(70)]


def root_of(hashes: list[bytes]) -> bytes:
    """The definition of RFC 9162 §2.1.1, written as it stands there: a second code path."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


ROOTS = [root_of(HASHES[:size]) for size in range(71)]


def vectors(kind: str) -> list[Path]:
    return sorted(shared_data("logs", "merkle", "testdata", kind).rglob("*.json"))


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def accepts_inclusion(case: dict[str, Any]) -> bool:
    try:
        merkle.verify_inclusion(
            case["leafIdx"],
            case["treeSize"],
            decoded(case["leafHash"]),
            [decoded(part) for part in case["proof"] or ()],
            decoded(case["root"]),
        )
    except InvalidProof:
        return False
    return True


def accepts_consistency(case: dict[str, Any]) -> bool:
    try:
        merkle.verify_consistency(
            case["size1"],
            case["size2"],
            decoded(case["root1"]),
            decoded(case["root2"]),
            [decoded(part) for part in case["proof"] or ()],
        )
    except InvalidProof:
        return False
    return True


def test_reference_tree_has_the_published_roots() -> None:
    tree = json.loads(shared_data("logs", "merkle", "rfc6962_reference_tree.json").read_text())
    leaves = [bytes.fromhex(leaf) for leaf in tree["leaf_inputs_hex"]]

    roots = {str(size): merkle.root(leaves[:size]).hex() for size in range(1, len(leaves) + 1)}

    assert roots == tree["root_hashes_hex_by_size"]
    assert merkle.root([]).hex() == tree["empty_root_hex"]
    assert len(roots) == 8


def test_known_hashes() -> None:
    leaf, node = merkle.leaf_hash(b"L123456"), merkle.node_hash(b"N123", b"N456")

    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf.hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node.hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize(
    ("kind", "accepts", "counts"),
    [("inclusion", accepts_inclusion, (4, 55)), ("consistency", accepts_consistency, (3, 39))],
)
def test_vectors_are_accepted_or_refused_as_published(
    kind: str, accepts: Any, counts: tuple[int, int]
) -> None:
    cases = {path: json.loads(path.read_text()) for path in vectors(kind)}

    wrong = [path for path, case in cases.items() if accepts(case) == case["wantErr"]]

    assert wrong == []
    refused = sum(case["wantErr"] for case in cases.values())
    assert (len(cases) - refused, refused) == counts


@pytest.mark.parametrize("size", range(71))
def test_frontier_has_the_root_of_the_definition(size: int) -> None:
    frontier = Frontier()
    for leaf in HASHES[:size]:
        frontier.append(leaf)

    assert frontier.root() == ROOTS[size]


@given(st.integers(0, 70), st.integers(0, 70))
def test_frontier_goes_on_from_its_bytes(stop: int, size: int) -> None:
    first = Frontier()
    for leaf in HASHES[: min(stop, size)]:
        first.append(leaf)

    frontier = Frontier.from_bytes(first.size, first.to_bytes())
    for leaf in HASHES[first.size : size]:
        frontier.append(leaf)

    assert (frontier.size, frontier.root()) == (size, ROOTS[size])


@pytest.mark.parametrize(("size", "count"), [(-1, 0), (0, 1), (3, 1), (4, 2)])
def test_frontier_refuses_bytes_of_another_size(size: int, count: int) -> None:
    with pytest.raises(ValueError, match="cannot be the frontier"):
        Frontier.from_bytes(size, bytes(32 * count))


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_proofs_of_every_leaf_verify(size: int) -> None:
    for index in range(size):
        proof = merkle.inclusion_proof(index, HASHES[:size])

        merkle.verify_inclusion(index, size, HASHES[index], proof, ROOTS[size])
        assert len(proof) <= (size - 1).bit_length()


@pytest.mark.parametrize("size", SIZES)
def test_consistency_proofs_from_every_size_verify(size: int) -> None:
    for old in range(size + 1):
        proof = merkle.consistency_proof(old, HASHES[:size])

        merkle.verify_consistency(old, size, ROOTS[old], ROOTS[size], proof)


@st.composite
def sized_positions(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 70))
    return draw(st.integers(0, size - 1)), size


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(sized_positions(), st.data())
def test_inclusion_with_any_single_bit_changed_is_refused(
    position: tuple[int, int], data: st.DataObject
) -> None:
    index, size = position
    parts = [HASHES[index], ROOTS[size], *merkle.inclusion_proof(index, HASHES[:size])]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = flipped(parts[which], bit)

    with pytest.raises(InvalidProof):
        merkle.verify_inclusion(index, size, parts[0], parts[2:], parts[1])


@given(sized_positions(), st.data())
def test_consistency_with_any_single_bit_changed_is_refused(
    position: tuple[int, int], data: st.DataObject
) -> None:
    old, size = position
    parts = [ROOTS[old], ROOTS[size], *merkle.consistency_proof(old, HASHES[:size])]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    # The proof from the empty tree is empty, and any new root extends it.
    if old == 0:
        which = 0
    parts[which] = flipped(parts[which], bit)

    with pytest.raises(InvalidProof):
        merkle.verify_consistency(old, size, parts[0], parts[1], parts[2:])


@given(sized_positions(), st.sampled_from(["longer", "shorter"]), st.booleans())
def test_proofs_of_another_length_are_refused(position: tuple[int, int], change: str, at_start: bool) -> None:
    index, size = position
    proof = merkle.inclusion_proof(index, HASHES[:size])
    if change == "longer":
        proof.insert(0 if at_start else len(proof), ROOTS[3])
    elif proof:
        proof.pop(0 if at_start else -1)
    else:
        return

    with pytest.raises(InvalidProof):
        merkle.verify_inclusion(index, size, HASHES[index], proof, ROOTS[size])


def test_tree_of_size_0_is_extended_by_every_tree_without_a_proof() -> None:
    merkle.verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    merkle.verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])

    for size1, size2, root1, root2, proof in (
        (0, 5, ROOTS[1], ROOTS[5], []),
        (0, 5, EMPTY_ROOT, ROOTS[5], [ROOTS[1]]),
        (0, 0, EMPTY_ROOT, ROOTS[1], []),
        (5, 0, ROOTS[5], EMPTY_ROOT, []),
        (-1, 5, EMPTY_ROOT, ROOTS[5], []),
    ):
        with pytest.raises(InvalidProof):
            merkle.verify_consistency(size1, size2, root1, root2, proof)


@pytest.mark.parametrize("index", [-1, 5])
def test_a_leaf_outside_the_tree_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(index, HASHES[:5])
    with pytest.raises(InvalidProof):
        merkle.verify_inclusion(index, 5, HASHES[0], [], ROOTS[5])


def test_a_hash_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidProof, match="32 bytes"):
        merkle.verify_inclusion(0, 2, HASHES[0], [HASHES[1][:31]], ROOTS[2])
