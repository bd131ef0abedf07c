"""Dates of birth: possible days, in the notations of many languages, that a word says somebody was born on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import ALPHANUMERIC, DIGIT, members
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.digits import DigitRuns
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "date_of_birth"
SCORE = 0.85
# A date without its century is more often something else.
SHORT_SCORE = 0.6
FIRST_YEAR, LAST_YEAR = 1900, 2100
REACH, REACH_AFTER = 32, 20
LONGEST_DATE = 32

BIRTH_WORDS = Words(
    en="born birthday birthdate birth dob 'date of birth' 'd o b' 'birth date' bday",
    de="geboren geb geburtsdatum geburtstag geburtsdat geborene",
    fr="né née naissance 'date de naissance' anniversaire",
    es="nacido nacida nací nació nacimiento 'fecha de nacimiento' cumpleaños",
    it="nato nata nascita 'data di nascita' compleanno",
    pt="nascido nascida nasceu nasci nascimento 'data de nascimento' aniversário",
    nl="geboortedatum verjaardag geboortedag",
    pl="urodzony urodzona urodzenia urodziny urodził urodziła ur",
    tr="doğum doğumlu doğdu 'doğum tarihi' doğumgünü",
    ru="родился родилась рождения 'дата рождения' рожд 'г р' 'д р'",
    ar="مواليد ميلاد 'تاريخ الميلاد' ولد ولدت ميلادي",
    hi="जन्म जन्मतिथि जन्मदिन 'जन्म तिथि'",
    zh="出生 生日 生于",
    ja="生年月日 生まれ 誕生日",
    sv="född födelsedatum födelsedag",
    cs="narozen narozena narození",
)

_MONTHS = """
january january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
januar jänner februar märz mai juni juli oktober dezember mrz okt dez
janvier février mars avril juin juillet août septembre octobre novembre décembre janv févr juil déc
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
januari februari maart mei augustus
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ocak şubat mart nisan mayis haziran temmuz ağustos eylül ekim kasim aralik
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
يناير فبراير مارس أبريل ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
जनवरी फरवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर नवंबर नवम्बर दिसंबर दिसम्बर
ledna února března dubna května června července srpna září října listopadu prosince maj
"""
MONTHS = frozenset(_MONTHS.split())
_LAST_WORDS = frozenset(month.encode() for month in MONTHS if month.isascii()) | {b"de", b"del"}
_MONTH = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093c-\u094d]){2,12}"
_BEFORE_YEAR = re.compile(
    rf"(?<![\w.,/-])(?:(\d{{1,2}})([./-] ?)(\d{{1,2}})\2"
    rf"|(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª)?[ -](?:of |de |di )?({_MONTH})\.?,?[ -](?:de |del )?"
    rf"|({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? )$"
)
_AFTER_YEAR = re.compile(
    r"(?:([./-])(\d{1,2})\1(\d{1,2})(?![\w/-]|\.\d)|[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]"
    r"|\. (\d{1,2})\. (\d{1,2})\.)"
)
# Before the year stand at most a full stop, a comma and a space.
MOST_SEPARATORS = 3
LONGEST_NAME = 16
_SPACED = members(b" ./-")
_AFTER = members(b"./-")
_SIGN_OF_YEAR = members(b"\xe5\xeb")  # the first bytes of 年 and 년
_ALPHANUMERIC = members(ALPHANUMERIC)
# Letters of ASCII in any case as 1 to 31, all else as nought; and the last three of what may precede a year.
_LETTERS = np.array([byte & 31 if chr(byte).isalpha() and byte < 0x80 else 0 for byte in range(256)])


def _endings() -> NDArray[np.bool_]:
    table = np.zeros(1 << 15, bool)
    for word in _LAST_WORDS:
        third, second, last = (_LETTERS[byte] for byte in (b" " + word)[-3:])
        table[third << 10 | second << 5 | last] = True
    return table


_ENDINGS = _endings()


def find(stretch: Stretch) -> Spans:
    """Dates in `stretch` that a word nearby makes somebody's birthday."""
    if not len(stretch.digits):
        return NOTHING
    return Spans.of(_read(stretch))


def _read(stretch: Stretch) -> Iterator[Row]:
    runs, text = stretch.digits, stretch.text
    years = _years(stretch)
    starts, ends = runs.starts[years], runs.ends[years]
    called = BIRTH_WORDS.may_be_near(
        stretch, starts - LONGEST_DATE, ends + LONGEST_DATE, before=REACH, after=REACH_AFTER
    )
    for start, end in zip(starts[called].tolist(), ends[called].tolist(), strict=True):
        span = _around(text, start, end)
        word = BIRTH_WORDS.near(text, *span, before=REACH, after=REACH_AFTER) if span else None
        if span is not None and word is not None:
            score = SCORE if end - start == 4 else SHORT_SCORE
            yield *span, score, Evidence(KIND, "birth.date/1", None, word)


def _years(stretch: Stretch) -> NDArray[np.int64]:
    """Runs of digits that may be the year of a date: 19xx and 20xx beside a separator, or the last two of 1.2.34."""
    runs, codes = stretch.digits, stretch.codes
    long = np.flatnonzero(runs.lengths == 4)
    first, second = codes[runs.starts[long]], codes[runs.starts[long] + 1]
    long = long[((first == 49) & (second == 57)) | ((first == 50) & (second == 48))]
    after, beyond = codes[runs.ends[long]], codes[runs.ends[long] + 1]
    leading = _AFTER[after] & (DIGIT[beyond] | (beyond == 32)) | _SIGN_OF_YEAR[after]
    leading |= _may_follow(stretch, runs.starts[long]) & ~_ALPHANUMERIC[after]
    years: NDArray[np.int64] = np.concatenate([long[leading], _short_years(runs)])
    return years


def _short_years(runs: DigitRuns) -> NDArray[np.int64]:
    codes = runs.codes
    if len(runs) < 3:
        return np.empty(0, np.int64)
    short = np.flatnonzero((runs.lengths[2:] == 2) & (runs.lengths[1:-1] <= 2) & (runs.lengths[:-2] <= 2)) + 2
    joint = codes[runs.ends[short - 1]]
    short = short[_AFTER[joint] & (joint == codes[runs.ends[short - 2]])]
    single = (runs.starts[short] - runs.ends[short - 1] == 1) & (
        runs.starts[short - 1] - runs.ends[short - 2] == 1
    )
    after, beyond = codes[runs.ends[short]], codes[runs.ends[short] + 1]
    years: NDArray[np.int64] = short[single & ~_ALPHANUMERIC[after] & ~(_AFTER[after] & DIGIT[beyond])]
    return years


def _may_follow(stretch: Stretch, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """A cheap look, as most years of a text are no part of a date: after 5. 12. or a month's name."""
    codes = stretch.codes
    parted = _SPACED[codes[starts - 1]] | (codes[starts - 1] == ord(","))
    ends = starts - 1
    for _ in range(MOST_SEPARATORS - 1):
        ends = ends - (_SPACED[codes[ends - 1]] | (codes[ends - 1] == ord(",")))
    third, second, last = (_LETTERS[codes[ends - back]] for back in (3, 2, 1))
    named = _ENDINGS[(third << 10) | (second << 5) | last]
    foreign = (codes[ends - 1] >= 0x80) | _holds_foreign(stretch, ends - LONGEST_NAME, ends)
    may: NDArray[np.bool_] = parted & (DIGIT[codes[ends - 1]] | named | foreign)
    return may


def _holds_foreign(stretch: Stretch, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    places = stretch.continuations
    holds: NDArray[np.bool_] = np.searchsorted(places, begins) < np.searchsorted(places, ends)
    return holds


def _around(text: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The date whose year stands from `start` to `end`."""
    year = int(text[start:end])
    if end - start == 4:
        match = _AFTER_YEAR.match(text[end : end + LONGEST_DATE].decode(errors="ignore"))
        if match is not None:
            month, day = (int(part) for part in match.groups()[1:] if part is not None)
            return (start, end + len(match.group().encode())) if _is_day(year, month, day) else None
    if not _may_precede_a_year(text[start - LONGEST_DATE : start]):
        return None
    begin = max(start - LONGEST_DATE, text.rfind(b"\0", start - LONGEST_DATE, start) + 1)
    window = text[begin:start].decode(errors="ignore")
    found = _BEFORE_YEAR.search(window)
    if (
        found is None
        or text[end : end + 1].isalnum()
        or (text[end] in b"./-" and text[end + 1 : end + 2].isdigit())
    ):
        return None
    return (start - len(found.group().encode()), end) if _is_date(found, year) else None


def _may_precede_a_year(before: bytes) -> bool:
    """A cheap look, as most years of a text are no part of a date: 5. 12. or a month's name."""
    last = before.rstrip(b" ,./-")[-12:]
    if last[-1:].isdigit() or not last.isascii():
        return True
    return last.rpartition(b" ")[2].lower() in _LAST_WORDS


def _is_date(found: re.Match[str], year: int) -> bool:
    one, _, other, day, month, named, named_day = found.groups()
    if one is not None:
        return _is_day(year, int(other), int(one)) or _is_day(year, int(one), int(other))
    name = (month or named).lower().replace("i̇", "i").replace("ı", "i")
    return name in MONTHS and 1 <= int(day or named_day) <= 31


def _is_day(year: int, month: int, day: int) -> bool:
    full = year if year >= 100 else 2000 + year
    try:
        return FIRST_YEAR <= dt.date(full, month, day).year <= LAST_YEAR
    except ValueError:
        return False


EXAMPLES = (
    Example("She was born on 2/8/1985.", ((KIND, 16, 24),)),
    Example("DOB: 1985-02-08", ((KIND, 5, 15),)),
    Example("born December 5, 1983; born on 5th of December 1983", ((KIND, 5, 21), (KIND, 31, 51))),
    Example("geb. am 5. Dezember 1983, né le 1er août 1983", ((KIND, 8, 24), (KIND, 32, 45))),
    Example("nacida el 5 de diciembre de 1983", ((KIND, 10, 32),)),
    Example("doğum tarihi: 05.12.1983", ((KIND, 14, 24),)),
    Example("родился 5 декабря 1983 г.", ((KIND, 8, 22),)),
    Example("تاريخ الميلاد: ٠٥/١٢/١٩٨٣", ((KIND, 15, 25),)),
    Example("जन्म तिथि 5 दिसंबर 1983", ((KIND, 10, 23),)),
    Example("1983年12月5日生まれ", ((KIND, 0, 10),)),
    Example("05/12/83 (date of birth)", ((KIND, 0, 8),)),
    Example("built on 05/12/1983, released 1983-12-05, December 5, 1983"),
    Example(
        "born in 1983, born 31.02.1983, born 45/12/1983, birth of version 1.12.19.83, born 12 members 1983"
    ),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
