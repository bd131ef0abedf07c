"""Long unbroken tokens in a stretch: where keys, wallets and signed tokens are looked for, and little else is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import WORD

SHORTEST = 20
_BLOCK = 4
_BLOCKS = (SHORTEST - _BLOCK + 1) // _BLOCK  # whole blocks that lie in SHORTEST bytes wherever they begin
_ALL_TRUE = np.uint32(0x01010101)

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Tokens:
    """`places`: every byte of the long tokens, in order; `is_word`: whether it is a letter, a digit or `_`."""

    places: Positions
    is_word: NDArray[np.bool_]

    @classmethod
    def of(cls, codes: NDArray[np.uint8]) -> Tokens:
        """All runs of at least SHORTEST printable ASCII characters without a space, and some from 16 on.

        Looked for in blocks of four bytes, so that the words of prose, which are shorter, cost next to nothing.
        """
        printable = (codes - np.uint8(33)) < 94
        blocks = printable[: len(printable) // _BLOCK * _BLOCK].view(np.uint32) == _ALL_TRUE
        rows = len(blocks) - _BLOCKS + 1
        full = blocks[:rows].copy()
        for step in range(1, _BLOCKS):
            full &= blocks[step : rows + step]
        seeds = np.flatnonzero(full)
        inside = np.zeros(0, np.int64)
        if len(seeds):
            first = seeds[np.append(True, np.diff(seeds) > 1)] * _BLOCK
            last = (seeds[np.append(np.diff(seeds) > 1, True)] + _BLOCKS) * _BLOCK
            for _ in range(_BLOCK - 1):
                first -= printable[first - 1]
                last += printable[last]
            first = np.maximum(first, np.append(0, last[:-1]))
            sizes = last - first
            inside = np.repeat(first - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
        return cls(inside, WORD[codes[inside]])

    def word_starts(self) -> Positions:
        """Where words begin: after a byte that is none, or at the token's beginning."""
        continues = np.zeros(len(self.places), bool)
        continues[1:] = self.is_word[:-1] & (np.diff(self.places) == 1)
        return self.places[self.is_word & ~continues]

    @cached_property
    def word_runs(self) -> tuple[Positions, Positions]:
        """Starts and ends (exclusive) of the words; looked for once, whoever asks."""
        continued = np.zeros(len(self.places), bool)
        continued[:-1] = self.is_word[1:] & (np.diff(self.places) == 1)
        return self.word_starts(), self.places[self.is_word & ~continued] + 1
