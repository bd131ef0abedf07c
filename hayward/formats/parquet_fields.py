"""Finds text fields in a Parquet schema and takes them out as Arrow columns without copying the text."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from hayward.formats.errors import UnreadableShard
from hayward.formats.media import kind_of

PICTURES = frozenset({"image", "img", "image_bytes", "picture", "photo"})

Place = tuple[int, ...]  # child positions from the top-level column inwards


def is_text(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def text_columns(schema: pa.Schema) -> tuple[str, ...]:
    """The top-level columns that hold text."""
    return tuple(field.name for field in schema if is_text(field.type))


def is_binary(kind: pa.DataType) -> bool:
    return bool(kinds.is_binary(kind) or kinds.is_large_binary(kind))


def image_fields(schema: pa.Schema) -> tuple[str, ...]:
    """The columns with encoded pictures: "image.bytes" for a Hugging Face column struct<bytes: binary, path: string>,
    and a binary column that has a picture's name ("jpg", "image").
    """
    found = []
    for field in schema:
        if kinds.is_struct(field.type) and (index := field.type.get_field_index("bytes")) >= 0:
            if is_binary(field.type.field(index).type):
                found.append(f"{field.name}.bytes")
        elif is_binary(field.type) and (field.name.lower() in PICTURES or kind_of(field.name) == "image"):
            found.append(field.name)
    return tuple(found)


def refuse_twins(path: str, schema: pa.Schema) -> None:
    """Raises UnreadableShard where two columns (or struct members) share a name: a record has one of each."""
    for names in _levels(schema):
        if len(set(names)) != len(names):
            twins = sorted({name for name in names if names.count(name) > 1})
            raise UnreadableShard(path, "duplicate-column", ", ".join(twins))


def place_of(path: str, schema: pa.Schema, name: str) -> Place:
    """Where a field stands: a top-level column of just that name, else a dotted path into structs.

    Raises UnreadableShard ("no-such-field", "wrong-type").
    """
    place = _walk(schema, [name]) or _walk(schema, name.split("."))
    if place is None:
        known = ", ".join(_text_names(schema)) or "none"
        raise UnreadableShard(path, "no-such-field", f"{name!r} is not among the text fields: {known}")
    kind = field_at(schema, place).type
    if not (is_text(kind) or is_binary(kind)):
        raise UnreadableShard(path, "wrong-type", name)
    return place


def field_at(schema: pa.Schema, place: Place) -> pa.Field:
    field = schema.field(place[0])
    for index in place[1:]:
        field = field.type.field(index)
    return field


def value_at(batch: pa.RecordBatch, place: Place) -> pa.Array:
    """The field's column as large_string or large_binary, null where an enclosing struct is null."""
    column = batch.column(place[0])
    if len(place) > 1:
        column = pc.struct_field(column, list(place[1:]))
    return column.cast(pa.large_binary()) if is_binary(column.type) else _large(column)


def _large(column: pa.Array) -> pa.LargeStringArray:
    if not kinds.is_string(column.type):
        return column.cast(pa.large_string())
    validity, offsets, text = column.buffers()
    if offsets is None or not len(column):
        return pa.array(column.to_pylist(), pa.large_string())
    # A cast would walk over the text once more; only the offsets need to be widened.
    wide = np.frombuffer(offsets, np.int32, len(column) + column.offset + 1).astype(np.int64)
    buffers = [validity, pa.py_buffer(wide), text]
    return pa.Array.from_buffers(pa.large_string(), len(column), buffers, offset=column.offset)


def _levels(schema: Sequence[pa.Field]) -> Iterator[list[str]]:
    fields = list(schema)
    yield [field.name for field in fields]
    for field in fields:
        if kinds.is_struct(field.type):
            yield from _levels([field.type.field(index) for index in range(field.type.num_fields)])


def _walk(schema: Sequence[pa.Field], keys: list[str]) -> Place | None:
    fields, place = list(schema), []
    for key in keys:
        names = [field.name for field in fields]
        if key not in names:
            return None
        place.append(names.index(key))
        kind = fields[place[-1]].type
        fields = [kind.field(index) for index in range(kind.num_fields)] if kinds.is_struct(kind) else []
    return tuple(place)


def _text_names(schema: Sequence[pa.Field], prefix: str = "") -> Iterator[str]:
    for field in schema:
        if is_text(field.type):
            yield prefix + field.name
        elif kinds.is_struct(field.type):
            inner = [field.type.field(index) for index in range(field.type.num_fields)]
            yield from _text_names(inner, f"{prefix}{field.name}.")
