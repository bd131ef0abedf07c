"""Passports, driving licences and vehicle plates: forms so common that only the word before them makes them one."""

from __future__ import annotations

import re
import shlex
import string
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import DIGIT, NON_ASCII_BYTES, WORD, members
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.document_forms import FORM_SCORE, LICENCE, PASSPORT, PLATE, by_template, score
from hayward.screeners.pii.forms import LONGEST_PREFIX, Forms
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

SCORE = 0.7
REACH = context.REACH
FEWEST_CHARACTERS = 5

# Between the word and the number stand a few words at most, and no other number.
_LINK_WORDS = """
no nr num number numbers id is was and the my nummer lautet ist numéro numero número n nº es est è é numer numarası
numarasi plate plaka номер серия رقم नंबर संख्या 号 号码 番号 は 是 번호는 번호 는 은 us uk reads holder card registration
licence license
"""
LINK_WORDS = frozenset(_LINK_WORDS.split())
_LINK = re.compile(
    rf"(?:[\s:#=\-'\".,()]|\b(?:{'|'.join(sorted(LINK_WORDS))})\b|[№º°：#は是号码番번호는은])*", re.IGNORECASE
)
_ACROSS = re.compile(r"\d|[!?;]\s|\.\s+[^\W\d_]{2}|\n\s*\n")


@dataclass(frozen=True)
class Document:
    """One kind: its words by language, and the forms of its numbers."""

    kind: str
    rule: str
    words: dict[str, str]
    shape: re.Pattern[bytes]


PASSPORT_WORDS = {
    "en": "passport passports 'passport number' 'passport no'",
    "de": "reisepass pass passnummer reisepassnummer passnr",
    "fr": "passeport",
    "es": "pasaporte",
    "it": "passaporto",
    "pt": "passaporte",
    "nl": "paspoort paspoortnummer",
    "pl": "paszport paszportu",
    "tr": "pasaport",
    "ru": "паспорт паспорта загранпаспорт",
    "ar": "جواز 'جواز السفر' 'جواز سفر'",
    "hi": "पासपोर्ट",
    "zh": "护照 護照",
    "ja": "パスポート 旅券",
    "ko": "여권",
}
LICENCE_WORDS = {
    "en": "'driver licence' 'driver license' 'drivers license' 'drivers licence' 'driver s license' 'driver s licence' "
    "'driving licence' 'driving license' 'dl number' 'dl no'",
    "de": "führerschein führerscheinnummer fahrerlaubnis führerscheinnr",
    "fr": "'permis de conduire' permis",
    "es": "'permiso de conducir' 'carnet de conducir' 'licencia de conducir' 'licencia de manejo'",
    "it": "patente 'patente di guida'",
    "pt": "'carta de condução' cnh 'carteira de habilitação' 'carteira de motorista'",
    "nl": "rijbewijs rijbewijsnummer",
    "pl": "'prawo jazdy' 'prawa jazdy'",
    "tr": "ehliyet ehliyeti sürücü 'sürücü belgesi'",
    "ru": "'водительское удостоверение' 'водительского удостоверения'",
    "ar": "'رخصة القيادة' 'رخصة قيادة'",
    "hi": "'ड्राइविंग लाइसेंस'",
    "zh": "驾驶证 驾照 駕照",
    "ja": "運転免許証 運転免許 免許証番号",
}
PLATE_WORDS = {
    "en": "'license plate' 'licence plate' 'number plate' 'vehicle registration' 'car registration' "
    "'registration plate' 'plate number' plate 'plate no' 'reg no' vrm 'vehicle number' 'registration number'",
    "de": "kennzeichen autokennzeichen nummernschild kfz 'amtliches kennzeichen'",
    "fr": "immatriculation plaque 'plaque d immatriculation' immatriculée immatriculé",
    "es": "matrícula matricula placa patente 'placa vehicular'",
    "it": "targa targata targato",
    "pt": "matrícula placa emplacamento",
    "nl": "kenteken kentekenplaat nummerplaat",
    "pl": "'tablica rejestracyjna' 'numer rejestracyjny' 'numerze rejestracyjnym' rejestracyjny",
    "tr": "plaka plakalı plakası",
    "ru": "госномер 'гос номер' 'номер машины' 'номерной знак' автомобиль",
    "ar": "لوحة 'رقم اللوحة' 'لوحة السيارة'",
    "hi": "'नंबर प्लेट' 'वाहन संख्या' 'गाड़ी नंबर'",
    "zh": "车牌 車牌 车牌号",
    "ja": "ナンバープレート 車両番号 ナンバー",
}

# ICAO 9303 numbers have up to nine characters; the countries' own as in document_forms, and more loosely.
_PASSPORT = re.compile(
    rb"(?:[A-Z]{0,3} ?\d{6,9}[A-Z]?|\d{2}[A-Z]{2}\d{5}|[A-Z]{3}\d{6}[A-Z]?|[A-Z]\d{3}[A-Z]\d{4}|\d{2} \d{2} \d{6}"
    rb"|\d{4} \d{6}|[A-Z]\d{6}[A-Z]{2}|[A-NP-Z]{2}[A-NP-Z0-9]{6}\d"
    rb"|[CFGHJK](?=[A-Z0-9]{0,7}\d)[CFGHJKLMNPRTVWXYZ0-9]{8}\d?)(?![\w-]|\.\d)"
)
# AAMVA's list of the states' forms, the United Kingdom's (DVLA INF1), the European Union's.
_LICENCE = re.compile(
    rb"(?:[A-Z9]{5}\d[0156]\d[0-3]\d\d[A-Z9]{2}\d[A-Z]{2}|[A-Z]{1,3}[- ]?\d{2,4}(?:[- ]\d{2,6}){1,4}"
    rb"|[A-Z]{0,3}\d{5,17}[A-Z]{0,2}|\d{2,4}(?:[- ]\d{2,6}){1,4}|[A-Z]\d{2}[A-Z0-9]{6}\d[A-Z0-9]|[A-Z]{2}\d{7}[A-Z]"
    rb"|[A-Z]{2}\d{2}[ -]?\d{11}|\d{2} [A-Z0-9]{2} \d{6}|U1[A-Z0-9]{7}[A-Z]"
    rb"|\d{3}[A-Z]{2}\d{4}|\d{2}[A-Z]{3}\d{5}|[A-Z]{5}-?\d{9})(?![\w-]|\.\d)"
)
_PLATE = re.compile(
    rb"(?:\d{2} ?BH ?\d{4} ?[A-Z]{1,2}|[A-Z]{3} ?\d{5}"
    rb"|[A-Z]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?|(?:\xc3[\x84\x96\x9c]|[A-Z]){1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?"
    rb"|[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}|\d{4}[- ]?[A-Z]{3}|\d{2}-[A-Z]{2}-\d{2}"
    rb"|[A-Z]{1,3}[- ]?\d{1,4}[- ]?[A-Z]{0,3}|\d{1,2} ?[A-Z]{1,3} ?\d{2,4}"
    rb"|[A-Z]{2}[- ]?\d{1,2}[- ]?[A-Z]{1,3}[- ]?\d{4}"
    rb"|[A-Z]{3}-?\d[A-Z]\d{2}|\d{1,3}[- ]?[A-Z]{2,3}[- ]?\d{0,3}|[A-Z]{3}[- ]?\d{3}[A-Z]{2}|[A-Z]{2} ?[A-Z0-9]{5}"
    rb"|(?:\xd0[\x90-\xaf])\d{3}(?:\xd0[\x90-\xaf]){2} ?\d{2,3}"
    rb"|(?:[\xe4-\xe9][\x80-\xbf]{2})[A-Z]\xc2?\xb7?[A-Z0-9]{5,6})"
    rb"(?![\w-]|\.\d)"
)
DOCUMENTS = (
    Document(PASSPORT, "passport.called/2", PASSPORT_WORDS, _PASSPORT),
    Document(LICENCE, "licence.called/2", LICENCE_WORDS, _LICENCE),
    Document(PLATE, "plate.called/2", PLATE_WORDS, _PLATE),
)
WORDS = Words(
    **{
        language: " ".join(document.words.get(language, "") for document in DOCUMENTS)
        for language in dict.fromkeys(language for document in DOCUMENTS for language in document.words)
    }
)
NAMED = {
    f"{language}:{phrase}": document
    for document in DOCUMENTS
    for language, listed in document.words.items()
    for phrase in shlex.split(listed)
}
_CAPITAL = members(string.ascii_uppercase.encode())
_UPPER = _CAPITAL | members(NON_ASCII_BYTES)
_LOWER = members(string.ascii_lowercase.encode())
_BLANK = members(b" -")
# What may stand before the first digit: the number's own letters, or the link.
_LEADS = _UPPER | members(b" \t\n\r\v\f:#=-'\".,()")
# No other number may stand between, and no word is shorter than three letters.
NARROWEST_GAP = 4
LONGEST_RUN = 18
# Letters of ASCII in any case as 1 to 26, what is outside ASCII as 31, all else as nought.
_LETTERS = np.zeros(256, np.int64)
_LETTERS[list(string.ascii_letters.encode())] = [*range(1, 27)] * 2
_LETTERS[list(NON_ASCII_BYTES)] = _FOREIGN = 31


def _endings() -> NDArray[np.bool_]:
    """By three letters, whether a word may end so that stands before a number; what is not of ASCII may."""
    table = np.zeros((32, 32, 32), bool)
    table[_FOREIGN] = table[:, _FOREIGN] = table[:, :, _FOREIGN] = True
    for word in {*LINK_WORDS, *(name.split()[-1].rpartition(":")[2] for name in NAMED)}:
        *_, third, second, last = _LETTERS[list(b"  " + word.encode())]
        table[third if second else slice(None), second, last] = True
    return table


_ENDINGS = _endings()


_BY_TEMPLATE = by_template()
_FORMS = Forms(template for template in _BY_TEMPLATE if template.index(b"9") <= LONGEST_PREFIX)
_KINDS = tuple((_BY_TEMPLATE[template], score(template)) for template in _FORMS.templates)
# What only counts up is no number of anything.
_COUNTING = frozenset({b"123456789", b"012345678", b"987654321"})
_JOINTS = b" -"
# Germany's plates: the letters of the town, one or two more, and up to four digits.
_GERMAN = re.compile(rb"(?<![0-9A-Za-z_\x80-\xff-])(?:[A-Z]|\xc3[\x84\x96\x9c]){1,3}[ -][A-Z]{1,2}[ -]?\Z")
_GERMAN_END = re.compile(rb"[EH]?(?![\w\x80-\xff-])")
LONGEST_GERMAN_PREFIX, LONGEST_GERMAN_NUMBER = 10, 4


def detector(*, eager: bool = False) -> Detector:
    """The detector; an eager one also tells what is written as in a known country where no word says what it is."""
    kinds = (PASSPORT, LICENCE, PLATE)
    return Detector(kinds, find_eagerly, EAGER_EXAMPLES) if eager else Detector(kinds, find, EXAMPLES)


def find(stretch: Stretch) -> Spans:
    """Numbers of documents and vehicles in `stretch`, each behind the word that says what it is."""
    if not len(stretch.digits):
        return NOTHING
    return Spans.of(_read(stretch))


def find_eagerly(stretch: Stretch) -> Spans:
    """As `find`, and all else that is written like one, with low scores."""
    called = find(stretch)
    bare = Spans.of([*_written(stretch), *_german(stretch)])
    return called.merged(bare.outside(called))


def _written(stretch: Stretch) -> Iterator[Row]:
    written, text = _FORMS.among(stretch), stretch.text
    for start, end, form, _ in zip(*(column.tolist() for column in written), strict=True):
        spelled = text[start:end]
        if (b" " in spelled and not spelled.isupper()) or spelled in _COUNTING:
            continue
        plain = spelled.translate(None, _JOINTS).upper()
        kinds, likely = _KINDS[form]
        kind = next((one for one in kinds if one.shape.fullmatch(plain)), None)
        if kind is not None:
            yield start, end, likely, Evidence(kind.kind, kind.rule)


def _german(stretch: Stretch) -> Iterator[Row]:
    text, runs, codes = stretch.text, stretch.digits, stretch.codes
    starts, ends = runs.starts, runs.ends
    before, earlier, third = codes[starts - 1], codes[starts - 2], codes[starts - 3]
    likely = np.flatnonzero(
        (runs.lengths <= LONGEST_GERMAN_NUMBER)
        & ((_BLANK[before] & _CAPITAL[earlier]) | (_CAPITAL[before] & (_BLANK[earlier] | _BLANK[third])))
    )
    for first, last in zip(starts[likely].tolist(), ends[likely].tolist(), strict=True):
        match = (
            _GERMAN.search(text, first - LONGEST_GERMAN_PREFIX, first) if text[first] != ord("0") else None
        )
        tail = _GERMAN_END.match(text, last) if match else None
        if match and tail and _characters(text[match.start() : tail.end()]) >= FEWEST_CHARACTERS:
            yield match.start(), tail.end(), FORM_SCORE, Evidence(PLATE, "plate.de/1")


def _characters(written: bytes) -> int:
    return sum(WORD[byte] or byte >= 0x80 for byte in written)


def _read(stretch: Stretch) -> Iterator[Row]:
    text, consumed = stretch.text, 0
    starts = _likely(stretch)
    for first in starts[WORDS.may_be_near(stretch, starts, starts, before=REACH)].tolist():
        if first < consumed:
            continue
        row = _at(text, first)
        if row is not None:
            consumed = row[1]
            yield row


def _likely(stretch: Stretch) -> Positions:
    """Where runs of digits begin that are five long, or stand beside a capital letter or another run."""
    runs, codes = stretch.digits, stretch.codes
    gaps = runs.starts - np.append(0, runs.ends[:-1])
    likely = np.flatnonzero((gaps >= NARROWEST_GAP) & (runs.lengths <= LONGEST_RUN))
    likely = likely[_LEADS[codes[runs.starts[likely] - 1]]]
    starts, ends = runs.starts[likely], runs.ends[likely]
    before, earlier = codes[starts - 1], codes[starts - 2]
    after, beyond = codes[ends], codes[ends + 1]
    lettered = _UPPER[before] | (_BLANK[before] & _UPPER[earlier]) | _UPPER[after]
    lettered |= _BLANK[after] & (DIGIT[beyond] | (_UPPER[beyond] & ~_LOWER[codes[ends + 2]]))
    glued = _CAPITAL[before] & WORD[earlier] & ~_CAPITAL[earlier]
    starts = starts[((runs.lengths[likely] >= 5) | lettered) & ~glued]
    return starts[~_after_another_word(codes, starts)]


def _after_another_word(codes: NDArray[np.uint8], starts: Positions) -> NDArray[np.bool_]:
    """Whether a word that is none of ours ends one byte before; up to three capitals may be the number's own."""
    last, second, third, fourth = (codes[starts - back] for back in (2, 3, 4, 5))
    is_word = _LOWER[last] | (_CAPITAL[last] & _CAPITAL[second] & _CAPITAL[third] & _CAPITAL[fourth])
    is_word &= ~_CAPITAL[codes[starts - 1]]
    follows: NDArray[np.bool_] = is_word & ~_ENDINGS[_LETTERS[third], _LETTERS[second], _LETTERS[last]]
    return follows


def _at(text: bytes, first: int) -> Row | None:
    """The number with its first digit at `first`, if a word that names it stands before."""
    word = WORDS.before(text, first, reach=REACH)
    if word is None:
        return None
    name, _, place = word.rpartition("@")
    document, distance = NAMED[name], -int(place)
    between = (
        text[max(0, first - 4 * (distance + 1)) : first].decode(errors="ignore")[-distance:]
        if distance
        else ""
    )
    if _ACROSS.search(between):
        return None
    link = _LINK.match(between)
    prefix = between[link.end() if link else 0 :]
    start = first - len(prefix.encode())
    match = document.shape.match(text, start)
    if match is None or match.end() <= first or not _is_free(text, start):
        return None
    if _characters(match.group()) < FEWEST_CHARACTERS:
        return None
    spoken = f"{name}@{len(prefix) - distance}"
    return start, match.end(), SCORE, Evidence(document.kind, document.rule, None, spoken)


def _is_free(text: bytes, start: int) -> bool:
    return not WORD[text[start - 1]] or text[start] >= 0x80


EXAMPLES = (
    Example("passport no. X12345678, issued", ((PASSPORT, 13, 22),)),
    Example("Reisepass: C01X00T47", ((PASSPORT, 11, 20),)),
    Example("паспорт 45 08 123456", ((PASSPORT, 8, 20),)),
    Example("护照号码：E12345678", ((PASSPORT, 5, 14),)),
    Example("my driver's license number is F162823540116.", ((LICENCE, 30, 43),)),
    Example("driving licence MORGA657054SM9IJ", ((LICENCE, 16, 32),)),
    Example("permis de conduire 123456789012", ((LICENCE, 19, 31),)),
    Example("license plate AB12 CDE", ((PLATE, 14, 22),)),
    Example("Kennzeichen: B-AB 1234, targa AB 123 CD", ((PLATE, 13, 22), (PLATE, 30, 39))),
    Example("车牌京A12345", ((PLATE, 2, 9),)),
    Example("INTRODUCTORY GUIDE D3 H1, public X12345678, compass 12345678"),
    Example(
        "passport control, 12345678 people in 2019; a plate of 12 ABC, plate A1, license number 12345678"
    ),
)

EAGER_EXAMPLES = (
    Example("X12345678, C01X00T41; 12AB34567", ((PASSPORT, 0, 9), (PASSPORT, 11, 20), (PASSPORT, 22, 31))),
    Example("MORGA657054SM9IJ and F162-823-54-011-6", ((LICENCE, 0, 16), (LICENCE, 21, 38))),
    Example("AB12 CDE, B-AB 1234, 1234 BCD", ((PLATE, 0, 8), (PLATE, 10, 19), (PLATE, 21, 29))),
    Example("passport C01X00T47", ((PASSPORT, 9, 18),)),
    Example("123456789, 1234567, ISO 9001, in 2019, AB1 and aX12345678bc, WO-AB-1234-5"),
)

DETECTOR = detector()
