"""MAC addresses (IEEE EUI-48): six pairs of hexadecimal digits, or three groups of four with dots between."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import HEX, WORD, members
from hayward.screeners.pii.context import REACH, REACH_AFTER, Words
from hayward.screeners.pii.places import places
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

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
DOCUMENTATION = (bytes.fromhex("00005e0053"), bytes.fromhex("01005e9010"))
GROUP_BIT, LOCAL_BIT = 0x01, 0x02
# (separator, digits in a group, the whole)
FORMS = tuple(
    (
        separator,
        width,
        re.compile(rb"[0-9A-Fa-f]{%d}(?:%s[0-9A-Fa-f]{%d}){%d}" % (width, re.escape(separator), width, more)),
    )
    for separator, width, more in ((b":", 2, 5), (b"-", 2, 5), (b".", 4, 2))
)
_GLUE = members(b":-")


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`, but none of all noughts or all ones (broadcast) and no part of a longer row of pairs."""
    return Spans.of(row for form in FORMS for row in _of_form(stretch, *form))


def _of_form(stretch: Stretch, separator: bytes, width: int, form: re.Pattern[bytes]) -> Iterator[Row]:
    text, codes = stretch.text, stretch.codes
    if separator not in text:
        return
    starts = _joined(stretch, separator[0], width + 1) - width
    starts = starts[HEX[codes[starts]] & HEX[codes[starts + 1]]]
    matches = (form.match(text, start) for start in starts.tolist())
    spans = np.array([match.span() for match in matches if match], np.int64).reshape(-1, 2)
    spans = spans[_alone(codes, spans[:, 0], spans[:, 1])]
    called = MAC_WORDS.may_be_near(stretch, spans[:, 0], spans[:, 1], before=REACH, after=REACH_AFTER)
    for (start, end), may_be_called in zip(spans.tolist(), called.tolist(), strict=True):
        row = _judged(text, start, end, may_be_called=may_be_called)
        if row is not None:
            yield row


def _joined(stretch: Stretch, separator: int, step: int) -> Positions:
    """Where the separator stands and again `step` bytes later."""
    if separator != ord("."):  # others look for colons and hyphens too
        found = stretch.marks(separator)
        joined: Positions = found[stretch.codes[found + step] == separator]
        return joined
    is_separator = stretch.codes == separator
    return places(is_separator[:-step] & is_separator[step:])


def _alone(codes: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    before, after = codes[starts - 1], codes[ends]
    glued = (_GLUE[before] & HEX[codes[starts - 2]]) | (_GLUE[after] & HEX[codes[ends + 1]])
    alone: NDArray[np.bool_] = ~(WORD[before] | WORD[after] | glued)
    return alone


def _judged(text: bytes, start: int, end: int, *, may_be_called: bool) -> Row | None:
    written = text[start:end]
    octets = bytes.fromhex(written.translate(None, b":-.").decode())
    if len(set(octets)) == 1 and octets[0] in {0x00, 0xFF}:
        return None
    if octets.startswith(DOCUMENTATION):
        return start, end, DOCUMENTATION_SCORE, Evidence(KIND, "mac.documentation/1")
    near = MAC_WORDS.near(text, start, end) if may_be_called else None
    if octets[0] & (GROUP_BIT | LOCAL_BIT):
        rule = "mac.group/1" if octets[0] & GROUP_BIT else "mac.local/1"
    elif written.translate(None, b":-.").isdigit():
        rule = "mac.digits/1"
    else:
        return start, end, CALLED_SCORE if near else SCORE, Evidence(KIND, "mac.universal/1", None, near)
    return start, end, DOUBTFUL_CALLED_SCORE if near else DOUBTFUL_SCORE, Evidence(KIND, rule, None, near)


EXAMPLES = (
    Example("MAC 00:1A:2B:3C:4D:5E, 00-1a-2b-3c-4d-5f", ((KIND, 4, 21), (KIND, 23, 40))),
    Example("interface 001a.2b3c.4d5e is up", ((KIND, 10, 24),)),
    Example("\U0001f4f6 aa:bb:cc:dd:ee:ff and 00:00:5E:00:53:01", ((KIND, 2, 19), (KIND, 24, 41))),
    Example("00:00:00:00:00:00, FF-FF-FF-FF-FF-FF, ffff.ffff.ffff"),
    Example("fingerprint 16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48, ZZ:11:22:33:44:55"),
    Example("00:1A:2B:3C:4D, 00:1A-2B:3C-4D:5E, x00:1A:2B:3C:4D:5E, 00:1A:2B:3C:4D:5Eg, 123a.2b3c.4d5ef"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
