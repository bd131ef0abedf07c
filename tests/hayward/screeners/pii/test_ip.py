"""IP addresses: whose they can be, and the versions, sections and slices that only look like one."""

import pytest

from hayward.screeners.base import Example
from hayward.screeners.pii.ip import EAGER_EXAMPLES, detector
from tests.hayward.screeners.pii.looking import look, rules

DETECTOR = detector(eager=True)
USUAL = detector()


@pytest.mark.parametrize(
    ("text", "rule", "score"),
    [
        ("93.184.216.34", "ip.v4/1", 0.8),
        ("2606:2800:220:1::1", "ip.v6/1", 0.8),
        ("192.168.1.1", "ip.special/1", 0.2),
        ("127.0.0.1", "ip.special/1", 0.2),
        ("169.254.3.4", "ip.special/1", 0.2),
        ("100.64.0.7", "ip.special/1", 0.2),
        ("192.0.0.9", "ip.special/1", 0.2),
        ("192.0.1.9", "ip.v4/1", 0.8),
        ("172.15.255.255", "ip.v4/1", 0.8),
        ("172.31.255.255", "ip.special/1", 0.2),
        ("223.255.255.255", "ip.v4/1", 0.8),
        ("224.0.0.251", "ip.special/1", 0.2),
        ("255.255.255.255", "ip.special/1", 0.2),
        ("2001:1ff:ffff::1", "ip.special/1", 0.2),
        ("2001:200::1", "ip.v6/1", 0.8),
        ("fe80::1", "ip.special/1", 0.2),
        ("fd00::17", "ip.special/1", 0.2),
        ("203.0.113.9", "ip.documentation/1", 0.2),
        ("2001:db8::9", "ip.documentation/1", 0.2),
        ("3fff:0:1::9", "ip.documentation/1", 0.2),
        ("8.8.8.8", "ip.resolver/1", 0.3),
        ("2606:4700:4700::1111", "ip.resolver/1", 0.3),
    ],
)
def test_address_has_the_rule_and_score_of_its_range(text: str, rule: str, score: float) -> None:
    (found,) = look(DETECTOR, f"from {text}, then")

    assert (found.text, found.evidence.rule, found.score) == (text, rule, score)


@pytest.mark.parametrize("example", EAGER_EXAMPLES, ids=lambda example: example.content)
def test_eager_detector_finds_what_its_example_says(example: Example) -> None:
    text = str(example.content)

    assert [found.text for found in look(DETECTOR, text)] == [
        text[start:end] for _, start, end in example.expected
    ]


def test_only_an_eager_detector_tells_addresses_that_are_nobodys() -> None:
    text = "from 93.184.216.34, 192.168.1.1, 203.0.113.9, 8.8.8.8, ::1 and 2001:db8::9"

    assert [found.text for found in look(USUAL, text) if found.score > 0] == ["93.184.216.34", "8.8.8.8"]
    assert len(look(DETECTOR, text)) == 6


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("5.6.7.8:80", "5.6.7.8"),
        ("5.6.7.8/24", "5.6.7.8/24"),
        ("https://5.6.7.8/x", "5.6.7.8"),
        ("ann@5.6.7.8", "5.6.7.8"),
    ],
)
def test_port_or_prefix_or_scheme_makes_four_small_numbers_an_address(text: str, address: str) -> None:
    (found,) = look(DETECTOR, f"from {text}, then")

    assert (found.text, found.evidence.rule, found.score) == (address, "ip.v4-small/2", 0.4)


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "93.184.216.0/24",
        "0.0.0.0/0",
        "2606:2800::/32",
        "2001:db8::1000/124",
        "::ffff:192.168.1.0/96",
        "fe80::1%eth0/64",
    ],
)
def test_prefix_of_a_network_belongs_to_it(text: str) -> None:
    assert [found.text for found in look(DETECTOR, f"Route is {text}.")] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "93.184.216.34/33",
        "93.184.216.34/24/7",
        "93.184.216.34/24.html",
        "93.184.216.34/2x",
        "93.184.216.34/08",
        "http://93.184.216.34/24",
        "http://ann@93.184.216.34/24",
    ],
)
def test_path_or_what_is_no_prefix_does_not_belong_to_the_address(text: str) -> None:
    assert [found.text for found in look(DETECTOR, text)] == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.1.1.1", ["192.168.1.1"]),
        ("IP 93.184.216.34.443 > 10.0.12.40.51234: Flags [S]", ["93.184.216.34", "10.0.12.40"]),
        ("IP 93.184.216.34.443, 93.184.216.35.443", ["93.184.216.34", "93.184.216.35"]),
    ],
)
def test_port_behind_a_fifth_dot_does_not_belong_to_the_address(text: str, expected: list[str]) -> None:
    assert [found.text for found in look(DETECTOR, text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "93.184.216.34.5",
        "section 192.168.1.1.1",
        "Oracle 10.2.0.4.20",
        "see 2.3.3.3.3 and 10.1.2.3.4",
        "1.3.6.1.4.1.311",
        "192.168.1.1.1.1",
        "192.168.1.1.01",
        "192.168.1.1.161018",
        "192.168.1.1.5b",
        "0.0.45.1.2",
    ],
)
def test_five_numbers_that_nothing_calls_an_address_are_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_zone_that_reads_like_an_address_is_a_zone() -> None:
    assert [found.text for found in look(DETECTOR, "fe80::1%1234::5 and ::5")] == ["fe80::1%1234"]


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
        "(y)[::1]",
        "12::3",
        "face::feed",
        "1::2::3",
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
