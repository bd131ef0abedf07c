"""Our reading of the numbering plans agrees with libphonenumber's own functions."""

import random

import phonenumbers
import pytest

from hayward.screeners.pii.numbering import Standing, international, national

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def standing_of(text: str, region: str | None) -> Standing:
    """What libphonenumber says."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return Standing.IMPOSSIBLE
    if phonenumbers.is_valid_number(number):
        return Standing.VALID
    return Standing.IMPOSSIBLE


def examples(region: str) -> list[phonenumbers.PhoneNumber]:
    kinds = range(11)
    numbers = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    return [number for number in numbers if number is not None]


@pytest.mark.parametrize("region", REGIONS)
def test_example_numbers_of_every_region_are_valid_in_both_forms(region: str) -> None:
    for number in examples(region):
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        inside = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        digits = "".join(character for character in inside if character.isdigit())

        assert international(e164[1:]) is Standing.VALID
        assert national(digits, (region,)) is Standing.VALID


def test_made_up_numbers_are_judged_as_libphonenumber_judges_them() -> None:
    chance = random.Random(7)  # noqa: S311 - reproducible on purpose
    codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    made_up = [f"{chance.choice(codes)}{chance.randrange(10 ** chance.randint(5, 11))}" for _ in range(3_000)]

    differing = [
        digits
        for digits in made_up
        if (international(digits) is Standing.VALID) != (standing_of(f"+{digits}", None) is Standing.VALID)
    ]

    assert differing == []


@pytest.mark.parametrize("digits", ["", "0", "0123456", "999999999999", "2101234567", "1"])
def test_digits_without_a_calling_code_are_impossible(digits: str) -> None:
    assert international(digits) is not Standing.VALID


@pytest.mark.parametrize(
    ("digits", "standing"),
    [
        ("15555550123", Standing.POSSIBLE),
        ("12125550123", Standing.VALID),
        ("1212555012", Standing.IMPOSSIBLE),
    ],
)
def test_fiction_numbers_are_possible_and_assigned_ones_valid(digits: str, standing: Standing) -> None:
    assert international(digits) is standing
