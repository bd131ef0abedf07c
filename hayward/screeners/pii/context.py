"""What stands just before a candidate, in the same text: words for or against it, and the link it may be part of."""

from __future__ import annotations

import re
import string

REACH = 48
LINK_REACH = 200

SPACE = re.compile(rb"[\s\0<>\"']")
# Numbers that follow these are names of things.
REFERENCE_WORDS = re.compile(
    rb"(?:order|invoice|isbn|issn|doi|orcid|ref(?:erence)?|case|ticket|account|acct|serial|sku|part|patent"
    rb"|tracking|iban|version|model|id|p/n|page)(?:[ -]?(?:no|nr|number|id|code))?[\s.:=#-]*$",
    re.IGNORECASE,
)

_LOWER = bytes(byte if chr(byte) in string.ascii_letters or byte > 127 else 32 for byte in range(256)).lower()


def words(text: str) -> frozenset[bytes]:
    """The words of `text`, to be looked for with `called`."""
    return frozenset(word.encode() for word in text.split())


def called(names: frozenset[bytes], text: bytes, start: int) -> bool:
    """Whether one of these lower-case words stands, in any case, in the REACH bytes before `start`."""
    begin = _begin(text, start, REACH)
    before = text[begin:start].replace(b"\xc2\xa0", b" ").translate(_LOWER).split()
    if before and begin > 0 and text[begin - 1 : begin].isalpha():
        del before[0]
    return not names.isdisjoint(before)


def precedes(pattern: re.Pattern[bytes], text: bytes, start: int, *, reach: int = REACH) -> bool:
    """Whether the pattern occurs in the `reach` bytes before `start`."""
    return pattern.search(text, _begin(text, start, reach), start) is not None


def _begin(text: bytes, start: int, reach: int) -> int:
    """Where to begin looking: `reach` bytes back, but not in the text before."""
    begin = max(0, start - reach)
    return max(begin, text.rfind(b"\0", begin, start) + 1)


def is_reference(text: bytes, start: int) -> bool:
    """Whether a word just before `start` says that a number of an order, a page or another thing follows."""
    return precedes(REFERENCE_WORDS, text, start, reach=24)


def in_link(text: bytes, start: int) -> bool:
    """Whether `start` lies inside a URL: an unbroken token that holds `://` or begins with `www.`."""
    before = text[max(0, start - LINK_REACH) : start]
    if b"://" not in before and b"www." not in before:
        return False
    token = SPACE.split(before)[-1]
    return b"://" in token or token.startswith(b"www.")
