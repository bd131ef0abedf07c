"""Telephone numbers: chains of digit groups that a numbering plan knows, read from the longest chain down.

A number counts as valid where libphonenumber's metadata has its range assigned, and as possible where only its length
fits: numbers kept for fiction, such as 555-01xx in an unassigned area, or ranges newer than the metadata. A possible
number is reported, with a low score, when it is written internationally, as (555) 555-0123, or after a word such as
"phone".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from operator import sub

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.chains import FEWEST_DIGITS, Chains
from hayward.screeners.pii.characters import WORD_BYTES
from hayward.screeners.pii.phone_places import MOST_GROUPS, promising
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
from hayward.screeners.pii.phone_regions import Regions, hints
from hayward.screeners.pii.phone_words import announcing, beside
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "phone_number"
VALIDATOR = "libphonenumber"
MOST_DIGITS = 15  # ITU-T E.164, behind 00 two more

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
_DIGITS = frozenset(b"0123456789")
_WORDS = frozenset(WORD_BYTES)
_CONTINUING = frozenset(b"-./,:")

Found = tuple[int, Reading]


def detector(regions: Sequence[str] = ()) -> Detector:
    """The detector with numbers of these regions (ISO 3166 alpha-2) expected, as they are dialled there."""
    return Detector((KIND,), partial(find, regions=tuple(regions)), EXAMPLES)


def find(stretch: Stretch, *, regions: tuple[str, ...] = ()) -> Spans:
    """Phone numbers in `stretch`, extension included."""
    runs = stretch.digits
    if not len(runs):
        return NOTHING
    return Spans.of(_read(stretch, Chains.of(runs), regions))


def _read(stretch: Stretch, chains: Chains, regions: tuple[str, ...]) -> Iterator[Row]:
    text, expected = stretch.text, hints(stretch, regions)
    first, may_be_called = promising(stretch, chains, expected)
    consumed = 0
    for (starts, ends), is_near in zip(
        chains.groups(first, MOST_GROUPS), may_be_called.tolist(), strict=True
    ):
        if starts[0] < consumed:
            continue
        found = number_at(text, starts, ends, expected, may_be_called=is_near)
        if found is not None:
            consumed = found[1]
            yield found


def number_at(
    text: bytes, starts: list[int], ends: list[int], expected: Regions, *, may_be_called: bool = True
) -> Row | None:
    """The phone number that begins with the first of these groups of digits; `expected` names a place's regions."""
    first = starts[0]
    begin = first - (text[first - 1] == _BRACKET)
    word = announcing(text, first) if may_be_called else None
    if text[begin - 1] == _PLUS:
        begin, word = begin - 1, None
        found = _longest(text, starts, ends, international_reading)
    elif LOOKALIKES.match(text, first):
        return None
    elif word is not None:
        found = _longest(text, starts, ends, called)
    else:
        found, word = _uncalled(text, starts, ends, expected)
    if found is None or (text[begin] != _PLUS and _is_something_else(text, first)):
        return None
    return _complete(text, begin, first, found, word)


def _uncalled(
    text: bytes, starts: list[int], ends: list[int], expected: Regions
) -> tuple[Found | None, str | None]:
    """The number as dialled in its country without a word before it, and the word behind it that says which it is."""
    # Most numbers of a text end here: of one group that nothing marks as a phone's.
    if len(starts) == 1 and text[starts[0]] != _ZERO:
        return None, None
    found = _unannounced(text, starts, ends, expected)
    if len(starts) == 1 or (found is not None and found[1].score > POSSIBLE_SCORE):
        return found, None
    word = beside(text, ends[-1] if found is None else found[0])
    return (found, None) if word is None else (_longest(text, starts, ends, called), word)


def _unannounced(text: bytes, starts: list[int], ends: list[int], expected: Regions) -> Found | None:
    sizes = tuple(map(sub, ends, starts))
    first = text[starts[0]]
    found = _longest(text, starts, ends, uncalled, worth_reading(first, sizes))
    if found is not None and found[1].score > POSSIBLE_SCORE:
        return found
    if first != _ZERO and text[ends[0]] in b"./":
        return found
    return _expected(text, starts, ends, expected) or found


def _expected(text: bytes, starts: list[int], ends: list[int], expected: Regions) -> Found | None:
    """All of the groups as one number of an expected region."""
    regions = expected(starts[0])
    group = _group(text, starts, ends, len(starts)) if regions else None
    if group is None or not may_be_expected(group):
        return None
    reading = hinted(regions, group)
    return None if reading is None else (ends[-1], reading)


def _complete(text: bytes, begin: int, first: int, found: Found, word: str | None) -> Row:
    """The number without a bracket that only closes after it, and with its extension."""
    end, reading = found
    if text[begin] == _BRACKET and b")" not in text[begin:end]:
        begin = first
    extension = EXTENSION.match(text, end) if text[end] in b" ,#" or text[end] in _WORDS else None
    return begin, extension.end() if extension else end, reading.score, _evidence(reading.rule, word)


@lru_cache(maxsize=1 << 10)
def _evidence(rule: str, word: str | None) -> Evidence:
    return Evidence(KIND, f"phone.{rule}/1", VALIDATOR, word)


def _is_something_else(text: bytes, first: int) -> bool:
    return context.is_reference(text, first) or context.in_link(text, first)


def _longest(
    text: bytes, starts: list[int], ends: list[int], judge: Judge, counts: Iterable[int] | None = None
) -> Found | None:
    """The end and the reading of the most groups that are valid together; failing that, of the most possible.

    `counts` are the numbers of groups to be looked at, most first: all by default.
    """
    possible: Found | None = None
    for count in range(len(starts), 0, -1) if counts is None else counts:
        group = _group(text, starts, ends, count)
        reading = None if group is None else judge(group)
        if reading is not None and reading.score > POSSIBLE_SCORE:
            return ends[count - 1], reading
        if reading is not None and possible is None:
            possible = ends[count - 1], reading
    return possible


def _group(text: bytes, starts: list[int], ends: list[int], count: int) -> Group | None:
    """The first `count` of the groups, unless they are too many digits or too few, or stop within a longer number."""
    sizes = tuple(map(sub, ends[:count], starts))
    end = ends[count - 1]
    if not FEWEST_DIGITS <= sum(sizes) <= MOST_DIGITS + 2 or not _may_end(text, end):
        return None
    written = text[starts[0] - 1 : end]
    digits = written.replace(b"(0)", b"").translate(None, _NOT_DIGITS).decode()
    return Group(digits, written, sizes, count == len(starts))


def _may_end(text: bytes, end: int) -> bool:
    after = text[end]
    if after in _CONTINUING and text[end + 1] in _DIGITS:
        return False
    return after not in _WORDS or EXTENSION.match(text, end) is not None


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
