"""Private keys in the armour of PEM, OpenSSH, PGP and PuTTY, whole or cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.entropy import RANDOM_BITS, bits
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "private_key"
SCORE = 0.98
ENCRYPTED_SCORE = 0.8

# The longest in use, RSA with 16,384 bits, has about 12,600 characters.
LONGEST_BODY = 16_384
FEWEST_CHARACTERS = 48
# RFC 7468 (PKCS #8), RFC 1421, OpenSSL's and OpenSSH's names, RFC 9580 (PGP).
BEGIN = re.compile(
    rb"-----BEGIN (?P<label>(?:(?:RSA|DSA|EC|ECDSA|OPENSSH|ENCRYPTED|PGP|ANY) )?PRIVATE KEY(?: BLOCK)?)-----"
)
# Base64, its line ends (also written \n, as in JSON), and the headers of RFC 1421 and RFC 9580.
_HEADER = rb"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): ?[^\n\\]{0,120}"
_BREAK = rb"(?:\\[rn]|[\r\n\t >*#\"',;])"
BODY = re.compile(rb"(?:[A-Za-z0-9+/=]{1,256}|%s|%s)*" % (_HEADER, _BREAK))
# Where the end is missing only full lines are the key's: prose may follow.
CUT_BODY = re.compile(rb"(?:%s{0,8}(?:[A-Za-z0-9+/=]{40,256}|%s))*" % (_BREAK, _HEADER))
NOT_BASE64 = re.compile(
    rb"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset):[^\n\\]*|\\[rn]|[^A-Za-z0-9+/=]"
)
PUTTY = re.compile(rb"PuTTY-User-Key-File-[23]: ")
PUTTY_END = re.compile(rb"Private-MAC: [0-9a-f]{40,64}")
ENCRYPTED = re.compile(rb"ENCRYPTED")


def find(stretch: Stretch) -> Spans:
    """Keys in `stretch`: from BEGIN to END, or to where the body stops. A header without a body is none."""
    text, codes, hyphens = stretch.text, stretch.codes, stretch.marks(ord("-"))
    armoured = hyphens[(codes[hyphens + 1] == ord("B")) & (codes[hyphens + 2] == ord("E"))] - len(b"----")
    putty = hyphens[(codes[hyphens - 1] == ord("Y")) & (codes[hyphens + 1] == ord("U"))] - len(b"PuTTY")
    return Spans.of([*_armoured(text, armoured.tolist()), *_putty(text, putty.tolist())])


def _armoured(text: bytes, places: list[int]) -> Iterator[Row]:
    done = 0
    for place in places:
        begin = BEGIN.match(text, place) if place >= done else None
        if begin is None:
            continue
        closing = b"-----END " + begin.group("label") + b"-----"
        stop, closed = _body_end(text, begin.end(), closing)
        base64 = NOT_BASE64.sub(b"", text[begin.end() : stop])
        if len(base64) < FEWEST_CHARACTERS or bits(base64[:512].decode()) < RANDOM_BITS:
            continue
        done = stop + len(closing) if closed else stop
        is_encrypted = ENCRYPTED.search(text, begin.start(), min(done, begin.end() + 64)) is not None
        rule = "private-key.armoured/1" if closed else "private-key.cut-off/1"
        yield begin.start(), done, ENCRYPTED_SCORE if is_encrypted else SCORE, Evidence(KIND, rule, "entropy")


def _body_end(text: bytes, start: int, closing: bytes) -> tuple[int, bool]:
    """Where the body that begins at byte `start` ends, and whether the closing line stands there."""
    whole = BODY.match(text, start, start + LONGEST_BODY)
    if whole is not None and text.startswith(closing, whole.end()):
        return whole.end(), True
    cut = CUT_BODY.match(text, start, start + LONGEST_BODY)
    return cut.end() if cut else start, False


def _putty(text: bytes, places: list[int]) -> Iterator[Row]:
    for place in places:
        begins = PUTTY.match(text, place) is not None
        last = text.find(b"Private-MAC: ", place, place + LONGEST_BODY) if begins else -1
        end = PUTTY_END.match(text, last) if last >= 0 else None
        if end is not None and b"\0" not in text[place:last]:
            yield place, end.end(), SCORE, Evidence(KIND, "private-key.putty/1")


def _made_up(lines: int) -> str:
    """Base64 of no key: the examples hold nothing that a scanner of repositories would take for one."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    state = np.cumsum(np.arange(1, 64 * lines + 1) ** 2 * 7919) % 64
    text = "".join(alphabet[place] for place in state)
    return "".join(text[64 * line : 64 * (line + 1)] + "\n" for line in range(lines))


_OPEN, _CLOSE = "-----BEGIN RSA " + "PRIVATE KEY-----\n", "-----END RSA " + "PRIVATE KEY-----"
_WHOLE = _OPEN + _made_up(3) + _CLOSE
_CUT = _OPEN + _made_up(2)

EXAMPLES = (
    Example(f"key:\n{_WHOLE}\nend", ((KIND, 5, 5 + len(_WHOLE)),)),
    Example(f"\U0001f511 {_CUT}\n...", ((KIND, 2, 1 + len(_CUT)),)),
    Example(repr(_WHOLE)[1:-1], ((KIND, 0, len(repr(_WHOLE)) - 2),)),
    Example(_OPEN + _CLOSE),
    Example(
        f"grep '{_OPEN}' finds keys; -----BEGIN CERTIFICATE-----\n{_made_up(2)}-----END CERTIFICATE-----"
    ),
    Example(_OPEN + "...\n" + _CLOSE),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
