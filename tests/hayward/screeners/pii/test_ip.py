"""IP addresses: whose they can be, and the versions, sections and slices that only look like one."""

import pytest

from hayward.screeners.pii.ip import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    ("text", "rule", "score"),
    [
        ("93.184.216.34", "ip.v4/1", 0.8),
        ("2606:2800:220:1::1", "ip.v6/1", 0.8),
        ("5.6.7.8", "ip.v4-small/1", 0.4),
        ("192.168.1.1", "ip.special/1", 0.2),
        ("127.0.0.1", "ip.special/1", 0.2),
        ("169.254.3.4", "ip.special/1", 0.2),
        ("100.64.0.7", "ip.special/1", 0.2),
        ("224.0.0.251", "ip.special/1", 0.2),
        ("fe80::1", "ip.special/1", 0.2),
        ("fd00::17", "ip.special/1", 0.2),
        ("203.0.113.9", "ip.documentation/1", 0.2),
        ("2001:db8::9", "ip.documentation/1", 0.2),
        ("3fff:0:1::9", "ip.documentation/1", 0.2),
        ("8.8.8.8", "ip.resolver/1", 0.2),
        ("2606:4700:4700::1111", "ip.resolver/1", 0.2),
    ],
)
def test_address_has_the_rule_and_score_of_its_range(text: str, rule: str, score: float) -> None:
    (found,) = look(DETECTOR, f"from {text}, then")

    assert (found.text, found.evidence.rule, found.score) == (text, rule, score)


def test_word_for_an_address_lifts_four_small_numbers() -> None:
    (found,) = look(DETECTOR, "IP 5.6.7.8")

    assert (found.score, found.evidence.context) == (0.8, "en:ip@-1")


@pytest.mark.parametrize(
    "text",
    [
        "v1.2.3.4",
        "version 93.184.216.34",
        "версия 10.1.2.3",
        "版本 10.1.2.3",
        "Chrome/93.0.45.12",
        "kernel 2.6.32.5",
        "Git 1.7.12.3 Release Notes",
        "upgrade V8 to 3.9.24.7",
        "\n1.2.3.4 Scope",
        "§ 1.2.3.4",
        "1.2.3.4.5",
        "300.1.1.1",
        "01.02.03.04",
        "x[::2]",
        "x[1::2]",
        "x[::1]",
        "std::string",
        "12:30:45",
    ],
)
def test_version_or_section_or_slice_is_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_product_names_of_networks_are_no_products() -> None:
    assert [found.text for found in look(DETECTOR, "/ip4/93.184.216.34/tcp/80 http://93.184.216.34/1")] == [
        "93.184.216.34",
        "93.184.216.34",
    ]
