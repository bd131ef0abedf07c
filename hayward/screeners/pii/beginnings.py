"""The beginnings of words, to tell for many places of a stretch at once near which of them a word may stand."""

from __future__ import annotations

import string
from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.places import places

Codes = NDArray[np.uint8]
Positions = NDArray[np.int64]

# What a letter stands for beside its own capital: code points of which str.lower makes it, or context's folding.
_OTHERS = {"i": "ıİ", "k": "\u212a", "å": "\u212b", "ω": "\u2126", "θ": "\u03f4", "ß": "\u1e9e"}
_MOST_BYTES = 1 << 18
_LETTERS = 26
_FOREIGN = 32
_CLASS_BITS = 6
_PACKED = 8  # classes in one number
_MOST_LETTERS = 5
_HASH_BITS = 16
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio (Knuth, TAOCP volume 3, section 6.4)


def _classes() -> bytes:
    """Letters of ASCII in any case as 1 to 26, bytes outside ASCII as 32 to 63, all else as nought."""
    table = bytearray(256)
    for place, letter in enumerate(string.ascii_lowercase, start=1):
        table[ord(letter)] = table[ord(letter.upper())] = place
    table[0x80:] = (_FOREIGN + (byte & 31) for byte in range(0x80, 0x100))
    return bytes(table)


_CLASSES = _classes()
_ENDS = (0, *range(_FOREIGN, 2 * _FOREIGN))


class Beginnings:
    """The first five bytes of words as tables: a word of the set passes always, of others hardly one.

    Most words fail by their first three bytes; the rest are asked for with two to five of them.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._begun = np.zeros(1 << 3 * _CLASS_BITS, bool)
        self._enough = np.zeros(1 << _HASH_BITS, bool)
        for beginning in {beginning for word in words for beginning in _spelled(word)}:
            self._note(beginning.translate(_CLASSES))

    def _note(self, letters: bytes) -> None:
        ended = [letters] if len(letters) == _MOST_LETTERS else [letters + bytes((end,)) for end in _ENDS]
        for beginning in ended:
            packed = np.array([int.from_bytes(beginning, "little")], np.uint64)
            self._enough[_hashed(packed, len(beginning))] = True
            thirds = beginning[2:3] or bytes(range(1 << _CLASS_BITS))
            self._begun[[_triple(beginning[0], beginning[1], third) for third in thirds]] = True

    def within(self, codes: Codes, begins: Positions, size: int) -> NDArray[np.bool_]:
        """For each place whether a word may begin in the `size` bytes from there."""
        most = max(1, _MOST_BYTES // size)
        parts = [
            self._in_rows(codes, begins[place : place + most], size) for place in range(0, len(begins), most)
        ]
        return np.concatenate(parts) if parts else np.empty(0, bool)

    def _in_rows(self, codes: Codes, begins: Positions, size: int) -> NDArray[np.bool_]:
        """Each window with a byte before and those after that the last word in it begins with."""
        width = min(size + _MOST_LETTERS, len(codes))
        starts = np.clip(begins - 1, 0, len(codes) - width)
        windows = np.ndarray((len(codes) - width + 1, width), np.uint8, codes, strides=(1, 1))
        rows = windows[starts].tobytes()
        classes = np.frombuffer(rows.translate(_CLASSES) + bytes(_PACKED), np.uint8)
        words = _word_starts(classes[:-_PACKED])
        found = np.zeros(len(begins), bool)
        found[words[self._is_of_set(classes, words)] // width] = True
        return found

    def _is_of_set(self, classes: Codes, words: Positions) -> Positions:
        """Which of the words that start at these places begin like those of the set."""
        first, second, third = (classes.take(words + place).astype(np.int64) for place in range(3))
        likely = np.flatnonzero(self._begun.take(_triple(first, second, third)))
        packed = np.ndarray(len(classes) + 1 - _PACKED, "<u8", classes, strides=(1,))[words[likely]]
        enough = np.zeros(len(likely), bool)
        for count in range(2, _MOST_LETTERS + 1):
            enough |= self._enough.take(_hashed(packed, count))
        return likely[enough]


def _word_starts(classes: Codes) -> Positions:
    """Where a letter stands behind no other letter; a byte outside ASCII may start a word wherever it stands."""
    is_letter = (classes - np.uint8(1)) < _LETTERS
    starting = classes != 0
    starting[1:] &= ~(is_letter[:-1] & is_letter[1:])
    return places(starting)


def _triple(first: Any, second: Any, third: Any) -> Any:
    """A place in a table for three classes, its own for each three."""
    return first | second << _CLASS_BITS | third << 2 * _CLASS_BITS


def _hashed(packed: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """A place in a table for the first `count` of eight classes, which lie in a number from its low end."""
    bits = np.uint64(8 * count)
    keys = packed & ((np.uint64(1) << bits) - np.uint64(1)) | np.uint64(count) << np.uint64(56)
    return ((keys * _MULTIPLIER) >> np.uint64(64 - _HASH_BITS)).view(np.int64)


def _spelled(word: str) -> set[bytes]:
    """The first bytes of a word written in small letters, in capitals or mixed, as UTF-8."""
    options = (_alike(letter) for letter in word[:_MOST_LETTERS])
    return {"".join(spelled).encode()[:_MOST_LETTERS] for spelled in product(*options)}


def _alike(letter: str) -> set[str]:
    """The classes see to the capitals of ASCII."""
    capitals = set() if letter.isascii() else {letter.upper(), letter.title()}
    return {letter, *capitals, *_OTHERS.get(letter, "")}
