"""Names with passwords in URLs: the `user:password` of https://user:password@host (RFC 3986, 3.2.1)."""

from __future__ import annotations

import re

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import ALPHANUMERIC, NON_ASCII_BYTES, members
from hayward.screeners.pii.entropy import is_placeholder
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

KIND = "url_credentials"
EVIDENCE = Evidence(KIND, "url-credentials.userinfo/1")
PLACEHOLDER = Evidence(KIND, "url-credentials.placeholder/1")
SCORE = 0.9
PLACEHOLDER_SCORE = 0.2

SHORTEST = 5
REACH = 160
LONGEST_SCHEME = 20
SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,19}\Z")
USERINFO = re.compile(rb"([^\s\0/?#@:\"'<>\\]{0,64}):([^\s\0/?#@\"'<>\\]{1,96})")
_BEGINS_HOST = members(ALPHANUMERIC + b"[$%{<" + NON_ASCII_BYTES)


def find(stretch: Stretch) -> Spans:
    """The userinfo of URLs in `stretch` that has a password; `git@host` and other bare names are none."""
    schemes, signs = _after_schemes(stretch)
    rows = (
        _between(stretch.text, scheme, sign)
        for scheme, sign in zip(schemes.tolist(), signs.tolist(), strict=True)
    )
    return Spans.of(row for row in rows if row is not None)


def _after_schemes(stretch: Stretch) -> tuple[Positions, Positions]:
    """The last `://` before each `@`, and the `@`, that stand within REACH."""
    codes, signs, colons = stretch.codes, stretch.marks(ord("@")), stretch.marks(ord(":"))
    signs = signs[_BEGINS_HOST[codes[signs + 1]]]
    schemes = (
        colons[(codes[colons + 1] == ord("/")) & (codes[colons + 2] == ord("/"))] if len(signs) else signs
    )
    if not len(schemes):
        return schemes, schemes
    last = np.searchsorted(schemes, signs - len(b"://"), side="right") - 1
    near = np.flatnonzero((last >= 0) & (signs - schemes[last] <= REACH))
    return schemes[last[near]], signs[near]


def _between(text: bytes, scheme: int, sign: int) -> Row | None:
    """The userinfo between a `://` and an `@`."""
    match = USERINFO.fullmatch(text, scheme + len(b"://"), sign)
    if match is None or SCHEME.search(text, max(scheme - LONGEST_SCHEME, sign - REACH), scheme) is None:
        return None
    user, password = match.groups()
    stands_in = len(password) < SHORTEST or is_placeholder(password.decode(errors="replace"))
    if stands_in or password.lower() == user.lower():
        return match.start(), sign, PLACEHOLDER_SCORE, PLACEHOLDER
    return match.start(), sign, SCORE, EVIDENCE


EXAMPLES = (
    Example("https://ann:tr0ub4dor@example.org/x", ((KIND, 8, 21),)),
    Example("postgres://app:9fK-2x_Lq@db.example.org:5432/app", ((KIND, 11, 24),)),
    Example("ü redis://:s3cretW0rd@cache.example.net", ((KIND, 10, 21),)),
    Example("http://user:password@example.com", ((KIND, 7, 20),)),
    Example("https://example.org:8080/@ann, mailto://x, https://example.org/a:b@c"),
    Example("https://example.org/?q=a:b, ssh://host:22, a:b, http://@, ://a:b@"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
