"""Signatures on disk, and those near a given one found without comparing all (locality-sensitive hashing).

Slots are read in BANDS groups of ROWS; two texts become a candidate pair where all slots of some group agree (Leskovec,
Rajaraman, Ullman, "Mining of Massive Datasets", 3rd ed., section 3.4.2). A slot of four bits agrees with probability
p = J + (1 - J)/16, so a pair of similarity J is found with probability 1 - (1 - p**ROWS)**BANDS: 0.33 at J = 0.4, 0.66
at 0.5, 0.92 at 0.6, 0.995 at 0.7, above 0.9999 at 0.8. What is found is then compared over all slots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.duplicates.arrays import mapped, save, save_blocks
from hayward.screeners.duplicates.digests import Labels
from hayward.screeners.duplicates.signature import BITS, SIGNATURE_BYTES, Signatures, agreements

BANDS = 25
ROWS = 5
KEY_BITS = ROWS * BITS
# A crowd of near copies shares a key. So many of a key are compared: enough to meet one of the crowd.
MOST_PER_KEY = 256
_AT_ONCE = 256
_SORTED_AT_ONCE = 1 << 20
_MIX = np.array(
    [
        (0x9E3779B97F4A7C15, 0xB7E151628AED2A6B, 0x9FB21C651E98DF25, 0xD6E8FEB86659FD93),
        (0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3),
    ],
    np.uint64,
).reshape(8)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs found near: which of those asked for, the label of the decided one, in how many slots they agree."""

    asked: NDArray[np.int64]
    labels: Labels
    agreeing: NDArray[np.int64]


NO_PAIRS = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))


class SignatureTable:
    """Distinct signatures with the smallest label of each."""

    def __init__(
        self,
        signatures: Signatures,
        labels: Labels,
        offsets: NDArray[np.uint32],
        rows: NDArray[np.uint32],
    ) -> None:
        self._signatures, self._labels = signatures, labels
        self._offsets, self._rows = offsets.reshape(-1), rows.reshape(-1)
        self._keys = offsets.shape[1] - 1
        self._shift = np.uint32(KEY_BITS - (self._keys.bit_length() - 1))

    def __len__(self) -> int:
        return len(self._signatures)

    @classmethod
    def build(cls, signatures: Signatures, labels: Labels, folder: Path) -> SignatureTable:
        """Writes the table; `signatures` may be mapped and hold one several times.

        Takes about 30 bytes of memory per signature while it sorts.
        """
        order = _distinct(signatures, labels)
        shape = (len(order), SIGNATURE_BYTES)
        save_blocks(folder / "signatures.npy", signatures.dtype, shape, _taken(signatures, order))
        save(folder / "signature-labels.npy", labels[order])
        stored = mapped(folder / "signatures.npy")
        keys = 1 << min(KEY_BITS, max(4, (len(stored) - 1).bit_length() - 2))
        offsets = np.empty((BANDS, keys + 1), np.uint32)

        def bands() -> Iterator[NDArray[np.uint32]]:
            for band in range(BANDS):
                rows, offsets[band] = _sorted_band(stored, band, keys)
                yield rows

        save_blocks(folder / "band-rows.npy", np.dtype(np.uint32), (BANDS, len(stored)), bands())
        save(folder / "band-offsets.npy", offsets)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> SignatureTable:
        names = ("signatures", "signature-labels", "band-offsets", "band-rows")
        return cls(*(mapped(folder / f"{name}.npy") for name in names))

    def entries(self) -> tuple[Signatures, Labels]:
        """All signatures and labels."""
        return self._signatures, self._labels

    def near(self, asked: Signatures, agreeing: int) -> Pairs:
        """The pairs that agree in at least so many slots; a pair may come more than once."""
        if not len(self) or not len(asked):
            return NO_PAIRS
        parts = [
            self._near(asked[begin : begin + _AT_ONCE], begin, agreeing)
            for begin in range(0, len(asked), _AT_ONCE)
        ]
        columns = [np.concatenate([getattr(part, name) for part in parts]) for name in Pairs.__slots__]
        return Pairs(*columns)

    def _near(self, asked: Signatures, begin: int, agreeing: int) -> Pairs:
        which, rows = self._candidates(asked)
        agree = agreements(asked[which], self._signatures[rows])
        close = np.flatnonzero(agree >= agreeing)
        return Pairs(which[close] + begin, self._labels[rows[close]], agree[close])

    def _candidates(self, asked: Signatures) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Pairs that share a band's key: which of those asked for, and the row here."""
        bands = np.arange(BANDS)
        keys = (band_keys(asked) >> self._shift) + bands * (self._keys + 1)
        begins = self._offsets[keys].astype(np.int64)
        counts = np.minimum(self._offsets[keys + 1] - begins, MOST_PER_KEY).reshape(-1)
        begins = (begins + bands * len(self)).reshape(-1)
        ends = np.cumsum(counts)
        places = np.arange(ends[-1]) + np.repeat(begins - (ends - counts), counts)
        which = np.repeat(np.arange(len(asked)), counts.reshape(len(asked), -1).sum(axis=1))
        return which, self._rows[places]


def _taken(signatures: Signatures, order: NDArray[np.int64]) -> Iterator[Signatures]:
    for begin in range(0, len(order), _SORTED_AT_ONCE):
        yield signatures[order[begin : begin + _SORTED_AT_ONCE]]


def band_keys(signatures: Signatures) -> NDArray[np.uint32]:
    """The key of each band (columns) of each signature (rows): its slots side by side, KEY_BITS in all."""
    used = signatures[:, : (BANDS * ROWS + 1) // 2]
    slots = np.empty((len(used), used.shape[1] * 2), np.uint32)
    slots[:, 0::2], slots[:, 1::2] = used & 15, used >> 4
    by_band = slots[:, : BANDS * ROWS].reshape(-1, BANDS, ROWS)
    keys: NDArray[np.uint32] = by_band[:, :, 0]
    for row in range(1, ROWS):
        keys = (keys << np.uint32(BITS)) | by_band[:, :, row]
    return keys


def _distinct(signatures: Signatures, labels: Labels) -> NDArray[np.int64]:
    """Positions of the distinct signatures, in an order that depends on nothing else; the smallest label of each."""
    mixed = np.empty(len(signatures), np.uint64)
    for begin in range(0, len(signatures), _SORTED_AT_ONCE):
        block = np.ascontiguousarray(signatures[begin : begin + _SORTED_AT_ONCE]).view(np.uint64)
        mixed[begin : begin + len(block)] = ((block ^ (block >> np.uint64(31))) * _MIX).sum(
            axis=1, dtype=np.uint64
        )
    order = np.lexsort((labels, mixed))
    new = np.ones(len(order), np.bool_)
    mixed = mixed[order]
    alike = np.flatnonzero(mixed[1:] == mixed[:-1]) + 1
    new[alike] = (signatures[order[alike]] != signatures[order[alike - 1]]).any(axis=1)
    return order[new]


def _sorted_band(
    signatures: Signatures, band: int, keys: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Rows ordered by the key of one band, and the first place of each key (and the end of the last)."""
    shift = np.uint32(KEY_BITS - (keys.bit_length() - 1))
    keyed = np.arange(len(signatures), dtype=np.uint64)
    for begin in range(0, len(signatures), _SORTED_AT_ONCE):
        block = _band_key(signatures[begin : begin + _SORTED_AT_ONCE], band) >> shift
        keyed[begin : begin + len(block)] |= block.astype(np.uint64) << np.uint64(32)
    keyed.sort()
    starts = np.arange(keys + 1, dtype=np.uint64) << np.uint64(32)
    return keyed.astype(np.uint32), np.searchsorted(keyed, starts).astype(np.uint32)


def _band_key(signatures: Signatures, band: int) -> NDArray[np.uint32]:
    keys: NDArray[np.uint32] = np.zeros(len(signatures), np.uint32)
    for slot in range(band * ROWS, (band + 1) * ROWS):
        byte = signatures[:, slot // 2]
        keys = (keys << np.uint32(BITS)) | ((byte >> 4) if slot % 2 else (byte & 15)).astype(np.uint32)
    return keys
