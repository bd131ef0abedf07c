"""Numbering plans of the world's telephone networks: libphonenumber's metadata as compiled patterns.

`phonenumbers.parse` and `is_valid_number` decide the same from the same metadata, at about twenty times the cost; a
test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

# The descriptions that make a number valid in `phonenumberutil._number_type_helper`.
TYPES = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "uan", "pager",
    "voicemail",
)  # fmt: skip


class Standing(IntEnum):
    """What a numbering plan says of some digits; `max` of several is the best."""

    IMPOSSIBLE = 0
    POSSIBLE = 1  # right length
    VALID = 2  # and in an assigned range


@dataclass(frozen=True)
class Plan:
    """The numbers of one region, or of all regions behind one calling code."""

    general: re.Pattern[str]
    assigned: dict[
        int, re.Pattern[str] | None
    ]  # by possible length; None: no range of that length is assigned
    prefix: re.Pattern[str] | None
    transform: str | None

    def standing(self, digits: str) -> Standing:
        """What becomes of digits dialled inside the region, national prefix included or not."""
        number = self._without_prefix(digits)
        if len(number) not in self.assigned:
            return Standing.IMPOSSIBLE
        pattern = self.assigned[len(number)]
        return Standing.VALID if pattern is not None and pattern.fullmatch(number) else Standing.POSSIBLE

    def _without_prefix(self, digits: str) -> str:
        match = self.prefix.match(digits) if self.prefix else None
        if match is None:
            return digits
        if self.transform and match.re.groups and match.group(match.re.groups) is not None:
            number = match.re.sub(self.transform, digits, count=1)
        else:
            number = digits[match.end() :]
        if self.general.fullmatch(digits) and not self.general.fullmatch(number):
            return digits
        return number


def international(digits: str) -> Standing:
    """What becomes of the digits after a `+`: calling code (ITU-T E.164), then national number."""
    for size in (1, 2, 3):
        plan = _plan_of_code(digits[:size])
        if plan is not None:
            return plan.standing(digits[size:])
    return Standing.IMPOSSIBLE


@lru_cache(maxsize=1 << 16)
def national(digits: str, regions: tuple[str, ...]) -> Standing:
    """The best that becomes of digits as dialled inside one of the regions (ISO 3166 alpha-2)."""
    best = Standing.IMPOSSIBLE
    for region in regions:
        best = max(best, _plan_of_region(region).standing(digits))
        if best is Standing.VALID:
            break
    return best


@lru_cache(maxsize=1 << 16)
def valid_region(digits: str, regions: tuple[str, ...]) -> str | None:
    """The first of the regions in which digits as dialled there are an assigned number."""
    return next(
        (region for region in regions if _plan_of_region(region).standing(digits) is Standing.VALID), None
    )


@lru_cache(maxsize=1)
def all_regions() -> tuple[str, ...]:
    """Every region that has a numbering plan (ISO 3166 alpha-2), in alphabetical order."""
    from phonenumbers import SUPPORTED_REGIONS

    return tuple(sorted(SUPPORTED_REGIONS))


def main_region(code: str) -> str | None:
    """The region that libphonenumber calls the main one of those behind a calling code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    return regions[0] if regions and regions[0] != "001" else None


@lru_cache(maxsize=2000)
def _plan_of_code(code: str) -> Plan | None:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code), ()) if code and code[0] != "0" else ()
    if regions == ("001",):
        return _compiled([PhoneMetadata.metadata_for_nongeo_region(int(code), None)])
    return (
        _compiled([PhoneMetadata.metadata_for_region(region, None) for region in regions])
        if regions
        else None
    )


@lru_cache(maxsize=300)
def _plan_of_region(region: str) -> Plan:
    from phonenumbers import PhoneMetadata

    return _compiled([PhoneMetadata.metadata_for_region(region, None)])


def _compiled(regions: Sequence[Any]) -> Plan:
    """One plan of several regions, with the national prefix of the first, which libphonenumber calls the main one."""
    main = regions[0]
    lengths = sorted({length for region in regions for length in region.general_desc.possible_length})
    return Plan(
        general=re.compile("|".join(region.general_desc.national_number_pattern for region in regions)),
        assigned={length: _assigned(regions, length) for length in lengths},
        prefix=re.compile(main.national_prefix_for_parsing) if main.national_prefix_for_parsing else None,
        transform=main.national_prefix_transform_rule,
    )


def _assigned(regions: Sequence[Any], length: int) -> re.Pattern[str] | None:
    descriptions = [getattr(region, name) for region in regions for name in TYPES]
    patterns = [
        description.national_number_pattern
        for description in descriptions
        if description is not None
        and description.national_number_pattern
        and (not description.possible_length or length in description.possible_length)
    ]
    return re.compile("|".join(dict.fromkeys(patterns))) if patterns else None
