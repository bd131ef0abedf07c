"""Passports, licences, plates and birthdays are found behind their words, whole words only, and nowhere else."""

import pyarrow as pa
import pytest

from hayward.screeners.pii import birth, card, documents, ssn
from hayward.screeners.pii.screener import PiiScreener

SCREENER = PiiScreener(detectors=[documents.DETECTOR, birth.DETECTOR])


def hits(text: str, screener: PiiScreener = SCREENER) -> list[tuple[str, str, str | None]]:
    found = screener.screen(pa.array([text], pa.large_string())).to_pylist()
    return [(hit["rule"], text[hit["start"] : hit["end"]], hit["context"]) for hit in found]


@pytest.mark.parametrize(
    ("text", "rule", "value", "word"),
    [
        ("Passport number: X12345678", "passport.called/1", "X12345678", "en:passport number@-2"),
        ("Pasaporte AAA123456", "passport.called/1", "AAA123456", "es:pasaporte@-1"),
        ("旅券 TK1234567", "passport.called/1", "TK1234567", "ja:旅券@-1"),
        ("Führerscheinnummer B072RRE2I55", "licence.called/1", "B072RRE2I55", "de:führerscheinnummer@-1"),
        ("patente di guida AA0123456B", "licence.called/1", "AA0123456B", "it:patente di guida@-1"),
        (
            "plaque d'immatriculation AB-123-CD",
            "plate.called/1",
            "AB-123-CD",
            "fr:plaque d immatriculation@-1",
        ),
        ("plaka 34 ABC 123", "plate.called/1", "34 ABC 123", "tr:plaka@-1"),
        ("Kennzeichen M-XY 123", "plate.called/1", "M-XY 123", "de:kennzeichen@-1"),
        ("date of birth: 12 March 1984", "birth.date/2", "12 March 1984", "en:date of birth@-2"),
        ("urodzony 12 marca 1984", "birth.date/2", "12 marca 1984", "pl:urodzony@-1"),
        ("nato il 12/03/1984", "birth.date/2", "12/03/1984", "it:nato@-4"),
        ("1984-03-12 (DOB)", "birth.date/2", "1984-03-12", "en:dob@2"),
        ("出生日期：1984年3月12日", "birth.date/2", "1984年3月12日", "zh:出生@-3"),
        ("geboortedatum 12-03-84", "birth.date/2", "12-03-84", "nl:geboortedatum@-1"),
        ("born 12-Mar-1984", "birth.date/2", "12-Mar-1984", "en:born@-1"),
        ("born March 12th, 1984", "birth.date/2", "March 12th, 1984", "en:born@-1"),
        ("née le 1er août 1983", "birth.date/2", "1er août 1983", "fr:née@-4"),
        ("生于1984/3/12", "birth.date/2", "1984/3/12", "zh:生于@0"),
        ("born 12 March\n1984, DOB 12. 3. 1984", "birth.date/2", "12. 3. 1984", "en:dob@-1"),
    ],
)
def test_value_is_found_by_its_word(text: str, rule: str, value: str, word: str) -> None:
    assert hits(text) == [(rule, value, word)]


@pytest.mark.parametrize(
    "text",
    [
        "INTRODUCTORY GUIDE D3 H1",
        "public X12345678",
        "bypassport X12345678",
        "passport, see order 17; X12345678",
        "the passport office served 12345678 people",
        "driver version 12345678",
        "plate A1 and template AB12 CDE",
        "the house was built on 12 March 1984",
        "born on 31 February 1984x",
        "born in 1984",
        "born on 12/03/1684",
        "born on 12/03/1984-05",
        "born on 12/03-1984",
        "born on 112 March 1984",
        "born 7 people in 1984",
        "reborn 12/03/1984",
    ],
)
def test_value_without_its_word_is_none(text: str) -> None:
    assert hits(text) == []


def test_card_and_ssn_name_their_rules() -> None:
    screener = PiiScreener(detectors=[card.DETECTOR, ssn.DETECTOR])

    assert hits("4242 4242 4242 4242", screener) == [("card.test/1", "4242 4242 4242 4242", None)]
    assert hits("4539 1488 0343 6467", screener) == [("card.grouped/1", "4539 1488 0343 6467", None)]
    assert hits("Visa 4539148803436467", screener) == [("card.called/1", "4539148803436467", "en:visa@-1")]
    assert hits("paid by 4539148803436467", screener) == [("card.bare/1", "4539148803436467", None)]
    assert hits("078-05-1123", screener) == [("ssn.grouped/1", "078-05-1123", None)]
    assert hits("S.S.N. 078051123", screener) == [("ssn.called/1", "078051123", "en:s s n@-2")]
