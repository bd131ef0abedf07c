"""Numbers that a state gives to a person, with their country: written forms of a table, then stdnum's check."""

from __future__ import annotations

import importlib
import re
import shlex
import string
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import DIGIT, WORD, members
from hayward.screeners.pii.national_ids import NATIONAL_IDS, NationalId
from hayward.screeners.pii.phone import PHONE_WORDS
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "national_id"
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

LONGEST_PREFIX = 6
LONGEST_FORM = 24
LONGEST_RUN = 31
_SIGNATURE = bytes.maketrans(
    (string.digits + string.ascii_letters + " ").encode(), b"9" * 10 + b"A" * 52 + b"_"
)
_NOT_ALPHANUMERIC = bytes(
    byte for byte in range(256) if chr(byte) not in string.ascii_letters + string.digits
)
_ALPHA = members(string.ascii_letters.encode())
_JOINT = members(string.ascii_letters.encode() + b" -./+")
_TIGHT = members(b"-./+,")
_DIGITS = re.compile(rb"9+")


class _Forms:
    """The templates of the table, and arrays that tell which runs of digits may begin one."""

    def __init__(self, ids: tuple[NationalId, ...]) -> None:
        self.by_template: dict[bytes, list[tuple[NationalId, bool]]] = defaultdict(list)
        for number in ids:
            for written, alone in ((number.alone, True), (number.called, False)):
                for template in (form for spelled in written.split() for form in _expanded(spelled)):
                    self.by_template[template].append((number, alone))
        self.by_run: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
        self.bare = np.zeros(LONGEST_RUN + 1, bool)
        self.lettered = np.zeros(LONGEST_RUN + 1, bool)
        self.paired = np.zeros((LONGEST_RUN + 1) ** 2, bool)
        for template in self.by_template:
            self._note(template)

    def _note(self, template: bytes) -> None:
        first, *rest = _DIGITS.finditer(template)
        size = first.end() - first.start()
        self.by_run[size].append((first.start(), template))
        if rest and rest[0].start() == first.end() + 1:
            self.paired[size * (LONGEST_RUN + 1) + rest[0].end() - rest[0].start()] = True
        elif first.end() < len(template):
            self.lettered[size] = True
        else:
            self.bare[size] = True


def _expanded(template: str) -> Iterator[bytes]:
    """The template with each X once as a digit and once as a letter."""
    options = ("9A" if character == "X" else character for character in template)
    for spelled in product(*options):
        yield "".join(spelled).encode()


_FORMS = _Forms(NATIONAL_IDS)


def _words(ids: tuple[NationalId, ...]) -> tuple[context.Words, dict[str, frozenset[str]]]:
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


WORDS, SPOKEN_FOR = _words(NATIONAL_IDS)


def find(stretch: Stretch) -> Spans:
    """Person numbers in `stretch`, each with the country whose check it passes."""
    runs = stretch.digits
    if not len(runs):
        return NOTHING
    likely = _likely(stretch).tolist()
    rows = (
        row
        for run, size in zip(likely, runs.lengths[likely].tolist(), strict=True)
        if (row := _at(stretch.text, int(runs.starts[run]), size)) is not None
    )
    return Spans.of(rows)


def _likely(stretch: Stretch) -> NDArray[np.int64]:
    """The runs of digits that a written form may begin with, found without looking at single texts."""
    runs, codes = stretch.digits, stretch.codes
    lengths = np.minimum(runs.lengths, LONGEST_RUN)
    after, beyond = codes[runs.ends], codes[runs.ends + 1]
    bare = _FORMS.bare[lengths] & ~WORD[after]
    lettered = _FORMS.lettered[lengths] & (_ALPHA[after] | (_ALPHA[beyond] & _JOINT[after]))
    pairs = lengths[:-1] * (LONGEST_RUN + 1) + lengths[1:]
    paired = np.append(_FORMS.paired[pairs] & _JOINT[runs.joints], False)
    before = codes[runs.starts - 1]
    continued = _TIGHT[before] & DIGIT[codes[runs.starts - 2]]
    return np.flatnonzero((bare | lettered | paired) & ~continued)


def _at(text: bytes, first: int, size: int) -> Row | None:
    """The number whose first run of digits begins at `first`."""
    window = text[first - LONGEST_PREFIX : first + LONGEST_FORM].translate(_SIGNATURE)
    for prefix, template in _FORMS.by_run[size]:
        begin = LONGEST_PREFIX - prefix
        if window.startswith(template, begin):
            start = first - prefix
            row = _judged(text, start, start + len(template), template)
            if row is not None:
                return row
    return None


def _judged(text: bytes, start: int, end: int, template: bytes) -> Row | None:
    if not _stands_alone(text, start, end):
        return None
    written = text[start:end].translate(None, _NOT_ALPHANUMERIC).decode()
    number = written.upper()
    if written not in {number, written.lower()} or len(set(number)) < 3:
        return None
    possible = [(kind, alone) for kind, alone in _FORMS.by_template[template] if _fits(kind, number)]
    if not possible:
        return None
    for word in WORDS.all_near(text, start, end):
        spoken_for = SPOKEN_FOR[word.rpartition("@")[0]]
        for kind, is_alone in possible:
            if kind.rule in spoken_for and is_valid(kind, text[start:end].decode()):
                return start, end, _named_score(kind, is_alone), _evidence(kind, word)
    alone = [kind for kind, alone in possible if alone]
    return _unnamed(text, start, end, alone, template) if alone and written == number else None


def _named_score(kind: NationalId, alone: bool) -> float:
    if not kind.is_checked:
        return FORM_SCORE
    return CERTAIN_SCORE if alone else NAMED_SCORE


def _unnamed(text: bytes, start: int, end: int, kinds: list[NationalId], template: bytes) -> Row | None:
    """A number in a form that stands for itself, with or without a word for some number of a person."""
    if _in_row_of_numbers(text, start, end) or _is_something_else(text, start):
        return None
    valid = next((kind for kind in kinds if is_valid(kind, text[start:end].decode())), None)
    if valid is None:
        return None
    word = ANY_WORDS.near(text, start, end)
    bare = template.isdigit()
    score = NAMED_SCORE if word else BARE_SCORE if bare else FORM_SCORE
    return start, end, score, _evidence(valid, word)


def _evidence(kind: NationalId, word: str | None) -> Evidence:
    return Evidence(KIND, kind.rule, kind.validator, word)


def _fits(kind: NationalId, number: str) -> bool:
    return kind.shape is None or kind.shape.fullmatch(number) is not None


@lru_cache(maxsize=1 << 14)
def is_valid(kind: NationalId, written: str) -> bool:
    """Whether stdnum's check of this kind of number passes."""
    module = importlib.import_module(kind.module)
    try:
        module.validate(written, **kind.options)
    except ValueError:
        return False
    return True


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
        text[start - 1] in b"+#$="
        or context.is_reference(text, start)
        or context.in_link(text, start)
        or PHONE_WORDS.before(text, start) is not None
    )


EXAMPLES = (
    Example("DNI: 12345678Z", ((KIND, 5, 14),)),
    Example("X2482300W and 12345678-Z", ((KIND, 0, 9), (KIND, 14, 24))),
    Example("131052-308T, RCCMNL83S18D969H", ((KIND, 0, 11), (KIND, 13, 29))),
    Example("numéro de sécurité sociale 2 95 10 99 126 111 93", ((KIND, 27, 48),)),
    Example("PESEL 44051401359; 44051401359", ((KIND, 6, 17), (KIND, 19, 30))),
    Example("CPF 390.533.447-05 or 39053344705", ((KIND, 4, 18), (KIND, 22, 33))),
    Example("身份证号360426199101010071", ((KIND, 4, 22),)),
    Example("आधार 2341 2341 2346", ((KIND, 5, 19),)),
    Example("NHS number: 943 476 5870", ((KIND, 12, 24),)),
    Example("SIN 123-456-782", ((KIND, 4, 15),)),
    Example("T.C. Kimlik No: 17291716060", ((KIND, 16, 27),)),
    Example("756.9217.0769.85", ((KIND, 0, 16),)),
    Example("12345678A, 131052-308S, X2482300A, 17291716060, 2341 2341 2346, 111222333"),
    Example("a12345678Z, 12345678Zb, 0.44051401359, order 44051401359, https://example.org/12345678Z"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
