"""What stands just before a candidate, in the same text: words that speak for it or against it, links it is part of."""

from __future__ import annotations

import re

REACH = 48
LINK_REACH = 200

SPACE = re.compile(rb"[\s\0<>\"']")


# Numbers that follow these are names of things.
REFERENCE_WORDS = re.compile(
    rb"(?:order|invoice|isbn|issn|doi|orcid|ref(?:erence)?|case|ticket|account|acct|serial|sku|part|patent"
    rb"|tracking|iban|version|model|id|p/n|page)(?:[ -]?(?:no|nr|number|id|code))?[\s.:=#-]*$",
    re.IGNORECASE,
)


def words(*alternatives: str) -> re.Pattern[bytes]:
    """A pattern that finds any of these words (regular expressions), whole and in any case."""
    return re.compile(rb"(?<![a-z])(?:" + "|".join(alternatives).encode() + rb")(?![a-z])", re.IGNORECASE)


def precedes(pattern: re.Pattern[bytes], text: bytes, start: int, *, reach: int = REACH) -> bool:
    """Whether the pattern occurs in the `reach` bytes before `start` without leaving the text it stands in."""
    begin = max(0, start - reach)
    begin = max(begin, text.rfind(b"\0", begin, start) + 1)
    return pattern.search(text, begin, start) is not None


def is_reference(text: bytes, start: int) -> bool:
    """Whether a word just before `start` says that a number of an order, a page or another thing follows."""
    return precedes(REFERENCE_WORDS, text, start, reach=24)


def in_link(text: bytes, start: int) -> bool:
    """Whether `start` lies inside a URL: an unbroken token that holds `://` or begins with `www.`."""
    token = SPACE.split(text[max(0, start - LINK_REACH) : start])[-1]
    return b"://" in token or token.startswith(b"www.")
