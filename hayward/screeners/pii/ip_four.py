"""IP addresses of version 4: four octets among runs of digits that are no version and no section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import DIGIT, WORD
from hayward.screeners.pii.digits import DigitRuns
from hayward.screeners.pii.ip_ranges import FOURS, GLOBAL, KIND, SCORE, Standing
from hayward.screeners.pii.ip_words import ADDRESS_WORDS, is_addressed, is_numbering, is_version
from hayward.screeners.pii.spans import NOTHING, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

# Four small numbers are a version or a section more often than an address: of addresses one in 4,000 is of these.
SMALL_SCORE = 0.4
SMALL_OCTETS = 32
SMALL_RULE = "ip.v4-small/2"
LONGEST_PORT = 5

_OCTETS = np.arange(4)
_BYTES = 256 ** (3 - _OCTETS)
_BOUNDS = np.array(FOURS.bounds)
_ARE_GLOBAL = np.array([standing is GLOBAL for standing in FOURS.standings])


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`, also those inside one of version 6."""
    runs, codes = stretch.digits, stretch.codes
    dotted = runs.joints == ord(".")
    first = np.flatnonzero(dotted[:-2] & dotted[1:-1] & dotted[2:])
    if not len(first):
        return NOTHING
    fifth = _have_fifth(runs, first)
    alone = np.flatnonzero(_standing_alone(codes, runs.starts[first], runs.ends[first + 3 + fifth]))
    octets, are_octets = _octets(runs, first[alone])
    kept, octets = alone[are_octets], octets[are_octets]
    places = np.searchsorted(_BOUNDS, octets @ _BYTES, side="right") - 1
    are_small = octets.max(axis=1, initial=0) < SMALL_OCTETS
    columns = (runs.starts[first[kept]], runs.ends[first[kept] + 3], places, are_small, fifth[kept])
    return Spans.of(_rows(stretch.text, zip(*(column.tolist() for column in columns), strict=True)))


def _have_fifth(runs: DigitRuns, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a number follows as a port does in the lines of tcpdump and of BSD's netstat: 192.0.2.1.443."""
    ends, fifth = runs.ends[first + 3], np.minimum(first + 4, len(runs) - 1)
    beyond = runs.codes[ends + 1]
    follows: NDArray[np.bool_] = (runs.codes[ends] == ord(".")) & DIGIT[beyond] & (beyond != ord("0"))
    return follows & (runs.lengths[fifth] <= LONGEST_PORT)


def _standing_alone(codes: NDArray[np.uint8], starts: Positions, ends: Positions) -> NDArray[np.bool_]:
    """Whether four numbers are neither part of a word or of more numbers, nor of a host's name, nor have a suffix."""
    before, after, beyond = codes[starts - 1], codes[ends], codes[ends + 1]
    glued = WORD[before] | (before == ord(".")) | WORD[after]
    host = (after == ord(".")) & WORD[beyond]
    suffix = (after == ord("-")) & WORD[beyond] & ~DIGIT[beyond]
    alone: NDArray[np.bool_] = ~(glued | host | suffix)
    return alone


def _octets(runs: DigitRuns, first: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Four runs as numbers, and whether they all are below 256 and have no nought before them."""
    each = first[:, None] + _OCTETS
    lengths, ends = runs.lengths[each], runs.ends[each]
    numbers = runs.codes[ends - 1].astype(np.int64) - 48
    for place, worth in ((1, 10), (2, 100)):
        numbers += np.where(lengths > place, runs.codes[ends - 1 - place].astype(np.int64) - 48, 0) * worth
    padded = (lengths > 1) & (runs.codes[ends - lengths] == ord("0"))
    return numbers, ((lengths <= 3) & (numbers < 256) & ~padded).all(axis=1)


def _rows(text: bytes, candidates: Iterable[tuple[int, int, int, bool, bool]]) -> Iterator[Row]:
    for start, end, place, is_small, has_fifth in candidates:
        standing = FOURS.standings[place]
        if is_version(text, start) or (
            has_fifth and not _is_address(text, start, standing, is_small=is_small)
        ):
            continue
        if not is_small or standing is not GLOBAL:
            yield start, end, *standing
        elif (row := _small(text, start, end)) is not None:
            yield row


def _is_address(text: bytes, start: int, standing: Standing, *, is_small: bool) -> bool:
    """Whether the first four of five numbers are one: in a range where no versions are, or called so."""
    if is_small or text[start] == ord("0"):
        return False
    return standing is not GLOBAL or ADDRESS_WORDS.before(text, start, reach=24) is not None


def _small(text: bytes, start: int, end: int) -> Row | None:
    if is_numbering(text, start, end):
        return None
    near = ADDRESS_WORDS.before(text, start, reach=24)
    if near is None and not is_addressed(text, start, end):
        return None
    return start, end, SCORE if near else SMALL_SCORE, Evidence(KIND, SMALL_RULE, None, near)
