"""Numbering plans of the world's telephone networks: libphonenumber's metadata as compiled patterns.

`phonenumbers.parse` and `is_valid_number` decide the same from the same metadata, at about twenty times the cost; a
test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any

from hayward.screeners.pii.leads import LEAD, leads, led_by

# The descriptions that make a number valid in `phonenumberutil._number_type_helper`.
TYPES = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "uan", "pager",
    "voicemail",
)  # fmt: skip

Test = tuple[str, Callable[[str], object]]  # a region, and whether digits are an assigned number there


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
        self._leads: dict[int, int] = {}
        prefix = regions[0].national_prefix_for_parsing
        self._transform = regions[0].national_prefix_transform_rule
        # Nine in ten: no regular expression is needed.
        self._literal: str | None = prefix if prefix and prefix.isdigit() and not self._transform else None
        self._prefix = re.compile(prefix) if prefix and self._literal is None else None

    @cached_property
    def _general(self) -> re.Pattern[str]:
        return re.compile("|".join(region.general_desc.national_number_pattern for region in self._regions))

    def leads(self, length: int) -> int:
        """With what assigned numbers of this length begin, national prefix included or not: see `leads.leads`."""
        if length not in self._leads:
            patterns = self._assigned_patterns(length)
            if self._literal is not None:
                left = self._assigned_patterns(length - len(self._literal))
                patterns += [f"{self._literal}(?:{pattern})" for pattern in left]
            self._leads[length] = reduce(
                or_, map(leads, patterns), 0 if self._literal else self._prefix_leads
            )
        return self._leads[length]

    def has_prefix(self, lead: str) -> bool:
        """Whether digits that begin so may begin with the national prefix."""
        return bool(self._prefix_leads & led_by(lead))

    @cached_property
    def _prefix_leads(self) -> int:
        prefix = self._literal if self._prefix is None else self._prefix.pattern
        return leads(prefix) if prefix else 0

    def _assigned_patterns(self, length: int) -> list[str]:
        return _assigned(self._regions, length) if length in self.lengths else []

    def standing(self, digits: str) -> Standing:
        """What becomes of digits dialled inside the region, national prefix included or not."""
        number = self._without_prefix(digits)
        if len(number) not in self.lengths:
            return Standing.IMPOSSIBLE
        pattern = self.pattern(len(number))
        return Standing.VALID if pattern is not None and pattern.fullmatch(number) else Standing.POSSIBLE

    def is_valid(self, digits: str) -> bool:
        return self.standing(digits) is Standing.VALID

    def pattern(self, length: int) -> re.Pattern[str] | None:
        """The assigned numbers of a possible length; None: no range of that length is assigned."""
        if length not in self._assigned:
            patterns = _assigned(self._regions, length)
            self._assigned[length] = re.compile("|".join(patterns)) if patterns else None
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


class Plans:
    """The plans of some regions (ISO 3166 alpha-2), asked in this order."""

    def __init__(self, regions: Sequence[str]) -> None:
        self._regions = regions
        self._asked: dict[tuple[int, str], tuple[tuple[Test, ...], bool]] = {}

    def region_of(self, digits: str) -> str | None:
        """The first of the regions in which digits as dialled there are an assigned number."""
        for region, is_valid in self._like(len(digits), digits[:LEAD])[0]:
            if is_valid(digits):
                return region
        return None

    def may_have(self, digits: str) -> bool:
        """Whether digits as dialled in one of the regions have the length of a number there."""
        if self._like(len(digits), digits[:LEAD])[1]:
            return True
        return any(_plan_of_region(region).standing(digits) for region in self._regions)

    def _like(self, length: int, lead: str) -> tuple[tuple[Test, ...], bool]:
        """Tests of the regions where digits of this length that begin so can be assigned; whether all are possible."""
        known = self._asked.get((length, lead))
        if known is not None:
            return known
        like = led_by(lead)
        plans = [(region, _plan_of_region(region)) for region in self._regions]
        tests = tuple(
            _test(region, length, has_prefix=plan.has_prefix(lead))
            for region, plan in plans
            if plan.leads(length) & like
        )
        always = any(length in plan.lengths and not plan.has_prefix(lead) for _, plan in plans)
        self._asked[length, lead] = tests, always
        return tests, always


@lru_cache(maxsize=1 << 13)
def _test(region: str, length: int, *, has_prefix: bool) -> Test:
    """What tells digits of this length to be an assigned number of the region."""
    plan = _plan_of_region(region)
    pattern = plan.pattern(length)
    return region, plan.is_valid if has_prefix or pattern is None else pattern.fullmatch


@lru_cache(maxsize=1 << 8)
def plans_of(regions: tuple[str, ...]) -> Plans:
    """The plans of the regions that a text leads one to expect, or that a reader names."""
    return Plans(regions)


@lru_cache(maxsize=1)
def all_plans() -> Plans:
    """The plans of every region."""
    return Plans(all_regions())


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


def _assigned(regions: Sequence[Any], length: int) -> list[str]:
    """The patterns of the assigned numbers of a length, each once; none: no range of that length is assigned."""
    descriptions = [getattr(region, name) for region in regions for name in TYPES]
    patterns = [
        description.national_number_pattern
        for description in descriptions
        if description is not None
        and description.national_number_pattern
        and (not description.possible_length or length in description.possible_length)
    ]
    return list(dict.fromkeys(patterns))
