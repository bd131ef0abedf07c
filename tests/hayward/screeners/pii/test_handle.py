"""Handles: mentions, names after a platform's, and the many other uses of the sign."""

import pytest

from hayward.screeners.pii.handle import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    ("text", "name", "rule", "score"),
    [
        ("thanks @ann_baker!", "@ann_baker", "handle.mention/2", 0.4),
        ("photo by @ann_baker", "@ann_baker", "handle.mention/2", 0.4),
        ("@ann_baker you are right", "@ann_baker", "handle.mention/2", 0.4),
        ("yes\n@ann_baker, you are right", "@ann_baker", "handle.mention/2", 0.4),
        ("@ann_baker", "@ann_baker", "handle.mention/2", 0.4),
        ("seen (@annbaker77) there", "@annbaker77", "handle.mention/2", 0.4),
        ("on Twitter I am @ann_baker", "@ann_baker", "handle.mention/2", 0.75),
        ("folge mir: @ann.baker", "@ann.baker", "handle.mention/2", 0.75),
        ("关注@ann_baker", "@ann_baker", "handle.mention/2", 0.75),
        ("Twitter: @annbaker", "@annbaker", "handle.platform/1", 0.85),
        ("Telegram: ann_b77", "ann_b77", "handle.platform/1", 0.85),
        ("Discord: ann.b#1234", "ann.b#1234", "handle.platform/1", 0.85),
        ("Skype id: live:ann.b_2", "live:ann.b_2", "handle.platform/1", 0.85),
        ("微信号：ann_b77", "ann_b77", "handle.platform/1", 0.85),
        ("username: ann.baker77", "ann.baker77", "handle.username/1", 0.6),
        ("Benutzername: ann77", "ann77", "handle.username/1", 0.6),
        ("@ann@social.example", "@ann@social.example", "handle.fediverse/1", 0.85),
        ("u/ann-baker said", "u/ann-baker", "handle.reddit/1", 0.75),
        ("https://www.reddit.com/u/ann-baker", "/u/ann-baker", "handle.reddit/1", 0.75),
    ],
)
def test_name_has_the_rule_and_score_of_its_place(text: str, name: str, rule: str, score: float) -> None:
    (found,) = look(DETECTOR, text)

    assert (found.text, found.evidence.rule, found.score) == (name, rule, score)


@pytest.mark.parametrize(
    "text",
    [
        "npm install @scope/package",
        "computed by @total_order from the others",
        "the @ann_baker effect",
        "the @python38 ones and the @base64 ones",
        "yes\n@effect turns it on",
        "@media (max-width: 40em)",
        "\n    @property\n    def x(self):",
        "\n@app.route('/x')",
        "\n@chainable\ndef x():",
        ">>> @chainable\n",
        " * @param name the name",
        "// @todo later",
        "@Override",
        "see @example.org",
        "ann@parish.de",
        "me @ noon",
        "@1984",
        "@x",
        "https://parish.de/u/ann-baker",
        "menu/item u/1 u/",
        "Telegram: see below",
        "Twitter: https://example.org/ann_1",
        "username: string",
        "Username: 22704aa3-fc10-479a-97eb-2af5806bd327",
        "user name: <name_1>",
    ],
)
def test_other_uses_of_the_signs_are_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_mentions_in_a_row_speak_for_each_other() -> None:
    found = look(DETECTOR, "seen by @ann_baker and @bob_clark")

    assert [one.text for one in found] == ["@ann_baker", "@bob_clark"]
