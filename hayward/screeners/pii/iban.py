"""International bank account numbers (ISO 13616): a country, its length, and a remainder of one modulo 97."""

from __future__ import annotations

import re
import string
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import WORD, WORD_BYTES
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "iban"
EVIDENCE = Evidence(KIND, "iban.registered/1", "mod 97")
SCORE = 0.95

# SWIFT, IBAN Registry, release 99, and the countries that use the form without being in the registry.
LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30, "IR": 26, "DZ": 26, "AO": 25, "CM": 27, "CV": 25, "MA": 28, "MG": 27, "ML": 28, "MZ": 25, "SN": 28,
}  # fmt: skip


def _countries() -> NDArray[np.uint8]:
    """For a pair of letters (case aside) as 26 * first + second, the length of its numbers, else 0."""
    table = np.zeros(26 * 26, np.uint8)
    for country, length in LENGTHS.items():
        first, second = country.encode()
        table[26 * (first - 65) + second - 65] = length
    return table


COUNTRIES = _countries()
_VALUES = str.maketrans({letter: str(int(letter, 36)) for letter in string.ascii_letters})
_COUNTRY_VALUES = {
    spelled.encode(): spelled.translate(_VALUES).encode()
    for country in LENGTHS
    for spelled in (country, country.lower())
}


@cache
def _shape(length: int) -> re.Pattern[bytes]:
    """Exactly `length` letters and digits, single spaces or hyphens among them, not followed by another one."""
    return re.compile(rb"[A-Za-z]{2}\d\d(?:(?:[ -]|\xc2\xa0)?[A-Za-z0-9]){%d}(?![A-Za-z0-9_])" % (length - 4))


def find(stretch: Stretch) -> Spans:
    """IBANs in `stretch`: written together or grouped, upper or lower case."""
    runs, codes = stretch.digits, stretch.codes
    digits = runs.starts[runs.lengths >= 2]
    first, second = (codes[digits - 2] | 0x20) - np.uint8(97), (codes[digits - 1] | 0x20) - np.uint8(97)
    begins = (first < 26) & (second < 26) & ~WORD[codes[digits - 3]]
    digits, pairs = digits[begins], first[begins].astype(np.int64) * 26 + second[begins]
    lengths = COUNTRIES[pairs]
    rows: list[Row] = []
    for start, length in zip((digits[lengths > 0] - 2).tolist(), lengths[lengths > 0].tolist(), strict=True):
        end = _end(stretch.text, start, length)
        if end:
            rows.append((start, end, SCORE, EVIDENCE))
    return Spans.of(rows)


def _end(text: bytes, start: int, length: int) -> int | None:
    """Where the valid number of this length that begins at `start` ends, if one does."""
    end = start + length
    number = text[start:end]
    if number.isalnum():
        if text[end] in WORD_BYTES:
            return None
    else:
        match = _shape(length).match(text, start)
        if match is None:
            return None
        end, number = match.end(), match.group().translate(None, b" -\xc2\xa0")
    in_one_case = number.isupper() or number.islower()
    return end if in_one_case and remainder(number) == 1 else None


def remainder(number: bytes) -> int:
    """The number modulo 97 with its first four characters moved to the end and letters as 10..35 (ISO 7064)."""
    account, country, check = number[4:], number[:2], number[2:4]
    if not account.isdigit():
        return int((account + country + check).decode().translate(_VALUES)) % 97
    return int(account + _COUNTRY_VALUES[country] + check) % 97


EXAMPLES = (
    Example("GB29 NWBK 6016 1331 9268 19", ((KIND, 0, 27),)),
    Example("IBAN:DE89370400440532013000.", ((KIND, 5, 27),)),
    Example("pay fr1420041010050500013m02606 now", ((KIND, 4, 31),)),
    Example(
        "\U0001f4b6 NL91-ABNA-0417-1643-00 or BE68\u00a05390\u00a00754\u00a07034",
        ((KIND, 2, 24), (KIND, 28, 47)),
    ),
    Example("NO93 8601 1117 947 is mine", ((KIND, 0, 18),)),
    Example("GB29 NWBK 6016 1331 9268 18, XX29 NWBK 6016 1331 9268 19, DE8937040044053201300"),
    Example(
        "de89370400440532013000x, Gb29 NWBK 6016 1331 9268 19, DE893704004405320130001, see DE89 for details"
    ),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
