"""IP addresses: four octets found among runs of digits, version 6 found among colons."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import HEX, HEX_BYTES, WORD, WORD_BYTES
from hayward.screeners.pii.spans import Detector, Evidence, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

KIND = "ip_address"
EVIDENCE = Evidence(KIND, "ip/1", None)
SCORE = 0.8
# Four small numbers are a version or a section more often than an address.
SMALL_SCORE = 0.5
# Private, loopback, link-local, documentation, multicast: points at nobody outside its own network.
SPECIAL_SCORE = 0.2

VERSION_WORDS = re.compile(
    rb"(?:(?<![a-z])v|version|ver\.?|release|rev(?:ision)?\.?|build|firmware|section|sect?\.|chapter|clause"
    rb"|\xc2\xa7|ISO|OID)[\s:=#]*$",
    re.IGNORECASE,
)
ZONE = re.compile(rb"%[0-9A-Za-z]{1,16}")  # RFC 4007 11


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`; one of version 4 inside one of version 6 is part of it."""
    version_six = Spans.of((*row, EVIDENCE) for row in _version_six(stretch))
    return version_six.merged(
        Spans.of((*row, EVIDENCE) for row in _version_four(stretch)).outside(version_six)
    )


def _version_four(stretch: Stretch) -> list[tuple[int, int, float]]:
    runs, codes = stretch.digits, stretch.codes
    short = runs.lengths <= 3
    dotted = runs.joints == ord(".")
    first = np.flatnonzero(
        short[:-3] & short[1:-2] & short[2:-1] & short[3:] & dotted[:-2] & dotted[1:-1] & dotted[2:]
    )
    starts, ends = runs.starts[first], runs.ends[first + 3]
    before, after, beyond = codes[starts - 1], codes[ends], codes[ends + 1]
    glued = WORD[before] | (before == ord(".")) | WORD[after]
    host = (after == ord(".")) & WORD[beyond]
    suffix = (after == ord("-")) & WORD[beyond] & ((beyond < 48) | (beyond > 57))
    alone = ~(glued | host | suffix)
    spans = zip(starts[alone].tolist(), ends[alone].tolist(), strict=True)
    rows = ((start, end, _score_four(stretch.text, start, end)) for start, end in spans)
    return [(start, end, score) for start, end, score in rows if score is not None]


def _score_four(text: bytes, start: int, end: int) -> float | None:
    score = _score(text[start:end].decode())
    if score is None or context.precedes(VERSION_WORDS, text, start, reach=16):
        return None
    return score


@lru_cache(maxsize=4096)
def _score(address: str) -> float | None:
    """How likely this is somebody's address; None if it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if not parsed.is_global or parsed.is_multicast:
        return SPECIAL_SCORE
    if parsed.version == 4 and max(parsed.packed) < 10:
        return SMALL_SCORE
    return SCORE


def _version_six(stretch: Stretch) -> list[tuple[int, int, float]]:
    colons = np.flatnonzero(stretch.codes == ord(":"))
    if len(colons) < 2:
        return []
    linked = _linked(stretch, colons)
    begins = np.flatnonzero(np.concatenate([[True], ~linked]))
    counts = np.diff(np.append(begins, len(colons)))
    adjacent = np.concatenate([np.diff(colons) == 1, [False]]) & np.append(linked, False)
    doubled = np.add.reduceat(adjacent, begins)
    likely = (counts >= 2) & (counts <= 8) & ((doubled == 1) | ((doubled == 0) & (counts >= 6)))
    first, last = colons[begins[likely]], colons[begins[likely] + counts[likely] - 1]
    rows = (_six_around(stretch.text, *ends) for ends in zip(first.tolist(), last.tolist(), strict=True))
    return [row for row in rows if row is not None]


def _linked(stretch: Stretch, colons: Positions) -> NDArray[np.bool_]:
    """Whether each colon and the next have at most four characters between them, all hexadecimal."""
    distance = np.diff(colons)
    linked = distance <= 5
    for step in range(1, 5):
        linked &= (distance <= step) | HEX[
            stretch.codes[np.minimum(colons[:-1] + step, len(stretch.codes) - 1)]
        ]
    return linked


def _six_around(text: bytes, first: int, last: int) -> tuple[int, int, float] | None:
    """The address whose colons stretch from byte `first` to `last`, as (start, end, score)."""
    left = text[first - 5 : first]
    start = first - (len(left) - len(left.rstrip(HEX_BYTES)))
    right = text[last + 1 : last + 17]
    end = last + 1 + len(right) - len(right.lstrip(HEX_BYTES + b"."))
    while text[end - 1 : end] == b".":
        end -= 1
    if text[start - 1] in WORD_BYTES + b":." or text[end] in WORD_BYTES + b":":
        return None
    address = text[start:end].decode()
    score = _score(address)
    # Without a digit it reads as names joined by `::`, as in abc::def or ::
    if score is None or not any(character.isdigit() for character in address):
        return None
    zone = ZONE.match(text, end)
    return start, zone.end() if zone else end, score


EXAMPLES = (
    Example("from 8.8.4.4, 203.0.113.7", ((KIND, 5, 12), (KIND, 14, 25))),
    Example("ping 192.168.0.12.", ((KIND, 5, 17),)),
    Example("http://93.184.216.34:8080/x", ((KIND, 7, 20),)),
    Example("10.0.0.1-10.0.0.9", ((KIND, 0, 8), (KIND, 9, 17))),
    Example("2001:db8::8a2e:370:7334", ((KIND, 0, 23),)),
    Example("ünï [2001:DB8:0:0:8:800:200C:417A]:80", ((KIND, 5, 33),)),
    Example("::1 and fe80::1%eth0", ((KIND, 0, 3), (KIND, 8, 20))),
    Example("::ffff:192.0.2.1, 64:ff9b::192.0.2.33.", ((KIND, 0, 16), (KIND, 18, 37))),
    Example("user@2001:db8::1", ((KIND, 5, 16),)),
    Example("v1.2.3.4, version 8.8.8.8, Version: 8.8.8.8.1, 1.2.3.4-beta, 10.1.2.3.example.org"),
    Example("300.1.1.1, 1.2.3, 01.02.03.04, 1.2.3.4.5, x8.8.8.8, 8.8.8.8a"),
    Example(
        "aa:bb:cc:dd:ee:ff, 12:30:45, 1:2:3:4, std::string, a::b, ::, :::1, 12345::1, 2001:db8::256.1.1.1"
    ),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
