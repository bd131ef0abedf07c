"""Words and their hashes, for a whole column of texts at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.duplicates import characters
from hayward.screeners.duplicates.normal import NormalTexts, Offsets

Hashes = NDArray[np.uint64]

# A longer run of letters counts as several words, so that no text makes the work grow faster than its length.
LONGEST_WORD = 64
# Odd constants without structure: the fractional parts of the golden ratio, of e and of pi.
_GOLDEN, _SPREAD, _MORE = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xB7E151628AED2A6B),
    np.uint64(0x243F6A8885A308D3),
)
_EIGHT = np.array([(1 << (8 * count)) - 1 for count in range(9)], np.uint64)


def word_hashes(texts: NormalTexts) -> tuple[Hashes, Offsets]:
    """A 64-bit hash of every word, and where each text's words begin among them.

    A word is a run of letters, marks and digits (general categories L, M and N of Unicode 3.2, which stays as it
    is; what that version does not know counts as a letter), or one character of a script written without spaces.
    """
    begins, ends = _bounds(texts)
    starts = np.searchsorted(begins, texts.offsets).astype(np.int64)
    return _hashed(texts, begins, ends - begins), starts


def _bounds(texts: NormalTexts) -> tuple[Offsets, Offsets]:
    letter, cut = _letters(texts)
    cut[texts.offsets] = True
    start = letter & cut
    start[1:] |= letter[1:] & ~letter[:-1]
    begins, ends = _runs(letter, start)
    if len(begins) and int((ends - begins).max()) > LONGEST_WORD:
        _cut_long(begins, ends, start)
        begins, ends = _runs(letter, start)
    return begins, ends


def _runs(letter: NDArray[np.bool_], start: NDArray[np.bool_]) -> tuple[Offsets, Offsets]:
    """Where words begin and end. The last byte is padding, so that every word ends before it."""
    end = letter[:-1] & (start[1:] | ~letter[1:])
    return np.flatnonzero(start), np.flatnonzero(end) + 1


def _cut_long(begins: Offsets, ends: Offsets, start: NDArray[np.bool_]) -> None:
    long = np.flatnonzero(ends - begins > LONGEST_WORD)
    pieces = (ends[long] - begins[long] - 1) // LONGEST_WORD
    before = np.cumsum(pieces) - pieces
    steps = np.arange(1, int(pieces.sum()) + 1) - np.repeat(before, pieces)
    start[np.repeat(begins[long], pieces) + steps * LONGEST_WORD] = True


def _letters(texts: NormalTexts) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which bytes belong to words, and at which a new word begins whatever stands before."""
    data = texts.data
    letter = ((data - np.uint8(97)) < 26) | ((data - np.uint8(48)) < 10) | (data > 127)
    cut = np.zeros(len(data), np.bool_)
    if not texts.ascii:
        beyond = characters.beyond_ascii(data)
        classes = characters.classes(beyond.codes)
        apart, alone = classes == characters.SEPARATOR, classes == characters.ALONE
        for step in range(3):
            letter[beyond.places[apart & (beyond.sizes > step)] + step] = False
        cut[beyond.places[alone]] = True
        cut[beyond.places[alone] + beyond.sizes[alone]] = True
    return letter, cut


def _hashed(texts: NormalTexts, begins: Offsets, lengths: Offsets) -> Hashes:
    """Eight bytes of every word at a time; ever fewer words are that long."""
    eights = np.ndarray(len(texts.data) - 7, "<u8", texts.data, strides=(1,))
    hashes = mixed((eights[begins] & _EIGHT[np.minimum(lengths, 8)]) ^ (lengths.astype(np.uint64) * _GOLDEN))
    longer = np.flatnonzero(lengths > 8)
    done = 8
    while len(longer):
        left = lengths[longer] - done
        piece = eights[begins[longer] + done] & _EIGHT[np.minimum(left, 8)]
        hashes[longer] = mixed(hashes[longer] * _SPREAD ^ piece)
        longer, done = longer[left > 8], done + 8
    return hashes


def mixed(values: Hashes) -> Hashes:
    """Spreads every bit over all bits, in place (the finalizer of MurmurHash3 with other constants)."""
    values ^= values >> np.uint64(32)
    values *= _GOLDEN
    values ^= values >> np.uint64(29)
    values *= _MORE | np.uint64(1)
    values ^= values >> np.uint64(32)
    return values
