"""Which runs of digits may begin a number written as one of some templates, for all runs of a stretch at once."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import DIGIT, WORD, members
from hayward.screeners.pii.stretch import Stretch

LONGEST_RUN = 31
# Text as a template spells it: 9 is a digit, A a letter, _ a space.
SIGNATURE = bytes.maketrans(
    (string.digits + string.ascii_letters + " ").encode(), b"9" * 10 + b"A" * 52 + b"_"
)
OPENING = re.compile(rb"9+")
_SIGNATURES = np.frombuffer(SIGNATURE, np.uint8)
_LETTER = members(string.ascii_letters.encode())
_TIGHT = members(b"-./+,")
_JOINT = members(b" -./+")
_PLAIN, _PREFIXED = 1, 2
ANY_DIGIT = 0x3FF


class Openings:
    """How templates open: with letters before the first digits or without (bits), and how the digits go on."""

    def __init__(self, templates: Mapping[bytes, int]) -> None:
        """Each template with the digits that it may begin with, as bits."""
        size = LONGEST_RUN + 1
        self._bare = np.zeros(size, np.uint8)
        self._lettered = np.zeros((size, 256), np.uint8)
        self._paired = np.zeros((size, size, 256), np.uint8)
        self._tripled = np.zeros((size, size, size), np.uint16)
        for template, firsts in templates.items():
            self._note(template, ANY_DIGIT if not template.startswith(b"9") else firsts)

    def _note(self, template: bytes, firsts: int) -> None:
        runs = [match.span() for match in OPENING.finditer(template)]
        start, end = runs[0]
        size, bit = end - start, _PREFIXED if start else _PLAIN
        if end == len(template):
            self._bare[size] |= bit
        elif template[end] == ord("A") or len(runs) == 1 or runs[1][0] > end + 1:
            self._lettered[size, template[end]] |= bit
        else:
            second = runs[1][1] - runs[1][0]
            self._paired[size, second, template[end]] |= bit
            joined = len(runs) > 2 and runs[2][0] == runs[1][1] + 1 and template[runs[1][1]] != ord("A")
            self._tripled[size, second, runs[2][1] - runs[2][0] if joined else slice(None)] |= firsts

    def among(self, stretch: Stretch, runs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the runs that one of the templates may begin with."""
        found = self._bits(stretch, runs)
        likely = np.flatnonzero(found)
        return runs[likely[_stand_free(stretch, runs[likely], found[likely])]]

    def _bits(self, stretch: Stretch, runs: NDArray[np.int64]) -> NDArray[np.uint8]:
        codes = stretch.codes
        lengths = np.minimum(np.append(stretch.digits.lengths, (0, 0)), LONGEST_RUN)
        first, second = lengths[runs], lengths[runs + 1]
        ends = stretch.digits.ends[runs]
        after, beyond = codes[ends], codes[ends + 1]
        found: NDArray[np.uint8] = self._bare[first] * ~WORD[after]
        found |= self._lettered[first, _SIGNATURES[after]] * (_LETTER[after] | _LETTER[beyond])
        joined = np.flatnonzero(_JOINT[after] & DIGIT[beyond])
        first, second, third = first[joined], second[joined], lengths[runs[joined] + 2]
        joints = _SIGNATURES[after[joined]]
        leading = codes[stretch.digits.starts[runs[joined]]] - np.uint8(ord("0"))
        fits = ((self._tripled[first, second, third] >> leading) & 1) != 0
        found[joined] |= self._paired[first, second, joints] * fits
        return found


def _stand_free(stretch: Stretch, runs: NDArray[np.int64], bits: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether what stands before lets a number begin there, or letters of it.

    In a row of numbers, as in a table, none but the first begins a number of several groups.
    """
    codes, starts = stretch.codes, stretch.digits.starts[runs]
    before, earlier = codes[starts - 1], codes[starts - 2]
    in_row = (before == 32) & DIGIT[earlier] & (codes[stretch.digits.ends[runs]] == 32)
    plain = ((bits & _PLAIN) != 0) & ~WORD[before] & ~(_TIGHT[before] & WORD[earlier]) & ~in_row
    prefixed = ((bits & _PREFIXED) != 0) & (_LETTER[before] | _LETTER[earlier])
    free: NDArray[np.bool_] = plain | prefixed
    return free
