"""E-mail addresses in the coding of HTML or of a URL: ann&#64;example.org, ann%40example.org, every letter coded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.address import LOCAL_BYTES, address_at
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import Evidence, Row
from hayward.screeners.pii.stretch import Stretch

# An address of 64 + 1 + 255 octets, each at most six bytes as an entity: wider than anything in use.
REACH_BEFORE = 6 * 64
REACH_AFTER = 6 * 128
ENTITY_SIGN = re.compile(rb"&(?:#0{0,2}64|#[xX]0{0,2}40|commat);")
_ENTITY = re.compile(rb"&(?:#\d{1,4}|#[xX][0-9A-Fa-f]{1,4}|commat|period|lowbar);|(?s:.)")
# What stands coded in addresses: @ . + - _
_PERCENT = re.compile(rb"%(?:40|2[EeBbDd]|5[Ff])|(?s:.)")
_ENTITY_BYTES = LOCAL_BYTES + b";"
_PADDING = b"\0\0"


def rows(stretch: Stretch) -> Iterator[Row]:
    """Addresses whose `@` is coded, from the first byte of their code to the last."""
    text = stretch.text
    entities = [place for place in _followed(stretch, b"&", b"#c") if ENTITY_SIGN.match(text, place)]
    yield from _decoded_rows(text, entities, _ENTITY, _ENTITY_BYTES)
    percents = [place for place in _followed(stretch, b"%", b"4") if text[place + 2] == ord("0")]
    yield from _decoded_rows(text, percents, _PERCENT, LOCAL_BYTES)


def _followed(stretch: Stretch, mark: bytes, after: bytes) -> list[int]:
    """Where `mark` stands before one of the bytes of `after`."""
    places = marks(stretch, mark)
    if not len(places):
        return []
    found: list[int] = places[np.isin(stretch.codes[places + 1], list(after))].tolist()
    return found


def _decoded_rows(text: bytes, signs: list[int], code: re.Pattern[bytes], inside: bytes) -> Iterator[Row]:
    """Each stretch of coded characters around the signs is decoded once, so that a row of signs costs no more."""
    done = 0
    for sign in signs:
        if sign < done:
            continue
        before = text[max(done, sign - REACH_BEFORE) : sign]
        after = text[sign : sign + REACH_AFTER]
        start = sign - len(before) + len(before.rstrip(inside))
        done = sign + len(after) - len(after.lstrip(inside))
        yield from _in_chunk(text[start:done], start, code)


def _in_chunk(chunk: bytes, start: int, code: re.Pattern[bytes]) -> Iterator[Row]:
    plain, places = _decoded(chunk, code)
    for sign in np.flatnonzero(np.frombuffer(plain, np.uint8) == ord("@")).tolist():
        was_coded = places[sign + 1] - places[sign] > 1
        row = address_at(plain, sign) if was_coded else None
        if row is not None:
            first, end, score, why = row
            rule = f"{why.rule.partition('.')[0]}.encoded/1"
            yield (
                start + int(places[first]),
                start + int(places[end]),
                score,
                Evidence(why.kind, rule, why.validator),
            )


def _decoded(chunk: bytes, code: re.Pattern[bytes]) -> tuple[bytes, NDArray[np.int64]]:
    """The chunk decoded, between paddings, and for each of its bytes where the code for it begins in the chunk."""
    pieces, places = [_PADDING], [0] * len(_PADDING)
    for match in code.finditer(chunk):
        piece = _character(match.group())
        pieces.append(piece)
        places += [match.start()] * len(piece)
    places += [len(chunk)] * (len(_PADDING) + 1)
    return b"".join([*pieces, _PADDING]), np.array(places)


def _character(code: bytes) -> bytes:
    if len(code) == 1:
        return code
    if code.startswith(b"%"):
        return bytes.fromhex(code[1:].decode())
    return html.unescape(code.decode()).encode(errors="replace")
