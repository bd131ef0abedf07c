"""The beginnings of words, to tell for many places of a stretch at once near which of them a word may stand."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
Positions = NDArray[np.int64]

# What a letter stands for beside its own capital: code points of which str.lower makes it, or context's folding.
_OTHERS = {"i": "ıİ", "k": "\u212a", "å": "\u212b", "ω": "\u2126", "θ": "\u03f4", "ß": "\u1e9e"}
_MOST_BYTES = 1 << 18
_LETTERS = 26
_FOREIGN = 32
_CLASS_BITS = 6
_HASH_BITS = 17
_HASH_MASK = (1 << _HASH_BITS) - 1
_MULTIPLIER = 40_503
_MOST_LETTERS = 5


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

    Tables by number of bytes, from two on: what a word may go on from, and what is enough.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._begun = np.zeros((_MOST_LETTERS - 1, 1 << _HASH_BITS), bool)
        self._enough = self._begun.copy()
        for beginning in {beginning for word in words for beginning in _spelled(word)}:
            self._note(tuple(beginning.translate(_CLASSES)))

    def _note(self, letters: tuple[int, ...]) -> None:
        for count in range(2, len(letters) + 1):
            self._begun[count - 2, _hashed(_key(letters[:count]))] = True
        ended = [letters] if len(letters) == _MOST_LETTERS else [(*letters, end) for end in _ENDS]
        for beginning in ended:
            for table in (self._begun, self._enough):
                table[len(beginning) - 2, _hashed(_key(beginning))] = True

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
        classes = np.frombuffer(rows.translate(_CLASSES) + bytes(_MOST_LETTERS - 1), np.uint8)
        pairs = classes[1 : 2 - _MOST_LETTERS].astype(np.uint16)
        pairs <<= _CLASS_BITS
        pairs |= classes[: 1 - _MOST_LETTERS]
        passed = np.take(self._begun[0], pairs)
        is_letter = (classes[: 1 - _MOST_LETTERS] - np.uint8(1)) < _LETTERS
        passed[1:] &= ~(is_letter[:-1] & is_letter[1:])
        found = np.zeros(len(begins), bool)
        for places in self._going_on(classes, np.flatnonzero(passed), pairs):
            found[places // width] = True
        return found

    def _going_on(self, classes: Codes, places: Positions, pairs: NDArray[np.uint16]) -> Iterator[Positions]:
        """Which of the places where a word's first two bytes stand go on like it."""
        keys: NDArray[Any] = pairs[places]
        hashed = keys
        for count in range(2, _MOST_LETTERS + 1):
            yield places[self._enough[count - 2, hashed]]
            more = np.flatnonzero(self._begun[count - 2, hashed])
            places = places[more]
            keys = keys[more] | classes[places + count].astype(np.uint32) << count * _CLASS_BITS
            hashed = _hashed(keys)


def _key(letters: tuple[int, ...]) -> int:
    return sum(letter << place * _CLASS_BITS for place, letter in enumerate(letters))


def _hashed(keys: Any) -> Any:
    """A place in a table, its own for each pair."""
    return (keys ^ ((keys >> 2 * _CLASS_BITS) * _MULTIPLIER & 0xFFFFFFFF) >> 9) & _HASH_MASK


def _spelled(word: str) -> set[bytes]:
    """The first bytes of a word written in small letters, in capitals or mixed, as UTF-8."""
    options = (_alike(letter) for letter in word[:_MOST_LETTERS])
    return {"".join(spelled).encode()[:_MOST_LETTERS] for spelled in product(*options)}


def _alike(letter: str) -> set[str]:
    """The classes see to the capitals of ASCII."""
    capitals = set() if letter.isascii() else {letter.upper(), letter.title()}
    return {letter, *capitals, *_OTHERS.get(letter, "")}
