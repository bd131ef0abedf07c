"""Which regions' numbers a text leads one to expect: those of its other numbers and of its addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache

from hayward.screeners.pii.numbering import all_regions, main_region
from hayward.screeners.pii.stretch import Stretch

MOST_REGIONS = 3
# Of a long text the beginning is read: bounded work, and that of one company's page or one person's letter anyway.
LOOKED_AT = 1 << 16
# Each begins with one certain byte, which is found at the speed of memory.
_CODE = re.compile(rb"\+(\d{1,3})[ .(-]?\d")
_DOMAIN = r"[A-Za-z0-9.-]{1,64}\.([A-Za-z]{2})(?![A-Za-z0-9.-])"
_ADDRESS = re.compile(f"@{_DOMAIN}".encode())
_LINK = re.compile(f"://{_DOMAIN}".encode())
# Country domains that are taken for their letters: they say little about where their owners are.
_ANYWHERE = frozenset({"AI", "CC", "CO", "FM", "GG", "IO", "LY", "ME", "SH", "TO", "TV", "WS"})


def hints(stretch: Stretch, regions: tuple[str, ...]) -> Callable[[int], tuple[str, ...]]:
    """For a byte position the regions given, then those that its text speaks of; each text is read once at most."""

    starts = stretch.starts.tolist()

    @cache
    def of_text(text: int) -> tuple[str, ...]:
        begin = starts[text]
        end = starts[text + 1] if text + 1 < len(starts) else len(stretch.text)
        spoken = spoken_of(stretch.text[begin : min(end, begin + LOOKED_AT)])
        return tuple(dict.fromkeys((*regions, *spoken))) if regions else spoken

    return lambda position: of_text(bisect_right(starts, position) - 1)


def spoken_of(text: bytes) -> tuple[str, ...]:
    """The regions of international numbers and country domains in a text, the most frequent first."""
    regions = [_of_code(code) for code in _CODE.findall(text)] if b"+" in text else []
    if b"@" in text:
        regions += map(_of_domain, _ADDRESS.findall(text))
    if b"://" in text:
        regions += map(_of_domain, _LINK.findall(text))
    found = Counter(region for region in regions if region is not None) if regions else None
    return tuple(region for region, _ in found.most_common(MOST_REGIONS)) if found else ()


@lru_cache(maxsize=1 << 11)
def _of_code(digits: bytes) -> str | None:
    regions = (main_region(digits[:size].decode()) for size in (1, 2, 3))
    return next((region for region in regions if region is not None), None)


@lru_cache(maxsize=1 << 12)
def _of_domain(domain: bytes) -> str | None:
    name = domain.decode().upper()
    region = {"UK": "GB"}.get(name, name)
    return region if region in all_regions() and region not in _ANYWHERE else None
