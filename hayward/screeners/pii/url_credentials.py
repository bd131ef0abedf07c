"""Names with passwords in URLs: the `user:password` of https://user:password@host (RFC 3986, 3.2.1)."""

from __future__ import annotations

import re

import numpy as np

from hayward.screeners.base import Example
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
USERINFO = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]{1,19}://([^\s\0/?#@:\"'<>\\]{0,64}):([^\s\0/?#@\"'<>\\]{1,96})$"
)
HOST = re.compile(rb"[A-Za-z0-9\[\x80-\xff$%{<]")


def find(stretch: Stretch) -> Spans:
    """The userinfo of URLs in `stretch` that has a password; `git@host` and other bare names are none."""
    signs = _after_schemes(stretch)
    rows = (_before(stretch.text, sign) for sign in signs.tolist())
    return Spans.of(row for row in rows if row is not None)


def _after_schemes(stretch: Stretch) -> Positions:
    """The `@` that stand within REACH of a `://`."""
    codes, signs, colons = stretch.codes, stretch.marks(ord("@")), stretch.marks(ord(":"))
    schemes = (
        colons[(codes[colons + 1] == ord("/")) & (codes[colons + 2] == ord("/"))] if len(signs) else signs
    )
    if not len(schemes):
        return schemes
    last = np.searchsorted(schemes, signs - 3, side="right") - 1
    return signs[(last >= 0) & (signs - schemes[last] <= REACH)]


def _before(text: bytes, sign: int) -> Row | None:
    window = text[max(0, sign - REACH) : sign]
    scheme = window.rfind(b"://")
    if scheme < 0 or HOST.match(text, sign + 1) is None:
        return None
    match = USERINFO.search(window, max(0, scheme - 20))
    if match is None:
        return None
    user, password = match.group(1), match.group(2)
    start = sign - len(window) + match.start(1)
    stands_in = len(password) < SHORTEST or is_placeholder(password.decode(errors="replace"))
    if stands_in or password.lower() == user.lower():
        return start, sign, PLACEHOLDER_SCORE, PLACEHOLDER
    return start, sign, SCORE, EVIDENCE


EXAMPLES = (
    Example("https://ann:tr0ub4dor@example.org/x", ((KIND, 8, 21),)),
    Example("postgres://app:9fK-2x_Lq@db.example.org:5432/app", ((KIND, 11, 24),)),
    Example("ü redis://:s3cretW0rd@cache.example.net", ((KIND, 10, 21),)),
    Example("http://user:password@example.com", ((KIND, 7, 20),)),
    Example("https://example.org:8080/@ann, mailto://x, https://example.org/a:b@c"),
    Example("https://example.org/?q=a:b, ssh://host:22, a:b, http://@, ://a:b@"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
