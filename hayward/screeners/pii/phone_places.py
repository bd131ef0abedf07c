"""Where phone numbers may begin in a stretch, told for all places at once, before any of them is read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.chains import Chains
from hayward.screeners.pii.characters import members
from hayward.screeners.pii.phone_reading import (
    FREEPHONE_LEADS,
    GROUPING_SHAPES,
    LONGEST_SHAPED,
    NORTH_AMERICAN_SHAPES,
)
from hayward.screeners.pii.phone_regions import Regions
from hayward.screeners.pii.phone_words import BESIDE_REACH, BESIDE_WORDS, PHONE_WORDS
from hayward.screeners.pii.stretch import Stretch

MOST_GROUPS = 8
# So few places are read one by one.
FEW = 64
_ZERO, _PLUS, _BRACKET = b"0+("
# A full stop or a slash after the first group: no even gaps, which numbers need that are not North American.
_UNEVEN = members(b"./")
_FREEPHONE_LEADS = members(FREEPHONE_LEADS)


def promising(
    stretch: Stretch, chains: Chains, expected: Regions
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The runs that a number may begin with, and for each whether a word may announce it.

    Left out is what has neither a plus sign, nor a shape of its own, nor a word near, nor a region that its text leads
    one to expect: most of what looks like a phone number is an address, a date or a count, and costs nothing more.
    """
    codes, first = chains.runs.codes, chains.beginnings()
    if len(first) < FEW:
        return first, np.ones(len(first), bool)
    starts, last = chains.runs.starts[first], np.minimum(chains.last[first], first + MOST_GROUPS - 1)
    may_be_called = PHONE_WORDS.may_be_near(stretch, starts, starts)
    begin = starts - (codes[starts - 1] == _BRACKET)
    idle = (codes[begin - 1] != _PLUS) & ~may_be_called & ~_shaped(chains, first, last)
    asked = np.flatnonzero(idle & (first != last))
    ends = chains.runs.ends[last[asked]]
    busy = BESIDE_WORDS.may_be_near(stretch, ends, ends, before=0, after=BESIDE_REACH)
    even = np.flatnonzero(~busy & ~_UNEVEN[codes[chains.runs.ends[first[asked]]]])
    busy[even] = [bool(expected(start)) for start in starts[asked[even]].tolist()]
    idle[asked] = ~busy
    return first[~idle], may_be_called[~idle]


def _shaped(chains: Chains, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For the groups `first` to `last` whether `uncalled` may find a number in them."""
    sizes = chains.runs.lengths.clip(max=LONGEST_SHAPED)
    lead = chains.runs.codes[chains.runs.starts[first]]
    shape = sizes[first], sizes[np.minimum(first + 1, last)], sizes[np.minimum(first + 2, last)]
    even = ~_UNEVEN[chains.runs.codes[chains.runs.ends[first]]]
    several = NORTH_AMERICAN_SHAPES[shape] | even & (GROUPING_SHAPES[shape] | _FREEPHONE_LEADS[lead])
    shaped: NDArray[np.bool_] = (lead == _ZERO) | several & (last - first >= 2)
    return shaped
