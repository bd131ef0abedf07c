"""The words just before and after many places of a stretch, read all at once, and which of them are of a set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.places import places

Codes = NDArray[np.uint8]
Positions = NDArray[np.int64]

_MOST_BYTES = 1 << 18
_CAPITAL_BIT = np.uint8(0x20)
_FIRST_LETTER, _LETTERS = np.uint8(ord("a")), 26
_PACKED = 8  # letters in one number
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(_PACKED + 1)], np.uint64)
_HASH_BITS = 13
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio (Knuth, TAOCP volume 3, section 6.4)


class Windows(NamedTuple):
    """For each place a row of bytes: those before it, a NUL, those after it, a NUL; no word reaches over a NUL.

    Before and after stands at the far end one byte more than is looked at, which tells whether a word is cut there.
    """

    starts: Positions
    ends: Positions
    before: int
    after: int
    rows: Codes  # one behind the other, with room to read a number behind the last
    width: int
    foreign: Positions  # the rows in which not all is ASCII

    @classmethod
    def around(cls, codes: Codes, starts: Positions, ends: Positions, before: int, after: int) -> Windows:
        """The windows of places that lie `before` and `after` bytes and one more from the ends of `codes`."""
        width = before + after + 4
        padded = np.zeros(len(starts) * width + _PACKED, np.uint8)
        flat = padded[:-_PACKED]
        rows = flat.reshape(len(starts), width)
        rows[:, : before + 1] = _every(codes, before + 1)[np.maximum(starts - before - 1, 0)]
        rows[:, before + 2 : -1] = _every(codes, after + 1)[np.minimum(ends, len(codes) - after - 1)]
        is_foreign = np.zeros(len(starts), bool)
        is_foreign[places(flat.view(np.int8) < 0) // width] = True
        return cls(starts, ends, before, after, padded, width, places(is_foreign))


class WordSet:
    """Words in small letters of ASCII, told by their first eight letters and their lengths."""

    def __init__(self, words: Iterable[bytes]) -> None:
        listed = list(words)
        packed = np.array([int.from_bytes(word[:_PACKED], "little") for word in listed], np.uint64)
        self._keys = np.unique(_keys(packed, np.array([len(word) for word in listed], np.int64)))
        # Most others already fail by this.
        self._hashes = np.zeros(1 << _HASH_BITS, bool)
        self._hashes[_hashed(self._keys)] = True

    def within(self, windows: Windows) -> tuple[Positions, Positions]:
        """Where in all rows the whole words begin and end that may be of the set."""
        lowered = windows.rows | _CAPITAL_BIT
        is_letter = (lowered - _FIRST_LETTER) < _LETTERS
        turns = np.flatnonzero(is_letter[1:] != is_letter[:-1]) + 1
        turns = turns[int(is_letter[0]) :]
        begins, ends = turns[::2], turns[1::2]
        packed = np.ndarray(len(lowered) - _PACKED + 1, "<u8", lowered, strides=(1,))
        keys = _keys(packed[begins], ends - begins)
        likely = np.flatnonzero(self._hashes.take(_hashed(keys)))
        found = likely[self._has(keys[likely])]
        begins, ends = begins[found], ends[found]
        is_whole = (begins % windows.width != 0) & (ends % windows.width != windows.width - 1)
        return begins[is_whole], ends[is_whole]

    def _has(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        if not len(self._keys):
            return np.zeros(len(keys), bool)
        has: NDArray[np.bool_] = self._keys[np.searchsorted(self._keys[:-1], keys)] == keys
        return has


def parts(count: int, width: int) -> Iterator[slice]:
    """The places, so many at once as a bounded number of bytes allows."""
    most = max(1, _MOST_BYTES // width)
    return (slice(first, first + most) for first in range(0, count, most))


def _every(codes: Codes, width: int) -> Codes:
    """The windows of this width that begin at each byte."""
    return np.ndarray((len(codes) - width + 1, width), np.uint8, codes, strides=(1, 1))


def _keys(packed: NDArray[np.uint64], lengths: Positions) -> NDArray[np.uint64]:
    """Numbers for words of these lengths, whose first letters lie in `packed` from the low end."""
    keys: NDArray[np.uint64] = packed & _MASKS.take(lengths, mode="clip") ^ lengths.view(np.uint64)
    return keys


def _hashed(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    return ((keys * _MULTIPLIER) >> np.uint64(64 - _HASH_BITS)).view(np.int64)
