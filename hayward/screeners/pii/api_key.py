"""Keys and tokens of known services, by the form that each service gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.entropy import looks_random
from hayward.screeners.pii.key_formats import LONGEST_HEAD, Format, crc32_base62, formats_by_beginning
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "api_key"
SCORE = 0.9
CHECKED_SCORE = 0.98
# A checksum that fails: mistyped, made up, or of a format that has changed since.
FAILED_SCORE = 0.5

# Keys of documentation: AWS's end in EXAMPLE, jwt.io's names the subject 1234567890.
PLACEHOLDER = re.compile(
    r"EXAMPLE|[xX]{4}|\*{3}|0{8}|123456789|abcdefgh|ABCDEFGH|your[-_]|YOUR[-_]|[-_]here|\.{3}|eyJzdWIiOiIxMjM0NTY3ODkw"
)
_BY_BEGINNING = formats_by_beginning()


_ANY_HEAD, _ANY_BYTE = range(1, LONGEST_HEAD + 1), bytes(range(256))
Table = NDArray[np.bool_]


def _beginnings() -> tuple[NDArray[np.uint8], Table, Table]:
    """A class for two bytes as a little-endian number, and for each class how words go on that begin so.

    Which lengths they may have, and which bytes may follow them.
    """
    goes_on = {
        pair: (
            frozenset(length for form in forms for length in form.heads or _ANY_HEAD),
            frozenset(byte for form in forms for byte in form.then or _ANY_BYTE),
        )
        for pair, forms in _BY_BEGINNING.items()
    }
    classes = {ways: number for number, ways in enumerate(dict.fromkeys(goes_on.values()), start=1)}
    of_pair = np.zeros(65536, np.uint8)
    lengths = np.zeros((len(classes) + 1, LONGEST_HEAD + 1), bool)
    followers = np.zeros((len(classes) + 1, 256), bool)
    for pair, ways in goes_on.items():
        of_pair[int.from_bytes(pair.encode(), "little")] = classes[ways]
        lengths[classes[ways], list(ways[0])] = True
        followers[classes[ways], list(ways[1])] = True
    return of_pair, lengths, followers


_CLASS, _LENGTHS, _FOLLOWERS = _beginnings()


def find(stretch: Stretch) -> Spans:
    """Keys in `stretch`, wherever a word begins in a long token; those that documentation shows are none."""
    text, codes = stretch.text, stretch.codes
    starts, ends = stretch.tokens.word_runs
    classes = _CLASS[codes[starts].astype(np.uint16) | (codes[starts + 1].astype(np.uint16) << 8)]
    known = np.flatnonzero(classes)
    starts, ends, classes = starts[known], ends[known], classes[known]
    likely = _LENGTHS[classes, np.minimum(ends - starts, LONGEST_HEAD)] & _FOLLOWERS[classes, codes[ends]]
    return Spans.of(_rows(text, starts[likely].tolist()))


def _rows(text: bytes, starts: list[int]) -> Iterator[Row]:
    """The keys that begin at these places and not in another."""
    done = 0
    for start in starts:
        row = _at(text, start) if start >= done else None
        if row is not None:
            done = row[1]
            yield row


def _at(text: bytes, start: int) -> Row | None:
    for form in _BY_BEGINNING[text[start : start + 2].decode()]:
        match = form.pattern.match(text, start)
        judged = _judged(form, match.group().decode()) if match else None
        if match and judged:
            return start, match.end(), *judged
    return None


def _judged(form: Format, key: str) -> tuple[float, Evidence] | None:
    if PLACEHOLDER.search(key) or not looks_random(key[4:]):
        return None
    rule = f"api-key.{form.name}/{form.revision}"
    if form.check is None:
        return SCORE, Evidence(KIND, rule, "entropy")
    if form.check(key):
        return CHECKED_SCORE, Evidence(KIND, rule, form.validator)
    return None if form.must_pass else (FAILED_SCORE, Evidence(KIND, rule, "entropy"))


def made_up(size: int, alphabet: str = "AbC4dEf5GhJ7kLm8NpQ2rSt3UvW9xYz6") -> str:
    """Characters that look random and open nothing: examples are put together here, so that no scanner finds them."""
    state, characters = 12345, []
    for _ in range(size):
        state = state * 1103515245 % 2147483648 + 12345
        characters.append(alphabet[state // 65536 % len(alphabet)])
    return "".join(characters)


_GITHUB = "ghp" + "_" + made_up(30) + crc32_base62(made_up(30))
_AWS = "AKIA" + made_up(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_STRIPE = "sk" + "_live_" + made_up(24)
_JWT = "eyJ" + "hbGciOiJub25lIn0" + "." + made_up(40) + "." + made_up(43)
_HEX = made_up(32, "0123456789abcdef")

EXAMPLES = (
    Example(f"token {_GITHUB}.", ((KIND, 6, 46),)),
    Example(f"AWS_ACCESS_KEY_ID={_AWS}", ((KIND, 18, 38),)),
    Example(f'\U0001f511 {{"key":"{_STRIPE}"}}', ((KIND, 10, 10 + len(_STRIPE)),)),
    Example(f"Authorization: Bearer {_JWT}", ((KIND, 22, 22 + len(_JWT)),)),
    Example(
        f"https://hooks.slack.com/services/T0{made_up(8).upper()}/B0{made_up(8).upper()}/{made_up(24)}",
        ((KIND, 8, 79),),
    ),
    Example("AKIA" + "IOSFODNN7EXAMPLE, ghp" + "_" + "x" * 36 + ", sk" + "_live_your_key_here"),
    Example(f"commit {_HEX}, sk-learn-contrib-extension-library-of-helpers, task-{made_up(40)}, x{_AWS}"),
    Example("eyJ" + made_up(20) + "." + made_up(20) + "." + made_up(43)),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
