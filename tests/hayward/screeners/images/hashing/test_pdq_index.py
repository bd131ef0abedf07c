"""The PDQ index finds exactly what a comparison with every hash finds."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hayward.screeners.images.hashing.pdq_index import SCANNED, NotAnIndex, PdqIndex, flips, key_bits, radii

Hashes = NDArray[np.uint8]


def random_hashes(count: int, seed: int = 1) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def flipped(hash_: Hashes, bits: int, seed: int) -> Hashes:
    unpacked = np.unpackbits(hash_)
    unpacked[np.random.default_rng(seed).choice(256, bits, replace=False)] ^= 1
    return np.packbits(unpacked)


def brute_force(hashes: Hashes, wanted: Hashes, distance: int) -> list[tuple[int, int]]:
    apart = np.bitwise_count(hashes ^ wanted).sum(axis=1, dtype=int)
    found = [(int(place), int(apart[place])) for place in np.flatnonzero(apart <= distance)]
    return sorted(found, key=lambda match: (match[1], match[0]))


def test_index_finds_every_hash_up_to_31_bits_away(tmp_path: Path) -> None:
    hashes = random_hashes(SCANNED + 1_000)
    index = PdqIndex.build(hashes, tmp_path)

    for bits in range(36):
        for seed in range(4):
            place = (bits * 53 + seed * 997) % len(hashes)
            wanted = flipped(hashes[place], bits, seed)

            found = index.near(wanted)

            assert found == brute_force(hashes, wanted, 31)
            assert ((place, bits) in found) == (bits <= 31)


@pytest.mark.parametrize("distance", [0, 1, 9, 10, 11, 30, 31, 32, 40])
def test_index_agrees_with_brute_force_on_crowded_hashes(tmp_path: Path, distance: int) -> None:
    seeds = random_hashes(4, seed=2)
    crowd = np.array([flipped(seeds[n % 4], n % 64, n) for n in range(SCANNED + 1_000)])
    index = PdqIndex.build(crowd, tmp_path)

    for wanted in crowd[:12]:
        assert index.near(wanted, distance) == brute_force(crowd, wanted, distance)


@pytest.mark.parametrize("count", [1, 100, SCANNED, SCANNED + 1])
def test_index_of_any_size_agrees_with_brute_force(tmp_path: Path, count: int) -> None:
    hashes = random_hashes(count)
    index = PdqIndex.build(hashes, tmp_path)

    for bits in (0, 31, 32):
        wanted = flipped(hashes[count // 2], bits, seed=3)
        assert index.near(wanted) == brute_force(hashes, wanted, 31)


def test_index_gives_nearest_first_then_by_position(tmp_path: Path) -> None:
    one = random_hashes(1)[0]
    index = PdqIndex.build(np.array([flipped(one, 5, 1), one, flipped(one, 2, 3), one]), tmp_path)

    assert index.near(bytes(one)) == [(1, 0), (3, 0), (2, 2), (0, 5)]


def test_opposite_hash_is_no_match(tmp_path: Path) -> None:
    one = random_hashes(1)
    index = PdqIndex.build(one, tmp_path)

    assert index.near(~one[0], 31) == []


def test_index_is_opened_again_from_its_folder(tmp_path: Path) -> None:
    hashes = random_hashes(300)
    built = PdqIndex.build(hashes, tmp_path)

    opened = PdqIndex.open(tmp_path)

    assert len(opened) == 300
    assert opened.near(hashes[7]) == built.near(hashes[7]) == [(7, 0)]


def test_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = PdqIndex.build(np.empty((0, 32), np.uint8), tmp_path)

    assert (len(index), index.near(b"\0" * 32)) == (0, [])


def test_hash_of_another_length_is_refused(tmp_path: Path) -> None:
    index = PdqIndex.build(random_hashes(2), tmp_path)

    with pytest.raises(ValueError, match="has 32 bytes, not 16"):
        index.near(b"\0" * 16)


@pytest.mark.parametrize("missing", ["index.json", "hashes.npy", "order-3.npy", "offsets-10.npy"])
def test_folder_that_is_not_whole_is_refused(tmp_path: Path, missing: str) -> None:
    PdqIndex.build(random_hashes(10), tmp_path)
    (tmp_path / missing).unlink()

    with pytest.raises(NotAnIndex):
        PdqIndex.open(tmp_path)


@pytest.mark.parametrize("damaged", ["hashes.npy", "order-3.npy", "offsets-0.npy"])
def test_folder_with_a_cut_file_is_refused(tmp_path: Path, damaged: str) -> None:
    PdqIndex.build(random_hashes(10), tmp_path)
    path = tmp_path / damaged
    path.write_bytes(path.read_bytes()[:-8])

    with pytest.raises(NotAnIndex):
        PdqIndex.open(tmp_path)


@pytest.mark.parametrize("distance", range(64))
def test_radii_leave_no_room_for_a_miss(distance: int) -> None:
    assert sum(radius + 1 for radius in radii(distance)) == distance + 1


def test_flips_are_all_masks_of_few_bits() -> None:
    assert sorted(flips(8, 2).tolist()) == [mask for mask in range(256) if mask.bit_count() <= 2]


def test_keys_grow_with_the_index_up_to_a_bound() -> None:
    three, two = (0, 10, 20), (30, 31)

    assert [key_bits(count, three) for count in (0, 1_000, 1_000_000, 10_000_000, 10**9)] == [
        8,
        8,
        18,
        21,
        21,
    ]
    assert key_bits(10_000_000, two) == 16
