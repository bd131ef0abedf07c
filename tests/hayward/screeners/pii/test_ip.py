"""IP addresses: whose they can be, and the versions, sections and slices that only look like one."""

import pytest

from hayward.screeners.pii.ip import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    ("text", "rule", "score"),
    [
        ("93.184.216.34", "ip.v4/1", 0.8),
        ("2606:2800:220:1::1", "ip.v6/1", 0.8),
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


@pytest.mark.parametrize("text", ["5.6.7.8:80", "5.6.7.8/24", "https://5.6.7.8/x", "ann@5.6.7.8"])
def test_port_or_prefix_or_scheme_makes_four_small_numbers_an_address(text: str) -> None:
    (found,) = look(DETECTOR, f"from {text}, then")

    assert (found.text, found.evidence.rule, found.score) == ("5.6.7.8", "ip.v4-small/2", 0.4)


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("bind to :: and wait", "en:bind@-4"),
        ('host="::"', "en:host@-2"),
        ("listen [::]:80", "en:listen@-2"),
        ("any local ipv6 ::", "en:ipv@-2"),
        ("adres ::.", "nl:adres@-1"),
    ],
)
def test_unspecified_address_is_found_beside_a_word_for_addresses(text: str, context: str) -> None:
    (found,) = look(DETECTOR, text)

    assert (found.text, found.evidence.rule, found.evidence.context) == ("::", "ip.unspecified/1", context)


@pytest.mark.parametrize(
    "text",
    [
        "address :: String",
        "host :: a -> b",
        "std :: string address",
        "address[::]",
        "the address ::\n\n  x",
        "host::name",
        "a ::",
        "::",
        "from 5.6.7.8 to",
        "the sec 93.184.216.34",
    ],
)
def test_two_colons_and_small_numbers_without_a_sign_are_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


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
