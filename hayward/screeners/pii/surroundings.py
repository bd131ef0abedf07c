"""What just before a candidate tells what it is part of: a pattern, a word for a thing that is numbered, a link."""

from __future__ import annotations

import re

from hayward.screeners.pii.characters import ASCII_WORDS

LINK_REACH = 200
SPACE = re.compile(rb"[\s\0<>\"']")
# Numbers that follow these are names of things, also with a word for "number" between.
REFERENCES = frozenset(
    b"order invoice isbn issn doi orcid ref reference case ticket account acct serial sku part patent tracking iban "
    b"version model id page bestellung rechnung commande facture pedido factura ordine fattura".split()
)
NUMBER_WORDS = frozenset(b"no nr number num id code numero".split())
REFERENCE_REACH = 24
_SEPARATORS = b" \t\r\n.:=#-"


def precedes(pattern: re.Pattern[bytes], text: bytes, start: int, *, reach: int) -> bool:
    """Whether the pattern occurs in the `reach` bytes before `start`."""
    return pattern.search(text, begin_of(text, start, reach), start) is not None


def begin_of(text: bytes, start: int, reach: int) -> int:
    """Where to begin looking: `reach` bytes back, but not in the text before."""
    begin = max(0, start - reach)
    return max(begin, text.rfind(b"\0", begin, start) + 1)


def is_reference(text: bytes, start: int) -> bool:
    """Whether a word just before `start` says that a number of an order, a page or another thing follows."""
    before = text[begin_of(text, start, REFERENCE_REACH) : start].rstrip(_SEPARATORS)
    if not before[-1:].isalpha():
        return False
    last = before.translate(ASCII_WORDS).split()[-2:]
    if last == [b"p", b"n"]:
        return True
    return last[-1] in REFERENCES or (len(last) == 2 and last[1] in NUMBER_WORDS and last[0] in REFERENCES)


def in_link(text: bytes, start: int) -> bool:
    """Whether `start` lies inside a URL: an unbroken token that holds `://` or begins with `www.`."""
    before = text[max(0, start - LINK_REACH) : start]
    if b"://" not in before and b"www." not in before:
        return False
    token = SPACE.split(before)[-1]
    return b"://" in token or token.startswith(b"www.")
