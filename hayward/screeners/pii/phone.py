"""Telephone numbers: chains of digit groups that a numbering plan knows, read from the longest chain down.

A number counts as valid where libphonenumber's metadata has its range assigned, and as possible where only its length
fits: numbers kept for fiction such as 555-01xx in an unassigned area, or ranges newer than the metadata. A possible
number is reported, with a low score, only when it is written internationally or a word before it says "phone".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.digits import DigitRuns
from hayward.screeners.pii.numbering import Standing, international, national
from hayward.screeners.pii.spans import Detector, Spans
from hayward.screeners.pii.stretch import MARGIN, Stretch

KIND = "phone_number"
CERTAIN_SCORE = 0.9
NATIONAL_SCORE = 0.6
POSSIBLE_SCORE = 0.4

# Asked in this order for numbers written without a calling code: those with a trunk prefix 0, and all of them after
# a word for "telephone".
TRUNK_REGIONS = ("GB", "DE", "FR", "IT", "NL", "BE", "CH", "AT", "SE", "AU", "IN", "JP", "BR", "ZA", "IL")
CALLED_REGIONS = ("US", *TRUNK_REGIONS, "ES", "PL", "PT", "DK", "NO", "CZ", "FI", "SG", "CN", "MX", "NZ")
MOST_DIGITS = 15  # ITU-T E.164
FEWEST_DIGITS = 7
FEWEST_TRUNK_DIGITS = 9
MOST_GROUPS = 8
LONGEST_CHAIN = 16

PHONE_WORDS = context.words(
    "(?:tele)?phones?", "tel", "call(?:s|ed|ing)?", "mobile", "cell(?:phone)?", "fax", "whats ?app", "dial(?:l?ing)?",
    "hotline", "reach(?:ed)?", "contact", "ring", "sms", "texte?d?", "voicemail", "telefon\\w*", "teléfono", "téléphone",
    "tél", "telefone", "mobil", "móvil", "celular", "telefoon", "rufen", "anrufen", "appelez", "llam(?:ar|e|a)",
)  # fmt: skip
OTHER_WORDS = re.compile(
    rb"(?:order|invoice|isbn|issn|doi|orcid|ref(?:erence)?|case|ticket|account|acct|serial|sku|part|patent|tracking"
    rb"|iban|card|version|model|id|p/n|page)(?:[ -]?(?:no|nr|number|id|code))?[\s.:=#-]*$",
    re.IGNORECASE,
)
EXTENSION = re.compile(
    rb"(?:,? ?(?:x|ext\.?|extension|poste|durchwahl) ?|#)\d{1,6}(?![\dA-Za-z])", re.IGNORECASE
)
DATE = re.compile(
    rb"(?:(?:1[5-9]|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])"
    rb"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:1[5-9]|20)\d\d)(?!\d)"
)
YEARS = re.compile(rb"(?:1[5-9]|20)\d\d ?[-/ ] ?(?:1[5-9]|20)\d\d\b")
_NOT_DIGITS = bytes(sorted(set(range(256)) - set(range(48, 58))))

# Space, - . / ( ) and, byte by byte, the no-break spaces and dashes of U+00A0 and U+2010..2015, U+202F.
_SEPARATOR = np.isin(
    np.arange(256), np.frombuffer(b" -./()\xc2\xa0\xe2\x80\xaf\x90\x91\x92\x93\x94\x95", np.uint8)
)
_TIGHT = np.isin(np.arange(256), np.frombuffer(b"-./", np.uint8))
_WORD = np.isin(
    np.arange(256), np.frombuffer(b"_" + bytes([*range(48, 58), *range(65, 91), *range(97, 123)]), np.uint8)
)
_GLUE_BEFORE = np.isin(np.arange(256), np.frombuffer(b"-/_#$%=\\", np.uint8)) | _WORD
WIDEST_GAP = 5


@dataclass(frozen=True)
class Chains:
    """Digit groups joined by what people write between the groups of a phone number."""

    runs: DigitRuns
    linked: NDArray[np.bool_]  # for each run but the last: it and the next stand in one chain
    loose: NDArray[
        np.bool_
    ]  # for each run: a number may begin here, as nothing tight joins it to a run before
    last: NDArray[np.int64]  # for each run: the last run of its chain

    @classmethod
    def of(cls, runs: DigitRuns) -> Chains:
        codes, gaps = runs.codes, runs.starts[1:] - runs.ends[:-1]
        linked = gaps <= WIDEST_GAP
        for step in range(WIDEST_GAP):
            linked &= (gaps <= step) | _SEPARATOR[codes[np.minimum(runs.ends[:-1] + step, len(codes) - 1)]]
        loose = np.ones(len(runs), bool)
        loose[1:] = ~(linked & (gaps == 1) & _TIGHT[codes[runs.ends[:-1]]])
        breaks = np.append(np.flatnonzero(~linked), len(runs) - 1)
        last = breaks[np.searchsorted(breaks, np.arange(len(runs)))]
        return cls(runs, linked, loose, last)

    def totals(self) -> NDArray[np.int64]:
        """For each run, the digits from it to the end of its chain."""
        before = np.concatenate([[0], np.cumsum(self.runs.lengths)])
        return before[self.last + 1] - before[:-1]


def find(stretch: Stretch) -> Spans:
    """Phone numbers in `stretch`, extension included."""
    runs = stretch.digits
    if not len(runs):
        return Spans.of(())
    return Spans.of(_read(stretch.text, Chains.of(runs)))


def _read(text: bytes, chains: Chains) -> Iterator[tuple[int, int, float]]:
    starts, ends = chains.runs.starts, chains.runs.ends
    consumed = 0
    for run in _beginnings(chains).tolist():
        if run < consumed:
            continue
        stop = min(int(chains.last[run]) + 1, run + MOST_GROUPS)
        found = number_at(text, starts[run:stop].tolist(), ends[run:stop].tolist())
        if found is not None:
            consumed = run + 1
            yield found
            while consumed < stop and starts[consumed] < found[1]:
                consumed += 1


def _beginnings(chains: Chains) -> NDArray[np.int64]:
    """Runs that a number may begin with, found without looking at single texts."""
    runs, codes = chains.runs, chains.runs.codes
    before, earlier = codes[runs.starts - 1], codes[runs.starts - 2]
    signed = ((before == ord("+")) & ~_WORD[earlier]) | ((before == ord("(")) & (earlier == ord("+")))
    free = chains.loose & ~_GLUE_BEFORE[before] & ~((before == ord(".")) & _WORD[earlier])
    # A group in mid-chain needs a shape of its own, and a long row of numbers is a table.
    heads = np.append(True, ~chains.linked)
    trunk = (codes[runs.starts] == ord("0")) & (runs.lengths > 1)
    shaped = np.zeros(len(runs), bool)
    shaped[runs.shaped((3, 3, 4), separators=b"-. ")] = True
    free &= (
        (heads | trunk | (before == ord("("))) & (chains.last - np.arange(len(runs)) < LONGEST_CHAIN)
    ) | shaped
    return np.flatnonzero((free | signed) & (chains.totals() >= FEWEST_DIGITS))


def number_at(text: bytes, starts: list[int], ends: list[int]) -> tuple[int, int, float] | None:
    """The phone number that begins with the first of these groups of digits, as (start, end, score)."""
    first = starts[0]
    if text[first - 1 : first] == b"+" or text[first - 2 : first] == b"+(":
        found = _longest(text, starts, ends, _international)
        begin = first - (1 if text[first - 1 : first] == b"+" else 2)
    elif (
        DATE.match(text, first) or YEARS.match(text, first) or OTHER_WORDS.search(text, first - MARGIN, first)
    ):
        return None
    else:
        called = context.precedes(PHONE_WORDS, text, first)
        found = _longest(text, starts, ends, _called if called else _uncalled)
        begin = first - (text[first - 1 : first] == b"(")
    if found is None or (found[1] < CERTAIN_SCORE and context.in_link(text, first)):
        return None
    end, score = found
    if text[begin : begin + 1] == b"(" and b")" not in text[begin:end]:
        begin = first
    extension = EXTENSION.match(text, end)
    return begin, extension.end() if extension else end, score


Judge = Callable[[str, bytes, Sequence[int]], float]


def _longest(text: bytes, starts: list[int], ends: list[int], judge: Judge) -> tuple[int, float] | None:
    """The end and score of the most groups that are valid together; failing that, of the most that are possible."""
    possible = None
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    for count in range(len(sizes), 0, -1):
        if not FEWEST_DIGITS <= sum(sizes[:count]) <= MOST_DIGITS + 2 or not _may_end(text, ends[count - 1]):
            continue
        written = text[starts[0] - 1 : ends[count - 1]]
        digits = written.replace(b"(0)", b"").translate(None, _NOT_DIGITS).decode()
        score = judge(digits, written, sizes[:count])
        if score > POSSIBLE_SCORE:
            return ends[count - 1], score
        if score and possible is None:
            possible = ends[count - 1], score
    return possible


def _may_end(text: bytes, end: int) -> bool:
    after, beyond = text[end], text[end + 1]
    if after in b"-./," and 48 <= beyond <= 57:
        return False
    return not _WORD[after] or EXTENSION.match(text, end) is not None


def _international(digits: str, _written: bytes, _sizes: Sequence[int]) -> float:
    return _INTERNATIONAL_SCORES[international(digits)] if len(digits) <= MOST_DIGITS else 0.0


def _uncalled(digits: str, written: bytes, sizes: Sequence[int]) -> float:
    """The score of a national number that nothing announces: only shapes that are hardly anything else."""
    if len(sizes) < 2:
        return 0.0
    if digits.startswith("00"):
        return CERTAIN_SCORE if international(digits[2:]) is Standing.VALID else 0.0
    if digits[0] == "0":
        return NATIONAL_SCORE if _is_trunk_shaped(digits, written, sizes) and _is_trunk_valid(digits) else 0.0
    if not _is_north_american(digits, sizes):
        return 0.0
    if international("1" + digits[-10:]) is Standing.VALID:
        return NATIONAL_SCORE
    return POSSIBLE_SCORE if written.count(b"-") or written.startswith(b"(") else 0.0


def _is_trunk_shaped(digits: str, written: bytes, sizes: Sequence[int]) -> bool:
    """Whether digits after a trunk 0 are grouped as in a phone number, not as in an ISBN, a date or an SSN."""
    if sizes[0] == 1 and not written.startswith(b"("):
        return False
    return len(digits) >= FEWEST_TRUNK_DIGITS and tuple(sizes) != (3, 2, 4)


def _is_trunk_valid(digits: str) -> bool:
    return national(digits, TRUNK_REGIONS) is Standing.VALID


def _is_north_american(digits: str, sizes: Sequence[int]) -> bool:
    """Whether digits are grouped as 3-3-4 or 1-3-3-4, and neither area nor exchange begins with 0 or 1 (NANP)."""
    grouped = tuple(sizes) == (3, 3, 4) or (tuple(sizes) == (1, 3, 3, 4) and digits[0] == "1")
    return grouped and digits[-10] in "23456789" and digits[-7] in "23456789"


def _called(digits: str, written: bytes, sizes: Sequence[int]) -> float:
    """The score of a national number after a word for telephone."""
    if _uncalled(digits, written, sizes) > POSSIBLE_SCORE:
        return CERTAIN_SCORE
    dialled = international(digits[2:]) if digits.startswith("00") else Standing.IMPOSSIBLE
    standing = max(dialled, national(digits, CALLED_REGIONS))
    if standing is Standing.VALID and (len(sizes) > 1 or len(digits) > 8):
        return NATIONAL_SCORE
    return POSSIBLE_SCORE if standing and len(sizes) > 1 else 0.0


_INTERNATIONAL_SCORES = {
    Standing.IMPOSSIBLE: 0.0,
    Standing.POSSIBLE: POSSIBLE_SCORE,
    Standing.VALID: CERTAIN_SCORE,
}

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
    Example("order 12345678901234, order no. 212-555-0123, invoice 020 7946 0958"),
    Example("2019-03-04, 04/03/2019, 01.02.2003, 1998-2003, ISBN 978-0-306-40615-7, 0-306-40615-2"),
    Example("v10.41.21.72, 01.02.03.04, 3.14159265358979, 1,234,567,890, 12345-67890"),
    Example("550e8400-e29b-41d4-a716-446655440000, d41d8cd98f00b204e9800998ecf8427e, a212-555-0123"),
    Example("https://example.org/212-555-0123/020-7946-0958, $2125550123, +12, 1+2125550123"),
)

DETECTOR = Detector(KIND, find, EXAMPLES)
