"""Phone numbers: which rule found them, what a text or its reader leads one to expect, digits of other scripts."""

from typing import Any

import pyarrow as pa
import pytest

from hayward.screeners.pii import phone
from hayward.screeners.pii.screener import PiiScreener

PHONE = PiiScreener(detectors=[phone.DETECTOR])


def hits(text: str, screener: PiiScreener = PHONE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = screener.screen(pa.array([text], pa.large_string())).to_pylist()
    return found


def numbers(text: str, screener: PiiScreener = PHONE) -> list[str]:
    return [text[hit["start"] : hit["end"]] for hit in hits(text, screener)]


@pytest.mark.parametrize(
    ("text", "rule", "score", "word"),
    [
        ("+44 20 7946 0958", "phone.international/1", 0.9, None),
        ("+1 555 555 0123", "phone.international-possible/1", 0.4, None),
        ("0044 20 7946 0958", "phone.dialled/1", 0.9, None),
        ("020 7946 0958", "phone.national-gb/1", 0.6, None),
        ("212-555-0123", "phone.north-american/1", 0.6, None),
        ("(555) 555-0123", "phone.north-american-possible/1", 0.4, None),
        ("612 34 56 78", "phone.grouped/1", 0.3, None),
        ("02079460958", "phone.bare/1", 0.3, None),
        ("tel: 020 7946 0958", "phone.called-national-gb/1", 0.9, "en:tel@-2"),
        ("Handy 0171 1234567", "phone.called-national-de/1", 0.9, "de:handy@-1"),
        ("my phone is 71234567", "phone.called-possible/1", 0.4, "en:phone@-4"),
        ("Телефон: 8 (301) 123-45-67", "phone.called/1", 0.6, "ru:телефон@-2"),
        ("69 987 88 37 office", "phone.called/1", 0.6, "en:office@1"),
    ],
)
def test_number_names_its_rule_and_its_word(text: str, rule: str, score: float, word: str | None) -> None:
    (hit,) = hits(text)

    assert (hit["rule"], round(hit["score"], 2), hit["context"]) == (rule, score, word)
    assert hit["validator"] == "libphonenumber"


def test_numbers_of_a_region_are_expected_where_the_reader_says_so() -> None:
    text = "512 345 678 and 912 345 678"

    assert numbers(text) == []
    assert numbers(text, PiiScreener(detectors=[phone.DETECTOR], regions=("PL", "PT"))) == [
        "512 345 678",
        "912 345 678",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "+48 22 123 45 67 or 512 345 678",
        "512 345 678, anna@example.pl",
        "https://sklep.example.pl/ 512 345 678",
    ],
)
def test_numbers_are_expected_of_regions_that_the_text_speaks_of(text: str) -> None:
    assert "512 345 678" in numbers(text)


def test_what_one_text_speaks_of_is_not_expected_of_its_neighbour() -> None:
    found = PHONE.screen(pa.array(["+48 22 123 45 67", "512 345 678"], pa.large_string())).to_pylist()

    assert [hit["index"] for hit in found] == [0]


def test_regions_are_part_of_the_configuration() -> None:
    assert PiiScreener(regions=("PL",)).config_digest != PiiScreener().config_digest


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("هاتف: ٠٢٠ ٧٩٤٦ ٠٩٥٨", "٠٢٠ ٧٩٤٦ ٠٩٥٨"),
        ("تلفن ۰۲۰ ۷۹۴۶ ۰۹۵۸", "۰۲۰ ۷۹۴۶ ۰۹۵۸"),
        ("फ़ोन \U0001f4de ०२० ७९४६ ०९५८", "०२० ७९४६ ०९५८"),
        ("電話（０２０）７９４６－０９５８", "（０２０）７９４６－０９５８"),
        ("+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", "+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨"),
        ("𝟎𝟐𝟎 𝟕𝟗𝟒𝟔 𝟎𝟗𝟓𝟖", "𝟎𝟐𝟎 𝟕𝟗𝟒𝟔 𝟎𝟗𝟓𝟖"),
    ],
)
def test_digits_of_every_script_are_read_where_they_stand(text: str, number: str) -> None:
    assert numbers(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Boston, MA 02110-1301 USA",
        "anna@example.de, MA 02110-1301, Clause 52.227.19",
        "DFARS 252.227-7013", "0123456789", "3.14159265358979 0.1234567890",
        "12 345 678", "10 20 30 40", "1e+01 2.5e+02 1.0000000e+00", "512 345 678 bytes", "12:30:45.123456",
        "1990-2000", "pages 1234-5678", "0.0.0.0 10.0.0.1", "order id: 2125550123",
    ],
)  # fmt: skip
def test_number_that_is_no_phone_number_is_none(text: str) -> None:
    assert numbers(text) == []
