"""Chains of digit groups joined by what people write between the groups of a phone number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import WORD, WORD_BYTES, members
from hayward.screeners.pii.digits import DigitRuns

FEWEST_DIGITS = 7
WIDEST_GAP = 5
# A longer row of numbers is a table: there a number needs the shape 3-3-4 or a plus sign.
LONGEST_CHAIN = 16

# Space, - . / ( ) and, byte by byte, the no-break spaces and dashes of U+00A0 and U+2010..2015, U+202F.
_SEPARATOR = members(b" -./()\xc2\xa0\xe2\x80\xaf\x90\x91\x92\x93\x94\x95")
_TIGHT = members(b"-./")
_GLUE_BEFORE = members(b"-/#$%=\\" + WORD_BYTES)


@dataclass(frozen=True)
class Chains:
    """For each run of digits where its chain ends, and whether a number may begin with it."""

    runs: DigitRuns
    linked: NDArray[np.bool_]  # for each run but the last: it and the next stand in one chain
    last: NDArray[np.int64]

    @classmethod
    def of(cls, runs: DigitRuns) -> Chains:
        codes, ends = runs.codes, runs.ends[:-1]
        gaps = runs.starts[1:] - ends
        # A full stop and a space, or two spaces, end what is said.
        after, beyond = codes[ends], codes[ends + 1]
        ended = ((beyond == ord(" ")) & ((after == ord(".")) | (after == ord(" ")))) | (
            (beyond == ord(".")) & (after == ord("."))
        )
        linked = (gaps <= WIDEST_GAP) & ~ended
        for step in range(WIDEST_GAP):
            linked &= (gaps <= step) | _SEPARATOR[codes[np.minimum(ends + step, len(codes) - 1)]]
        breaks = np.append(np.flatnonzero(~linked), len(runs) - 1)
        return cls(runs, linked, breaks[np.searchsorted(breaks, np.arange(len(runs)))])

    def beginnings(self) -> NDArray[np.int64]:
        """Runs that a phone number may begin with, found without looking at single texts."""
        runs, codes = self.runs, self.runs.codes
        before, earlier = codes[runs.starts - 1], codes[runs.starts - 2]
        opened = before == ord("(")
        signed = ((before == ord("+")) & ~WORD[earlier]) | (opened & (earlier == ord("+")))
        glued = _GLUE_BEFORE[before] | (((before == ord(".")) | (before == ord("+"))) & WORD[earlier])
        free = self._loose() & ~glued & ~self._decimal()
        # A group in mid-chain needs a shape of its own.
        head = np.append(True, ~self.linked)
        trunk = (codes[runs.starts] == ord("0")) & (runs.lengths > 1)
        short = self.last - np.arange(len(runs)) < LONGEST_CHAIN
        likely = ((head | trunk | opened) & short) | self._north_american()
        return np.flatnonzero(((free & likely) | signed) & (self._digits_ahead() >= FEWEST_DIGITS))

    def _loose(self) -> NDArray[np.bool_]:
        """For each run whether nothing tight, as in 12-34, joins it to a run before."""
        joint = np.append(np.uint8(0), self.runs.joints)
        return ~_TIGHT[joint]

    def _decimal(self) -> NDArray[np.bool_]:
        """For each run whether it and the next are a number such as 3.14159."""
        pointed = (
            (self.runs.joints == ord(".")) & (self.runs.lengths[:-1] <= 2) & (self.runs.lengths[1:] >= 5)
        )
        return np.append(pointed, False)

    def _north_american(self) -> NDArray[np.bool_]:
        shaped = np.zeros(len(self.runs), bool)
        shaped[self.runs.shaped((3, 3, 4), separators=b"-. ")] = True
        return shaped

    def _digits_ahead(self) -> NDArray[np.int64]:
        """For each run the digits from it to the end of its chain."""
        before = np.append(0, np.cumsum(self.runs.lengths))
        ahead: NDArray[np.int64] = before[self.last + 1] - before[:-1]
        return ahead
