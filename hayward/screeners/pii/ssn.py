"""US social security numbers: three, two and four digits that the Social Security Administration can have issued."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import DIGIT
from hayward.screeners.pii.digits import DigitRuns, digit_offsets
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "us_ssn"
VALIDATOR = "SSA ranges"
CONTEXT_SCORE = 0.95
SCORES = {ord("-"): 0.8, ord(" "): 0.5, ord("."): 0.4}
SHAPE = (3, 2, 4)
SSN_WORDS = context.Words(
    en="ssn ssns ss 'ss n' 's s n' 'social security' social 'soc sec' 'tax id' 'taxpayer id' tin",
    es="'seguro social' 'seguridad social'",
)
# Printed on wallet inserts and in advertisements, and void since: SSA, "Social Security cards issued by Woolworth".
VOID = frozenset({78_05_1120, 219_09_9999})


def issued(digits: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each row of nine digits can be a number: area not 000, 666 or 9xx, group not 00, serial not 0000.

    Rules: SSA, POMS RM 10201.035 (invalid area numbers), kept after randomisation in 2011.
    """
    number = digits @ 10 ** np.arange(8, -1, -1)
    area, group, serial = number // 1_000_000, number // 10_000 % 100, number % 10_000
    possible = (area != 0) & (area != 666) & (area < 900) & (group != 0) & (serial != 0)
    varied = (digits != digits[:, :1]).any(axis=1)
    valid: NDArray[np.bool_] = possible & varied & ~np.isin(number, list(VOID))
    return valid


def find(stretch: Stretch) -> Spans:
    """Numbers in `stretch`: grouped as 3-2-4, or nine bare digits that are called a social security number."""
    runs = stretch.digits
    grouped = runs.shaped(SHAPE, separators=b"- .")
    bare = np.flatnonzero(runs.lengths == 9)
    if not len(grouped) and not len(bare):
        return NOTHING
    return Spans.of(
        [*_grouped(stretch, _valid(runs, grouped, SHAPE)), *_bare(stretch, _valid(runs, bare, (9,)))]
    )


def _grouped(stretch: Stretch, first: NDArray[np.int64]) -> Iterator[Row]:
    text, starts, ends = stretch.text, stretch.digits.starts[first], stretch.digits.ends[first + 2]
    called = SSN_WORDS.may_be_near(stretch, starts, ends, after=context.REACH_AFTER)
    for start, end, may_be_called in zip(starts.tolist(), ends.tolist(), called.tolist(), strict=True):
        word = SSN_WORDS.near(text, start, end) if may_be_called else None
        score = CONTEXT_SCORE if word else SCORES[text[start + SHAPE[0]]]
        yield start, end, score, _evidence("called" if word else "grouped", word)


def _bare(stretch: Stretch, first: NDArray[np.int64]) -> Iterator[Row]:
    starts = stretch.digits.starts[first]
    for start in starts[SSN_WORDS.may_be_near(stretch, starts, starts)].tolist():
        word = SSN_WORDS.before(stretch.text, start)
        if word is not None:
            yield start, start + 9, CONTEXT_SCORE, _evidence("called", word)


def _evidence(rule: str, word: str | None) -> Evidence:
    return Evidence(KIND, f"ssn.{rule}/1", VALIDATOR, word)


def _valid(runs: DigitRuns, first: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.int64]:
    first = first[
        runs.standing_alone(first, first + len(shape) - 1) & ~_in_row_of_numbers(runs, first, len(shape))
    ]
    return first[issued(runs.values(runs.starts[first], digit_offsets(shape)))]


def _in_row_of_numbers(runs: DigitRuns, first: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Whether a spaced number has another number one space before or after it: then it is a row of a table."""
    if count == 1:
        return np.zeros(len(first), bool)
    codes, starts, ends = runs.codes, runs.starts[first], runs.ends[first + count - 1]
    spaced = codes[runs.ends[first]] == 32
    before = (codes[starts - 1] == 32) & DIGIT[codes[starts - 2]]
    after = (codes[ends] == 32) & DIGIT[codes[ends + 1]]
    beside: NDArray[np.bool_] = spaced & (before | after)
    return beside


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
