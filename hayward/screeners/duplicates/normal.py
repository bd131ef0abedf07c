"""The normal form of texts: what two texts must share to count as the same."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hayward.screeners.duplicates import characters

NORMAL_FORM = 1
CONTENT_BYTES = 32
# Bytes that may be read past the last text, so that eight can be read at once anywhere.
PADDING = 80

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NormalTexts:
    """Texts in normal form, one after another as UTF-8; text `i` is `data[offsets[i]:offsets[i + 1]]`.

    `data` is followed by PADDING zeros. `ascii` says that no byte is above 127.
    """

    data: Bytes
    offsets: Offsets
    ascii: bool

    def __len__(self) -> int:
        return len(self.offsets) - 1


def normalised(text: str) -> str:
    """The normal form, version 1: case folded, NFC, every run of white space one space, none at the ends.

    Case folding and NFC as in the Unicode Standard, chapter 3.13 and annex 15; white space as in `str.split`.
    """
    return " ".join(unicodedata.normalize("NFC", text.casefold()).split())


def content_digest(text: str) -> bytes | None:
    """SHA-256 of the normal form in UTF-8, or None of a text that is empty in it."""
    form = normalised(text)
    return hashlib.sha256(form.encode()).digest() if form else None


def hard_texts(column: pa.LargeStringArray) -> NDArray[np.bool_]:
    """Which texts of a column without nulls `easy_texts` cannot do."""
    data, offsets = _buffer(column)
    hard = np.zeros(len(column), np.bool_)
    if len(data) and data.max() > 127:
        beyond = characters.beyond_ascii(_padded(data))
        places = beyond.places[characters.is_hard(beyond.codes)]
        hard[np.searchsorted(offsets, places, side="right") - 1] = True
    return hard


def easy_texts(column: pa.LargeStringArray) -> NormalTexts:
    """The normal form of texts without hard characters and nulls, by whole-array operations."""
    data, offsets = _buffer(column)
    small = _padded(data)
    small |= ((small - np.uint8(65)) < 26).view(np.uint8) << np.uint8(5)
    ascii_ = not len(data) or bool(data.max() < 128)
    if not ascii_:
        _fold_beyond_ascii(small)
    space = (small == 32) | ((small - np.uint8(9)) < 5) | ((small - np.uint8(28)) < 4)
    small[space] = 32
    return _collapsed(small[:-PADDING], space[:-PADDING], offsets, ascii_)


def other_texts(column: pa.LargeStringArray) -> NormalTexts:
    """The normal form of any texts that are not null."""
    forms = pa.array([normalised(text) for text in column.to_pylist()], pa.large_string())
    data, offsets = _buffer(forms)
    return NormalTexts(_padded(data), offsets, ascii=False)


def content_digests(texts: NormalTexts) -> list[bytes | None]:
    """SHA-256 of each text, None of empty ones; the same as `content_digest`."""
    view, bounds = texts.data.data, texts.offsets.tolist()
    return [
        hashlib.sha256(view[begin:end]).digest() if end > begin else None
        for begin, end in itertools.pairwise(bounds)
    ]


def _fold_beyond_ascii(data: Bytes) -> None:
    """Folds in place: an easy character keeps its size, and white space becomes as many spaces."""
    beyond = characters.beyond_ascii(data)
    fold = characters.folded(beyond.codes)
    changed = np.flatnonzero(fold != beyond.codes)
    places, sizes, codes = beyond.places[changed], beyond.sizes[changed], fold[changed]
    space = codes == 32
    for size, lead in ((2, 0xC0), (3, 0xE0)):
        some = sizes == size
        for step in range(size):
            bits = codes >> (6 * (size - 1 - step))
            value = np.where(step == 0, lead | bits, 0x80 | (bits & 0x3F))
            data[places[some] + step] = np.where(space, 32, value)[some]


def _collapsed(small: Bytes, space: NDArray[np.bool_], offsets: Offsets, ascii_: bool) -> NormalTexts:
    """Drops white space after white space and at either end of each text."""
    drop = np.zeros(len(small) + 1, np.bool_)
    np.logical_and(space[1:], space[:-1], out=drop[1:-1])
    filled = offsets[:-1] < offsets[1:]
    firsts = offsets[:-1][filled]
    drop[firsts] = space[firsts]
    dropped = np.flatnonzero(drop[:-1])
    kept = small[~drop[:-1]] if len(dropped) else small
    bounds = offsets - np.searchsorted(dropped, offsets)
    trailing = np.flatnonzero((bounds[1:] > bounds[:-1]) & _ends_in_space(kept, bounds[1:]))
    if len(trailing):
        kept = np.delete(kept, bounds[trailing + 1] - 1)
        bounds[1:] -= np.cumsum(np.bincount(trailing, minlength=len(bounds) - 1))
    return NormalTexts(_padded(kept), bounds, ascii=ascii_)


def _ends_in_space(data: Bytes, ends: Offsets) -> NDArray[np.bool_]:
    if not len(data):
        return np.zeros(len(ends), np.bool_)
    last: NDArray[np.bool_] = data[np.maximum(ends, 1) - 1] == 32
    return last


def _buffer(column: pa.LargeStringArray) -> tuple[Bytes, Offsets]:
    """The bytes of a column's texts, and where each begins in them."""
    _, bounds, data = column.buffers()
    offsets = np.frombuffer(bounds, np.int64)[column.offset : column.offset + len(column) + 1]
    whole = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return whole[offsets[0] : offsets[-1]], offsets - offsets[0]


def _padded(data: Bytes) -> Bytes:
    return np.concatenate([data, np.zeros(PADDING, np.uint8)])
