"""Passwords in URLs."""

import pytest

from hayward.screeners.pii.url_credentials import DETECTOR
from tests.hayward.screeners.pii.looking import look


@pytest.mark.parametrize(
    ("text", "userinfo", "score"),
    [
        ("https://ann:gie7kanne@parish.de/x", "ann:gie7kanne", 0.9),
        ("amqp://:gie7kanne@10.0.0.1", ":gie7kanne", 0.9),
        ("git+https://x-token:gie7kanne@parish.de", "x-token:gie7kanne", 0.9),
        ("https://user:password@parish.de", "user:password", 0.2),
        ("https://USER:${TOKEN}@parish.de", "USER:${TOKEN}", 0.2),
        ("https://abc:xyz@parish.de", "abc:xyz", 0.2),
    ],
)
def test_userinfo_is_found_and_stand_ins_score_low(text: str, userinfo: str, score: float) -> None:
    (found,) = look(DETECTOR, text)

    assert (found.text, found.score) == (userinfo, score)


@pytest.mark.parametrize(
    "text",
    [
        "https://ann@parish.de",
        "git@parish.de:ann/x",
        "https://parish.de:8080/@ann",
        "https://parish.de/a:b@c",
        "https://parish.de?a:b@c",
        "mailto:ann@parish.de",
        "see https://a.example and b:c@d.example",
        "https://ann:gie7kanne\n@annb",
    ],
)
def test_other_signs_in_links_are_none(text: str) -> None:
    assert look(DETECTOR, text) == []
