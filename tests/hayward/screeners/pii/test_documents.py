"""Passports, licences, plates and birthdays are found behind their words, whole words only, and nowhere else."""

import gc
import time

import pyarrow as pa
import pytest

from hayward.screeners.base import Example
from hayward.screeners.pii import birth, card, documents, ssn
from hayward.screeners.pii.screener import PiiScreener
from hayward.screeners.pii.stretch import Stretch
from tests.hayward.screeners.pii.looking import look, rules, stretch_of

SCREENER = PiiScreener(detectors=[documents.DETECTOR, birth.DETECTOR])


def hits(text: str, screener: PiiScreener = SCREENER) -> list[tuple[str, str, str | None]]:
    found = screener.screen(pa.array([text], pa.large_string())).to_pylist()
    return [(hit["rule"], text[hit["start"] : hit["end"]], hit["context"]) for hit in found]


@pytest.mark.parametrize(
    ("text", "rule", "value", "word"),
    [
        ("Passport number: X12345678", "passport.called/2", "X12345678", "en:passport number@-2"),
        ("Pasaporte AAA123456", "passport.called/2", "AAA123456", "es:pasaporte@-1"),
        ("旅券 TK1234567", "passport.called/2", "TK1234567", "ja:旅券@-1"),
        ("Führerscheinnummer B072RRE2I55", "licence.called/2", "B072RRE2I55", "de:führerscheinnummer@-1"),
        ("patente di guida AA0123456B", "licence.called/2", "AA0123456B", "it:patente di guida@-1"),
        (
            "plaque d'immatriculation AB-123-CD",
            "plate.called/2",
            "AB-123-CD",
            "fr:plaque d immatriculation@-1",
        ),
        ("plaka 34 ABC 123", "plate.called/2", "34 ABC 123", "tr:plaka@-1"),
        ("Kennzeichen M-XY 123", "plate.called/2", "M-XY 123", "de:kennzeichen@-1"),
        ("passport A123456BC", "passport.called/2", "A123456BC", "en:passport@-1"),
        ("paspoort NP4X2K7R9", "passport.called/2", "NP4X2K7R9", "nl:paspoort@-1"),
        ("patente di guida U1H00B000C", "licence.called/2", "U1H00B000C", "it:patente di guida@-1"),
        ("driver license 123AB4567", "licence.called/2", "123AB4567", "en:driver license@-1"),
        ("driver's license 12ABC34567", "licence.called/2", "12ABC34567", "en:driver s license@-1"),
        ("number plate 22 BH 1234 AB", "plate.called/2", "22 BH 1234 AB", "en:number plate@-1"),
        ("numer rejestracyjny WPI 12345", "plate.called/2", "WPI 12345", "pl:numer rejestracyjny@-1"),
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


EAGER = documents.detector(eager=True)


@pytest.mark.parametrize(
    ("text", "rule", "score"),
    [
        ("C01X00T41", "passport.de/1", 0.1),
        ("12AB34567", "passport.fr/1", 0.1),
        ("M123A4567", "passport.kr/1", 0.1),
        ("EA1234567", "passport.cn/1", 0.05),
        ("PA1234567", "passport.au/1", 0.05),
        ("XY1234567", "passport.it/1", 0.05),
        ("aaa123456", "passport.es/1", 0.05),
        ("912803456", "passport.us/1", 0.05),
        ("A123456BC", "passport.ca/1", 0.1),
        ("MORGA657054SM9IJ", "licence.gb/1", 0.1),
        ("AA0123456B", "licence.it/1", 0.1),
        ("U1H00B000C", "licence.it/1", 0.1),
        ("DL-1420110012345", "licence.in/1", 0.05),
        ("F162-823-54-011-6", "licence.us_fl/1", 0.1),
        ("HH98765432C", "licence.de/1", 0.1),
        ("AB51 ABC", "plate.gb/1", 0.1),
        ("AB-123-CD", "plate.fr/1", 0.1),
        ("EQ 123 CD", "plate.fr/1", 0.1),
        ("1234 BCD", "plate.es/1", 0.1),
        ("12-ABB-3", "plate.nl/1", 0.1),
        ("WA 12345", "plate.pl/1", 0.05),
        ("KA 05 MH 1234", "plate.in/1", 0.1),
        ("7ABC123", "plate.us_ca/1", 0.1),
        ("07 AB 123", "plate.tr/1", 0.1),
        ("app-456cv", "plate.ng/1", 0.1),
        ("B-AB 1234", "plate.de/1", 0.1),
        ("TÜ XY 123E", "plate.de/1", 0.1),
    ],
)
def test_eager_detector_tells_forms_without_a_word(text: str, rule: str, score: float) -> None:
    (found,) = look(EAGER, f"It is {text}, no more.")

    assert (found.text, found.evidence.rule, found.score) == (text, rule, score)
    assert found.evidence.context is None
    assert look(documents.DETECTOR, f"It is {text}, no more.") == []


@pytest.mark.parametrize(
    "text",
    [
        "123456789",
        "1234567",
        "12345678901",
        "L01X00T47",
        "M1234A567",
        "M123AB567",
        "U2H00B000C",
        "MORGA613854SM9IJ",
        "DL-1418110012345",
        "I123 BCD",
        "ABC 123Z",
        "1234 ABC",
        "AB-1234CD",
        "SS-123-AB",
        "97 AB 123",
        "b ab 1234",
        "B-AB-0123",
        "XB-AB-1234-5",
        "my 12 old cars",
        "xC01X00T41",
    ],
)
def test_eager_detector_passes_over_other_forms(text: str) -> None:
    assert rules(EAGER, f"It is {text}, no more.") == []


@pytest.mark.parametrize("example", EAGER.examples, ids=lambda example: ascii(example.content))
def test_eager_examples_hold(example: Example) -> None:
    hits_there = PiiScreener(detectors=[EAGER]).screen(pa.array([example.content], pa.large_string()))

    assert example.expected == tuple(
        (hit["kind"], hit["start"], hit["end"]) for hit in hits_there.to_pylist()
    )


def test_eager_detector_prefers_what_a_word_names() -> None:
    found = look(EAGER, "Reisepass: C01X00T47, or C01X00T41")

    assert [(one.evidence.rule, one.score) for one in found] == [
        ("passport.called/2", 0.7),
        ("passport.de/1", 0.1),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern", ["B-AB 1234 ", "A B 1 ", "A1", "12AB", "C01X00T41 ", "AAAA-", "123456780 "]
)
def test_eager_detector_takes_linear_time(pattern: str) -> None:
    once, twice = (stretch_of(pattern * (size // len(pattern))) for size in (1 << 18, 1 << 19))

    gc.disable()  # its runs grow with all that the other tests have left behind
    try:
        times = [(_seconds(once), _seconds(twice)) for _ in range(5)]
    finally:
        gc.enable()

    assert min(double for _, double in times) <= 2.3 * min(single for single, _ in times) + 0.02


def _seconds(stretch: Stretch) -> float:
    begin = time.process_time()
    EAGER.find(stretch)
    return time.process_time() - begin


def test_card_and_ssn_name_their_rules() -> None:
    screener = PiiScreener(detectors=[card.DETECTOR, ssn.DETECTOR])

    assert hits("4242 4242 4242 4242", screener) == [("card.test/1", "4242 4242 4242 4242", None)]
    assert hits("4539 1488 0343 6467", screener) == [("card.grouped/1", "4539 1488 0343 6467", None)]
    assert hits("Visa 4539148803436467", screener) == [("card.called/1", "4539148803436467", "en:visa@-1")]
    assert hits("paid by 4539148803436467", screener) == [("card.bare/1", "4539148803436467", None)]
    assert hits("078-05-1123", screener) == [("ssn.grouped/1", "078-05-1123", None)]
    assert hits("S.S.N. 078051123", screener) == [("ssn.called/1", "078051123", "en:s s n@-2")]
