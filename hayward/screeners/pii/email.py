"""E-mail addresses: outwards from each `@` over the characters that addresses are made of."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import ALPHANUMERIC, NON_ASCII_BYTES, members
from hayward.screeners.pii.spans import Detector, Evidence, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "email_address"
EVIDENCE = Evidence(KIND, "email/1", None)
SCORE = 0.95
MACHINE_SCORE = 0.3

# RFC 5321 4.5.3.1: 64 octets before the @, 255 after it.
LONGEST_LOCAL = 64
LONGEST_DOMAIN = 255

# Of RFC 5322's atext the characters that people's addresses have; = / ? { | } ` surround addresses far more often.
LOCAL = ALPHANUMERIC + b"!#$%&'*+-._~^" + NON_ASCII_BYTES
DOMAIN = ALPHANUMERIC + b"-." + NON_ASCII_BYTES
_IN_LOCAL, _IN_DOMAIN = members(LOCAL), members(DOMAIN)
_BEGINS_DOMAIN = members(ALPHANUMERIC + NON_ASCII_BYTES)

# RFC 1123 2.1 with the labels of RFC 5890 as letters, marks and digits; the last label is no number.
HOSTNAME = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:xn--[a-z0-9-]{1,59}|[^\W\d_]{2,63})", re.IGNORECASE
)
FILE_ENDINGS = frozenset(
    "png jpg jpeg gif svg webp avif css js mjs json html htm php xml pdf txt zip".split()  # noqa: SIM905
)
MACHINE_NAMES = frozenset({"git", "hg", "svn"})


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`, in e-mail's Unicode form (RFC 6531) too."""
    codes = stretch.codes
    signs = np.flatnonzero(codes == 64)
    likely = _IN_LOCAL[codes[signs - 1]] & _BEGINS_DOMAIN[codes[signs + 1]] & _IN_DOMAIN[codes[signs + 2]]
    rows = (_around(stretch.text, int(sign)) for sign in signs[likely])
    return Spans.of((*row, EVIDENCE) for row in rows if row is not None)


def _around(text: bytes, sign: int) -> tuple[int, int, float] | None:
    """The address whose `@` stands at byte `sign`, as (start, end, score)."""
    domain = _domain(text[sign + 1 : sign + 2 + LONGEST_DOMAIN])
    if domain is None:
        return None
    local = _local(text[sign - LONGEST_LOCAL : sign])
    if not local:
        return None
    score = MACHINE_SCORE if local.decode().lower() in MACHINE_NAMES else SCORE
    return sign - len(local), sign + 1 + len(domain), score


def _local(window: bytes) -> bytes:
    local = window[len(window.rstrip(LOCAL)) :]
    if not local.isascii():
        local = _since_script_change(local.decode(errors="ignore")).encode()
    while local and (local[:1] in b"!#$%&'*+-.~^" or b".." in local):
        local = local.partition(b"..")[2] if b".." in local else local[1:]
    return b"" if local.endswith(b".") else local


def _domain(window: bytes) -> bytes | None:
    domain = window[: len(window) - len(window.lstrip(DOMAIN))]
    if b"." not in domain or len(domain) > LONGEST_DOMAIN:
        return None
    name = domain.decode(errors="ignore")
    if not name.isascii():
        name = _until_script_change(name)
    match = _hostname(name)
    if match is None or match.rpartition(".")[2].lower() in FILE_ENDINGS:
        return None
    return match.encode()


def _hostname(name: str) -> str | None:
    """The longest beginning of `name` that is a host name."""
    labels = name.rstrip(".-").split(".")
    while len(labels) > 1:
        match = HOSTNAME.fullmatch(".".join(labels))
        if match is not None:
            return match.group()
        labels.pop()
    return None


def _is_spaceless(character: str) -> bool:
    """Whether the character belongs to a script written without spaces, so that a word may touch an address."""
    return character >= "\u0e00" and unicodedata.category(character) in {"Lo", "Lm", "Mn", "Mc"}


def _belongs(character: str) -> bool:
    return character.isascii() or unicodedata.category(character)[0] in "LMN"


def _until_script_change(text: str) -> str:
    """`text` up to the first character that is no letter, or where a label changes to or from a spaceless script."""
    for index, character in enumerate(text):
        if not _belongs(character):
            return text[:index]
        previous = text[index - 1] if index else "."
        if previous.isalnum() and character.isalnum() and _is_spaceless(previous) != _is_spaceless(character):
            return text[:index]
    return text


def _since_script_change(text: str) -> str:
    return _until_script_change(text[::-1])[::-1]


EXAMPLES = (
    Example("Write to ann@example.org", ((KIND, 9, 24),)),
    Example("ann.o'neil+news@mail.example.co.uk", ((KIND, 0, 34),)),
    Example("JASON@EXAMPLE.COM", ((KIND, 0, 17),)),
    Example("Mail bob@example.org.", ((KIND, 5, 20),)),
    Example(
        "<ann@example.org>, “bob@example.net”; (eve@example.com)",
        ((KIND, 1, 16), (KIND, 20, 35), (KIND, 39, 54)),
    ),
    Example("ann@müller.example", ((KIND, 0, 18),)),
    Example("müller@example.org, 联系ann@example.org谢谢", ((KIND, 0, 18), (KIND, 22, 37))),
    Example("a@xn--d1acufc.xn--p1ai", ((KIND, 0, 22),)),
    Example("\U0001f600 e\u0301 ann@example.org", ((KIND, 5, 20),)),
    Example("mailto:ann@example.org?subject=hi&cc=bob@example.org", ((KIND, 7, 22), (KIND, 37, 52))),
    Example("git clone git@example.org:ann/tools.git", ((KIND, 10, 25),)),
    Example("photo@2x.png and logo@3x.jpg"),
    Example("meet me @ noon, @ann, ann@, @example.org and ann@example"),
    Example("ann@-example.org, ann@example..org, ann@2001.12.31, ann @example.org"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
