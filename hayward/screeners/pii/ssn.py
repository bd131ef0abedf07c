"""US social security numbers: three, two and four digits that the Social Security Administration can have issued."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import DIGIT
from hayward.screeners.pii.digits import DigitRuns, digit_offsets
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "us_ssn"
VALIDATOR = "SSA ranges"
CONTEXT_SCORE = 0.95
SHAPE = (3, 2, 4)
SEPARATORS = b"- ."
SCORES = np.zeros(256, np.float32)  # by what joins the groups
SCORES[list(SEPARATORS)] = 0.8, 0.5, 0.4
SSN_WORDS = context.Words(
    en="ssn ssns ss 'ss n' 's s n' 'social security' social 'soc sec' 'tax id' 'taxpayer id' tin",
    es="'seguro social' 'seguridad social'",
)
# Printed on wallet inserts and in advertisements, and void since: SSA, "Social Security cards issued by Woolworth".
VOID = (78_05_1120, 219_09_9999)
ALIKE = 111_111_111  # of which every number is a multiple whose digits are all the same

_OFFSETS = np.array([digit_offsets(SHAPE), digit_offsets((9,))])
_SIZE = sum(SHAPE) + len(SHAPE) - 1
_WEIGHTS = 10 ** np.arange(8, -1, -1)
_GROUPED = Evidence(KIND, "ssn.grouped/1", VALIDATOR)


def issued(number: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a number of nine digits can be somebody's: area not 000, 666 or 9xx, group not 00, serial not 0000.

    Rules: SSA, POMS RM 10201.035 (invalid area numbers), kept after randomisation in 2011.
    """
    area = number // 1_000_000
    possible: NDArray[np.bool_] = (area != 0) & (area != 666) & (area < 900)
    possible &= (number // 10_000 % 100 != 0) & (number % 10_000 != 0) & (number % ALIKE != 0)
    for void in VOID:
        possible &= number != void
    return possible


def find(stretch: Stretch) -> Spans:
    """Numbers in `stretch`: grouped as 3-2-4, or nine bare digits that are called a social security number."""
    runs = stretch.digits
    of_size = np.flatnonzero(runs.ends[2:] - runs.starts[:-2] == _SIZE)
    grouped = runs.shaped(SHAPE, separators=SEPARATORS, among=of_size)
    bare = np.flatnonzero(runs.lengths == 9)
    if not len(grouped) and not len(bare):
        return NOTHING
    first = np.sort(np.concatenate([grouped[~_in_row_of_numbers(runs, grouped)], bare]))
    is_bare = (runs.lengths[first] == 9).astype(np.intp)
    last = first + (len(SHAPE) - 1) * (1 - is_bare)
    numbers = runs.values(runs.starts[first], _OFFSETS[is_bare]) @ _WEIGHTS
    valid = runs.standing_alone(first, last) & issued(numbers)
    return _scored(stretch, runs.starts[first[valid]], runs.ends[last[valid]])


def _in_row_of_numbers(runs: DigitRuns, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a spaced number has another number one space before or after it: then it is a row of a table."""
    codes, starts, ends = runs.codes, runs.starts[first], runs.ends[first + len(SHAPE) - 1]
    spaced = codes[runs.ends[first]] == 32
    before = (codes[starts - 1] == 32) & DIGIT[codes[starts - 2]]
    after = (codes[ends] == 32) & DIGIT[codes[ends + 1]]
    beside: NDArray[np.bool_] = spaced & (before | after)
    return beside


def _scored(stretch: Stretch, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Spans:
    """Those that are grouped or called a social security number, with the word that calls them so."""
    scores = SCORES[stretch.codes[starts + SHAPE[0]]]
    evidence = [_GROUPED] * len(starts)
    # What stands after a bare number is as often about something else.
    is_bare = ends - starts == sum(SHAPE)
    for places, after in ((np.flatnonzero(is_bare), 0), (np.flatnonzero(~is_bare), context.REACH_AFTER)):
        words = SSN_WORDS.nearest(stretch, starts[places], ends[places], after=after)
        for place, word in zip(places.tolist(), words, strict=True):
            if word is not None:
                scores[place], evidence[place] = (
                    CONTEXT_SCORE,
                    Evidence(KIND, "ssn.called/1", VALIDATOR, word),
                )
    return Spans(starts, ends, scores, tuple(evidence)).taken(np.flatnonzero(scores))


EXAMPLES = (
    Example("SSN: 123-45-6789", ((KIND, 5, 16),)),
    Example("078-05-1123", ((KIND, 0, 11),)),
    Example("my social security number is 078051123.", ((KIND, 29, 38),)),
    Example("abc 078 05 1123 abc", ((KIND, 4, 15),)),
    Example("order 078051123 and 12 123 45 6789 77"),
    Example("987-01-4321, 666-45-6789, 000-45-6789, 123-00-6789, 123-45-0000, 078-05-1120"),
    Example("123-45.6789, 1123-45-6789, 123-45-67890, x123-45-6789, 123-45-6789-1"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
