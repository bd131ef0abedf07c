"""What is known of every character beyond ASCII, in tables that whole arrays of them are looked up in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import ucd_3_2_0

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

SEPARATOR, LETTER, ALONE = 0, 1, 2
# Scripts written without spaces: there each character is a word.
SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3105, 0x312F),  # Bopomofo
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
)
_PLANE = 1 << 16
# Beyond the basic plane, where neither case nor composition is: symbols and emoji, and unified Han.
_EASY_BEYOND = ((0x1F000, 0x1FAFF), (0x20000, 0x2F7FF))
_JAMO = range(0x1100, 0x1200)


@dataclass(frozen=True, slots=True)
class Beyond:
    """The characters of a text that are not ASCII: where they begin, their code points, their sizes in bytes."""

    places: Places
    codes: Places
    sizes: Places


def beyond_ascii(data: Bytes) -> Beyond:
    """Reads them (RFC 3629). `data` is valid UTF-8 with three bytes or more after its last character."""
    places = np.flatnonzero(data >= 0xC0)
    first, second, third, fourth = (data[places + step].astype(np.int64) for step in range(4))
    two = ((first & 0x1F) << 6) | (second & 0x3F)
    three = ((first & 0x0F) << 12) | ((second & 0x3F) << 6) | (third & 0x3F)
    four = ((three & 0x1FFF) << 6) | (fourth & 0x3F)
    sizes = 2 + (first >= 0xE0).astype(np.int64) + (first >= 0xF0)
    return Beyond(places, np.choose(sizes - 2, (two, three, four)), sizes)


def is_hard(codes: Places) -> NDArray[np.bool_]:
    """Which characters need more than a look at themselves to be folded and composed."""
    hard = _hard()[np.minimum(codes, _PLANE - 1)]
    astral = codes >= _PLANE
    hard[astral] = True
    for first, last in _EASY_BEYOND:
        hard[(codes >= first) & (codes <= last)] = False
    return hard


def folded(codes: Places) -> Places:
    """The folded form of characters that are not hard; a space for white space."""
    fold = _fold()[np.minimum(codes, _PLANE - 1)]
    return np.where(codes < _PLANE, fold, codes)


def classes(codes: Places) -> NDArray[np.uint8]:
    """SEPARATOR, LETTER or ALONE (a word by itself)."""
    return np.where(codes < _PLANE, _classes()[np.minimum(codes, _PLANE - 1)], ALONE).astype(np.uint8)


@lru_cache(maxsize=1)
def _hard() -> NDArray[np.bool_]:
    composing = {
        int(parts[1], 16)
        for code in range(_PLANE)
        if len(parts := unicodedata.decomposition(chr(code)).split()) == 2 and not parts[0].startswith("<")
    }
    composing.update(_JAMO)
    return np.array([code in composing or _is_hard(chr(code)) for code in range(_PLANE)])


def _is_hard(character: str) -> bool:
    fold = character.casefold()
    return (
        unicodedata.combining(character) != 0
        or len(fold) != 1
        or len(_utf8(fold)) != len(_utf8(character))
        or unicodedata.normalize("NFC", fold) != fold
    )


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _fold() -> Places:
    return np.array(
        [32 if chr(code).isspace() else ord(chr(code).casefold()[:1]) for code in range(_PLANE)], np.int64
    )


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """By general category in Unicode 3.2, which stays as it is; what it does not know counts as a letter."""
    kinds = [ucd_3_2_0.category(chr(code)) for code in range(_PLANE)]
    table = np.array([LETTER if kind[0] in "LMN" or kind == "Cn" else SEPARATOR for kind in kinds], np.uint8)
    for first, last in SPACELESS:
        stretch = table[first : last + 1]
        stretch[stretch == LETTER] = ALONE
    return table
