"""Mistakes seen in other tools (Dolma, datatrove, NeMo Curator, Data-Juicer, Presidio), each as a text."""

import pyarrow as pa
import pytest

from hayward.screeners.pii.screener import PiiScreener

PII = PiiScreener()


def found(text: str) -> list[tuple[str, str]]:
    hits = PII.screen(pa.array([text], pa.large_string())).to_pylist()
    return [(hit["kind"], text[hit["start"] : hit["end"]]) for hit in hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see http://example.com/212-555-0123/x", []),
        ("mail bob@example.org", [("email_address", "bob@example.org")]),
        ("mail (bob@example.org), please", [("email_address", "bob@example.org")]),
        (" order 12345678901234 ", []),
        ("+44 20 7946 0958", [("phone_number", "+44 20 7946 0958")]),
        ("v1.2.3.4", []),
        ("version 8.8.8.8.1", []),
        ("ann@müller.example", [("email_address", "ann@müller.example")]),
        ("at 2606:4700::8a2e:370:7334 now", [("ip_address", "2606:4700::8a2e:370:7334")]),
        ("JASON@JEEPWORLD.EXAMPLE", [("email_address", "JASON@JEEPWORLD.EXAMPLE")]),
        ("bob@Example.org", [("email_address", "bob@Example.org")]),
        ("INTRODUCTORY GUIDE D3 H1", []),
        ("part 123456789 of the series", []),
        ("lines 82133--82148", []),
    ],
    ids=[
        "H1 phone in a URL",
        "H2 e-mail at the end",
        "H2 e-mail without its punctuation",
        "H2 ten digits of an order number",
        "H2 phone at offset 0",
        "H3 version with v",
        "H3 version of five numbers",
        "H3 international domain",
        "H3 and H5 compressed IPv6",
        "H5 upper-case domain",
        "H5 mixed-case domain",
        "H6 headings",
        "H6 nine digits",
        "flag volume: a range of lines",
    ],
)
def test_hazard_of_another_tool_is_avoided(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", ["from 192.168.1.100", "tel 192.168.100.100", "phone 10.12.34.56"])
def test_private_address_is_nothing_at_all(text: str) -> None:
    assert found(text) == []


def test_same_text_gives_the_same_hits_in_any_company() -> None:
    text = "0171 1234567"
    alone = PII.screen(pa.array([text], pa.large_string())).to_pylist()

    company = PII.screen(pa.array(["please phone me at", text, "5 or ask"], pa.large_string())).to_pylist()

    assert [{**hit, "index": 0} for hit in company] == alone


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "078-05-1123",
        "GB29 NWBK 6016 1331 9268 19",
        "call 4111-1111-1111-1111",
        "tel 93.184.216.34",
        "4111111111111111@example.org",
    ],
)
def test_one_stretch_of_text_is_of_one_kind(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see http://ann:gie7kanne@example.com/abc", [("url_credentials", "ann:gie7kanne")]),
        ("mail info@example.org", [("role_address", "info@example.org")]),
        ("mail bob at example dot org", [("email_address", "bob at example dot org")]),
        ("bob&#64;example.org", [("email_address", "bob&#64;example.org")]),
        ("Chrome/93.0.45.12 and v1.2.3.4", []),
        ("2606:4700::1%eth0", [("ip_address", "2606:4700::1%eth0")]),
        ("hw 00:1A:2B:3C:4D:5E", [("mac_address", "00:1A:2B:3C:4D:5E")]),
        ("commit d41d8cd98f00b204e9800998ecf8427e", []),
        ("password: <your password>", []),
    ],
    ids=[
        "H1 password in a URL, and no address",
        "H2 role at the end",
        "H2 address in words",
        "H2 address in code",
        "H3 and H5 versions of products",
        "H5 zone of an address",
        "H6 pairs of digits",
        "H6 hash",
        "H6 stand-in",
    ],
)
def test_hazard_is_avoided_by_later_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
