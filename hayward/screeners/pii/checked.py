"""National ids and bank accounts: numbers in a form that a table knows, which pass the check that it names."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.bank_accounts import BANK_ACCOUNTS
from hayward.screeners.pii.characters import ALPHANUMERIC, ASCII_WORDS, DIGIT, members
from hayward.screeners.pii.forms import Forms, Written
from hayward.screeners.pii.naming import Names
from hayward.screeners.pii.national_ids import NATIONAL_IDS
from hayward.screeners.pii.phone_words import announcing
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch
from hayward.screeners.pii.surroundings import in_link, is_reference
from hayward.screeners.pii.written import Standing, WrittenNumber

NUMBERS = (*NATIONAL_IDS, *BANK_ACCOUNTS)
# By the form: one that stands for itself, one of bare digits, one that needs its word; and by the word for it.
CERTAIN_SCORE = 0.95
NAMED_SCORE = 0.85
FORM_SCORE = 0.6
BARE_SCORE = 0.35
EAGER_SCORE = 0.1

# Words for any country's number: they speak for forms that stand alone.
ANY_WORDS = context.Words(
    en="'national id' 'id number' 'id no' 'id card' 'identity card' 'identity number' 'identification number' "
    "'personal number' 'personal id' 'social security' 'tax id' 'tax number' 'insurance number' citizen",
    de="ausweis personalausweis ausweisnummer personenkennzahl sozialversicherung steuernummer personalnummer",
    fr="'carte d identité' 'pièce d identité' 'sécurité sociale' identifiant 'numéro fiscal'",
    es="identidad identificación cédula 'seguridad social'",
    it="'carta d identità' documento 'codice fiscale'",
    pt="identidade identificação documento contribuinte",
    nl="identiteitskaart identiteitsnummer persoonsnummer",
    pl="dowód dowodu tożsamości",
    tr="kimlik nüfus vatandaşlık",
    ru="паспорт удостоверение снилс идентификационный",
    ar="هوية 'رقم وطني' 'رقم قومي'",
    hi="पहचान पहचानपत्र",
    zh="身份证 身份證 证件号",
    ja="身分証 識別番号",
    sv="personnummer legitimation",
)

FEWEST_DIFFERENT = 3
_NOT_ALPHANUMERIC = bytes(byte for byte in range(256) if byte not in ALPHANUMERIC)
_COUNTING = string.digits * 4
_SIGN = members(b"+#$=")
_BLANK = members(b" \t")

Kinds = tuple[tuple[WrittenNumber, Standing], ...]


def _by_form(numbers: Iterable[WrittenNumber]) -> dict[bytes, Kinds]:
    """The kinds that are written as each template; of templates that begin alike the longer come first."""
    kinds: dict[bytes, Kinds] = {}
    for number in numbers:
        for template, standing in number.forms():
            kinds[template] = (*kinds.get(template, ()), (number, standing))
    return {template: kinds[template] for template in sorted(kinds, key=_bareness)}


def _bareness(template: bytes) -> int:
    """How little stands behind the first digits: nothing, one character or more."""
    return -min(2, len(template.lstrip(b"A-_").lstrip(b"9")))


def _first_characters(numbers: Iterable[WrittenNumber]) -> NDArray[np.bool_]:
    """For each byte whether one of these numbers may begin with it, in small letters too."""
    found = "".join(map(_beginnings, numbers))
    return members((found + found.lower()).encode())


def _beginnings(number: WrittenNumber) -> str:
    """The digits and capitals that a number may begin with, as its shape says first."""
    shape = number.shape.pattern if number.shape else ""
    first = re.match(r"\w|\[[^\]]+\]", shape) if "|" not in shape else None
    return "".join(re.findall(first.group() if first else ".", string.digits + string.ascii_uppercase))


_BY_FORM = _by_form(NUMBERS)
_FORMS = Forms(_BY_FORM)
_KINDS = tuple(_BY_FORM.values())
_ALONE = tuple(tuple(kind for kind in kinds if kind[1]) for kinds in _KINDS)
_BEGINS = np.array([_first_characters(kind for kind, _ in kinds) for kinds in _KINDS])
_BEGINS_ALONE = np.array([_first_characters(kind for kind, _ in kinds) for kinds in _ALONE])
_NAMES = Names(NUMBERS, forms=([kind for kind, _ in kinds] for kinds in _KINDS))
WORDS, SPOKEN_FOR = _NAMES.words, _NAMES.spoken_for


class _Number(NamedTuple):
    """A number in a text: as it is written there, and its letters, in upper case, and digits only."""

    text: bytes
    start: int
    end: int
    written: str
    plain: str

    @classmethod
    def read(cls, text: bytes, start: int, end: int) -> _Number | None:
        """None where small letters stand beside capitals, or one digit only is repeated."""
        written = text[start:end]
        plain = written.translate(None, _NOT_ALPHANUMERIC)
        capital = plain.upper()
        if len(set(capital)) < 2 or (plain != capital and not plain.islower()):
            return None
        return cls(text, start, end, written.decode(), capital.decode())

    def is_one(self, kind: WrittenNumber) -> bool:
        """Whether this is a number of that kind."""
        return kind.fits(self.plain) and kind.is_valid(self.written)

    def row(self, kind: WrittenNumber, score: float, word: str | None) -> Row:
        return self.start, self.end, score, Evidence(kind.kind, kind.rule, kind.validator, word)


def detector(*, eager: bool = False) -> Detector:
    """The detector; an eager one also tells numbers that no word names, whatever their form, if they pass a check."""
    return Detector((ID, ACCOUNT), partial(find, eager=eager), EAGER_EXAMPLES if eager else EXAMPLES)


def find(stretch: Stretch, *, eager: bool = False) -> Spans:
    """Person numbers and accounts in `stretch`, each with the country whose check it passes."""
    written = _FORMS.among(stretch)
    written = written.among(np.flatnonzero(_BEGINS[written.forms, stretch.codes[written.starts]]))
    if not len(written.starts):
        return NOTHING
    return Spans.of(_rows(stretch, written, eager=eager))


def _rows(stretch: Stretch, written: Written, *, eager: bool) -> Iterator[Row]:
    near, alone = _NAMES.near(stretch, written), _may_stand_alone(stretch, written)
    kept = np.flatnonzero(near | alone | eager)
    columns = [column[kept].tolist() for column in (*written, near, alone)]
    done = -1
    for start, end, form, run, may_be_named, may_stand in zip(*columns, strict=True):
        number = _Number.read(stretch.text, start, end) if run != done else None
        if number is None:
            continue
        row = _named(number, _KINDS[form]) if may_be_named else None
        if row is None and may_stand:
            row = _unnamed(number, _ALONE[form])
        if row is None and eager:
            row = _passing(number, _KINDS[form])
        if row is not None:
            done = run
            yield row


def _may_stand_alone(stretch: Stretch, written: Written) -> NDArray[np.bool_]:
    """For each number whether it may be told without a word, by its first character and what stands beside it."""
    codes, starts, ends = stretch.codes, written.starts, written.ends
    before, after = codes[starts - 1], codes[ends]
    in_row = _BLANK[before] & DIGIT[codes[starts - 2]] | _BLANK[after] & DIGIT[codes[ends + 1]]
    may_stand: NDArray[np.bool_] = _BEGINS_ALONE[written.forms, codes[starts]] & ~(in_row | _SIGN[before])
    return may_stand


def _named(number: _Number, kinds: Kinds) -> Row | None:
    """A number of the kind that a word nearby names."""
    tried: set[str] = set()
    for word in WORDS.all_near(number.text, number.start, number.end):
        spoken_for = SPOKEN_FOR[word.rpartition("@")[0]] - tried
        tried |= spoken_for
        for kind, standing in kinds if spoken_for else ():
            if kind.rule in spoken_for and number.is_one(kind):
                return number.row(kind, _named_score(kind, standing), word)
    return None


def _named_score(kind: WrittenNumber, standing: Standing) -> float:
    if kind.validator is None:
        return FORM_SCORE
    return CERTAIN_SCORE if standing == Standing.ALONE else NAMED_SCORE


def _unnamed(number: _Number, kinds: Kinds) -> Row | None:
    """A number in a form that stands for itself, with or without a word for some number of a person."""
    is_bare = number.written.isdigit()
    if number.written.islower() or (is_bare and len(set(number.plain)) < FEWEST_DIFFERENT):
        return None
    for kind, standing in kinds:
        if number.is_one(kind):
            return _standing_alone(number, kind, is_weak=is_bare or standing == Standing.WEAK)
    return None


def _standing_alone(number: _Number, kind: WrittenNumber, *, is_weak: bool) -> Row | None:
    word = ANY_WORDS.near(number.text, number.start, number.end)
    if _is_something_else(number.text, number.start, word):
        return None
    return number.row(kind, NAMED_SCORE if word else BARE_SCORE if is_weak else FORM_SCORE, word)


def _passing(number: _Number, kinds: Kinds) -> Row | None:
    """A number in any form that passes a check, of which hardly more can be said; none that only counts up."""
    if number.plain in _COUNTING:
        return None
    kind = next((one for one, _ in kinds if one.validator and number.is_one(one)), None)
    return number.row(kind, EAGER_SCORE, None) if kind else None


def _is_something_else(text: bytes, start: int, word: str | None) -> bool:
    return (
        (is_reference(text, start) and is_reference(text, _begin(text, start, word)))
        or in_link(text, start)
        or announcing(text, start) is not None
    )


def _begin(text: bytes, start: int, word: str | None) -> int:
    """Where the number begins, with its name if that stands right before it: a national ID is no ID of a thing."""
    name, _, distance = (word or "@0").rpartition("@")
    if not -context.WIDEST_JOINT <= int(distance) < 0:
        return start
    window = text[start - context.REACH : start].translate(ASCII_WORDS)
    place = window.rfind(name.partition(":")[2].encode())
    return start - len(window) + place if place >= 0 else start


ID, ACCOUNT = "national_id", "bank_account"

EXAMPLES = (
    Example("DNI: 12345678Z", ((ID, 5, 14),)),
    Example("X2482300W and 12345678-Z", ((ID, 0, 9), (ID, 14, 24))),
    Example("131052-308T, RCCMNL83S18D969H", ((ID, 0, 11), (ID, 13, 29))),
    Example("numéro de sécurité sociale 2 95 10 99 126 111 93", ((ID, 27, 48),)),
    Example("PESEL 44051401359; 44051401359", ((ID, 6, 17), (ID, 19, 30))),
    Example("CPF 390.533.447-05 or 39053344705", ((ID, 4, 18), (ID, 22, 33))),
    Example("身份证号360426199101010071", ((ID, 4, 22),)),
    Example("आधार 2341 2341 2346", ((ID, 5, 19),)),
    Example("NHS number: 943 476 5870", ((ID, 12, 24),)),
    Example("SIN 123-456-782", ((ID, 4, 15),)),
    Example("T.C. Kimlik No: 17291716060", ((ID, 16, 27),)),
    Example("756.9217.0769.85", ((ID, 0, 16),)),
    Example("steuerlich 65929970489 und 9001011234567", ((ID, 11, 22),)),
    Example(
        "ABCPK1234F, 1EG4-TE5-MK72, 912-70-1234, AB 12 34 56 C",
        ((ID, 0, 10), (ID, 12, 25), (ID, 27, 38), (ID, 40, 53)),
    ),
    Example("2341 2341 2346 or 2123 45670 1", ((ID, 0, 14), (ID, 18, 30))),
    Example("Routing number: 111000025", ((ACCOUNT, 16, 25),)),
    Example("61 1090 1014 0000 0712 1981 2874", ((ACCOUNT, 0, 32),)),
    Example(
        "12345678A, 131052-308S, X2482300A, 17291716061, 2341 2341 2347, 111222333, ABCDK1234F, 911-93-1234"
    ),
    Example("202611232359, 1700000000000, 234123412346, 65929970488, SEG4-TE5-MK72, GB 12 34 56 C"),
    Example("a12345678Z, 12345678Zb, 0.44051401359, order 44051401359, https://example.org/12345678Z"),
)

EAGER_EXAMPLES = (
    Example("111222333, 17291716060; 943-476-5870", ((ID, 0, 9), (ID, 11, 22), (ID, 24, 36))),
    Example("135792468, 12345678A, 3171011708450001, 123456789"),
)

DETECTOR = detector()
