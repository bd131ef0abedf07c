"""E-mail addresses, plain, coded and in words; those of offices and machines under a kind or a rule of their own.

Addresses at the domains of RFC 2606 (example.org, .test …) belong to nobody by definition. They are found all the
same, with the score of any other address: invented people live there in tests, demonstrations and synthetic data, and
a screener that cannot see them cannot be tried out. Their rule is `email.documentation-domain/1` (or `role.…`), so
that a policy can leave them out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import encoded_email, written_email
from hayward.screeners.pii.address import EMAIL, LOCAL_BYTES, NOT_FIRST, ROLE, address_at, ordinary_address
from hayward.screeners.pii.characters import ALPHANUMERIC, NON_ASCII_BYTES, members
from hayward.screeners.pii.hostname import HOST_BYTES
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import Detector, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

_ENDS_LOCAL = members(bytes(set(LOCAL_BYTES) - set(b".")))
_BEGINS_DOMAIN = members(ALPHANUMERIC + NON_ASCII_BYTES)
_IN_DOMAIN = members(ALPHANUMERIC + b"-." + NON_ASCII_BYTES)

# So much is looked at on both sides of all signs at once; hardly a local part or a host is longer.
_REACH = 32
_MOST_SIGNS = 4096
_LOCAL, _HOST = 1, 2
_PARTS = bytes(
    _LOCAL * (byte in LOCAL_BYTES and byte < 0x80 and byte != ord("+"))
    + _HOST * (byte in HOST_BYTES and byte < 0x80)
    for byte in range(256)
)
# A role's tag, // and the colon of a message's header tell of addresses that are no person's, as does xxx.
_UNUSUAL_BEFORE = members(b"/+" + NON_ASCII_BYTES)
_UNUSUAL_FIRST = members(NOT_FIRST + b"xX")
_SPACES = members(b"< \t")
_ENDS_HEADER = members(b"dDsSoO")


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`: e-mail's own form, its Unicode form (RFC 6531), and the forms that hide it."""
    return Spans.of([*_plain(stretch), *encoded_email.rows(stretch), *written_email.rows(stretch)])


def _plain(stretch: Stretch) -> Iterator[Row]:
    text, codes = stretch.text, stretch.codes
    signs = marks(stretch, b"@")
    likely = _ENDS_LOCAL[codes[signs - 1]] & _BEGINS_DOMAIN[codes[signs + 1]] & _IN_DOMAIN[codes[signs + 2]]
    signs = signs[likely]
    for place in range(0, len(signs), _MOST_SIGNS):
        for start, sign, end in _parts(codes, signs[place : place + _MOST_SIGNS]):
            row = (start and ordinary_address(text, start, sign, end)) or address_at(text, sign)
            if row:
                yield row


def _parts(codes: NDArray[np.uint8], signs: Positions) -> Iterator[tuple[int, int, int]]:
    """Where the local part of each sign begins, the sign, and where its host ends at the latest.

    All in ASCII and near; what is not, or may not be an ordinary address, begins at nought.
    """
    width = 2 * _REACH + 1
    windows = np.ndarray((len(codes) - width + 1, width), np.uint8, codes, strides=(1, 1))
    rows = windows[signs - _REACH].tobytes().translate(_PARTS)
    parts = np.frombuffer(rows, np.uint8).reshape(-1, width)
    # The first byte that does not belong; nought where all of them do, or none.
    before = np.argmin(parts[:, _REACH - 1 :: -1] & _LOCAL, axis=1)
    after = np.argmin(parts[:, _REACH + 1 :] & _HOST, axis=1)
    starts, ends = signs - before, signs + 1 + after
    is_usual = (before > 0) & (after > 0) & (codes[ends] < 0x80)
    is_usual &= ~(_UNUSUAL_BEFORE[codes[starts - 1]] | _UNUSUAL_FIRST[codes[starts]])
    is_usual &= ~_may_follow_header(codes, starts)
    return zip((starts * is_usual).tolist(), signs.tolist(), ends.tolist(), strict=True)


def _may_follow_header(codes: NDArray[np.uint8], starts: Positions) -> NDArray[np.bool_]:
    ends = starts - 1
    for _ in range(3):
        ends -= _SPACES[codes[ends]]
    may: NDArray[np.bool_] = (codes[ends] == ord(":")) & _ENDS_HEADER[codes[ends - 1]]
    return may | _SPACES[codes[ends]]


EXAMPLES = (
    Example("Write to ann@example.org", ((EMAIL, 9, 24),)),
    Example("ann.o'neil+news@mail.example.co.uk", ((EMAIL, 0, 34),)),
    Example("JASON@EXAMPLE.COM", ((EMAIL, 0, 17),)),
    Example("Mail bob@example.org.", ((EMAIL, 5, 20),)),
    Example(
        "<ann@example.org>, “bob@example.net”; (eve@example.com)",
        ((EMAIL, 1, 16), (EMAIL, 20, 35), (EMAIL, 39, 54)),
    ),
    Example("ann@müller.example", ((EMAIL, 0, 18),)),
    Example("müller@example.org, 联系ann@example.org谢谢", ((EMAIL, 0, 18), (EMAIL, 22, 37))),
    Example("a@xn--d1acufc.xn--p1ai, анна@пример.рф", ((EMAIL, 0, 22), (EMAIL, 24, 38))),
    Example("\U0001f600 e\u0301 ann@example.org", ((EMAIL, 5, 20),)),
    Example("mailto:ann@example.org?subject=hi&cc=bob@example.org", ((EMAIL, 7, 22), (EMAIL, 37, 52))),
    Example("git clone git@example.org:ann/tools.git", ((EMAIL, 10, 25),)),
    Example("Ask ann@example.org.Next day we met.", ((EMAIL, 4, 19),)),
    Example("info@example.org or Kontakt@example.de", ((ROLE, 0, 16), (ROLE, 20, 38))),
    Example("no-reply@example.org, ann+info@example.org", ((ROLE, 0, 20), (EMAIL, 22, 42))),
    Example("ann at example dot org", ((EMAIL, 0, 22),)),
    Example("mail ann dot smith AT example DOT com!", ((EMAIL, 5, 37),)),
    Example("ann [at] example [dot] org, bob(at)example.org", ((EMAIL, 0, 26), (EMAIL, 28, 46))),
    Example("ann (ät) example (punkt) de / ana arroba example punto es", ((EMAIL, 0, 27), (EMAIL, 30, 57))),
    Example("info {at} example.org, ann AT example.org", ((ROLE, 0, 21), (EMAIL, 23, 41))),
    Example("ann&#64;example.org &#x61;nn&#x40;example.org", ((EMAIL, 0, 19), (EMAIL, 20, 45))),
    Example("https://example.org/?mail=ann%40example.org", ((EMAIL, 26, 43),)),
    Example("photo@2x.png and logo@3x.jpg"),
    Example("meet me @ noon, ann@, @example.org and ann@example"),
    Example("ann@-example.org, ann@example..org, ann@2001.12.31, ann @example.org"),
    Example("ann@example.nosuchzone, x@w.to(device), tool@latest, look at the dot com boom, a&#64;b, 5%40"),
    Example("available at example.org (at) 5 (at least) we met at dot org at last"),
)

DETECTOR = Detector((EMAIL, ROLE), find, EXAMPLES)
