"""Cards: what groups they are written in, and rows of groups of which only some are one."""

import pytest

from hayward.screeners.pii.card import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    "text",
    [
        "4012 8888 8888 1881",
        "3714-496353-98431",
        "3056 930902 5904",
        "6205 5000 0000 0000 004",
        "5018 0000 00007",
        "675900 0000000000005",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "card {}, please", "1 {}\n2"])
def test_card_is_found_in_its_groups_wherever_they_stand(text: str, frame: str) -> None:
    assert [found.text for found in look(DETECTOR, frame.format(text))] == [text]


@pytest.mark.parametrize(
    "text", ["4012 8888-8888 1881", "4012  8888 8888 1881", "4012 8888 8888", "8888 1881"]
)
def test_groups_with_two_kinds_of_joints_or_too_few_are_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_of_groups_in_a_row_the_first_four_are_a_card_and_then_the_next() -> None:
    found = look(DETECTOR, "4242 " * 9 + "x")

    assert [card.text for card in found] == ["4242 4242 4242 4242"] * 2


def test_longest_of_the_cards_that_begin_at_one_place_is_told() -> None:
    assert [found.text for found in look(DETECTOR, "card 6011 0009 9013 9424 009, or")] == [
        "6011 0009 9013 9424 009"
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("4012-8888-8888-1881", "card.test/1"),
        ("4000 0000 0000 0002", "card.test/1"),
        ("4000 1234 5678 9017", "card.grouped/1"),
        ("card 4000 1234 5678 9017", "card.called/1"),
        ("4000123456789017", "card.bare/1"),
    ],
)
def test_numbers_for_trying_out_are_told_from_others_that_begin_like_them(text: str, rule: str) -> None:
    assert [rule for _, rule in rules(DETECTOR, text)] == [rule]
