"""A stretch of a text column as one run of bytes, and the way back from byte positions to texts and code points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hayward.screeners.pii.digits import DigitRuns, has_foreign_digits, with_ascii_digits
from hayward.screeners.pii.places import places
from hayward.screeners.pii.tokens import Tokens

Positions = NDArray[np.int64]

# NUL stands between texts and around the stretch: it belongs to nothing that is searched for, so no match reaches
# from one text into the next, and looking MARGIN bytes left of a text never leaves the array.
MARGIN = 64
STRETCH_BYTES = 2 << 20
KEPT_BYTES = 31 << 20  # just below what glibc allows for
_LEAST_OTHER = np.int8(-64)  # as signed numbers the bytes from 0x80 to 0xBF are the least


@dataclass(frozen=True)
class Stretch:
    """Consecutive texts of a column, joined by NUL. `starts[i]` is where text `first + i` begins in `text`."""

    text: bytes
    starts: Positions
    first: int

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        return np.frombuffer(self.text, dtype=np.uint8)

    @cached_property
    def _marks(self) -> dict[int, Positions]:
        return {}

    def marks(self, character: int) -> Positions:
        """Where this byte stands, in order; looked for once, whoever asks."""
        if character not in self._marks:
            is_here = character in self.text
            self._marks[character] = places(self.codes == character) if is_here else np.empty(0, np.int64)
        return self._marks[character]

    @cached_property
    def digits(self) -> DigitRuns:
        return DigitRuns.of(self.codes)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens.of(self.codes)

    @cached_property
    def pairs(self) -> NDArray[np.uint16]:
        """The bytes two by two, for needles.occurrences."""
        return np.frombuffer(self.text, "<u2", len(self.text) // 2)

    @cached_property
    def lowered(self) -> NDArray[np.uint16]:
        """`pairs` with 0x20 set in every byte: capitals are small letters, but NUL is a space too."""
        return self.pairs | np.uint16(0x2020)

    @cached_property
    def continuations(self) -> Positions:
        """Where the bytes are that continue a code point (RFC 3629: 10xxxxxx)."""
        if self.text.isascii():
            return np.empty(0, np.int64)
        return places(self.codes.view(np.int8) < _LEAST_OTHER)

    def locate(self, positions: Positions) -> Positions:
        """Which text of this stretch each byte position lies in."""
        return np.searchsorted(self.starts, positions, side="right") - 1

    def code_points(self, positions: Positions, texts: Positions) -> Positions:
        """Byte positions as code points counted from the start of their texts."""
        begin = self.starts[texts]
        skipped = np.searchsorted(self.continuations, positions) - np.searchsorted(self.continuations, begin)
        return positions - begin - skipped


def keep_memory() -> None:
    """Has the process keep the memory of a stretch's arrays for the next, which is a quarter of the work on clean text.

    The C library gives blocks back to the system from the size of the largest block that was ever freed (glibc's
    mallopt(3), M_MMAP_THRESHOLD); elsewhere this does nothing.
    """
    np.empty(KEPT_BYTES, np.uint8)


def stretches(texts: pa.LargeStringArray, *, size: int = STRETCH_BYTES) -> Iterator[Stretch]:
    """Cuts a column into stretches of about `size` bytes; nulls count as empty."""
    filled = texts.fill_null("")
    lengths = pc.binary_length(filled).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.cumsum(lengths)
    first = 0
    while first < len(filled):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + size, side="right")))
        yield _with_ascii_digits(filled.slice(first, last - first), lengths[first:last], first)
        first = last


def _with_ascii_digits(texts: pa.LargeStringArray, lengths: Positions, first: int) -> Stretch:
    """A stretch in which every number is written in ASCII digits: code points, which hits count in, stay in place."""
    stretch = _stretch(texts, lengths, first)
    if not has_foreign_digits(stretch.text):
        return stretch
    changed = pa.array([with_ascii_digits(text) for text in texts.to_pylist()], pa.large_string())
    return _stretch(changed, pc.binary_length(changed).to_numpy().astype(np.int64), first)


def _stretch(texts: pa.LargeStringArray, lengths: Positions, first: int) -> Stretch:
    margin = bytes(MARGIN)
    joined = pc.binary_join(
        pa.LargeListArray.from_arrays(pa.array([0, len(texts)], pa.int64()), texts),
        pa.scalar("\0", pa.large_string()),
    )[0].as_buffer()
    starts = np.empty(len(texts), np.int64)
    starts[0] = MARGIN
    np.cumsum(lengths[:-1] + 1, out=starts[1:])
    starts[1:] += MARGIN
    return Stretch(text=b"".join((margin, joined, margin)), starts=starts, first=first)
