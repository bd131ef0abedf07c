"""Replaces texts, pictures and what tells of them in Arrow record batches, without changing a column's type."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from hayward.formats.parquet import records_at
from hayward.formats.parquet_fields import is_binary, is_list, is_text, starts_of
from hayward.formats.records import field_keys
from hayward.patching.describing import Keys, followed
from hayward.patching.errors import SpanOutside
from hayward.patching.pictures import cover_record, split
from hayward.patching.plan import Span
from hayward.patching.spans import by_field, redact, redact_record

Values = Mapping[int, Any]  # new text, encoded picture or plain value by row of the batch


def redact_batch(batch: pa.RecordBatch, spans: Mapping[int, Sequence[Span]]) -> pa.RecordBatch:
    """The batch with spans replaced, pictures covered and what tells of them renewed in the given rows.

    A picture's span without a field is about one that lies elsewhere: only what the row tells of it is renewed. Raises
    SpanOutside.
    """
    values: dict[Keys, dict[int, Any]] = {}
    for row, own in spans.items():
        for keys, value in _edited(next(records_at(batch, [row])), own).items():
            values.setdefault(keys, {})[row] = value
    for keys, new in values.items():
        index = batch.schema.names.index(keys[0])
        column = _replaced(batch.schema.field(index), batch.column(index), keys[1:], new)
        batch = batch.set_column(index, batch.schema.field(index), column)
    return batch


def _edited(record: dict[str, Any], spans: Sequence[Span]) -> dict[Keys, Any]:
    """The new values of a row by their places."""
    texts, pictures = split(spans)
    values: dict[Keys, Any] = {}
    for field, parts in by_field(texts).items():
        keys = tuple(field_keys(record, field))
        values[keys] = redact(_text(record, keys), parts)
    redacted = redact_record(record, texts)
    here = [span for span in pictures if span.field]
    covered = cover_record(redacted, here)
    for span in pictures:
        if not span.field and span.facts:
            values |= {(name,): value for name, value in followed(covered.record, span.facts).items()}
    return values | covered.values


def _text(record: object, keys: Sequence[str]) -> str:
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    if not isinstance(record, str):
        raise SpanOutside(f"the record has no text in the field {'.'.join(keys)}")
    return record


def _replaced(field: pa.Field, array: pa.Array, keys: Sequence[str], values: Values) -> pa.Array:
    if keys and is_list(array.type):
        return _with_elements(array, int(keys[0]), keys[1:], values)
    if keys:
        members = [array.type.field(index) for index in range(array.type.num_fields)]
        children = [
            _replaced(member, array.field(index), keys[1:], values)
            if member.name == keys[0]
            else array.field(index)
            for index, member in enumerate(members)
        ]
        return pa.StructArray.from_arrays(children, fields=members, mask=array.is_null())
    if isinstance(array, pa.ExtensionArray):
        return pa.ExtensionArray.from_storage(array.type, _replaced(field, array.storage, keys, values))
    if None in values.values() and not field.nullable:
        raise SpanOutside(f"the column {field.name} tells of a picture that changes, and cannot be emptied")
    try:
        return _with_values(array, values)
    except (pa.ArrowException, binascii.Error) as error:
        raise SpanOutside(f"the column {field.name} of {array.type} cannot take a new value") from error


def _with_elements(lists: pa.Array, position: int, keys: Sequence[str], values: Values) -> pa.Array:
    starts = starts_of(lists).to_pylist()
    places = {starts[row] + position: value for row, value in values.items()}
    elements = _replaced(lists.type.value_field, lists.values, keys, places)
    buffers = lists.buffers()[: 1 if kinds.is_fixed_size_list(lists.type) else 2]
    return pa.Array.from_buffers(lists.type, len(lists), buffers, offset=lists.offset, children=[elements])


def _with_values(array: pa.Array, values: Values) -> pa.Array:
    mask = pa.array([row in values for row in range(len(array))])
    if all(value is None for value in values.values()):
        return pc.if_else(mask, pa.scalar(None, array.type), array)
    is_fixed = kinds.is_fixed_size_binary(array.type)
    if any(isinstance(value, bytes) for value in values.values()) and not is_binary(array.type):
        raise SpanOutside(f"a picture is due in a binary column, not in {array.type}")
    plain = array.cast(pa.large_string()) if _is_other_text(array.type) else array
    ordered = [values[row] for row in sorted(values)]
    if is_binary(array.type) or is_fixed:  # in a record it stands as base64
        ordered = [
            base64.b64decode(value, validate=True) if isinstance(value, str) else value for value in ordered
        ]
    changed = pc.replace_with_mask(plain, mask, pa.array(ordered, plain.type))
    return _encoded(changed, array.type) if kinds.is_dictionary(array.type) else changed.cast(array.type)


def _is_other_text(kind: pa.DataType) -> bool:
    return is_text(kind) and not kinds.is_string(kind)


def _encoded(plain: pa.Array, kind: pa.DictionaryType) -> pa.Array:
    encoded = plain.dictionary_encode()
    indices, entries = encoded.indices.cast(kind.index_type), encoded.dictionary.cast(kind.value_type)
    return pa.DictionaryArray.from_arrays(indices, entries, ordered=kind.ordered)
