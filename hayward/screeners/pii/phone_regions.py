"""Which regions' numbers a text leads one to expect: those of its other numbers and of its addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache

from hayward.screeners.pii.numbering import all_regions, main_region
from hayward.screeners.pii.stretch import Stretch

Regions = Callable[[int], tuple[str, ...]]  # those to expect at a byte position

MOST_REGIONS = 3
# Of a long text the beginning is read: bounded work, and that of one company's page or one person's letter anyway.
LOOKED_AT = 1 << 16
_CODE = re.compile(rb"\+(\d{1,3})[ .(-]?\d")
_DOMAIN = r"[A-Za-z0-9.-]{1,64}\.([A-Za-z]{2})(?![A-Za-z0-9.-])"
_ADDRESS = re.compile(f"@{_DOMAIN}".encode())
_LINK = re.compile(f"://{_DOMAIN}".encode())
# Country domains that are taken for their letters: they say little about where their owners are.
_ANYWHERE = frozenset({"AI", "CC", "CO", "FM", "GG", "IO", "LY", "ME", "SH", "TO", "TV", "WS"})


def hints(stretch: Stretch, regions: tuple[str, ...]) -> Regions:
    """For a byte position the regions given, then those that its text speaks of; each text is read once at most."""

    starts = stretch.starts.tolist()

    @cache
    def of_text(text: int) -> tuple[str, ...]:
        begin = starts[text]
        end = starts[text + 1] if text + 1 < len(starts) else len(stretch.text)
        spoken = spoken_of(stretch.text, begin, min(end, begin + LOOKED_AT))
        return tuple(dict.fromkeys((*regions, *spoken))) if regions else spoken

    return lambda position: of_text(bisect_right(starts, position) - 1)


def spoken_of(text: bytes, begin: int, end: int) -> tuple[str, ...]:
    """The regions of international numbers and country domains in a part of a text, the most frequent first."""
    regions: list[str] = []
    for lead, pattern, region_of in _SPEAKING:
        place = text.find(lead, begin, end)
        while place >= 0:
            match = pattern.match(text, place, end)
            region = region_of(match[1]) if match else None
            if region is not None:
                regions.append(region)
            place = text.find(lead, match.end() if match else place + 1, end)
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


# What is behind these is found at the speed of memory.
_SPEAKING = ((b"+", _CODE, _of_code), (b"@", _ADDRESS, _of_domain), (b"://", _LINK, _of_domain))
