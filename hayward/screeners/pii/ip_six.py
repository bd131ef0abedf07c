"""IP addresses of version 6: chains of colons with hexadecimal numbers between, and `::` where words speak of it."""

from __future__ import annotations

import re
import socket
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import DIGIT, HEX, HEX_BYTES, WORD_BYTES, members
from hayward.screeners.pii.digits import DigitRuns
from hayward.screeners.pii.ip_ranges import KIND, NOBODY_SCORE, SIXES
from hayward.screeners.pii.ip_words import UNSPECIFIED_WORDS, stands_for_itself
from hayward.screeners.pii.spans import NOTHING, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

ZONE = re.compile(rb"%[0-9A-Za-z]{1,16}")  # RFC 4007 11

_BOUNDS = [bound.to_bytes(16, "big") for bound in SIXES.bounds]
_SCORES = np.array([standing.score for standing in SIXES.standings], np.float32)
_NO_ADDRESS = -1
_MOST_BEFORE, _MOST_AFTER = (
    5,
    16,
)  # hexadecimal digits before the first colon, and those and dots after the last
_LAST_GROUP = members(HEX_BYTES + b".")
_NOT_BEFORE, _NOT_AFTER = members(WORD_BYTES + b":."), members(WORD_BYTES + b":")
_SUBSCRIPTED = members(WORD_BYTES + b")]")
_BEFORE_UNSPECIFIED = members(b" \t[\"'`(=,\xa0")


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`, with a version 4 address at their end where they have one."""
    codes, colons = stretch.codes, stretch.marks(ord(":"))
    first, last = _chains(codes, colons)
    if not len(first):
        return NOTHING
    starts, ends = _edges(codes, first, last)
    alone = ~(_NOT_BEFORE[codes[starts - 1]] | _NOT_AFTER[codes[ends]])
    unspecified = alone & (ends - starts == 2)
    numbered = (
        alone & _hold_digits(stretch.digits, starts, ends) & ~_are_slices(codes, starts, first, last, ends)
    )
    addresses = _addresses(stretch, starts[numbered], ends[numbered])
    if not unspecified.any():
        return addresses
    return addresses.merged(Spans.of(_unspecified(stretch, starts[unspecified])))


def _chains(codes: NDArray[np.uint8], colons: Positions) -> tuple[Positions, Positions]:
    """The first and the last of the colons that an address may have: with at most four hexadecimal digits between,
    two side by side or six and more."""
    if len(colons) < 2:
        return colons[:0], colons[:0]
    distance = np.diff(colons)
    linked = distance <= 5
    for step in range(1, 5):
        linked &= (distance <= step) | HEX[codes[colons[:-1] + step]]
    begins = np.flatnonzero(np.append(True, ~linked))
    counts = np.diff(np.append(begins, len(colons)))
    doubled = np.add.reduceat(np.append(linked & (distance == 1), False).astype(np.int64), begins)
    likely = (counts >= 2) & (counts <= 8) & ((doubled == 1) | ((doubled == 0) & (counts >= 6)))
    begins, counts = begins[likely], counts[likely]
    return colons[begins], colons[begins + counts - 1]


def _edges(codes: NDArray[np.uint8], first: Positions, last: Positions) -> tuple[Positions, Positions]:
    """Where the addresses around these colons start and end; a full stop at the end is the sentence's."""
    before = HEX[_windows(codes, first - _MOST_BEFORE, _MOST_BEFORE)[:, ::-1]]
    after = _LAST_GROUP[_windows(codes, last + 1, _MOST_AFTER)]
    starts = first - np.logical_and.accumulate(before, axis=1).sum(axis=1)
    ends = last + 1 + np.logical_and.accumulate(after, axis=1).sum(axis=1)
    while (stops := codes[ends - 1] == ord(".")).any():
        ends -= stops
    return starts, ends


def _windows(codes: NDArray[np.uint8], begins: Positions, size: int) -> NDArray[np.uint8]:
    windows: NDArray[np.uint8] = np.lib.stride_tricks.sliding_window_view(codes, size)[begins]
    return windows


def _hold_digits(runs: DigitRuns, starts: Positions, ends: Positions) -> NDArray[np.bool_]:
    """Without a digit it reads as names joined by `::`, as in abc::def."""
    held: NDArray[np.bool_] = np.searchsorted(runs.starts, ends) > np.searchsorted(
        runs.ends, starts, side="right"
    )
    return held


def _are_slices(
    codes: NDArray[np.uint8], starts: Positions, first: Positions, last: Positions, ends: Positions
) -> NDArray[np.bool_]:
    """Whether these are slices of a Python array, as in x[1::2]; ::1 is the loopback address, but for x[::1]."""
    before, after = first - starts, ends - last - 1
    slices: NDArray[np.bool_] = (last - first == 1) & (before <= 3) & (after >= 1) & (after <= 3)
    for step in range(1, 4):
        slices &= ((before < step) | DIGIT[codes[first - step]]) & (
            (after < step) | DIGIT[codes[last + step]]
        )
    loopback = (before == 0) & (after == 1) & (codes[last + 1] == ord("1"))
    slices &= ~loopback | _are_subscripts(codes, starts)
    return slices


def _are_subscripts(codes: NDArray[np.uint8], starts: Positions) -> NDArray[np.bool_]:
    subscripts: NDArray[np.bool_] = (codes[starts - 1] == ord("[")) & _SUBSCRIPTED[codes[starts - 2]]
    return subscripts


def _addresses(stretch: Stretch, starts: Positions, ends: Positions) -> Spans:
    """Those that are addresses, each with its zone."""
    text = stretch.text
    found = [_place(text[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    places = np.array(found, np.int64)
    valid = places != _NO_ADDRESS
    starts, ends, places = starts[valid], ends[valid], places[valid]
    for zoned in np.flatnonzero(stretch.codes[ends] == ord("%")).tolist():
        if zone := ZONE.match(text, ends[zoned]):
            ends[zoned] = zone.end()
    evidence = tuple(SIXES.standings[place].evidence for place in places.tolist())
    spans = Spans(starts, ends, _SCORES[places], evidence)
    overlapping = starts[1:] < ends[:-1]
    return spans.taken(np.flatnonzero(np.append(True, ~overlapping))) if overlapping.any() else spans


@lru_cache(maxsize=1024)
def _place(address: bytes) -> int:
    """The address's place among SIXES."""
    try:
        return bisect(_BOUNDS, socket.inet_pton(socket.AF_INET6, address.decode())) - 1
    except OSError:
        return _NO_ADDRESS


def _unspecified(stretch: Stretch, starts: Positions) -> Iterator[Row]:
    """The unspecified address (RFC 4291, 2.5.2), where words speak of addresses and it stands for itself."""
    text, codes = stretch.text, stretch.codes
    starts = starts[_BEFORE_UNSPECIFIED[codes[starts - 1]] & ~_are_subscripts(codes, starts)]
    near = UNSPECIFIED_WORDS.may_be_near(stretch, starts, starts + 2, before=32, after=16)
    for start in starts[near].tolist():
        end = start + 2
        if stands_for_itself(text, start, end):
            word = UNSPECIFIED_WORDS.near(text, start, end, before=32, after=16)
            if word is not None:
                yield start, end, NOBODY_SCORE, Evidence(KIND, "ip.unspecified/1", None, word)
