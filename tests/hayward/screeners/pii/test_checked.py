"""Person numbers: those of stdnum's own documentation are found by their words, and hardly any by chance."""

import importlib
import random
import re
import string
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from hayward.screeners.pii import checked
from hayward.screeners.pii.checked import NUMBERS
from hayward.screeners.pii.forms import SIGNATURE
from hayward.screeners.pii.id_checks import has_icao_digit, is_dni, is_nie, is_pesel
from hayward.screeners.pii.screener import PiiScreener
from hayward.screeners.pii.written import WrittenNumber

SCREENER = PiiScreener(detectors=[checked.DETECTOR])
EAGER_SCREENER = PiiScreener(detectors=[checked.detector(eager=True)])
MODULES = {"jp.in": "jp.in_", "is.kennitala": "is_.kennitala"} | {
    f"in.{name}": f"in_.{name}" for name in ("aadhaar", "vid", "pan", "epic")
}
DOCUMENTED = re.compile(r"validate\('([^']+)'\)\n\s*'")


def hits(*texts: str, eager: bool = False) -> list[dict[str, Any]]:
    screener = EAGER_SCREENER if eager else SCREENER
    found: list[dict[str, Any]] = screener.screen(pa.array(texts, pa.large_string())).to_pylist()
    return found


def documented(kind: WrittenNumber) -> list[str]:
    """Numbers that the module's documentation shows as valid, without a country's letters before them."""
    name = (kind.validator or kind.rule.partition(".")[2][:-2].replace("-", ".", 1)).removeprefix("stdnum ")
    try:
        text = importlib.import_module(f"stdnum.{MODULES.get(name, name)}").__doc__ or ""
    except ModuleNotFoundError:
        return []
    return [re.sub(r"^[A-Z]{2} ", "", number) for number in DOCUMENTED.findall(text)]


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.rule)
def test_kind_has_forms_and_words_and_stands_alone_only_where_checked(kind: WrittenNumber) -> None:
    assert kind.words != {}
    assert set(kind.alone + kind.weak + kind.called) <= set("9AX_ .-+/")
    assert kind.validator is not None or not kind.alone + kind.weak
    assert kind.validator is None or not kind.is_valid("999")


def test_rules_are_unique() -> None:
    rules = [kind.rule for kind in NUMBERS]

    assert len(rules) == len(set(rules))


@pytest.mark.parametrize(
    ("text", "number", "rule", "word"),
    [
        ("DNI 12345678Z", "12345678Z", "national-id.es-dni/1", "es:dni@-1"),
        ("NIE: X-2482300-W", "X-2482300-W", "national-id.es-nie/1", "es:nie@-2"),
        (
            "codice fiscale RCCMNL83S18D969H",
            "RCCMNL83S18D969H",
            "national-id.it-codicefiscale/1",
            "it:codice fiscale@-1",
        ),
        ("36 574 261 809 ist meine Steuer-ID", "36 574 261 809", "national-id.de-idnr/1", "de:steuer id@11"),
        ("PESEL: 44051401359", "44051401359", "national-id.pl-pesel/1", "pl:pesel@-2"),
        ("personnummer 880320-0016", "880320-0016", "national-id.se-personnummer/1", "sv:personnummer@-1"),
        ("hetu 010594Y9032", "010594Y9032", "national-id.fi-hetu/1", "fi:hetu@-1"),
        ("NRIC S1234567D", "S1234567D", "national-id.sg-nric/1", "en:nric@-1"),
        ("СНИЛС 112-233-445 95", "112-233-445 95", "national-id.ru-snils/1", "ru:снилс@-1"),
        ("Versichertennummer A123456780", "A123456780", "national-id.de-kvnr/1", "de:versichertennummer@-1"),
        ("RVNR 15070649C103", "15070649C103", "national-id.de-rvnr/1", "de:rvnr@-1"),
        ("HETU 131052-308T", "131052-308T", "national-id.fi-hetu/1", "fi:hetu@-1"),
        ("T.C. Kimlik No: 17291716060", "17291716060", "national-id.tr-tckimlik/1", "tr:kimlik no@-2"),
        ("CPF nº 390.533.447-05", "390.533.447-05", "national-id.br-cpf/1", "pt:cpf@-4"),
        ("BSN 111222333", "111222333", "national-id.nl-bsn/1", "nl:bsn@-1"),
        ("ИНН 123456789047", "123456789047", "national-id.ru-inn/1", "ru:инн@-1"),
        ("身份证：360426199101010071", "360426199101010071", "national-id.cn-ric/1", "zh:身份证@-1"),
        ("マイナンバー 6214 9832 0257", "6214 9832 0257", "national-id.jp-in/1", "ja:マイナンバー@-1"),
        ("주민등록번호 971013-9019902", "971013-9019902", "national-id.kr-rrn/1", "ko:주민등록번호@-1"),
        ("AHV-Nr. 756.9217.0769.85", "756.9217.0769.85", "national-id.ch-ssn/1", "de:ahv nr@-2"),
        ("PPSN 1234567FA", "1234567FA", "national-id.ie-pps/1", "en:ppsn@-1"),
        ("rodné číslo 710319/2745", "710319/2745", "national-id.cz-rc/1", "cs:rodné číslo@-1"),
        ("CURP BOXW310820HNERXN09", "BOXW310820HNERXN09", "national-id.mx-curp/1", "es:curp@-1"),
    ],
)
def test_number_is_found_by_its_word(text: str, number: str, rule: str, word: str) -> None:
    (hit,) = hits(text)

    assert (text[hit["start"] : hit["end"]], hit["rule"], hit["context"]) == (number, rule, word)
    (kind,) = (kind for kind in NUMBERS if kind.rule == rule)
    assert hit["validator"] == kind.validator
    assert hit["score"] >= 0.8


def test_number_of_form_only_needs_its_word_and_scores_less() -> None:
    (hit,) = hits("NIK 3171011708450001")

    assert (hit["rule"], hit["validator"], round(hit["score"], 2)) == ("national-id.id-nik/1", None, 0.6)
    assert hits("3171011708450001", "NI BG 12 34 56 C") == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("AB 12 34 56 C", "gb-nino"),
        ("AB123456C", "gb-nino"),
        ("ABCPK1234F", "in-pan"),
        ("912-70-1234", "us-itin"),
        ("2341 2341 2346", "in-aadhaar"),
        ("2123 45670 1", "au-medicare"),
        ("123-456-782", "ca-sin"),
        ("17291716060", "tr-tckimlik"),
        ("36574261809", "de-idnr"),
        ("9710139019902", "kr-rrn"),
        ("911124-5678901", "kr-frn"),
        ("9001011239", "se-personnummer"),
        ("943 104 5877", "gb-nhs-grouped"),
    ],
)
def test_weak_form_is_found_without_its_word_with_a_low_score(text: str, rule: str) -> None:
    (hit,) = hits(text)

    assert (hit["rule"], hit["context"], round(hit["score"], 2)) == (f"national-id.{rule}/1", None, 0.35)
    assert hits(f"tel. {text}", f"order {text}", f"x{text}", f"{text} 12") == []


@pytest.mark.parametrize(
    "text", ["national ID 12345678Z", "My ID number: 44051401359", "National-ID 12345678Z"]
)
def test_word_for_a_person_s_number_is_no_reference_to_a_thing(text: str) -> None:
    (hit,) = hits(text)

    assert round(hit["score"], 2) == 0.85


@pytest.mark.parametrize("text", ["order ID 12345678Z", "order ID number 44051401359", "page id 12345678Z"])
def test_number_of_a_thing_is_no_person_s(text: str) -> None:
    assert hits(text) == []


def test_dni_without_its_first_nought_is_found_by_its_word() -> None:
    (hit,) = hits("DNI 1111111-G")

    assert (hit["rule"], hit["validator"]) == ("national-id.es-dni-short/1", "stdnum es.dni")
    assert hits("1111111G", "DNI 1111111H", "DNI 01111111") == []


@pytest.mark.parametrize(
    ("text", "number", "rule", "score"),
    [
        ("Personalausweis: L01X00T47", "L01X00T47", "de-card", 0.6),
        ("ID card T22000129", "T22000129", "de-card", 0.6),
        ("LZ6311T47 (Ausweisnr.)", "LZ6311T47", "de-card", 0.6),
        ("Ausweisnummer L01X00T471", "L01X00T471", "de-card-checked", 0.85),
        ("ausweisnummer t220001293", "t220001293", "de-card-checked", 0.85),
    ],
)
def test_german_identity_card_is_found_by_its_word(text: str, number: str, rule: str, score: float) -> None:
    (hit,) = hits(text)

    assert text[hit["start"] : hit["end"]] == number
    assert (hit["rule"], round(hit["score"], 2)) == (f"national-id.{rule}/1", score)


def test_german_identity_card_without_its_word_is_told_by_its_check_digit_to_the_eager_only() -> None:
    texts = ("L01X00T471", "T220001293", "L01X00T472", "L01X00T47")

    assert hits(*texts) == []
    assert [hit["rule"] for hit in hits(*texts, eager=True)] == ["national-id.de-card-checked/1"] * 2


@pytest.mark.parametrize("number", ["L01X00T472", "A01X00T47", "L01X00O47", "L01X00T4", "LPZRTVWXY"])
def test_what_cannot_be_a_german_identity_card_is_none(number: str) -> None:
    assert hits(f"Personalausweis {number}", eager=True) == []


def test_icao_digit_is_that_of_the_standard_s_examples() -> None:
    examples = ("5207273", "L898902C36", "D231458907", "7408122")

    assert [has_icao_digit(number) for number in examples] == [True] * 4
    assert not has_icao_digit("L898902C37")


@pytest.mark.parametrize("number", ["12.345.678-Z", "12.345.678Z"])
def test_dni_with_full_stops_is_found_by_its_word(number: str) -> None:
    (hit,) = hits(f"DNI: {number}")

    assert (hit["rule"], hit["end"]) == ("national-id.es-dni/1", 5 + len(number))
    assert hits(number, "DNI: 12.345.678-A") == []


def test_eager_examples_hold() -> None:
    for example in checked.EAGER_EXAMPLES:
        spans = [(hit["kind"], hit["start"], hit["end"]) for hit in hits(str(example.content), eager=True)]

        assert spans == list(example.expected)


@pytest.mark.parametrize(
    ("text", "number", "rule"),
    [
        ("17291716060", "17291716060", "tr-tckimlik"),
        ("order 111222333", "111222333", "nl-bsn"),
        ("221 395 1837", "221 395 1837", "gb-nhs"),
        ("435 418 165", "435 418 165", "ca-sin"),
        ("z8078221m 12", "z8078221m", "es-nie"),
        ("12345678Z 44", "12345678Z", "es-dni"),
    ],
)
def test_eager_detector_tells_what_passes_a_check_without_a_word(text: str, number: str, rule: str) -> None:
    (hit,) = hits(text, eager=True)

    assert (text[hit["start"] : hit["end"]], hit["rule"], hit["context"]) == (
        number,
        f"national-id.{rule}/1",
        None,
    )
    (kind,) = (kind for kind in NUMBERS if kind.rule == hit["rule"])
    assert (hit["kind"], hit["validator"]) == (kind.kind, kind.validator)


def test_eager_detector_scores_lowest_what_the_other_leaves_out() -> None:
    texts = ("dni 12345678Z", "12345678Z", "111222333", "DNI 12345678A", "NIK 3171011708450001")

    assert [round(hit["score"], 2) for hit in hits(*texts, eager=True)] == [0.95, 0.6, 0.1, 0.6]
    assert [round(hit["score"], 2) for hit in hits(*texts)] == [0.95, 0.6, 0.6]


@pytest.mark.parametrize(
    "text", ["135792468", "3171011708450001", "20-00-00", "123456789", "0.111222333", "111222333x"]
)
def test_eager_detector_tells_no_number_without_a_check_or_in_another(text: str) -> None:
    assert hits(text, eager=True) == []


def test_medicare_beneficiary_is_found_by_its_form() -> None:
    (hit,) = hits("1EG4-TE5-MK72")

    assert (hit["rule"], round(hit["score"], 2)) == ("national-id.us-mbi/1", 0.6)
    assert hits("SEG4-TE5-MK72", "1EG4-TE5-MKA2", "1SG4-TE5-MK72") == []


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.rule)
def test_documented_numbers_are_found_by_any_of_their_words(kind: WrittenNumber) -> None:
    forms = {form for form, _ in kind.forms()}
    written = [
        number
        for number in documented(kind)
        if is_one(kind, number) and number.upper().encode().translate(SIGNATURE) in forms
    ]

    for number in written:
        for listed in kind.words.values():
            text = f"{first_listed(listed)}: {number}"
            assert [hit["rule"] for hit in hits(text)] != [], text


def is_one(kind: WrittenNumber, number: str) -> bool:
    spelled = "".join(character for character in number.upper() if character.isalnum())
    return kind.fits(spelled) and kind.is_valid(number)


@pytest.mark.parametrize("kind", [kind for kind in NUMBERS if kind.sieve], ids=lambda kind: kind.rule)
def test_sieve_keeps_every_valid_number_and_few_others(kind: WrittenNumber) -> None:
    chance = random.Random(9)  # noqa: S311 - reproducible on purpose
    numbers = [f"{chance.randrange(10**11):011d}" for _ in range(20_000)]
    valid = [number for number in numbers if kind.is_valid(number)]

    assert kind.sieve is not None
    assert all(map(kind.sieve, valid))
    assert len(valid) >= 10
    assert sum(map(kind.sieve, numbers)) < len(numbers) / 5


@pytest.mark.parametrize(
    ("own", "stdnum", "written"),
    [
        (is_pesel, "pl.pesel", "99999999999"),
        (is_dni, "es.dni", "99999999A"),
        (is_dni, "es.dni", "99.999.999-A"),
        (is_nie, "es.nie", "X9999999A"),
        (is_nie, "es.nie", "X-9999999-A"),
    ],
)
def test_quick_check_agrees_with_stdnum(own: Callable[[str], bool], stdnum: str, written: str) -> None:
    chance = random.Random(3)  # noqa: S311 - reproducible on purpose
    of_stdnum = importlib.import_module(f"stdnum.{stdnum}").is_valid
    drawn = {"9": string.digits, "A": string.ascii_uppercase, "X": "XYZ"}
    numbers = ["".join(chance.choice(drawn.get(sign, sign)) for sign in written) for _ in range(20_000)]

    assert [own(number) for number in numbers] == [of_stdnum(number.replace(".", "")) for number in numbers]
    assert sum(map(own, numbers)) >= 10


def first_listed(listed: str) -> str:
    return listed.split("'")[1] if listed.startswith("'") else listed.partition(" ")[0]


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5870", "123-456-783", "111222333", "17291716061", "234123412346", "501964843", "36574261808",
        "1234567890", "0b1b2c3d4e5f60718293a4b5c6d7e8f9", "ISBN 978-0-306-40615-7", "2019-03-04 12:30:45",
        "commit 12345678a", "1700000000000", "850730.033", "DNI 12345678A",
    ],
)  # fmt: skip
def test_weak_number_without_its_word_is_none(text: str) -> None:
    assert hits(text) == []


def test_numbers_by_chance_are_seldom_taken_without_a_word() -> None:
    chance = random.Random(5)  # noqa: S311 - reproducible on purpose
    numbers = [
        str(chance.randrange(10 ** (size - 1), 10**size)) for size in range(7, 17) for _ in range(2_000)
    ]

    assert len(hits(*numbers)) <= 0.005 * len(numbers)


@pytest.mark.parametrize(
    ("text", "account", "rule", "word"),
    [
        ("Routing number: 111000025", "111000025", "bank-account.us-rtn/1", "en:routing number@-2"),
        ("cuenta 12341234161234567890", "12341234161234567890", "bank-account.es-ccc/1", "es:cuenta@-1"),
        (
            "účet 34278-0727558021/0100",
            "34278-0727558021/0100",
            "bank-account.cz-bankaccount/1",
            "cs:účet@-1",
        ),
        ("kontonummer 8601 11 17947", "8601 11 17947", "bank-account.no-kontonr/1", "no:kontonummer@-1"),
        ("CLABE 032180000118359719", "032180000118359719", "bank-account.mx-clabe/1", "es:clabe@-1"),
        (
            "61 1090 1014 0000 0712 1981 2874",
            "61 1090 1014 0000 0712 1981 2874",
            "bank-account.pl-nrb/1",
            None,
        ),
        ("rekening 417164300", "417164300", "bank-account.nl-elfproef/1", "nl:rekening@-1"),
        ("rekening 539-0075470-34", "539-0075470-34", "bank-account.be-old/1", "nl:rekening@-1"),
        (
            "RIB 20041 01005 05000135000 91",
            "20041 01005 05000135000 91",
            "bank-account.fr-rib/1",
            "fr:rib@-1",
        ),
        ("sort code 20-00-00", "20-00-00", "bank-account.gb-sort-code/1", "en:sort code@-1"),
    ],
)
def test_bank_account_is_found_by_its_word_or_form(
    text: str, account: str, rule: str, word: str | None
) -> None:
    (hit,) = hits(text)

    assert (text[hit["start"] : hit["end"]], hit["rule"], hit["context"]) == (account, rule, word)


@pytest.mark.parametrize(
    "text",
    ["111000025", "routing number 111000024", "8601 11 17947", "417164300", "rekening 417164301", "20-00-00"],
)
def test_bank_account_with_a_wrong_check_or_without_its_word_is_none(text: str) -> None:
    assert [hit for hit in hits(text) if hit["kind"] == "bank_account"] == []


def test_places_are_code_points_in_texts_of_any_script() -> None:
    text = "\U0001f600 e\u0301 身份证号360426199101010071。"

    (hit,) = hits(text)

    assert text[hit["start"] : hit["end"]] == "360426199101010071"
