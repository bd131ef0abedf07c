"""Our reading of the numbering plans agrees with libphonenumber's own functions."""

import random

import phonenumbers
import pytest

from hayward.screeners.pii.numbering import Plans, Standing, all_plans, international

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


def is_valid_in(region: str, digits: str) -> bool:
    """What libphonenumber says of digits dialled there."""
    try:
        return phonenumbers.is_valid_number_for_region(phonenumbers.parse(digits, region), region)
    except phonenumbers.NumberParseException:
        return False


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
        assert Plans((region,)).region_of(digits) == region


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


def test_made_up_numbers_are_dialled_in_the_regions_that_libphonenumber_names() -> None:
    chance = random.Random(8)  # noqa: S311 - reproducible on purpose
    begun = ("", "0", "1", "8", "06", "180020", "0015", "9")
    made_up = [f"{chance.choice(begun)}{chance.randrange(10 ** chance.randint(6, 11))}" for _ in range(500)]

    differing = [
        (digits, region)
        for digits in made_up
        for region in ("GB", "US", "BR", "AR", "JP", "HU", "BY", "LT", "BB", "DE")
        # libphonenumber takes a calling code off without a plus sign too.
        if not digits.startswith(str(phonenumbers.country_code_for_region(region)))
        and (Plans((region,)).region_of(digits) == region) != is_valid_in(region, digits)
    ]

    assert differing == []


def test_every_region_is_asked_that_could_have_the_number() -> None:
    plans = {region: Plans((region,)) for region in REGIONS}
    chance = random.Random(9)  # noqa: S311 - reproducible on purpose
    made_up = [str(chance.randrange(10 ** chance.randint(6, 12))) for _ in range(300)]

    named = [all_plans().region_of(digits) for digits in made_up]

    assert named == [
        next((region for region, plan in plans.items() if plan.region_of(digits)), None) for digits in made_up
    ]
    assert len(set(named)) > 20


@pytest.mark.parametrize(
    ("digits", "may_be"), [("2125550123", True), ("5555550123", True), ("020794609", False), ("1", False)]
)
def test_number_may_be_one_of_a_region_where_its_length_fits(digits: str, may_be: bool) -> None:
    assert Plans(("US",)).may_have(digits) is may_be
