"""Tests of the first digits that numbers of a pattern may have."""

from typing import Any

import phonenumbers
import pytest
from phonenumbers import PhoneMetadata

from hayward.screeners.pii.leads import LEAD, leads, led_by

EVERY = led_by("")
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def metadata_of(region: str) -> Any:
    return PhoneMetadata.metadata_for_region(region, None)


def told(pattern: str) -> set[str]:
    return {f"{lead:03d}" for lead in range(10**LEAD) if leads(pattern) >> lead & 1}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("911", {"911"}),
        ("[2-4]0[15]\\d{6}", {"201", "205", "301", "305", "401", "405"}),
        ("(?:80?|19)0", {"800", "190", *(f"80{digit}" for digit in range(10))}),
        ("4(?:5|6{2})7", {"457", "466"}),
        ("7{1,3}8", {"777", "778", *(f"78{digit}" for digit in range(10))}),
        (
            "(5\\d{1})$|99",
            {*(f"{lead}" for lead in range(500, 600)), *(f"{lead}" for lead in range(990, 1000))},
        ),
    ],
)
def test_leads_are_those_that_the_pattern_allows(pattern: str, expected: set[str]) -> None:
    assert told(pattern) == expected


def test_pattern_that_cannot_be_read_may_begin_with_anything() -> None:
    assert leads("(?=1)1.*") == EVERY


def test_hardly_any_pattern_of_today_begins_with_anything() -> None:
    general = [metadata_of(region).general_desc.national_number_pattern for region in REGIONS]

    assert len([pattern for pattern in general if leads(pattern) == EVERY]) < 5


def test_example_numbers_begin_with_the_leads_of_their_patterns() -> None:
    mobiles = [metadata_of(region).mobile for region in REGIONS if metadata_of(region).mobile]

    shown = [mobile for mobile in mobiles if mobile.example_number]

    assert len(shown) > 200
    assert all(leads(mobile.national_number_pattern) & led_by(mobile.example_number) for mobile in shown)
