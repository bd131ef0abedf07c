"""Merges spans, replaces them in a text by their marks, and carries them over to a text redacted before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from hayward.formats.records import field_keys
from hayward.patching.errors import NeedsOriginal, SpanOutside
from hayward.patching.plan import Span


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans that overlap become one, of the kind of the longest (of the first, when two are as long)."""
    merged: list[tuple[Span, Span]] = []  # the union, and the longest of its parts
    for span in sorted(spans):
        union, longest = merged[-1] if merged else (None, span)
        if union is None or union.field != span.field or span.start >= union.end:
            merged.append((span, span))
            continue
        longest = max(longest, span, key=lambda part: part.end - part.start)
        merged[-1] = (replace(longest, start=union.start, end=max(union.end, span.end)), longest)
    return tuple(union for union, _ in merged)


def by_field(spans: Iterable[Span]) -> dict[str, list[Span]]:
    """Spans of each field, in order."""
    ordered = sorted(spans)
    return {field: list(group) for field, group in groupby(ordered, key=lambda span: span.field)}


def redact(text: str, spans: Sequence[Span]) -> str:
    """The text with each span (sorted, apart) replaced by its mark; raises SpanOutside."""
    if spans and spans[-1].end > len(text):
        raise SpanOutside(f"a span ends at {spans[-1].end} but the field {spans[-1].field} is shorter")
    parts, position = [], 0
    for span in spans:
        parts += [text[position : span.start], span.mark]
        position = span.end
    return "".join([*parts, text[position:]])


def redact_record(record: Mapping[str, Any], spans: Iterable[Span]) -> dict[str, Any]:
    """A copy of the record with all spans replaced; raises SpanOutside."""
    changed = dict(record)
    for field, own in by_field(spans).items():
        keys = field_keys(record, field)
        changed = _replaced(changed, keys, own)
    return changed


def _replaced(record: Mapping[str, Any], keys: Sequence[str], spans: Sequence[Span]) -> dict[str, Any]:
    value = record.get(keys[0])
    if len(keys) > 1 and isinstance(value, dict):
        return {**record, keys[0]: _replaced(value, keys[1:], spans)}
    if len(keys) > 1 or not isinstance(value, str):
        raise SpanOutside(f"the record has no text in the field {spans[0].field}")
    return {**record, keys[0]: redact(value, spans)}


def is_covered(wanted: Iterable[Span], done: Sequence[Span]) -> bool:
    """Whether earlier redactions already took everything that the wanted ones would."""
    return all(any(_contains(earlier, span) for earlier in done) for span in wanted)


def outstanding(wanted: Iterable[Span], done: Sequence[Span]) -> tuple[Span, ...]:
    """The wanted spans that no earlier redaction took: those that `carry_over` carries, where they stood at first."""
    return tuple(span for span in wanted if not is_covered([span], done))


def carry_over(wanted: Iterable[Span], done: Sequence[Span]) -> tuple[Span, ...]:
    """The wanted spans not yet redacted, in code points of the text as it stands after `done`.

    Raises NeedsOriginal where a wanted span cuts across or encloses an earlier one: what stood there is gone.
    """
    carried = []
    for span in wanted:
        earlier = [one for one in done if one.field == span.field]
        if any(_contains(one, span) for one in earlier):
            continue
        if any(one.start < span.end and span.start < one.end for one in earlier):
            raise NeedsOriginal(f"a span of {span.field} cuts across an earlier redaction")
        shift = sum(len(one.mark) - (one.end - one.start) for one in earlier if one.end <= span.start)
        carried.append(Span(span.field, span.start + shift, span.end + shift, span.kind))
    return tuple(carried)


def _contains(outer: Span, inner: Span) -> bool:
    return outer.field == inner.field and outer.start <= inner.start and inner.end <= outer.end
