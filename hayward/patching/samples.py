"""Redacts the members of one sample: texts, JSON, compressed texts and pictures."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from hayward.formats.media import GZIPPED, kind_of
from hayward.formats.records import field_keys
from hayward.formats.samples import plain_text, read_text
from hayward.formats.strictjson import parse_record
from hayward.patching.describing import followed, told_in
from hayward.patching.errors import SpanOutside
from hayward.patching.jsonline import redact_line, set_members
from hayward.patching.pictures import cover, split
from hayward.patching.plan import Span
from hayward.patching.spans import redact


def by_member(record: Mapping[str, Any], spans: Iterable[Span]) -> dict[str, tuple[Span, ...]]:
    """Spans by the member they lie in; in a JSON member the field is then a path inside it, empty for the whole.

    A JSON member that tells what no longer holds of a picture gets the picture's spans too. Raises SpanOutside.
    """
    found: dict[str, tuple[Span, ...]] = {}
    for span in sorted(spans):
        member, *inner = field_keys(record, span.field)
        if member not in record:
            raise SpanOutside(f"the record has no field {span.field}")
        found[member] = (*found.get(member, ()), replace(span, field=".".join(inner)))
        for name in told_in(record) if span.facts else ():
            if span.facts and followed(record[name], span.facts):
                found[name] = (*found.get(name, ()), span)
    return found


def redact_member(extension: str, data: bytes, spans: Sequence[Span]) -> bytes:
    """The member's bytes with its spans (of `by_member`) redacted; raises SpanOutside, UnreadablePicture."""
    texts, pictures = split(spans)
    kind = kind_of(extension)
    facts = {span.field: span.facts for span in pictures if span.facts}
    if kind == "json" and len(facts) == len({span.field for span in pictures}):
        pictures = ()
    if pictures and (texts or kind != "image"):
        raise SpanOutside(f"the member {extension} is no picture")
    if pictures:
        return cover(data, [replace(span, field=extension) for span in pictures])
    if kind not in ("text", "json"):
        raise SpanOutside(f"the member {extension} holds no text")
    plain = plain_text(data, extension)
    if texts:
        plain = _redact_text(plain, texts, extension, is_json=kind == "json")
    for one in facts.values():
        plain = set_members(plain, followed(parse_record(plain), one))
    return gzip.compress(plain, mtime=0) if extension.endswith(GZIPPED) else plain


def _redact_text(data: bytes, spans: Sequence[Span], extension: str, *, is_json: bool) -> bytes:
    if is_json and all(span.field for span in spans):
        return redact_line(data, spans)
    text = read_text(data, is_json=is_json)
    if not isinstance(text, str) or any(span.field for span in spans):
        raise SpanOutside(f"the member {extension} holds no text where a span points")
    redacted = redact(text, [replace(span, field=extension) for span in spans])
    return orjson.dumps(redacted) if is_json else redacted.encode("utf-8")
