"""MAC addresses (IEEE EUI-48): six pairs of hexadecimal digits, or three groups of four with dots between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import HEX, HEX_BYTES, WORD, members
from hayward.screeners.pii.context import REACH_AFTER, Words
from hayward.screeners.pii.places import places
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

Codes = NDArray[np.uint8]

KIND = "mac_address"
SCORE = 0.8
CALLED_SCORE = 0.95
# Group addresses, addresses made up by software, and pairs of digits only, which are a time or a serial number too.
DOUBTFUL_SCORE = 0.3
DOUBTFUL_CALLED_SCORE = 0.6
DOCUMENTATION_SCORE = 0.2

MAC_WORDS = Words(
    en="mac macs ethernet hwaddr bssid bluetooth ether wifi wlan lladdr ethaddr 'hardware address' 'physical address'",
    de="hardwareadresse 'physische adresse' 'physikalische adresse'",
    fr="'adresse physique' 'adresse matérielle'",
    es="'dirección física'",
    it="'indirizzo fisico'",
    pt="'endereço físico'",
    nl="'fysiek adres'",
    pl="'adres fizyczny' 'adres sprzętowy'",
    tr="'fiziksel adres'",
    ru="'физический адрес' 'аппаратный адрес'",
    zh="物理地址 网卡",
    ja="物理アドレス",
)
# RFC 7042 2.1.2, for documentation: 00-00-5E-00-53-00 to -FF, and 01-00-5E-90-10-xx for groups.
DOCUMENTATION = tuple(
    np.frombuffer(bytes.fromhex(octets), np.uint8) for octets in ("00005e0053", "01005e9010")
)
GROUP_BIT, LOCAL_BIT = 0x01, 0x02


class Rule(NamedTuple):
    """What is said of an address, how sure it is, and how sure beside a word for it."""

    name: str
    score: float
    called_score: float


# Of those that hold for an address the last is told.
UNIVERSAL, DIGITS, LOCAL, GROUP, DOCUMENTED, BROADCAST = range(6)
RULES = (
    Rule("mac.universal/1", SCORE, CALLED_SCORE),
    Rule("mac.digits/1", DOUBTFUL_SCORE, DOUBTFUL_CALLED_SCORE),
    Rule("mac.local/1", DOUBTFUL_SCORE, DOUBTFUL_CALLED_SCORE),
    Rule("mac.group/1", DOUBTFUL_SCORE, DOUBTFUL_CALLED_SCORE),
    Rule("mac.documentation/1", DOCUMENTATION_SCORE, DOCUMENTATION_SCORE),
)


class Form(NamedTuple):
    """Groups of digits with the same separator between."""

    separator: int
    width: int
    groups: int

    @property
    def length(self) -> int:
        return self.groups * (self.width + 1) - 1

    @property
    def digits(self) -> list[int]:
        """Where the digits are, from the first."""
        return [place for place in range(self.length) if place % (self.width + 1) < self.width]


FORMS = (Form(ord(":"), 2, 6), Form(ord("-"), 2, 6), Form(ord("."), 4, 3))
_COUNTS_WORDS = np.array([rule.called_score > rule.score for rule in RULES])
_GLUE = members(b":-")
_NO_DIGIT = 16
_VALUES = np.full(256, _NO_DIGIT, np.uint8)
_VALUES[list(HEX_BYTES)] = [int(chr(digit), 16) for digit in HEX_BYTES]


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`, but none of all noughts or all ones (broadcast) and no part of a longer row of pairs."""
    return Spans.of(row for form in FORMS for row in _of_form(stretch, form))


def _of_form(stretch: Stretch, form: Form) -> Iterator[Row]:
    starts = _joined(stretch, form) - form.width
    starts = starts[_alone(stretch.codes, starts, starts + form.length)]
    if not len(starts):
        return
    values = _VALUES[_windows(stretch.codes, starts, form.length)[:, form.digits]]
    is_address = (values < _NO_DIGIT).all(axis=1)
    starts, values = starts[is_address], values[is_address]
    rules = _rules(values)
    starts, rules = starts[rules != BROADCAST], rules[rules != BROADCAST]
    ends = starts + form.length
    words: list[str | None] = [None] * len(starts)
    counted = np.flatnonzero(_COUNTS_WORDS[rules])
    named = MAC_WORDS.nearest(stretch, starts[counted], ends[counted], after=REACH_AFTER)
    for place, word in zip(counted.tolist(), named, strict=True):
        words[place] = word
    for start, end, rule, word in zip(starts.tolist(), ends.tolist(), rules.tolist(), words, strict=True):
        yield start, end, *_judged(RULES[rule], word)


def _joined(stretch: Stretch, form: Form) -> Positions:
    """Where the separator stands and after each further group again."""
    step = form.width + 1
    if form.separator == ord("."):
        # Others look for colons and hyphens too, but not for full stops, which are many.
        stands = stretch.codes == form.separator
        stands[:-step] &= stands[step:]
        return places(stands)
    found = stretch.marks(form.separator)
    for group in range(1, form.groups - 1):
        found = found[stretch.codes[found + group * step] == form.separator]
    return found


def _alone(codes: Codes, starts: Positions, ends: Positions) -> NDArray[np.bool_]:
    before, after = codes[starts - 1], codes[ends]
    glued = (_GLUE[before] & HEX[codes[starts - 2]]) | (_GLUE[after] & HEX[codes[ends + 1]])
    alone: NDArray[np.bool_] = ~(WORD[before] | WORD[after] | glued)
    return alone


def _windows(codes: Codes, starts: Positions, length: int) -> Codes:
    """The `length` bytes from each start, as rows."""
    every: Codes = np.ndarray((len(codes) - length + 1, length), np.uint8, codes, strides=(1, 1))
    return every[starts]


def _rules(values: Codes) -> NDArray[np.int64]:
    """The rules of addresses, whose digits are the rows of `values`."""
    octets = values[:, ::2] << 4 | values[:, 1::2]
    first = octets[:, 0]
    rules = np.full(len(octets), UNIVERSAL)
    rules[(values < 10).all(axis=1)] = DIGITS
    rules[(first & LOCAL_BIT) != 0] = LOCAL
    rules[(first & GROUP_BIT) != 0] = GROUP
    for documented in DOCUMENTATION:
        rules[(octets[:, : len(documented)] == documented).all(axis=1)] = DOCUMENTED
    rules[(octets == 0x00).all(axis=1) | (octets == 0xFF).all(axis=1)] = BROADCAST
    return rules


def _judged(rule: Rule, word: str | None) -> tuple[float, Evidence]:
    return rule.called_score if word else rule.score, Evidence(KIND, rule.name, None, word)


EXAMPLES = (
    Example("MAC 00:1A:2B:3C:4D:5E, 00-1a-2b-3c-4d-5f", ((KIND, 4, 21), (KIND, 23, 40))),
    Example("interface 001a.2b3c.4d5e is up", ((KIND, 10, 24),)),
    Example("\U0001f4f6 aa:bb:cc:dd:ee:ff and 00:00:5E:00:53:01", ((KIND, 2, 19), (KIND, 24, 41))),
    Example("00:00:00:00:00:00, FF-FF-FF-FF-FF-FF, ffff.ffff.ffff"),
    Example("fingerprint 16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48, ZZ:11:22:33:44:55"),
    Example("00:1A:2B:3C:4D, 00:1A-2B:3C-4D:5E, x00:1A:2B:3C:4D:5E, 00:1A:2B:3C:4D:5Eg, 123a.2b3c.4d5ef"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
