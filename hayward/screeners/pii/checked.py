"""National ids and bank accounts: numbers in a form that a table knows, which pass the check that it names."""

from __future__ import annotations

import re
import shlex
import string
from collections import defaultdict
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache, reduce
from itertools import product
from operator import or_

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.bank_accounts import BANK_ACCOUNTS
from hayward.screeners.pii.characters import ALPHANUMERIC, DIGIT, WORD, members
from hayward.screeners.pii.national_ids import NATIONAL_IDS
from hayward.screeners.pii.openings import ANY_DIGIT, OPENING, SIGNATURE, Openings
from hayward.screeners.pii.phone_words import PHONE_WORDS
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch
from hayward.screeners.pii.written import WrittenNumber

NUMBERS = (*NATIONAL_IDS, *BANK_ACCOUNTS)
# By the form: one that stands for itself, one of bare digits, one that needs its word; and by the word for it.
CERTAIN_SCORE = 0.95
NAMED_SCORE = 0.85
FORM_SCORE = 0.6
BARE_SCORE = 0.35

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
LONGEST_PREFIX = 6
LONGEST_FORM = 34
_NOT_ALPHANUMERIC = bytes(byte for byte in range(256) if byte not in ALPHANUMERIC)
_TIGHT = members(b"-./+,")
_LETTER = members(string.ascii_letters.encode())
_SIGNS = b"+#$="
_SIGN = members(_SIGNS)


class Standing(IntEnum):
    """How well a written form stands without a word for it: see WrittenNumber."""

    CALLED = 0
    WEAK = 1
    ALONE = 2


class _Forms:
    """The templates of the table by what tells them apart: the first run of digits and the two bytes after that."""

    def __init__(self, ids: tuple[WrittenNumber, ...]) -> None:
        self.by_template: dict[bytes, list[tuple[WrittenNumber, Standing]]] = defaultdict(list)
        for number in ids:
            for standing in Standing:
                written = getattr(number, standing.name.lower())
                for template in (form for spelled in written.split() for form in _expanded(spelled)):
                    self.by_template[template].append((number, standing))
        self.bare: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
        self.followed: dict[tuple[int, int, int], list[tuple[int, bytes]]] = defaultdict(list)
        for template in self.by_template:
            self._note(template)
        self.all = Openings(dict.fromkeys(self.by_template, ANY_DIGIT))
        self.alone = Openings(
            {
                form: reduce(or_, (_firsts(kind) for kind, standing in kinds if standing))
                for form, kinds in self.by_template.items()
                if any(standing for _, standing in kinds)
            }
        )

    def _note(self, template: bytes) -> None:
        start, end = next(OPENING.finditer(template)).span()
        if end == len(template):
            self.bare[end - start].append((start, template))
            return
        beyond = template[end + 1] if end + 1 < len(template) else 0
        self.followed[end - start, template[end], beyond].append((start, template))


def _firsts(kind: WrittenNumber) -> int:
    """The digits that a number of this kind may begin with, as its shape says first."""
    begins = re.match(r"\d|\[[^\]]+\]", kind.shape.pattern) if kind.shape else None
    return sum(1 << digit for digit in range(10) if not begins or re.match(begins.group(), str(digit)))


def _expanded(template: str) -> Iterator[bytes]:
    """The template with each X once as a digit and once as a letter."""
    options = ("9A" if character == "X" else character for character in template)
    for spelled in product(*options):
        yield "".join(spelled).encode()


_FORMS = _Forms(NUMBERS)


# How many letters stand right before the first digits of a form.
_PREFIX = np.zeros(LONGEST_PREFIX + 2, bool)
_PREFIX[[form.index(b"9") for form in _FORMS.by_template if form.lstrip(b"A")[:1] == b"9"]] = True


def _words(ids: tuple[WrittenNumber, ...]) -> tuple[context.Words, dict[str, frozenset[str]]]:
    """The words of all ids together, each under its first language, and the rules that each of them speaks for."""
    languages: dict[str, str] = {}
    rules: dict[str, set[str]] = defaultdict(set)
    for number in ids:
        for language, words in number.words.items():
            for phrase in shlex.split(words):
                name = f"{languages.setdefault(phrase, language)}:{phrase}"
                rules[name].add(number.rule)
    listed: dict[str, list[str]] = defaultdict(list)
    for phrase, language in languages.items():
        listed[language].append(f"'{phrase}'")
    words_of = context.Words(**{language: " ".join(phrases) for language, phrases in listed.items()})
    return words_of, {name: frozenset(spoken_for) for name, spoken_for in rules.items()}


WORDS, SPOKEN_FOR = _words(NUMBERS)


def find(stretch: Stretch) -> Spans:
    """Person numbers and accounts in `stretch`, each with the country whose check it passes."""
    runs = stretch.digits
    likely = _FORMS.all.among(stretch, np.arange(len(runs)))
    if not len(likely):
        return NOTHING
    starts = runs.starts[likely]
    named = WORDS.may_be_near(
        stretch, starts - LONGEST_PREFIX, starts + LONGEST_FORM, after=context.REACH_AFTER
    )
    alone = np.zeros(len(runs), bool)
    alone[_uncalled(stretch, _FORMS.alone.among(stretch, likely[~named]))] = True
    kept = named | alone[likely]
    columns = (starts[kept].tolist(), runs.lengths[likely[kept]].tolist(), named[kept].tolist())
    rows = (_at(stretch.text, *candidate) for candidate in zip(*columns, strict=True))
    return Spans.of(row for row in rows if row is not None)


def _uncalled(stretch: Stretch, runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The runs without those that no number begins with unless a word says so: signs before it, cards, hexadecimal."""
    codes, digits = stretch.codes, stretch.digits
    starts = digits.starts[runs]
    before = codes[starts - 1]
    places, letters = starts - 1, np.zeros(len(starts), np.int64)
    for _ in range(LONGEST_PREFIX + 1):
        goes_on = _LETTER[codes[places]]
        letters += goes_on
        places = places - goes_on
    kept = (letters == 0) | (_PREFIX[letters] & ~WORD[codes[places]])
    kept &= ~_SIGN[before]
    whole = np.flatnonzero(runs + 3 < len(digits))
    quads = runs[whole]
    is_card = digits.starts[quads + 3] - digits.ends[quads + 2] == 1
    for step in range(4):
        is_card &= digits.lengths[quads + step] == 4
    kept[whole] &= ~is_card
    left: NDArray[np.int64] = runs[kept]
    return left


def _at(text: bytes, first: int, size: int, may_be_named: bool) -> Row | None:
    """The number whose first run of digits begins at `first`."""
    window = text[first - LONGEST_PREFIX : first + LONGEST_FORM].translate(SIGNATURE)
    after, beyond = window[LONGEST_PREFIX + size : LONGEST_PREFIX + size + 2]
    for prefix, template in (
        *_FORMS.followed.get((size, after, beyond), ()),
        *_FORMS.followed.get((size, after, 0), ()),
        *_FORMS.bare.get(size, ()),
    ):
        if window.startswith(template, LONGEST_PREFIX - prefix):
            row = _judged(text, first - prefix, first - prefix + len(template), template, may_be_named)
            if row is not None:
                return row
    return None


def _judged(text: bytes, start: int, end: int, template: bytes, may_be_named: bool) -> Row | None:
    if not _stands_alone(text, start, end):
        return None
    written = text[start:end].translate(None, _NOT_ALPHANUMERIC).decode()
    number = written.upper()
    if written not in {number, written.lower()} or len(set(number)) < 2:
        return None
    named = _named(text, start, end, template, number) if may_be_named else None
    if named is not None or written != number:
        return named
    alone = [one for one in _FORMS.by_template[template] if one[1] and _fits(one[0], number)]
    return _unnamed(text, start, end, alone) if alone else None


def _named(text: bytes, start: int, end: int, template: bytes, number: str) -> Row | None:
    """A number of the kind that a word nearby names."""
    tried: set[str] = set()
    for word in WORDS.all_near(text, start, end):
        spoken_for = SPOKEN_FOR[word.rpartition("@")[0]] - tried
        tried |= spoken_for
        for kind, standing in _FORMS.by_template[template] if spoken_for else ():
            if kind.rule in spoken_for and _fits(kind, number) and is_valid(kind, text[start:end].decode()):
                return start, end, _named_score(kind, standing), _evidence(kind, word)
    return None


def _named_score(kind: WrittenNumber, standing: Standing) -> float:
    if kind.validator is None:
        return FORM_SCORE
    return CERTAIN_SCORE if standing == Standing.ALONE else NAMED_SCORE


def _unnamed(text: bytes, start: int, end: int, kinds: list[tuple[WrittenNumber, Standing]]) -> Row | None:
    """A number in a form that stands for itself, with or without a word for some number of a person."""
    written = text[start:end].decode()
    bare = written.isdigit()
    if _in_row_of_numbers(text, start, end) or (bare and len(set(written)) < FEWEST_DIFFERENT):
        return None
    valid = next((one for one in kinds if is_valid(one[0], written)), None)
    if valid is None or _is_something_else(text, start):
        return None
    kind, standing = valid
    word = ANY_WORDS.near(text, start, end)
    score = NAMED_SCORE if word else BARE_SCORE if bare or standing == Standing.WEAK else FORM_SCORE
    return start, end, score, _evidence(kind, word)


def _evidence(kind: WrittenNumber, word: str | None) -> Evidence:
    return Evidence(kind.kind, kind.rule, kind.validator, word)


def _fits(kind: WrittenNumber, number: str) -> bool:
    return kind.shape is None or kind.shape.fullmatch(number) is not None


@lru_cache(maxsize=1 << 14)
def is_valid(kind: WrittenNumber, written: str) -> bool:
    """Whether the check of this kind of number passes."""
    return kind.is_valid(written)


def _stands_alone(text: bytes, start: int, end: int) -> bool:
    before, after = text[start - 1], text[end]
    if WORD[before] or WORD[after] or (_TIGHT[before] and WORD[text[start - 2]]):
        return False
    return not (_TIGHT[after] and (DIGIT[text[end + 1]] or (after in b"-/+" and WORD[text[end + 1]])))


def _in_row_of_numbers(text: bytes, start: int, end: int) -> bool:
    """Whether another number stands one space away: then it is a row of a table."""
    spaces = text[start - 1] in b" \t", text[end] in b" \t"
    return (spaces[0] and DIGIT[text[start - 2]]) or (spaces[1] and DIGIT[text[end + 1]])


def _is_something_else(text: bytes, start: int) -> bool:
    return (
        text[start - 1] in _SIGNS
        or context.is_reference(text, start)
        or context.in_link(text, start)
        or PHONE_WORDS.before(text, start) is not None
    )


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

DETECTOR = Detector((ID, ACCOUNT), find, EXAMPLES)
