"""MAC addresses in their three forms, and what makes one doubtful."""

import pytest

from hayward.screeners.pii.mac import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    ("text", "rule", "score"),
    [
        ("00:1A:2B:3C:4D:5E", "mac.universal/1", 0.8),
        ("00-1a-2b-3c-4d-5e", "mac.universal/1", 0.8),
        ("001a.2b3c.4d5e", "mac.universal/1", 0.8),
        ("02:1A:2B:3C:4D:5E", "mac.local/1", 0.3),
        ("01:1A:2B:3C:4D:5E", "mac.group/1", 0.3),
        ("04-05-06-10-20-30", "mac.digits/1", 0.3),
        ("00-00-5E-00-53-7F", "mac.documentation/1", 0.2),
    ],
)
def test_address_has_the_rule_and_score_of_its_first_octet(text: str, rule: str, score: float) -> None:
    (found,) = look(DETECTOR, f"({text})")

    assert (found.text, found.evidence.rule, found.score) == (text, rule, score)


def test_word_for_the_hardware_lifts_the_score() -> None:
    found = look(DETECTOR, "BSSID 00:1A:2B:3C:4D:5E and 物理地址 02:1A:2B:3C:4D:5E")

    assert [(one.score, one.evidence.context) for one in found] == [
        (0.95, "en:bssid@-1"),
        (0.6, "zh:物理地址@-1"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "00:1A:2B:3C:4D",
        "00:1A:2B:3C:4D:5E:6F",
        "00:1A-2B:3C-4D:5E",
        "x00:1A:2B:3C:4D:5E",
        "001a.2b3c.4d5e6",
        "2019-01-02-03-04-05-06",
    ],
)
def test_other_rows_of_pairs_are_none(text: str) -> None:
    assert rules(DETECTOR, text) == []
