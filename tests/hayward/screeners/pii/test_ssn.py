"""Social security numbers: which numbers there are, and the tables that hold numbers alike."""

import pytest

from hayward.screeners.pii.ssn import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(("joint", "score"), [("-", 0.8), (" ", 0.5), (".", 0.4)])
def test_score_is_by_what_joins_the_groups(joint: str, score: float) -> None:
    (found,) = look(DETECTOR, f"it was {joint.join(('078', '05', '1123'))}, he said")

    assert (found.score, found.evidence.rule) == (score, "ssn.grouped/1")


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("SSN 078-05-1123", "en:ssn@-1"),
        ("078 05 1123 (social security)", "en:social security@2"),
        ("ssn: 078051123", "en:ssn@-2"),
    ],
)
def test_word_before_or_after_makes_it_sure(text: str, context: str) -> None:
    (found,) = look(DETECTOR, text)

    assert (found.score, found.evidence.rule, found.evidence.context) == (0.95, "ssn.called/1", context)


@pytest.mark.parametrize(
    "number",
    ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "222-22-2222", "078-05-1120"],
)
def test_number_that_nobody_has_is_none(number: str) -> None:
    assert rules(DETECTOR, f"SSN {number}") == []


@pytest.mark.parametrize(
    "text", ["078051123", "078051123 ssn", "12 078 05 1123", "078 05 1123 4", "078-05 1123", "078-05-11234"]
)
def test_bare_number_or_row_of_a_table_or_mixed_joints_is_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_numbers_bare_and_grouped_are_told_in_their_order() -> None:
    found = rules(DETECTOR, "SSN 078051123, 078-05-1124, tin 078051125")

    assert [text for text, _ in found] == ["078051123", "078-05-1124", "078051125"]
