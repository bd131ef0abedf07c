"""Which regions' numbers a text leads one to expect: those of its other numbers and of its addresses."""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import ALPHANUMERIC, members
from hayward.screeners.pii.numbering import all_regions, main_region
from hayward.screeners.pii.stretch import Positions, Stretch

MOST_REGIONS = 3
# Of a long text the beginning is looked at: bounded work, and that of one company's page or one person's letter anyway.
LOOKED_AT = 1 << 16
MOST_IN_DOMAIN = 64
_CODE = re.compile(rb"\+(\d{1,3})[ .(-]?\d")
_DOMAIN = re.compile(rb"(?:@|://)[A-Za-z0-9.-]{1,%d}\.([A-Za-z]{2})" % MOST_IN_DOMAIN)
_LETTER, _IN_DOMAIN = members(string.ascii_letters.encode()), members(ALPHANUMERIC + b".-")
_PLUS, _AT = b"+@"
# Country domains that are taken for their letters: they say little about where their owners are.
_ANYWHERE = frozenset({"AI", "CC", "CO", "FM", "GG", "IO", "LY", "ME", "SH", "TO", "TV", "WS"})


class Expected:
    """The regions to expect in a stretch: those given, and those that a text speaks of, in that text."""

    def __init__(self, stretch: Stretch, regions: tuple[str, ...]) -> None:
        self._stretch = stretch
        self._regions = regions

    def at(self, position: int) -> tuple[str, ...]:
        """The regions to expect at a byte position, those given first."""
        spoken = self._spoken.get(bisect_right(self._starts, position) - 1, ())
        return tuple(dict.fromkeys((*self._regions, *spoken))) if self._regions else spoken

    def is_any_at(self, positions: Positions) -> NDArray[np.bool_]:
        """For each position whether a region is to be expected there."""
        if self._regions:
            return np.ones(len(positions), bool)
        speaking = np.zeros(len(self._stretch.starts), bool)
        speaking[list(self._spoken)] = True
        is_any: NDArray[np.bool_] = speaking[self._stretch.locate(positions)]
        return is_any

    @cached_property
    def _starts(self) -> list[int]:
        starts: list[int] = self._stretch.starts.tolist()
        return starts

    @cached_property
    def _spoken(self) -> dict[int, tuple[str, ...]]:
        """By text the regions that it speaks of, the most frequent first."""
        signs = sorted(_signs(self._stretch))
        texts = self._stretch.locate(np.array([place for _, place, _ in signs], np.int64)).tolist()
        spoken: dict[int, list[str]] = {}
        for text, (*_, region) in zip(texts, signs, strict=True):
            spoken.setdefault(text, []).append(region)
        return {text: _most_frequent(regions) for text, regions in spoken.items()}


# What speaks of a region: a calling code (0), the domain of an address (1) or of a link (2); where; which region.
_Sign = tuple[int, int, str]


def _signs(stretch: Stretch) -> Iterator[_Sign]:
    codes, text, numbers = stretch.codes, stretch.text, stretch.digits.starts
    for place in _near_beginnings(stretch, numbers[codes[numbers - 1] == _PLUS] - 1):
        match = _CODE.match(text, place)
        region = _of_code(match[1]) if match else None
        if region is not None:
            yield 0, place, region
    dots = stretch.marks(ord("."))
    for step in (1, 2):
        dots = dots[_LETTER[codes[dots + step]]]
    for dot in _near_beginnings(stretch, dots[~_IN_DOMAIN[codes[dots + 3]]]):
        match = _DOMAIN.match(text, _before_domain(text, dot))
        region = _of_domain(match[1]) if match and match.end() == dot + 3 else None
        if match and region is not None:
            yield 1 if text[match.start()] == _AT else 2, dot, region


def _near_beginnings(stretch: Stretch, positions: Positions) -> list[int]:
    """Those of the positions that lie in what is looked at of their texts."""
    begin = stretch.starts[stretch.locate(positions)]
    near: list[int] = positions[positions - begin < LOOKED_AT].tolist()
    return near


def _before_domain(text: bytes, dot: int) -> int:
    """Where the @ or :// stands that comes last before a full stop, or any other place."""
    begin = max(0, dot - MOST_IN_DOMAIN - len("://"))
    return max(text.rfind(b"@", begin, dot), text.rfind(b"://", begin, dot), begin)


def _most_frequent(regions: list[str]) -> tuple[str, ...]:
    if len(regions) < 2:
        return tuple(regions)
    return tuple(region for region, _ in Counter(regions).most_common(MOST_REGIONS))


@lru_cache(maxsize=1 << 11)
def _of_code(digits: bytes) -> str | None:
    regions = (main_region(digits[:size].decode()) for size in (1, 2, 3))
    return next((region for region in regions if region is not None), None)


@lru_cache(maxsize=1 << 12)
def _of_domain(domain: bytes) -> str | None:
    name = domain.decode().upper()
    region = {"UK": "GB"}.get(name, name)
    return region if region in all_regions() and region not in _ANYWHERE else None
