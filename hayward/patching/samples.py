"""Redacts the members of one sample: texts, JSON, compressed texts and pictures."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from hayward.formats.media import GZIPPED, kind_of
from hayward.formats.samples import plain_text, read_text
from hayward.patching.errors import SpanOutside
from hayward.patching.jsonline import redact_line
from hayward.patching.pictures import cover, split
from hayward.patching.plan import Span
from hayward.patching.spans import field_keys, redact


def by_member(record: Mapping[str, Any], spans: Iterable[Span]) -> dict[str, tuple[Span, ...]]:
    """Spans by the member they lie in; in a JSON member the field is then a path inside it, empty for the whole."""
    found: dict[str, tuple[Span, ...]] = {}
    for span in sorted(spans):
        member, *inner = field_keys(record, span.field)
        if member not in record:
            raise SpanOutside(f"the record has no field {span.field}")
        found[member] = (*found.get(member, ()), replace(span, field=".".join(inner)))
    return found


def redact_member(extension: str, data: bytes, spans: Sequence[Span]) -> bytes:
    """The member's bytes with its spans (of `by_member`) redacted; raises SpanOutside, UnreadablePicture."""
    texts, pictures = split(spans)
    kind = kind_of(extension)
    if pictures and (texts or kind != "image"):
        raise SpanOutside(f"the member {extension} is no picture")
    if pictures:
        return cover(data, [replace(span, field=extension) for span in pictures])
    if kind not in ("text", "json"):
        raise SpanOutside(f"the member {extension} holds no text")
    plain = _redact_text(plain_text(data, extension), texts, extension, is_json=kind == "json")
    return gzip.compress(plain, mtime=0) if extension.endswith(GZIPPED) else plain


def _redact_text(data: bytes, spans: Sequence[Span], extension: str, *, is_json: bool) -> bytes:
    if is_json and all(span.field for span in spans):
        return redact_line(data, spans)
    text = read_text(data, is_json=is_json)
    if not isinstance(text, str) or any(span.field for span in spans):
        raise SpanOutside(f"the member {extension} holds no text where a span points")
    redacted = redact(text, [replace(span, field=extension) for span in spans])
    return orjson.dumps(redacted) if is_json else redacted.encode("utf-8")
