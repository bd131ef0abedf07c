"""Runs of digits in a stretch of bytes, and how they hang together: what cards and phones are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import DIGIT, WORD, members

_GLUE = members(b"-.,/+")


@dataclass(frozen=True)
class DigitRuns:
    """Maximal runs of ASCII digits: `starts` and `ends` (exclusive) are byte positions in `codes`, ascending.

    `codes` begins and ends with bytes that are no digits.
    """

    codes: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, codes: NDArray[np.uint8]) -> DigitRuns:
        is_digit = (codes - np.uint8(48)) < 10
        edges = np.flatnonzero(is_digit[1:] != is_digit[:-1]) + 1
        return cls(codes=codes, starts=edges[0::2], ends=edges[1::2])

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        return self.ends - self.starts

    @cached_property
    def joints(self) -> NDArray[np.uint8]:
        """For each run but the last: the byte between it and the next if it is only one, else 0."""
        return np.where(self.starts[1:] - self.ends[:-1] == 1, self.codes[self.ends[:-1]], 0).astype(np.uint8)

    def shaped(self, lengths: Sequence[int], *, separators: bytes) -> NDArray[np.int64]:
        """First runs of groups with these lengths, joined throughout by the same one of the separators."""
        count = len(self) - len(lengths) + 1
        if count <= 0:
            return np.empty(0, np.int64)
        found = self.lengths[:count] == lengths[0]
        if len(lengths) > 1:
            found = found & members(separators)[self.joints[:count]]
        candidates = np.flatnonzero(found)
        for step, length in enumerate(lengths[1:], start=1):
            same_joint = self.joints[candidates + step - 1] == self.joints[candidates]
            candidates = candidates[same_joint & (self.lengths[candidates + step] == length)]
        return candidates

    def standing_alone(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the runs `first` to `last` touch no word and no longer number (1.2, 12-34, 1,000)."""
        start, end = self.starts[first], self.ends[last]
        before, after = self.codes[start - 1], self.codes[end]
        continued = _GLUE[before] & DIGIT[self.codes[start - 2]] | _GLUE[after] & DIGIT[self.codes[end + 1]]
        return ~(WORD[before] | WORD[after] | continued)

    def values(
        self, starts: NDArray[np.int64], offsets: Sequence[int] | NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The digits at `offsets` from each start, as a matrix of numbers 0 to 9."""
        return self.codes[starts[:, None] + np.asarray(offsets, np.int64)].astype(np.int64) - 48


def digit_offsets(lengths: Sequence[int]) -> NDArray[np.int64]:
    """Offsets of the digits of groups with these lengths and one byte between them, from the first digit."""
    begins = np.cumsum([0, *(length + 1 for length in lengths[:-1])])
    return np.concatenate(
        [np.arange(begin, begin + length) for begin, length in zip(begins, lengths, strict=True)]
    )
