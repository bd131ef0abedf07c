"""Replaces spans inside the strings of one JSON line, or whole values, and leaves every other byte as it is."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from hayward.formats.records import field_keys
from hayward.formats.strictjson import parse_record
from hayward.patching.errors import SpanOutside
from hayward.patching.plan import Span
from hayward.patching.spans import by_field

_SPACE = re.compile(r"[ \t\r\n]*")
# A pair of surrogate escapes is one code point; any other escape is one too.
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_DECODER = json.JSONDecoder()


def redact_line(line: bytes, spans: Iterable[Span]) -> bytes:
    """The line with its spans replaced by their marks; raises SpanOutside.

    `line` is a record that strictjson accepts, with or without its line end.
    """
    record = parse_record(line)
    text = line.decode("utf-8")
    cuts: list[tuple[int, int, str]] = []
    for field, own in by_field(spans).items():
        start, end = _string_at(text, field_keys(record, field))
        points = sorted({point for span in own for point in (span.start, span.end)})
        raw = dict(zip(points, _raw_offsets(text[start:end], points, field), strict=True))
        cuts += [(start + raw[span.start], start + raw[span.end], span.mark) for span in own]
    for start, end, mark in sorted(cuts, reverse=True):
        text = text[:start] + mark + text[end:]
    return text.encode("utf-8")


def set_members(line: bytes, values: Mapping[str, Any]) -> bytes:
    """The JSON object with new values for some of its members; it is one that strictjson accepts."""
    text = line.decode("utf-8")
    cuts = []
    for name, start in _members(text, _skip(text, 0)):
        if name in values:
            cuts.append((start, _DECODER.raw_decode(text, start)[1], orjson.dumps(values[name]).decode()))
    for start, end, new in reversed(cuts):
        text = text[:start] + new + text[end:]
    return text.encode("utf-8")


def _string_at(text: str, keys: Sequence[str]) -> tuple[int, int]:
    """Where the raw content of a string begins and ends, between its quotes."""
    position = _skip(text, 0)
    for key in keys:
        if text[position] != "{":
            raise SpanOutside(f"the record has no text in the field {'.'.join(keys)}")
        position = next((place for name, place in _members(text, position) if name == key), -1)
        if position < 0:
            raise SpanOutside(f"the record has no field {'.'.join(keys)}")
    if text[position] != '"':
        raise SpanOutside(f"the record has no text in the field {'.'.join(keys)}")
    return position + 1, _DECODER.raw_decode(text, position)[1] - 1


def _members(text: str, position: int) -> Iterator[tuple[str, int]]:
    """Keys of the object that begins at `position`, and where their values begin."""
    position = _skip(text, position + 1)
    while text[position] != "}":
        name, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)  # past the colon
        yield name, position
        position = _skip(text, _DECODER.raw_decode(text, position)[1])
        if text[position] == ",":
            position = _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _raw_offsets(raw: str, points: Sequence[int], field: str) -> Iterator[int]:
    """For each code point number (ascending), where it stands in the escaped text; raises SpanOutside."""
    escapes = _ESCAPE.finditer(raw)
    escape = next(escapes, None)
    surplus = 0  # characters that escapes take beyond one, so far
    for point in points:
        while escape and escape.start() - surplus < point:
            surplus += len(escape.group()) - 1
            escape = next(escapes, None)
        if point + surplus > len(raw):
            raise SpanOutside(f"a span ends at {point} but the field {field} is shorter")
        yield point + surplus
