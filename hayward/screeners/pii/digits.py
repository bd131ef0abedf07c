"""Runs of digits in a stretch of bytes, and how they hang together: what cards and phones are made of."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import DIGIT, WORD, members
from hayward.screeners.pii.places import places

_GLUE = members(b"-.,/+")

# The decimal digits (Unicode Nd) of the scripts that are written today, in UTF-8: Arabic, Persian, Devanagari to
# Malayalam, Thai, Lao, Tibetan, Burmese, Khmer, full width, mathematical; and first bytes that tell of them.
_FOREIGN_DIGIT = re.compile(
    rb"\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xe0[\xa5\xa7\xa9\xab\xad\xaf\xb1\xb3\xb5][\xa6-\xaf]|\xe0[\xb9\xbb][\x90-\x99]"
    rb"|\xe0\xbc[\xa0-\xa9]|\xe1\x81[\x80-\x89]|\xe1\x9f[\xa0-\xa9]|\xef\xbc[\x90-\x99]|\xf0\x9d\x9f[\x8e-\xbf]"
)
_FOREIGN_LEADS = (b"\xd9", b"\xdb", b"\xe0", b"\xe1", b"\xef", b"\xf0")
# What stands among digits of full width, the only script with its own.
_FULL_WIDTH = {ord(wide): plain for wide, plain in zip("＋－（）．／　", "+-()./ ", strict=True)}


def has_foreign_digits(text: bytes) -> bool:
    """Whether UTF-8 holds decimal digits of another script than ASCII's; nearly free where its bytes do not occur."""
    if text.isascii():
        return False
    return any(lead in text for lead in _FOREIGN_LEADS) and _FOREIGN_DIGIT.search(text) is not None


def with_ascii_digits(text: str) -> str:
    """The text with every decimal digit as 0 to 9: as many code points, each where it was."""
    return text.translate(_ascii_digits())


@cache
def _ascii_digits() -> dict[int, str]:
    decimal = {point: unicodedata.decimal(chr(point), None) for point in range(128, sys.maxunicode + 1)}
    return _FULL_WIDTH | {point: str(value) for point, value in decimal.items() if value is not None}


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
        edges = places(is_digit[1:] != is_digit[:-1]) + 1
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

    def shaped(
        self, lengths: Sequence[int], *, separators: bytes, among: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """First runs of groups with these lengths, joined throughout by the same one of the separators.

        Looked for among these runs only, if given.
        """
        count = len(self) - len(lengths) + 1
        if count <= 0:
            return np.empty(0, np.int64)
        first = self._of_lengths(lengths, count) if among is None else among[among < count]
        for step, length in enumerate(lengths if among is not None else ()):
            first = first[self.lengths[first + step] == length]
        if len(lengths) == 1 or not len(first):
            return first
        joint = self.codes[self.ends[first]]
        same = members(separators)[joint]
        for step in range(len(lengths) - 1):
            gap = self.starts[first + step + 1] - self.ends[first + step]
            same &= (gap == 1) & (self.codes[self.ends[first + step]] == joint)
        return first[same]

    def _of_lengths(self, lengths: Sequence[int], count: int) -> NDArray[np.int64]:
        found = self.lengths[:count] == lengths[0]
        for step, length in enumerate(lengths[1:], start=1):
            found &= self.lengths[step : step + count] == length
        return np.flatnonzero(found)

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
