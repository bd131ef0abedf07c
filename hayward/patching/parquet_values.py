"""Replaces texts and pictures in Arrow record batches, row by row, without changing a column's type."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from hayward.formats.parquet import record_at
from hayward.formats.parquet_fields import is_binary
from hayward.patching.errors import SpanOutside
from hayward.patching.pictures import cover, picture_in, split
from hayward.patching.plan import Span
from hayward.patching.spans import by_field, field_keys, redact

Values = Mapping[int, str | bytes]  # new text or encoded picture by row of the batch


def redact_batch(batch: pa.RecordBatch, spans: Mapping[int, Sequence[Span]]) -> pa.RecordBatch:
    """The batch with spans replaced and pictures covered in the given rows; raises SpanOutside."""
    values: dict[tuple[str, ...], dict[int, str | bytes]] = {}
    for row, own in spans.items():
        record = record_at(batch, row)
        texts, pictures = split(own)
        for field, parts in by_field(texts).items():
            keys = tuple(field_keys(record, field))
            values.setdefault(keys, {})[row] = redact(_text(record, keys), parts)
        for field, parts in by_field(pictures).items():
            keys = tuple(field_keys(record, field))
            values.setdefault(keys, {})[row] = cover(picture_in(record, field), parts)
    for keys, new in values.items():
        index = batch.schema.names.index(keys[0])
        column = _replaced(batch.column(index), keys[1:], new)
        batch = batch.set_column(index, batch.schema.field(index), column)
    return batch


def _text(record: object, keys: Sequence[str]) -> str:
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    if not isinstance(record, str):
        raise SpanOutside(f"the record has no text in the field {'.'.join(keys)}")
    return record


def _replaced(array: pa.Array, keys: Sequence[str], values: Values) -> pa.Array:
    if keys:
        members = [array.type.field(index) for index in range(array.type.num_fields)]
        children = [
            _replaced(array.field(index), keys[1:], values) if member.name == keys[0] else array.field(index)
            for index, member in enumerate(members)
        ]
        return pa.StructArray.from_arrays(children, fields=members, mask=array.is_null())
    if isinstance(array, pa.ExtensionArray):
        return pa.ExtensionArray.from_storage(array.type, _replaced(array.storage, keys, values))
    if any(isinstance(value, bytes) != is_binary(array.type) for value in values.values()):
        raise SpanOutside(f"a picture is due in a binary column, not in {array.type}")
    mask = pa.array([row in values for row in range(len(array))])
    is_plain = kinds.is_string(array.type) or is_binary(array.type)
    plain = array if is_plain else array.cast(pa.large_string())
    new = pa.array([values[row] for row in sorted(values)], plain.type)
    changed = pc.replace_with_mask(plain, mask, new)
    return _encoded(changed, array.type) if kinds.is_dictionary(array.type) else changed.cast(array.type)


def _encoded(plain: pa.Array, kind: pa.DictionaryType) -> pa.Array:
    encoded = plain.dictionary_encode()
    indices, entries = encoded.indices.cast(kind.index_type), encoded.dictionary.cast(kind.value_type)
    return pa.DictionaryArray.from_arrays(indices, entries, ordered=kind.ordered)
