"""Covers what stands in pictures and drops their metadata, in records and in stored bytes."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from hayward.formats import media
from hayward.formats.records import field_keys
from hayward.patching.describing import Keys, consequences, facts_of, value_at
from hayward.patching.errors import SpanOutside, UnreadablePicture
from hayward.patching.plan import Span
from hayward.patching.spans import by_field


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


class Covered(NamedTuple):
    """A record with its pictures covered, the spans with the facts of the new pictures, and all that is new in it."""

    record: dict[str, Any]
    spans: tuple[Span, ...]
    values: dict[Keys, Any]


def cover_record(record: Mapping[str, Any], spans: Sequence[Span]) -> Covered:
    """Covers the pictures of a copy of the record, and brings up to date what it says of them.

    Raises SpanOutside, UnreadablePicture.
    """
    changed, told = dict(record), list[Span]()
    values: dict[Keys, Any] = {}
    for field, own in by_field(spans).items():
        keys = tuple(field_keys(changed, field))
        new = cover(picture_in(record, field), own)
        values[keys] = new
        changed = _replaced(changed, keys, _like(value_at(changed, keys), new))
        facts = facts_of(new, changed)
        for place, value in consequences(changed, keys, facts):
            values[place] = value
            changed = _replaced(changed, place, value)
        told += [replace(span, facts=facts) for span in own]
    return Covered(changed, tuple(told), values)


def picture_in(record: Mapping[str, Any], field: str) -> bytes:
    """The encoded picture in a field; raises SpanOutside."""
    encoded = media(record, field)
    if encoded is None:
        raise SpanOutside(f"the record has no picture in the field {field}")
    return encoded


def _replaced(record: Mapping[str, Any], keys: Sequence[str], new: Any) -> dict[str, Any]:
    return {**record, keys[0]: _with(record[keys[0]], keys[1:], new)}


def _with(value: Any, keys: Sequence[str], new: Any) -> Any:
    if not keys:
        return new
    if isinstance(value, list):
        place = int(keys[0])
        return [*value[:place], _with(value[place], keys[1:], new), *value[place + 1 :]]
    return _replaced(value, keys, new)


def _like(old: Any, new: bytes) -> bytes | str:
    """In a record from Parquet binary stands as base64."""
    return new if isinstance(old, bytes) else base64.b64encode(new).decode("ascii")


def _box(span: Span) -> tuple[int, int, int, int]:
    left, top, right, bottom = span.box
    return left, top, right, bottom
