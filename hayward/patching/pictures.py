"""Covers what stands in pictures and drops their metadata, in records and in stored bytes."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hayward.formats import media
from hayward.patching.errors import SpanOutside, UnreadablePicture
from hayward.patching.plan import Span
from hayward.patching.spans import by_field, field_keys


def split(spans: Iterable[Span]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans of texts in their order, and those of pictures, each once, sorted."""
    spans = list(spans)
    texts = tuple(span for span in spans if not span.effect)
    return texts, tuple(sorted({span for span in spans if span.effect}))


def cover(encoded: bytes, spans: Sequence[Span]) -> bytes:
    """The picture with all effects, upright, without metadata, in its format; raises UnreadablePicture."""
    from hayward.screeners.images.derive import derive
    from hayward.screeners.images.limits import UnreadableImage

    blur, covered = ([_box(span) for span in spans if span.effect == effect] for effect in ("blur", "cover"))
    try:
        derived: bytes = derive(encoded, blur=blur, cover=covered)
    except UnreadableImage as error:
        raise UnreadablePicture(
            f"the picture in the field {spans[0].field} cannot be decoded: {error}"
        ) from error
    return derived


def cover_record(record: Mapping[str, Any], spans: Sequence[Span]) -> dict[str, Any]:
    """A copy of the record with its pictures covered; raises SpanOutside, UnreadablePicture."""
    changed = dict(record)
    for field, own in by_field(spans).items():
        keys = field_keys(changed, field)
        changed = _replaced(changed, keys, cover(picture_in(record, field), own))
    return changed


def picture_in(record: Mapping[str, Any], field: str) -> bytes:
    """The encoded picture in a field; raises SpanOutside."""
    encoded = media(record, field)
    if encoded is None:
        raise SpanOutside(f"the record has no picture in the field {field}")
    return encoded


def _replaced(record: Mapping[str, Any], keys: Sequence[str], new: bytes) -> dict[str, Any]:
    value = record[keys[0]]
    if len(keys) > 1:
        return {**record, keys[0]: _replaced(value, keys[1:], new)}
    # In a record from Parquet binary stands as base64.
    return {**record, keys[0]: new if isinstance(value, bytes) else base64.b64encode(new).decode("ascii")}


def _box(span: Span) -> tuple[int, int, int, int]:
    left, top, right, bottom = span.box
    return left, top, right, bottom
