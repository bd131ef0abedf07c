"""Replaces texts in Arrow record batches, row by row, without changing a column's type."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from hayward.formats.parquet import record_at
from hayward.patching.errors import SpanOutside
from hayward.patching.plan import Span
from hayward.patching.spans import by_field, field_keys, redact

Texts = Mapping[int, str]  # new text by row of the batch


def redact_batch(batch: pa.RecordBatch, spans: Mapping[int, Sequence[Span]]) -> pa.RecordBatch:
    """The batch with spans replaced in the given rows; raises SpanOutside."""
    texts: dict[tuple[str, ...], dict[int, str]] = {}
    for row, own in spans.items():
        record = record_at(batch, row)
        for field, parts in by_field(own).items():
            keys = tuple(field_keys(record, field))
            texts.setdefault(keys, {})[row] = redact(_text(record, keys), parts)
    for keys, new in texts.items():
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


def _replaced(array: pa.Array, keys: Sequence[str], texts: Texts) -> pa.Array:
    if keys:
        members = [array.type.field(index) for index in range(array.type.num_fields)]
        children = [
            _replaced(array.field(index), keys[1:], texts) if member.name == keys[0] else array.field(index)
            for index, member in enumerate(members)
        ]
        return pa.StructArray.from_arrays(children, fields=members, mask=array.is_null())
    if isinstance(array, pa.ExtensionArray):
        return pa.ExtensionArray.from_storage(array.type, _replaced(array.storage, keys, texts))
    mask = pa.array([row in texts for row in range(len(array))])
    plain = array if kinds.is_string(array.type) else array.cast(pa.large_string())
    new = pa.array([texts[row] for row in sorted(texts)], plain.type)
    changed = pc.replace_with_mask(plain, mask, new)
    return _encoded(changed, array.type) if kinds.is_dictionary(array.type) else changed.cast(array.type)


def _encoded(plain: pa.Array, kind: pa.DictionaryType) -> pa.Array:
    encoded = plain.dictionary_encode()
    indices, entries = encoded.indices.cast(kind.index_type), encoded.dictionary.cast(kind.value_type)
    return pa.DictionaryArray.from_arrays(indices, entries, ordered=kind.ordered)
