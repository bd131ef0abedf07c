"""E-mail addresses written in words so that programs miss them: "ann [at] example [dot] org", "ann AT example.org"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from hayward.screeners.pii.address import evidence
from hayward.screeners.pii.hostname import Host, host_name
from hayward.screeners.pii.needles import marks, occurrences, words_at
from hayward.screeners.pii.places import places
from hayward.screeners.pii.spans import Row
from hayward.screeners.pii.stretch import Stretch

BRACKETED_SCORE = 0.9
SPACED_SCORE = 0.7

# The sign's names: English, German, Spanish and Portuguese, French, Italian, Polish.
_SIGN_WORDS = rb"at|\xc3\xa4t|aet|arroba|arobase|chiocciola|ma\xc5\x82pa|malpa|@"
_DOT_WORDS = rb"dot|punkt|punto|ponto|point|punt|kropka|nokta"
_OPEN, _CLOSE = rb"[\[({]", rb"[\])}]"
_LABEL = rb"[A-Za-z0-9\x80-\xff][A-Za-z0-9\x80-\xff-]{0,62}"
_DOT = rb"(?:[ ]{0,2}%(open)s[ ]?(?:%(dot)s|\.)[ ]?%(close)s[ ]{0,2}|[ ]{1,2}(?:%(dot)s)[ ]{1,2}|\.)" % {
    b"open": _OPEN,
    b"close": _CLOSE,
    b"dot": _DOT_WORDS,
}

BRACKETED_SIGN = re.compile(rb"%s[ ]?(?:%s)[ ]?%s$" % (_OPEN, _SIGN_WORDS, _CLOSE), re.IGNORECASE)
SPACED_SIGN = re.compile(rb"[ ]arroba[ ]", re.IGNORECASE)
DOMAIN = re.compile(rb"[ ]{0,2}(%s(?:%s%s){1,5})(?![A-Za-z0-9_@])" % (_LABEL, _DOT, _LABEL), re.IGNORECASE)
DOT = re.compile(_DOT, re.IGNORECASE)
# A local part, its dots written or in words, up to the sign's place.
_PART = rb"[A-Za-z0-9\x80-\xff][A-Za-z0-9\x80-\xff_+'-]{0,63}"
LOCAL = re.compile(
    rb"(?<![%s])(%s(?:%s%s){0,3})[ ]{0,2}$" % (b"A-Za-z0-9_.\x80-\xff", _PART, _DOT, _PART), re.IGNORECASE
)

REACH_BEFORE = 96
REACH_AFTER = 192
# "Look at the dot com boom": no host is called so.
ARTICLES = frozenset(
    b"the a an this that these those his her its my our your their each every one some any no".split()
)

# The last two letters of the sign's names, as one number.
_SIGN_ENDS = [int.from_bytes(pair, "little") for pair in (b"at", b"\xa4t", b"et", b"ba", b"se", b"la", b"pa")]
_UPPER_AT, _T_SPACE = (np.uint16(int.from_bytes(pair, "little")) for pair in (b"AT", b"T "))


def rows(stretch: Stretch) -> Iterator[Row]:
    """Addresses in words: with the sign in brackets, or with both the sign and a dot as words, or a shouted AT."""
    text = stretch.text
    for close in _closing_signs(stretch):
        window = text[max(0, close - 14) : close + 1]
        match = BRACKETED_SIGN.search(window)
        if match is not None:
            sign = close + 1 - len(match.group())
            row = _around(text, sign, close + 1, BRACKETED_SCORE)
            if row is not None:
                yield row
    for sign, end in _spaced_signs(stretch):
        row = _around(text, sign, end, SPACED_SCORE)
        if row is not None:
            yield row


def _closing_signs(stretch: Stretch) -> list[int]:
    """Closing brackets with the last letters of one of the sign's names before them."""
    codes = stretch.codes
    closing = marks(stretch, b")]}")
    if not len(closing):
        return []
    ends = closing - (codes[closing - 1] == ord(" "))
    last = codes[ends - 1]
    letters = (codes[ends - 2] | 0x20) + (last | np.uint16(0x20)) * 256
    found: list[int] = closing[np.isin(letters, _SIGN_ENDS) | (last == ord("@"))].tolist()
    return found


def _spaced_signs(stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Where the sign stands as a word between spaces, and a dot as a word comes soon after it, or the sign is AT."""
    text = stretch.text
    for place in words_at(stretch.lowered, b" arroba "):
        match = SPACED_SIGN.match(text, place)
        if match is not None:
            yield match.span()
    for dot in occurrences(stretch.lowered, b" dot "):
        before = text[max(0, dot - 64) : dot].lower()
        sign = max(before.rfind(b" at "), before.rfind(b" @ "))
        if sign >= 0:
            begin = dot - len(before) + sign
            end = text.index(b" ", begin + 1) + 1
            if b" " not in DOT.sub(b".", text[end:dot]):
                yield begin, end
    for place in _shouted(stretch):
        yield place, place + 4


def _shouted(stretch: Stretch) -> list[int]:
    """Where " AT " stands after a word that is not in capitals."""
    text, exact = stretch.text, stretch.pairs
    shouted = exact == _UPPER_AT
    shouted |= exact == _T_SPACE
    pairs = places(shouted)
    found = 2 * pairs - np.where(exact[pairs] == _UPPER_AT, 1, 2)
    found = found[stretch.codes[found] == ord(" ")]
    return [
        place
        for place in found.tolist()
        if text[place : place + 4] == b" AT " and not text[place - 1 : place].isupper()
    ]


def _around(text: bytes, sign: int, end: int, score: float) -> Row | None:
    """The address whose sign is written from byte `sign` to `end`."""
    after = DOMAIN.match(text, end, end + REACH_AFTER)
    if after is None:
        return None
    host, length = _host(after.group(1))
    before = LOCAL.search(text, max(0, sign - REACH_BEFORE), sign) if host else None
    if host is None or before is None:
        return None
    local = DOT.sub(b".", before.group(1)).decode(errors="ignore")
    if score < BRACKETED_SCORE and host.name.partition(".")[0].lower().encode() in ARTICLES:
        return None
    return before.start(1), after.start(1) + length, score, evidence(local, host, form="written-out")


@lru_cache(maxsize=4096)
def _host(written: bytes) -> tuple[Host | None, int]:
    """The host name that the words spell, and how many bytes of them."""
    host = host_name(DOT.sub(b".", written))
    if host is None:
        return None, 0
    ends = [dot.start() for dot in DOT.finditer(written)] + [len(written)]
    end = ends[host.name.count(".")]
    complete = DOT.sub(b".", written[:end]) == host.name.encode()
    return (host, end) if complete else (None, 0)
