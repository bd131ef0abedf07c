"""Where phone numbers may begin in a stretch, told for all places at once, before any of them is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.chains import FEWEST_DIGITS, Chains, pairs_at
from hayward.screeners.pii.characters import DIGIT, WORD, members
from hayward.screeners.pii.phone_reading import (
    FREEPHONE_LEADS,
    GROUPING_SHAPES,
    LONGEST_FREEPHONE,
    LONGEST_SHAPED,
    MOST_DIGITS,
    NORTH_AMERICAN_SHAPES,
)
from hayward.screeners.pii.phone_regions import Expected
from hayward.screeners.pii.phone_words import BESIDE_REACH, BESIDE_WORDS, PHONE_WORDS
from hayward.screeners.pii.stretch import Positions, Stretch

MOST_GROUPS = 8
DIALLED = 2  # digits more than MOST_DIGITS, behind 00
# So few places are read one by one.
FEW = 64
# So many are prepared to be read at once: bounded memory.
MANY = 1 << 10
_ZERO, _PLUS, _BRACKET = b"0+("
# A full stop or a slash after the first group: no even gaps, which numbers need that are not North American.
_UNEVEN = members(b"./")
_FREEPHONE_LEADS = members(FREEPHONE_LEADS)
_COLUMNS = np.arange(MOST_GROUPS)
# Numbers of groups, most first, by a bit for each.
_COUNTS = tuple(
    tuple(count for count in range(MOST_GROUPS, 0, -1) if bits >> count - 1 & 1)
    for bits in range(1 << MOST_GROUPS)
)


def _ending() -> NDArray[np.bool_]:
    """For each two bytes behind a run, as one number, whether a number may end there.

    It may not in the middle of a longer one (12-34) or a word, unless that begins an extension: x, ext, poste.
    """
    table = np.repeat(~WORD | members(b"xXeEpPdD"), 256).reshape(256, 256)
    table[np.ix_(members(b"-./,:"), DIGIT)] = False
    return table.ravel()


_ENDING = _ending()


class Place(NamedTuple):
    """Where a number may begin: groups of digits from there on, as many as it can have.

    `sizes` are their numbers of digits, a byte each, `ends` where they end; with `counts` of them, most first, a
    number may end, unless the word that follows is no extension.
    """

    start: int
    ends: list[int]
    sizes: bytes
    counts: tuple[int, ...]
    may_be_called: bool


def places(stretch: Stretch, chains: Chains, expected: Expected) -> Iterator[Place]:
    """The places that a number may begin at, in order."""
    first, may_be_called = _promising(stretch, chains, expected)
    for begin in range(0, len(first), MANY):
        part = slice(begin, begin + MANY)
        yield from _places(chains, first[part], may_be_called[part])


def _places(chains: Chains, first: Positions, may_be_called: NDArray[np.bool_]) -> Iterator[Place]:
    runs, last = chains.runs, chains.reach(first, MOST_GROUPS)
    groups = np.minimum(first[:, None] + _COLUMNS, last[:, None])
    is_there = (last - first)[:, None] >= _COLUMNS
    may_end = is_there & _may_end(chains, first[:, None], groups)
    sizes = np.where(is_there, runs.lengths[groups].clip(max=255), 0).astype(np.uint8)
    bits = np.packbits(may_end, axis=1, bitorder="little")[:, 0].tolist()
    return map(
        Place,
        runs.starts[first].tolist(),
        runs.ends[groups].tolist(),
        sizes.view(f"S{MOST_GROUPS}")[:, 0].tolist(),
        map(_COUNTS.__getitem__, bits),
        may_be_called.tolist(),
    )


def _may_end(chains: Chains, first: Positions, last: Positions) -> NDArray[np.bool_]:
    """Whether the groups `first` to `last` have as many digits as a number, and what follows lets it end."""
    digits = chains.digits(first, last)
    enough = (digits >= FEWEST_DIGITS) & (digits <= MOST_DIGITS + DIALLED)
    may_end: NDArray[np.bool_] = enough & _ENDING[pairs_at(chains.runs.codes, chains.runs.ends[last])]
    return may_end


def _promising(
    stretch: Stretch, chains: Chains, expected: Expected
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The runs that a number may begin with, and for each whether a word may announce it.

    Left out is what has neither a plus sign, nor a shape of its own, nor a word near, nor a region that its text leads
    one to expect: most of what looks like a phone number is an address, a date or a count, and costs nothing more.
    """
    codes, first = chains.runs.codes, chains.beginnings()
    if len(first) < FEW:
        return first, np.ones(len(first), bool)
    starts, last = chains.runs.starts[first], chains.reach(first, MOST_GROUPS)
    kept = codes[starts - 1 - (codes[starts - 1] == _BRACKET)] == _PLUS
    is_whole = _may_end(chains, first, last)
    open_ = np.flatnonzero(~kept & (is_whole | (first != last)))
    may_be_called = np.zeros(len(first), bool)
    may_be_called[open_] = PHONE_WORDS.may_be_near(stretch, starts[open_], starts[open_])
    kept |= may_be_called
    kept[open_] |= _shaped(chains, first[open_], last[open_], is_whole[open_])
    asked = np.flatnonzero(~kept & (first != last))
    ends = chains.runs.ends[last[asked]]
    busy = BESIDE_WORDS.may_be_near(stretch, ends, ends, before=0, after=BESIDE_REACH)
    even = is_whole[asked] & ~_UNEVEN[codes[chains.runs.ends[first[asked]]]]
    kept[asked] = busy | even & expected.is_any_at(starts[asked])
    return first[kept], may_be_called[kept]


def _shaped(
    chains: Chains, first: Positions, last: Positions, is_whole: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """For the groups `first` to `last` whether `uncalled` may find a number in them; `is_whole`: in all together."""
    codes, sizes = chains.runs.codes, chains.runs.lengths.clip(max=LONGEST_SHAPED)
    lead = codes[chains.runs.starts[first]]
    shape = sizes[first], sizes[np.minimum(first + 1, last)], sizes[np.minimum(first + 2, last)]
    freephone = _FREEPHONE_LEADS[lead] & (chains.digits(first, last) <= LONGEST_FREEPHONE)
    even = is_whole & ~_UNEVEN[codes[chains.runs.ends[first]]]
    several = NORTH_AMERICAN_SHAPES[shape] | even & (GROUPING_SHAPES[shape] | freephone)
    shaped: NDArray[np.bool_] = (lead == _ZERO) | several & (last - first >= 2)
    return shaped
