"""Dates of birth: possible days, in the notations of many languages, that a word says somebody was born on."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import ALPHANUMERIC, DIGIT, members
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.digits import DigitRuns
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

KIND = "date_of_birth"
SCORE = 0.85
# A date without its century is more often something else.
SHORT_SCORE = 0.6
FIRST_YEAR, LAST_YEAR = 1900, 2100
REACH, REACH_AFTER = 32, 20
# The bytes of a date on each side of its year.
LONGEST_BEFORE, LONGEST_AFTER = 32, 16
LONGEST_CODE_POINT = 4

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
_MONTH = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093c-\u094d]){2,12}"
# Between the day and the year stands the month, or little; then it stands before the day.
_MONTH_BETWEEN = re.compile(
    rf"(?:\.|st|nd|rd|th|er|º|ª)?[ -](?:of |de |di )?({_MONTH})\.?,?[ -](?:de |del )?"
)
_LITTLE_BETWEEN = re.compile(rb"(?:st|nd|rd|th)?,? ")
_MONTH_BEFORE = re.compile(rf"(?<![\w.,/-])({_MONTH})\.? \Z")
_AFTER_YEAR = re.compile(
    r"(?:([./-])(\d{1,2})\1(\d{1,2})(?![\w/-]|\.\d)|[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]"
    r"|\. (\d{1,2})\. (\d{1,2})\.)"
)
# In bytes, between a day and its year, and between a year and its month.
WIDEST_MONTH, WIDEST_JOINT = 28, 4
_JOINTS = frozenset({b".", b"/", b"-", b". ", b"/ ", b"- "})
_JOINT = members(b"./-")
_LEADS_TO_YEAR = members(b" ./-")
_OPENS_MONTH = b"./-\xe5\xeb"  # the last two are the first bytes of 年 and 년
_LEADS_TO_MONTH = members(_OPENS_MONTH)
_ALPHANUMERIC = members(ALPHANUMERIC)
_DIGITS = string.digits.encode()
_GLUE = ALPHANUMERIC + b"_.,/-"

Place = tuple[int, int]


def find(stretch: Stretch) -> Spans:
    """Dates in `stretch` that a word nearby makes somebody's birthday."""
    if not len(stretch.digits):
        return NOTHING
    return Spans.of(_read(stretch))


def _read(stretch: Stretch) -> Iterator[Row]:
    text, runs = stretch.text, stretch.digits
    years = np.concatenate([_long_years(runs), _short_years(runs)])
    starts, ends = runs.starts[years], runs.ends[years]
    # The words are looked for around the whole date, which lies around its year.
    reach, reach_after = LONGEST_BEFORE + REACH, LONGEST_AFTER + REACH_AFTER
    called = BIRTH_WORDS.may_be_near(stretch, starts, ends, before=reach, after=reach_after)
    days = np.maximum(years - 1, 0)[called]
    columns = (runs.starts[days], runs.ends[days], starts[called], ends[called])
    dates = []
    for day, day_end, year, year_end in zip(*(column.tolist() for column in columns), strict=True):
        span = _date(text, (day, day_end), (year, year_end))
        if span is not None:
            dates.append((*span, SCORE if year_end - year == 4 else SHORT_SCORE))
    if not dates:
        return
    begins, finishes = (np.array(column) for column in list(zip(*dates, strict=True))[:2])
    words = BIRTH_WORDS.nearest(stretch, begins, finishes, before=REACH, after=REACH_AFTER)
    for (start, end, score), word in zip(dates, words, strict=True):
        if word is not None:
            yield start, end, score, Evidence(KIND, "birth.date/2", None, word)


def _long_years(runs: DigitRuns) -> Positions:
    """Runs of digits that may be the year of a date: 19xx and 20xx with a day before it, or a month after it."""
    codes, lengths = runs.codes, runs.lengths
    years = np.flatnonzero(lengths == 4)
    first, second = codes[runs.starts[years]], codes[runs.starts[years] + 1]
    years = years[((first == 49) & (second == 57)) | ((first == 50) & (second == 48))]
    starts, ends = runs.starts[years], runs.ends[years]
    # Where nothing comes before or after the year stands for it, and is too long.
    days, months = np.maximum(years - 1, 0), np.minimum(years + 1, len(runs) - 1)
    preceded = (starts - runs.ends[days] <= WIDEST_MONTH) & (lengths[days] <= 2)
    preceded &= _LEADS_TO_YEAR[codes[starts - 1]] & _may_end(codes, ends)
    followed = (runs.starts[months] - ends <= WIDEST_JOINT) & (lengths[months] <= 2)
    followed &= _LEADS_TO_MONTH[codes[ends]]
    found: Positions = years[preceded | followed]
    return found


def _short_years(runs: DigitRuns) -> Positions:
    """Runs of two digits that may be the year of a date: the last of 1.2.34."""
    codes = runs.codes
    if len(runs) < 3:
        return np.empty(0, np.int64)
    short = np.flatnonzero((runs.lengths[2:] == 2) & (runs.lengths[1:-1] <= 2) & (runs.lengths[:-2] <= 2)) + 2
    joint = runs.joints[short - 1]
    short = short[_JOINT[joint] & (joint == runs.joints[short - 2])]
    years: Positions = short[_may_end(codes, runs.ends[short])]
    return years


def _may_end(codes: NDArray[np.uint8], ends: Positions) -> NDArray[np.bool_]:
    """Whether a date may end there: no word and no number goes on."""
    after = codes[ends]
    may: NDArray[np.bool_] = ~(_ALPHANUMERIC[after] | (_JOINT[after] & DIGIT[codes[ends + 1]]))
    return may


def _date(text: bytes, day: Place, year: Place) -> Place | None:
    """The date with this year, if the digits before it are a day or a month, or if both follow it."""
    start, end = year
    if end - start == 4 and text[end] in _OPENS_MONTH:
        match = _AFTER_YEAR.match(text[end : end + LONGEST_AFTER].decode(errors="ignore"))
        if match is not None:
            month, number = (int(part) for part in match.groups()[1:] if part is not None)
            is_day = _is_day(int(text[start:end]), month, number)
            return (start, end + len(match.group().encode())) if is_day else None
        if text[end + 1] in _DIGITS:
            return None
    between = text[day[1] : start]
    if day[1] - day[0] > 2 or len(between) > WIDEST_MONTH:
        return None
    if between in _JOINTS:
        begin = _numeric(text, day, between, int(text[start:end]))
    elif 1 <= int(text[slice(*day)]) <= 31:
        begin = _named(text, day, between)
    else:
        return None
    return None if begin is None or _is_glued(text, begin) else (begin, end)


def _numeric(text: bytes, second: Place, joint: bytes, year: int) -> int | None:
    """Where a date begins whose second number, before the year, stands there."""
    end = second[0] - len(joint)
    begin = end - 2 if text[end - 2] in _DIGITS else end - 1
    if text[end : second[0]] != joint or text[end - 1] not in _DIGITS:
        return None
    one, other = int(text[begin:end]), int(text[slice(*second)])
    return begin if _is_day(year, other, one) or _is_day(year, one, other) else None


def _named(text: bytes, day: Place, between: bytes) -> int | None:
    """Where a date begins whose month has its name."""
    if not _LITTLE_BETWEEN.fullmatch(between):
        return day[0] if _is_month_between(between) else None
    before = text[day[0] - WIDEST_MONTH : day[0]].decode(errors="ignore")
    match = _MONTH_BEFORE.search(before)
    return day[0] - len(match.group().encode()) if match and _is_month(match[1]) else None


# Months and the ways to write them between a day and a year are few.
@lru_cache(maxsize=1024)
def _is_month_between(between: bytes) -> bool:
    match = _MONTH_BETWEEN.fullmatch(between.decode(errors="ignore"))
    return match is not None and _is_month(match[1])


def _is_month(word: str) -> bool:
    return word.lower().replace("i̇", "i").replace("ı", "i") in MONTHS


def _is_glued(text: bytes, begin: int) -> bool:
    """Whether a longer word or number goes on into what begins there."""
    before = text[begin - 1]
    if before < 0x80:
        return before in _GLUE
    return text[begin - LONGEST_CODE_POINT : begin].decode(errors="ignore")[-1:].isalnum()


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
