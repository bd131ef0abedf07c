"""Chains of digit groups joined by what people write between the groups of a phone number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
        near = near[_LINKING[_pair(codes, runs.ends[near])]]
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
        first = np.flatnonzero(self._digits_ahead() >= FEWEST_DIGITS)
        starts = runs.starts[first]
        opening = _OPENING[_pair(codes, starts - 2)]
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

    def groups(self, first: NDArray[np.int64], most: int) -> Iterator[tuple[list[int], list[int]]]:
        """For each of these runs where it and the runs after it in its chain begin and end, up to `most` of them."""
        counts = (self.last[first] + 1 - first).clip(max=most)
        stops = np.cumsum(counts)
        places = np.arange(stops[-1] if len(stops) else 0) + np.repeat(first - stops + counts, counts)
        starts, ends = self.runs.starts[places].tolist(), self.runs.ends[places].tolist()
        begin = 0
        for stop in stops.tolist():
            yield starts[begin:stop], ends[begin:stop]
            begin = stop

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

    def _digits_ahead(self) -> NDArray[np.int64]:
        """For each run the digits from it to the end of its chain."""
        before = np.append(0, np.cumsum(self.runs.lengths))
        ahead: NDArray[np.int64] = before[self.last + 1] - before[:-1]
        return ahead


def _pair(codes: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint16]:
    pair: NDArray[np.uint16] = codes[places].astype(np.uint16) << np.uint16(8) | codes[places + 1]
    return pair
