"""E-mail addresses, plain, coded and in words; those of offices and machines under a kind or a rule of their own.

Addresses at the domains of RFC 2606 (example.org, .test …) belong to nobody by definition. They are found all the
same, with the score of any other address: invented people live there in tests, demonstrations and synthetic data, and
a screener that cannot see them cannot be tried out. Their rule is `email.documentation-domain/1` (or `role.…`), so
that a policy can leave them out.
"""

from __future__ import annotations

from collections.abc import Iterator

from hayward.screeners.base import Example
from hayward.screeners.pii import encoded_email, written_email
from hayward.screeners.pii.address import EMAIL, LOCAL_BYTES, ROLE, address_at
from hayward.screeners.pii.characters import ALPHANUMERIC, NON_ASCII_BYTES, members
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import Detector, Row, Spans
from hayward.screeners.pii.stretch import Stretch

_IN_LOCAL = members(LOCAL_BYTES)
_BEGINS_DOMAIN = members(ALPHANUMERIC + NON_ASCII_BYTES)
_IN_DOMAIN = members(ALPHANUMERIC + b"-." + NON_ASCII_BYTES)


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`: e-mail's own form, its Unicode form (RFC 6531), and the forms that hide it."""
    return Spans.of([*_plain(stretch), *encoded_email.rows(stretch), *written_email.rows(stretch)])


def _plain(stretch: Stretch) -> Iterator[Row]:
    codes = stretch.codes
    signs = marks(stretch, b"@")
    likely = _IN_LOCAL[codes[signs - 1]] & _BEGINS_DOMAIN[codes[signs + 1]] & _IN_DOMAIN[codes[signs + 2]]
    for sign in signs[likely].tolist():
        row = address_at(stretch.text, sign)
        if row is not None:
            yield row


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
