"""Chains of digit groups joined by what people write between the groups of a phone number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import DIGIT, WORD, WORD_BYTES, members
from hayward.screeners.pii.digits import DigitRuns

FEWEST_DIGITS = 7
WIDEST_GAP = 5
# A longer row of numbers is a table: there a number needs the shape 3-3-4 or a plus sign.
LONGEST_CHAIN = 16

# Space, - . / ( ) and, byte by byte, the no-break spaces and dashes of U+00A0 and U+2010..2015, U+202F.
_SEPARATOR = members(b" -./()\xc2\xa0\xe2\x80\xaf\x90\x91\x92\x93\x94\x95")
_GLUE_BEFORE = members(b"-/#$%=\\" + WORD_BYTES)
_JOINTS = members(b"-. ")
SIGNED, FREE, OPENED = 1, 2, 4


def _linking() -> NDArray[np.bool_]:
    """For each two bytes behind a run, as one number, whether the chain may go on with them."""
    table = np.outer(_SEPARATOR, _SEPARATOR | DIGIT)
    # A full stop and a space, or two spaces, end what is said.
    for ending in (b"  ", b". ", b".."):
        table[ending[0], ending[1]] = False
    return table.ravel()


def _opening() -> NDArray[np.uint8]:
    """For each two bytes before a run, as one number, what they make of it: SIGNED, FREE, FREE and OPENED, or 0."""
    table = np.zeros((256, 256), np.uint8)
    table[:, ~_GLUE_BEFORE] = FREE
    table[WORD, ord(".")] = 0
    table[:, ord("(")] |= OPENED
    table[:, ord("+")] |= SIGNED
    table[WORD, ord("+")] = 0
    table[ord("+"), ord("(")] |= SIGNED
    return table.ravel()


_LINKING, _OPENING = _linking(), _opening()


@dataclass(frozen=True)
class Chains:
    """For each run of digits where its chain ends, and whether a number may begin with it."""

    runs: DigitRuns
    linked: NDArray[np.bool_]  # for each run: it and the next stand in one chain
    last: NDArray[np.int64]

    @classmethod
    def of(cls, runs: DigitRuns) -> Chains:
        """The chains of at least one run."""
        codes = runs.codes
        gaps = runs.starts[1:] - runs.ends[:-1]
        near = np.flatnonzero(gaps <= WIDEST_GAP)
        near = near[_LINKING[pairs_at(codes, runs.ends[near])]]
        for step in range(2, WIDEST_GAP):
            wide = gaps[near] > step
            if not wide.any():
                break
            wide[wide] = ~_SEPARATOR[codes[runs.ends[near[wide]] + step]]
            near = near[~wide]
        linked = np.zeros(len(runs), bool)
        linked[near] = True
        breaks = np.flatnonzero(~linked)
        return cls(runs, linked, np.repeat(breaks, np.diff(breaks, prepend=-1)))

    def beginnings(self) -> NDArray[np.int64]:
        """Runs that a phone number may begin with, found without looking at single texts."""
        runs, codes = self.runs, self.runs.codes
        ahead = self._digits_before[self.last + 1] - self._digits_before[:-1]
        first = np.flatnonzero(ahead >= FEWEST_DIGITS)
        starts = runs.starts[first]
        opening = _OPENING[pairs_at(codes, starts - 2)]
        kept = np.flatnonzero(opening)
        first, starts, opening = first[kept], starts[kept], opening[kept]
        # A group in mid-chain needs a shape of its own.
        head = (first == 0) | ~self.linked[first - 1]
        trunk = (codes[starts] == ord("0")) & (runs.lengths[first] > 1)
        short = self.last[first] - first < LONGEST_CHAIN
        likely = ((head | trunk | (opening & OPENED != 0)) & short) | self._north_american(first)
        free = (opening & FREE != 0) & likely & ~self._decimal(first)
        begun: NDArray[np.int64] = first[free | (opening & SIGNED != 0)]
        return begun

    @cached_property
    def _digits_before(self) -> NDArray[np.int64]:
        """For each run, and behind the last, the digits of all runs before."""
        return np.append(0, np.cumsum(self.runs.lengths))

    def digits(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many digits the runs from each of `first` to `last` have together."""
        counts: NDArray[np.int64] = self._digits_before[last + 1] - self._digits_before[first]
        return counts

    def reach(self, first: NDArray[np.int64], most: int) -> NDArray[np.int64]:
        """For each of these runs the last of its chain, or of the `most` runs from there on."""
        return np.minimum(self.last[first], first + (most - 1))

    def _decimal(self, first: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each of these runs whether it and the next are a number such as 3.14159."""
        runs = self.runs
        next_one = np.minimum(first + 1, len(runs) - 1)
        pointed = (runs.codes[runs.ends[first]] == ord(".")) & (runs.starts[next_one] - runs.ends[first] == 1)
        decimal: NDArray[np.bool_] = pointed & (runs.lengths[first] <= 2) & (runs.lengths[next_one] >= 5)
        return decimal

    def _north_american(self, first: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each of these runs whether it and the next two are 212-555-0123, 212.555.0123 or 212 555 0123."""
        runs = self.runs
        shaped: NDArray[np.bool_] = (runs.lengths[first] == 3) & (self.last[first] - first >= 2)
        places = np.flatnonzero(shaped)
        at = first[places]
        joint = runs.codes[runs.ends[at]]
        shaped[places] = (
            (runs.starts[at + 2] - runs.starts[at] == len("212-555-"))
            & (runs.lengths[at + 1] == 3)
            & (runs.lengths[at + 2] == 4)
            & (joint == runs.codes[runs.ends[at + 1]])
            & _JOINTS[joint]
        )
        return shaped


def pairs_at(codes: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint16]:
    """The two bytes from each place on as one number."""
    pair: NDArray[np.uint16] = codes[places].astype(np.uint16) << np.uint16(8) | codes[places + 1]
    return pair
