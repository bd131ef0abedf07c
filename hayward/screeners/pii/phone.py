"""Telephone numbers: chains of digit groups that a numbering plan knows, read from the longest chain down.

A number counts as valid where libphonenumber's metadata has its range assigned, and as possible where only its length
fits: numbers kept for fiction, such as 555-01xx in an unassigned area, or ranges newer than the metadata. A possible
number is reported, with a low score, when it is written internationally, as (555) 555-0123, or after a word such as
"phone".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.chains import FEWEST_DIGITS, Chains
from hayward.screeners.pii.characters import DIGIT, WORD
from hayward.screeners.pii.phone_reading import (
    POSSIBLE_SCORE,
    Group,
    Judge,
    Reading,
    called,
    hinted,
    international_reading,
    uncalled,
)
from hayward.screeners.pii.phone_regions import hints
from hayward.screeners.pii.phone_words import BESIDE_WORDS, PHONE_WORDS
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "phone_number"
VALIDATOR = "libphonenumber"
MOST_DIGITS = 15  # ITU-T E.164, behind 00 two more
MOST_GROUPS = 8
BESIDE_REACH = 12

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
    starts, ends = chains.runs.starts, chains.runs.ends
    beginnings = chains.beginnings()
    stops = (chains.last[beginnings] + 1).clip(max=beginnings + MOST_GROUPS)
    expected = hints(stretch, regions)
    consumed = 0
    for run, stop in zip(beginnings.tolist(), stops.tolist(), strict=True):
        if starts[run] < consumed:
            continue
        found = number_at(stretch.text, starts[run:stop].tolist(), ends[run:stop].tolist(), expected)
        if found is not None:
            consumed = found[1]
            yield found


def number_at(
    text: bytes, starts: list[int], ends: list[int], expected: Callable[[int], tuple[str, ...]]
) -> Row | None:
    """The phone number that begins with the first of these groups of digits; `expected` names a place's regions."""
    first = starts[0]
    before = text[first - 2 : first]
    word = None
    if before[1:] == b"+" or before == b"+(":
        begin = first - (2 if before == b"+(" else 1)
        found = _longest(text, starts, ends, international_reading)
    elif LOOKALIKES.match(text, first):
        return None
    else:
        begin = first - (before[1:] == b"(")
        found, word = _national(text, starts, ends, expected)
        if found is None or _is_something_else(text, first):
            return None
    return None if found is None else _complete(text, begin, first, found, word)


Found = tuple[int, Reading]


def _national(
    text: bytes, starts: list[int], ends: list[int], expected: Callable[[int], tuple[str, ...]]
) -> tuple[Found | None, str | None]:
    """The number as dialled in its country, and the word that announces it."""
    word = PHONE_WORDS.before(text, starts[0])
    if word is None:
        found = _unannounced(text, starts, ends, expected)
        if len(starts) == 1 or (found is not None and found[1].score > POSSIBLE_SCORE):
            return found, None
        end = ends[-1] if found is None else found[0]
        word = BESIDE_WORDS.near(text, starts[0], end, before=0, after=BESIDE_REACH)
        if word is None:
            return found, None
    return _longest(text, starts, ends, called), word


def _unannounced(
    text: bytes, starts: list[int], ends: list[int], expected: Callable[[int], tuple[str, ...]]
) -> Found | None:
    # Most numbers of a text end here: of one group that nothing marks as a phone's.
    if len(starts) == 1 and text[starts[0]] != ord("0"):
        return None
    found = _longest(text, starts, ends, uncalled)
    if found is None or found[1].score <= POSSIBLE_SCORE:
        regions = expected(starts[0])
        if regions:
            found = _longest(text, starts, ends, partial(hinted, regions)) or found
    return found


def _complete(text: bytes, begin: int, first: int, found: Found, word: str | None) -> Row:
    """The number without a bracket that only closes after it, and with its extension."""
    end, reading = found
    if text[begin : begin + 1] == b"(" and b")" not in text[begin:end]:
        begin = first
    extension = EXTENSION.match(text, end) if text[end] in b" ,#" or WORD[text[end]] else None
    evidence = Evidence(KIND, f"phone.{reading.rule}/1", VALIDATOR, word)
    return begin, extension.end() if extension else end, reading.score, evidence


def _is_something_else(text: bytes, first: int) -> bool:
    return context.is_reference(text, first) or context.in_link(text, first)


def _longest(text: bytes, starts: list[int], ends: list[int], judge: Judge) -> Found | None:
    """The end and the reading of the most groups that are valid together; failing that, of the most possible."""
    possible: Found | None = None
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    total = sum(sizes)
    for count in range(len(sizes), 0, -1):
        enough, total = FEWEST_DIGITS <= total <= MOST_DIGITS + 2, total - sizes[count - 1]
        if not enough or not _may_end(text, ends[count - 1]):
            continue
        written = text[starts[0] - 1 : ends[count - 1]]
        digits = written.replace(b"(0)", b"").translate(None, _NOT_DIGITS).decode()
        reading = judge(Group(digits, written, tuple(sizes[:count]), count == len(sizes)))
        if reading is not None and reading.score > POSSIBLE_SCORE:
            return ends[count - 1], reading
        if reading is not None and possible is None:
            possible = ends[count - 1], reading
    return possible


def _may_end(text: bytes, end: int) -> bool:
    after, beyond = text[end], text[end + 1]
    if after in b"-./,:" and DIGIT[beyond]:
        return False
    return not WORD[after] or EXTENSION.match(text, end) is not None


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
