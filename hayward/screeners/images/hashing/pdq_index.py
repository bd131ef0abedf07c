"""An index of PDQ hashes on disk that finds all within a distance without reading all.

Multi-index hashing (Norouzi, Punjani, Fleet, CVPR 2012): where two hashes differ in at most d bits and each is cut
into disjoint pieces with radii r_i such that the sum of (r_i + 1) exceeds d, some piece differs in at most its r_i
bits. So it is enough to look up, per piece, the few keys around that of the hash asked for, and to compare what lies
there: the answer is exact. PDQ itself: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019; two pictures within 31 of 256 bits are taken for the same.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint8]

MATCH_DISTANCE = 31
HASH_BYTES = 32
FORMAT = "hayward-pdq-index/1"
# Ten pieces of three bytes far from one another (neighbouring bits of a PDQ hash speak of neighbouring frequencies,
# and agree too often), and one of the two bytes left.
PIECES: tuple[tuple[int, ...], ...] = (*((first, first + 10, first + 20) for first in range(10)), (30, 31))
# 2**21 keys share ten million hashes by five: more keys cost memory, fewer cost comparisons.
MOST_KEY_BITS = 21
HASHES_PER_KEY_BITS = 2
# So few hashes are compared sooner than their keys are looked up.
SCANNED = 1 << 13
_BLOCK = 1 << 16


class NotAnIndex(Exception):
    """A folder holds no whole PDQ index; `str()` says which and what to do."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no whole PDQ index. Build it again with `hayward hashes build`.")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One table: positions of the hashes ordered by key, and where each key's positions begin."""

    bits: int
    order: NDArray[np.uint32]
    offsets: NDArray[np.uint32]


class PdqIndex:
    """PDQ hashes by position, as they were given to `build`; the arrays stay on disk and are mapped."""

    def __init__(self, hashes: Hashes, pieces: tuple[_Piece, ...]) -> None:
        self.hashes, self._pieces = hashes, pieces
        self._words = hashes.view(np.uint64)

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def build(cls, hashes: Hashes, folder: Path) -> PdqIndex:
        """Writes the index of `hashes`, an (n, 32) array that may itself be mapped, and opens it.

        Needs about 16 bytes of memory per hash while it sorts. On disk an index takes 76 bytes per hash and at most
        84 MB more. `index.json` is written last: a folder without it is not whole.
        """
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.json").unlink(missing_ok=True)
        _save_hashes(hashes, folder / "hashes.npy")
        stored = mapped(folder / "hashes.npy")
        for number, piece in enumerate(PIECES):
            bits = key_bits(len(stored), piece)
            order, offsets = _table(stored, piece, bits)
            np.save(folder / f"order-{number}.npy", order)
            np.save(folder / f"offsets-{number}.npy", offsets)
        about = {"format": FORMAT, "hashes": len(stored)}
        (folder / "index.json").write_text(json.dumps(about) + "\n")
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> PdqIndex:
        """The index in a folder. Raises NotAnIndex."""
        try:
            about = json.loads((folder / "index.json").read_text())
            hashes = mapped(folder / "hashes.npy")
            tables = [
                (mapped(folder / f"order-{number}.npy"), mapped(folder / f"offsets-{number}.npy"))
                for number in range(len(PIECES))
            ]
        except (OSError, ValueError) as error:
            raise NotAnIndex(folder) from error
        whole = about.get("format") == FORMAT and hashes.shape == (about["hashes"], HASH_BYTES)
        bits = [key_bits(len(hashes), piece) for piece in PIECES]
        if not whole or any(
            len(order) != len(hashes) or len(offsets) != (1 << wanted) + 1
            for (order, offsets), wanted in zip(tables, bits, strict=True)
        ):
            raise NotAnIndex(folder)
        return cls(hashes, tuple(_Piece(wanted, *table) for wanted, table in zip(bits, tables, strict=True)))

    def near(self, hash_: Hashes | bytes, distance: int = MATCH_DISTANCE) -> list[tuple[int, int]]:
        """All (position, distance) with at most `distance` bits between, the nearest first, then by position."""
        wanted = np.frombuffer(bytes(hash_), np.uint8)
        if len(wanted) != HASH_BYTES:
            raise ValueError(f"A PDQ hash has {HASH_BYTES} bytes, not {len(wanted)}.")
        found = [self._within(wanted, some, distance) for some in self._candidates(wanted, distance)]
        near = {position: bits for part in found for position, bits in part}
        return sorted(near.items(), key=lambda match: (match[1], match[0]))

    def _candidates(self, wanted: Hashes, distance: int) -> Iterator[NDArray[np.uint32]]:
        """Positions among which all hashes within `distance` are, a piece at a time."""
        if len(self) <= SCANNED:
            yield np.arange(len(self), dtype=np.uint32)
            return
        for piece, bytes_, radius in zip(self._pieces, PIECES, radii(distance), strict=True):
            if radius >= 0:
                keys = keys_of(wanted[None], bytes_, piece.bits)[0] ^ flips(piece.bits, radius)
                yield _gathered(piece, keys)

    def _within(self, wanted: Hashes, positions: NDArray[np.uint32], distance: int) -> list[tuple[int, int]]:
        counts = np.bitwise_count(self._words.take(positions, axis=0) ^ wanted.view(np.uint64)).astype(
            np.uint16
        )
        apart = counts[:, 0] + counts[:, 1] + counts[:, 2] + counts[:, 3]
        close = np.flatnonzero(apart <= distance)
        return list(zip(positions[close].tolist(), apart[close].tolist(), strict=True))


def radii(distance: int) -> tuple[int, ...]:
    """How many bits each piece may differ in, so that no hash within `distance` is missed; -1: needs no look."""
    each, more = divmod(distance + 1, len(PIECES))
    return tuple(each - 1 + (number < more) for number in range(len(PIECES)))


def key_bits(hashes: int, piece: tuple[int, ...]) -> int:
    """How many bits of a piece are its key, in an index of that many hashes."""
    return min(8 * len(piece), MOST_KEY_BITS, max(8, hashes.bit_length() - HASHES_PER_KEY_BITS))


def keys_of(hashes: Hashes, piece: tuple[int, ...], bits: int) -> NDArray[np.uint32]:
    """The key of each hash in a piece: its bytes as a number, cut to the topmost `bits`."""
    keys = np.zeros(len(hashes), np.uint32)
    for place in piece:
        keys = (keys << np.uint32(8)) | hashes[:, place]
    keys >>= np.uint32(8 * len(piece) - bits)
    return keys


@lru_cache(maxsize=64)
def flips(bits: int, radius: int) -> NDArray[np.uint32]:
    """All numbers of `bits` bits of which at most `radius` are set."""
    masks = [
        sum(1 << place for place in places)
        for count in range(radius + 1)
        for places in itertools.combinations(range(bits), count)
    ]
    return np.array(masks, np.uint32)


def _gathered(piece: _Piece, keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The positions under all these keys."""
    begins = piece.offsets.take(keys).astype(np.int64)
    counts = piece.offsets.take(keys + np.uint32(1)) - begins
    ends = np.cumsum(counts)
    steps = np.arange(ends[-1]) + np.repeat(begins - (ends - counts), counts)
    positions: NDArray[np.uint32] = piece.order.take(steps)
    return positions


def _save_hashes(hashes: Hashes, path: Path) -> None:
    if not len(hashes):
        np.save(path, np.empty((0, HASH_BYTES), np.uint8))
        return
    stored = np.lib.format.open_memmap(path, "w+", np.uint8, (len(hashes), HASH_BYTES))
    for begin in range(0, len(hashes), _BLOCK):
        stored[begin : begin + _BLOCK] = hashes[begin : begin + _BLOCK]
    stored.flush()


def _table(
    hashes: Hashes, piece: tuple[int, ...], bits: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Positions ordered by key, and the first place of each key (and the end of the last)."""
    keyed = np.arange(len(hashes), dtype=np.uint64)
    for begin in range(0, len(hashes), _BLOCK):
        block = keyed[begin : begin + _BLOCK]
        block |= keys_of(hashes[begin : begin + _BLOCK], piece, bits).astype(np.uint64) << np.uint64(32)
    keyed.sort()
    starts = np.arange((1 << bits) + 1, dtype=np.uint64) << np.uint64(32)
    return keyed.astype(np.uint32), np.searchsorted(keyed, starts).astype(np.uint32)


def mapped(path: Path) -> NDArray[Any]:
    """A saved array, read from disk as it is needed. Raises OSError, ValueError."""
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
    # An array without elements cannot be mapped.
    return np.asarray(np.load(path, mmap_mode="r" if shape[0] else None))
