"""IP addresses: four octets found among runs of digits, version 6 found among colons."""

from __future__ import annotations

import re
import socket
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import DIGIT, HEX, HEX_BYTES, WORD, WORD_BYTES, members
from hayward.screeners.pii.digits import DigitRuns
from hayward.screeners.pii.ip_ranges import FOURS, GLOBAL, KIND, NOBODY_SCORE, SCORE, SIXES
from hayward.screeners.pii.ip_words import (
    ADDRESS_WORDS,
    UNSPECIFIED_WORDS,
    is_addressed,
    is_numbering,
    is_version,
    stands_for_itself,
)
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

# Four small numbers are a version or a section more often than an address: of addresses one in 4,000 is of these.
SMALL_SCORE = 0.4
SMALL_OCTETS = 32
SMALL_RULE = "ip.v4-small/2"
ZONE = re.compile(rb"%[0-9A-Za-z]{1,16}")  # RFC 4007 11

_OCTETS = np.arange(4)
_BYTES = 256 ** (3 - _OCTETS)
_FOUR_BOUNDS = np.array(FOURS.bounds)
_ARE_GLOBAL = np.array([standing is GLOBAL for standing in FOURS.standings])
_SIX_BOUNDS = [bound.to_bytes(16, "big") for bound in SIXES.bounds]
_SIX_SCORES = np.array([standing.score for standing in SIXES.standings], np.float32)
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
    """Addresses in `stretch`; one of version 4 inside one of version 6 is part of it."""
    version_six = _version_six(stretch)
    version_four = Spans.of(_version_four(stretch))
    if not len(version_six):
        return version_four
    return version_six.merged(version_four.outside(version_six))


def _version_four(stretch: Stretch) -> list[Row]:
    runs, codes, text = stretch.digits, stretch.codes, stretch.text
    dotted = runs.joints == ord(".")
    first = np.flatnonzero(dotted[:-2] & dotted[1:-1] & dotted[2:])
    first = first[_standing_alone(codes, runs.starts[first], runs.ends[first + 3])]
    if not len(first):
        return []
    octets, are_octets = _octets(runs, first)
    first, octets = first[are_octets], octets[are_octets]
    places = np.searchsorted(_FOUR_BOUNDS, octets @ _BYTES, side="right") - 1
    small = (octets.max(axis=1, initial=0) < SMALL_OCTETS) & _ARE_GLOBAL[places]
    columns = (runs.starts[first], runs.ends[first + 3], places, small)
    rows: list[Row] = []
    for start, end, place, is_small in zip(*(column.tolist() for column in columns), strict=True):
        if is_version(text, start):
            continue
        row = _small(text, start, end) if is_small else (start, end, *FOURS.standings[place])
        if row is not None:
            rows.append(row)
    return rows


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


def _small(text: bytes, start: int, end: int) -> Row | None:
    if is_numbering(text, start, end):
        return None
    near = ADDRESS_WORDS.before(text, start, reach=24)
    if near is None and not is_addressed(text, start, end):
        return None
    return start, end, SCORE if near else SMALL_SCORE, Evidence(KIND, SMALL_RULE, None, near)


def _version_six(stretch: Stretch) -> Spans:
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
    spans = Spans(starts, ends, _SIX_SCORES[places], evidence)
    overlapping = starts[1:] < ends[:-1]
    return spans.taken(np.flatnonzero(np.append(True, ~overlapping))) if overlapping.any() else spans


@lru_cache(maxsize=1024)
def _place(address: bytes) -> int:
    """The address's place among SIXES."""
    try:
        return bisect(_SIX_BOUNDS, socket.inet_pton(socket.AF_INET6, address.decode())) - 1
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


EXAMPLES = (
    Example("from 8.8.4.4, 203.0.113.7", ((KIND, 5, 12), (KIND, 14, 25))),
    Example("ping 192.168.0.12.", ((KIND, 5, 17),)),
    Example("http://93.184.216.34:8080/x", ((KIND, 7, 20),)),
    Example("10.0.0.1-10.0.0.9", ((KIND, 0, 8), (KIND, 9, 17))),
    Example("2001:db8::8a2e:370:7334", ((KIND, 0, 23),)),
    Example("ünï [2001:DB8:0:0:8:800:200C:417A]:80", ((KIND, 5, 33),)),
    Example("::1 and fe80::1%eth0", ((KIND, 0, 3), (KIND, 8, 20))),
    Example("::ffff:192.0.2.1, 64:ff9b::192.0.2.33.", ((KIND, 0, 16), (KIND, 18, 37))),
    Example("bind to :: and listen on [::]:80, ipv6 ::", ((KIND, 8, 10), (KIND, 26, 28), (KIND, 39, 41))),
    Example("http://2.3.4.5/x and 2.3.4.5:8080", ((KIND, 7, 14), (KIND, 21, 28))),
    Example("address :: String, host::name, hosts[::], the address ::\n\n  x"),
    Example("from 1.2.3.4 and 2.3.4.5"),
    Example("user@2001:db8::1", ((KIND, 5, 16),)),
    Example("v1.2.3.4, version 8.8.8.8, Version: 8.8.8.8.1, 1.2.3.4-beta, 10.1.2.3.example.org"),
    Example(
        "Chrome/12.0.1.2 on kernel 2.6.32.5\n1.2.3.4 Scope\n§ 1.2.3.4, Figure 4.3.2.1, версия 10.1.2.3, 版本10.1.2.3"
    ),
    Example("tcp/203.0.113.7, ip 2.3.4.5", ((KIND, 4, 15), (KIND, 20, 27))),
    Example("Git 1.7.12.3 Release Notes, upgrade V8 to 3.9.24.7, x[::2], y[1::2], z[::1]"),
    Example("300.1.1.1, 1.2.3, 01.02.03.04, 1.2.3.4.5, x8.8.8.8, 8.8.8.8a"),
    Example("aa:bb:cc:dd:ee, 12:30:45, 1:2:3:4, std::string, a::b, ::, :::1, 12345::1, 2001:db8::256.1.1.1"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
