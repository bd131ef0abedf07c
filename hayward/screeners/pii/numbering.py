"""Numbering plans of the world's telephone networks: libphonenumber's metadata as compiled patterns.

`phonenumbers.parse` and `is_valid_number` decide the same from the same metadata, at about twenty times the cost; a
test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property, lru_cache
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


class Plan:
    """The numbers of one region, or of all regions behind one calling code.

    Patterns are compiled when they are first needed: a text asks for few of some thousand.
    """

    def __init__(self, regions: Sequence[Any]) -> None:
        """Of several regions' metadata, with the national prefix of the first, libphonenumber's main one."""
        self._regions = regions
        self.lengths = frozenset(
            length for region in regions for length in region.general_desc.possible_length
        )
        self._assigned: dict[int, re.Pattern[str] | None] = {}
        prefix = regions[0].national_prefix_for_parsing
        self._transform = regions[0].national_prefix_transform_rule
        # Nine in ten: no regular expression is needed.
        self._literal: str | None = prefix if prefix and prefix.isdigit() and not self._transform else None
        self._prefix = re.compile(prefix) if prefix and self._literal is None else None

    @cached_property
    def _general(self) -> re.Pattern[str]:
        return re.compile("|".join(region.general_desc.national_number_pattern for region in self._regions))

    def may_have(self, length: int, lead: str) -> bool:
        """Whether any digits of this length that begin with `lead`, one digit, can be dialled."""
        if length in self.lengths or self._prefix is not None:
            return True
        if self._literal is None or lead != self._literal[0]:
            return False
        return length - len(self._literal) in self.lengths

    def standing(self, digits: str) -> Standing:
        """What becomes of digits dialled inside the region, national prefix included or not."""
        number = self._without_prefix(digits)
        if len(number) not in self.lengths:
            return Standing.IMPOSSIBLE
        pattern = self._pattern(len(number))
        return Standing.VALID if pattern is not None and pattern.fullmatch(number) else Standing.POSSIBLE

    def _pattern(self, length: int) -> re.Pattern[str] | None:
        """The assigned numbers of a possible length; None: no range of that length is assigned."""
        if length not in self._assigned:
            self._assigned[length] = _assigned(self._regions, length)
        return self._assigned[length]

    def _without_prefix(self, digits: str) -> str:
        if self._literal is not None:
            number = digits.removeprefix(self._literal)
        elif self._prefix is not None and (match := self._prefix.match(digits)):
            number = self._without(match, digits)
        else:
            return digits
        if number != digits and self._general.fullmatch(digits) and not self._general.fullmatch(number):
            return digits
        return number

    def _without(self, match: re.Match[str], digits: str) -> str:
        groups = match.re.groups
        if self._transform and groups and match.group(groups) is not None:
            return match.re.sub(self._transform, digits, count=1)
        return digits[match.end() :]


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
    for _, plan in _apt(regions, len(digits), digits[:1]):
        best = max(best, plan.standing(digits))
        if best is Standing.VALID:
            break
    return best


@lru_cache(maxsize=1 << 16)
def valid_region(digits: str, regions: tuple[str, ...]) -> str | None:
    """The first of the regions in which digits as dialled there are an assigned number."""
    for region, plan in _apt(regions, len(digits), digits[:1]):
        if plan.standing(digits) is Standing.VALID:
            return region
    return None


@lru_cache(maxsize=1 << 12)
def _apt(regions: tuple[str, ...], length: int, lead: str) -> tuple[tuple[str, Plan], ...]:
    """Those of the regions in which digits of this length that begin with this one can be a number at all."""
    plans = ((region, _plan_of_region(region)) for region in regions)
    return tuple((region, plan) for region, plan in plans if plan.may_have(length, lead))


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
        return Plan([PhoneMetadata.metadata_for_nongeo_region(int(code), None)])
    return Plan([PhoneMetadata.metadata_for_region(region, None) for region in regions]) if regions else None


@lru_cache(maxsize=300)
def _plan_of_region(region: str) -> Plan:
    from phonenumbers import PhoneMetadata

    return Plan([PhoneMetadata.metadata_for_region(region, None)])


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
