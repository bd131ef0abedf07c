"""Classes of bytes that candidates are made of and bounded by, as tables to look bytes up in."""

from __future__ import annotations

import string

import numpy as np
from numpy.typing import NDArray

ALPHANUMERIC = (string.ascii_letters + string.digits).encode()
WORD_BYTES = ALPHANUMERIC + b"_"
HEX_BYTES = string.hexdigits.encode()
# To translate by: letters of ASCII in lower case, and spaces for all else.
ASCII_WORDS = bytes(byte if chr(byte) in string.ascii_letters else 32 for byte in range(256)).lower()
NON_ASCII_BYTES = bytes(range(0x80, 0x100))


def members(characters: bytes) -> NDArray[np.bool_]:
    """For each of the 256 bytes whether it is one of `characters`."""
    table = np.zeros(256, bool)
    table[list(characters)] = True
    return table


WORD = members(WORD_BYTES)
DIGIT = members(string.digits.encode())
HEX = members(HEX_BYTES)
