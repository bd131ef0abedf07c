"""Telephone numbers: chains of digit groups that a numbering plan knows, read from the longest chain down.

A number counts as valid where libphonenumber's metadata has its range assigned, and as possible where only its length
fits: numbers kept for fiction, such as 555-01xx in an unassigned area, or ranges newer than the metadata. A possible
number is reported, with a low score, when it is written internationally, as (555) 555-0123, or after a word such as
"phone".
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache, partial

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.chains import Chains
from hayward.screeners.pii.characters import WORD_BYTES
from hayward.screeners.pii.phone_places import Place, places
from hayward.screeners.pii.phone_reading import (
    POSSIBLE_SCORE,
    Group,
    Judge,
    Reading,
    called,
    hinted,
    international_reading,
    may_be_expected,
    uncalled,
    worth_reading,
)
from hayward.screeners.pii.phone_regions import Expected
from hayward.screeners.pii.phone_words import announcing, beside
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch
from hayward.screeners.pii.surroundings import in_link, is_reference

KIND = "phone_number"
VALIDATOR = "libphonenumber"

EXTENSION = re.compile(
    rb"(?:,? ?(?:x|ext\.?|extension|poste|durchwahl) ?|#)\d{1,6}(?![\dA-Za-z])", re.IGNORECASE
)
# What begins like a phone number and is none: a date, two years, an ISBN-13.
LOOKALIKES = re.compile(
    rb"(?:1[5-9]|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    rb"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:1[5-9]|20)\d\d(?!\d)"
    rb"|(?:1[5-9]|20)\d\d ?[-/ ] ?(?:1[5-9]|20)\d\d(?!\d)"
    rb"|97[89][- ]\d{1,5}[- ]\d{1,7}[- ]\d{1,7}[- ]\d(?!\d)"
)
_NOT_DIGITS = bytes(sorted(set(range(256)) - set(range(48, 58))))
_ZERO, _PLUS, _BRACKET = b"0+("
_WORDS = frozenset(WORD_BYTES)
_BETWEEN_LINKS = frozenset(b" \t\n\r\f\v\0<>\"'")

Found = tuple[int, Reading]


def detector(regions: Sequence[str] = ()) -> Detector:
    """The detector with numbers of these regions (ISO 3166 alpha-2) expected, as they are dialled there."""
    return Detector((KIND,), partial(find, regions=tuple(regions)), EXAMPLES)


def find(stretch: Stretch, *, regions: tuple[str, ...] = ()) -> Spans:
    """Phone numbers in `stretch`, extension included."""
    runs = stretch.digits
    if not len(runs):
        return NOTHING
    # Columns rather than rows: a hundred thousand tuples would keep the garbage collector busy.
    starts, ends, scores, evidence = array("q"), array("q"), array("f"), []
    for start, end, score, why in _read(stretch, Chains.of(runs), Expected(stretch, regions)):
        starts.append(start)
        ends.append(end)
        scores.append(score)
        evidence.append(why)
    return Spans(np.array(starts), np.array(ends), np.array(scores), tuple(evidence)) if starts else NOTHING


def _read(stretch: Stretch, chains: Chains, expected: Expected) -> Iterator[Row]:
    """The numbers in order; none begins before the one before it has ended."""
    consumed = 0
    for place in places(stretch, chains, expected):
        if place.start < consumed or not place.counts:
            continue
        found = _number_at(stretch.text, place, expected)
        if found is not None:
            consumed = found[1]
            yield found


def _number_at(text: bytes, place: Place, expected: Expected) -> Row | None:
    """The phone number that begins with the first of these groups of digits."""
    first, word = place.start, None
    begin = first - (text[first - 1] == _BRACKET)
    if text[begin - 1] == _PLUS:
        found = _longest(text, place, international_reading)
        return None if found is None else _complete(text, begin - 1, place, found, None)
    if LOOKALIKES.match(text, first):
        return None
    if place.may_be_called:
        word = announcing(text, first)
    if word is not None:
        found = _longest(text, place, called)
    else:
        found, word = _uncalled(text, place, expected)
    if found is None or _is_something_else(text, first):
        return None
    return _complete(text, begin, place, found, word)


def _uncalled(text: bytes, place: Place, expected: Expected) -> tuple[Found | None, str | None]:
    """The number as dialled in its country without a word before it, and the word behind it that says which it is."""
    is_single = len(place.sizes) == 1
    # Most numbers of a text end here: of one group that nothing marks as a phone's.
    if is_single and text[place.start] != _ZERO:
        return None, None
    found = _unannounced(text, place, expected)
    if is_single or (found is not None and found[1].score > POSSIBLE_SCORE):
        return found, None
    word = beside(text, place.ends[-1] if found is None else found[0])
    return (found, None) if word is None else (_longest(text, place, called), word)


def _unannounced(text: bytes, place: Place, expected: Expected) -> Found | None:
    lead = text[place.start]
    worth = worth_reading(lead, place.sizes)
    found = _longest(text, place, uncalled, worth) if worth else None
    if found is not None and found[1].score > POSSIBLE_SCORE:
        return found
    if lead != _ZERO and text[place.ends[0]] in b"./":
        return found
    return _expected(text, place, expected) or found


def _expected(text: bytes, place: Place, expected: Expected) -> Found | None:
    """All of the groups as one number of an expected region."""
    whole = len(place.sizes)
    if place.counts[0] != whole or not (regions := expected.at(place.start)):
        return None
    group = _group(text, place, whole)
    if group is None or not may_be_expected(group):
        return None
    reading = hinted(regions, group)
    return None if reading is None else (place.ends[-1], reading)


def _complete(text: bytes, begin: int, place: Place, found: Found, word: str | None) -> Row:
    """The number without a bracket that only closes after it, and with its extension."""
    end, reading = found
    if text[begin] == _BRACKET and b")" not in text[begin:end]:
        begin = place.start
    extension = EXTENSION.match(text, end) if text[end] in b" ,#" or text[end] in _WORDS else None
    return begin, extension.end() if extension else end, reading.score, _evidence(reading.rule, word)


@lru_cache(maxsize=1 << 10)
def _evidence(rule: str, word: str | None) -> Evidence:
    return Evidence(KIND, f"phone.{rule}/1", VALIDATOR, word)


def _is_something_else(text: bytes, first: int) -> bool:
    may_be_in_link = text[first - 1] not in _BETWEEN_LINKS
    return is_reference(text, first) or (may_be_in_link and in_link(text, first))


def _longest(text: bytes, place: Place, judge: Judge, among: Container[int] | None = None) -> Found | None:
    """The end and the reading of the most groups that are valid together; failing that, of the most possible.

    Only numbers of groups `among` these are looked at: all by default.
    """
    possible: Found | None = None
    for count in place.counts:
        if among is not None and count not in among:
            continue
        group = _group(text, place, count)
        reading = None if group is None else judge(group)
        if reading is not None and reading.score > POSSIBLE_SCORE:
            return place.ends[count - 1], reading
        if reading is not None and possible is None:
            possible = place.ends[count - 1], reading
    return possible


def _group(text: bytes, place: Place, count: int) -> Group | None:
    """The first `count` of the groups, unless letters follow that are no extension."""
    end = place.ends[count - 1]
    if text[end] in _WORDS and not EXTENSION.match(text, end):
        return None
    written = text[place.start - 1 : end]
    digits = written.replace(b"(0)", b"").translate(None, _NOT_DIGITS).decode()
    return Group(digits, written, place.sizes[:count], count == len(place.sizes))


EXAMPLES = (
    Example("+44 20 7946 0958", ((KIND, 0, 16),)),
    Example("Ring +1 (212) 555-0123, or 212-555-0124.", ((KIND, 5, 22), (KIND, 27, 39))),
    Example("(212) 555-0123 ext. 45", ((KIND, 0, 22),)),
    Example("212-555-0123x4587 until 2030", ((KIND, 0, 17),)),
    Example("(555) 555-0123 or 1-800-555-0199", ((KIND, 0, 14), (KIND, 18, 32))),
    Example("in 2019 212-555-0123 212-555-0124", ((KIND, 8, 20), (KIND, 21, 33))),
    Example("020 7946 0958, 0044 20 7946 0958", ((KIND, 0, 13), (KIND, 15, 32))),
    Example("01 99 00 12 34 / +33 1 99 00 12 34", ((KIND, 0, 14), (KIND, 17, 34))),
    Example("Tél\u00a0: 01.99.00.12.34", ((KIND, 6, 20),)),
    Example("+41 (0)44 668 18 00", ((KIND, 0, 19),)),
    Example("\U0001f4de e\u0301 tel: 2125550123", ((KIND, 10, 20),)),
    Example("call me at 2125550123 (or 467 3395)", ((KIND, 11, 21), (KIND, 26, 34))),
    Example('<a href="tel:+442079460958">', ((KIND, 13, 26),)),
    Example("until 1:15:37. 212-555-0123. 2019, +442079460958  250", ((KIND, 15, 27), (KIND, 35, 48))),
    Example("फ़ोन: ०२० ७९४६ ०९५८, هاتف ٠٢٠ ٧٩٤٦ ٠٩٥٨", ((KIND, 6, 19), (KIND, 26, 39))),
    Example("電話：０３－１２３４－５６７８", ((KIND, 3, 15),)),
    Example("+351 912 345 678 ou 912 345 678", ((KIND, 0, 16), (KIND, 20, 31))),
    Example("612 34 56 78", ((KIND, 0, 12),)),
    Example("order 12345678901234, order no. 212-555-0123, invoice 020 7946 0958"),
    Example("2019-03-04, 04/03/2019, 01.02.2003, 1998-2003, ISBN 978-0-306-40615-7, 0-306-40615-2"),
    Example("v10.41.21.72, 01.02.03.04, 3.14159265358979, 1,234,567,890, 12345-67890"),
    Example("550e8400-e29b-41d4-a716-446655440000, d41d8cd98f00b204e9800998ecf8427e, a212-555-0123"),
    Example("https://example.org/212-555-0123/020-7946-0958, $2125550123, +12, 1+2125550123"),
    Example("1 234 567 890 people, 512 345 678 bytes, 10 20 30 40, 12 34 56 78 90 12 34"),
)

DETECTOR = detector()
