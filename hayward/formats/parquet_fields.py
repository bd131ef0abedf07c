"""Finds text fields in a Parquet schema and takes them out as Arrow columns without copying the text."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from hayward.formats.errors import UnreadableShard
from hayward.formats.media import kind_of

PICTURES = frozenset({"image", "img", "image_bytes", "picture", "photo"})
MAX_PICTURES = 16  # in one column of a row; a row with more is held

Place = tuple[
    int, ...
]  # positions from the top-level column inwards: of struct members, of elements in a list


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
    and a binary column that has a picture's name ("jpg", "image"). Lists of either have a field for each position:
    "images.0.bytes", "images.1.bytes" and so on, MAX_PICTURES in all.
    """
    found: list[str] = []
    for field in schema:
        if is_list(field.type) and (inner := _picture(field.name, field.type.value_type)) is not None:
            found += [f"{field.name}.{position}{inner}" for position in range(MAX_PICTURES)]
        elif (inner := _picture(field.name, field.type)) is not None:
            found.append(field.name + inner)
    return tuple(found)


def is_list(kind: pa.DataType) -> bool:
    return bool(kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind))


def _picture(name: str, kind: pa.DataType) -> str | None:
    """Where in a value of this type a picture stands, as the end of the field's name; None where none does."""
    if kinds.is_struct(kind):
        index = kind.get_field_index("bytes")
        return ".bytes" if index >= 0 and is_binary(kind.field(index).type) else None
    plain = name.lower()
    is_named = {plain, plain.removesuffix("s")} & PICTURES or kind_of(plain) == "image"
    return "" if is_binary(kind) and is_named else None


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
    # Of lists only pictures are looked at.
    if not (is_binary(kind) or (is_text(kind) and not _leads_through_list(schema, place))):
        raise UnreadableShard(path, "wrong-type", name)
    return place


def field_at(schema: pa.Schema, place: Place) -> pa.Field:
    field = schema.field(place[0])
    for index in place[1:]:
        field = field.type.value_field if is_list(field.type) else field.type.field(index)
    return field


def _leads_through_list(schema: pa.Schema, place: Place) -> bool:
    return any(is_list(field_at(schema, place[:depth]).type) for depth in range(1, len(place)))


def value_at(batch: pa.RecordBatch, place: Place) -> pa.Array:
    """The field's column as large_string or large_binary, null where an enclosing struct or element is not there."""
    column = inner_at(batch, place)
    return column.cast(pa.large_binary()) if is_binary(column.type) else _large(column)


def inner_at(batch: pa.RecordBatch, place: Place) -> pa.Array:
    """The column at a place, of whatever type."""
    column = batch.column(place[0])
    for index in place[1:]:
        column = _element(column, index) if is_list(column.type) else pc.struct_field(column, [index])
    return column


def starts_of(lists: pa.Array) -> pa.Array:
    """Where each list begins among the values of all."""
    if kinds.is_fixed_size_list(lists.type):
        return pa.array((np.arange(len(lists), dtype=np.int64) + lists.offset) * lists.type.list_size)
    return lists.offsets[:-1].cast(pa.int64())


def _element(lists: pa.Array, position: int) -> pa.Array:
    is_there = pc.fill_null(pc.greater(pc.list_value_length(lists), position), False)
    places = pc.add(starts_of(lists), position)
    return lists.values.take(pc.if_else(is_there, places, None))


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
        # The elements of a list go by their positions, those that lie beyond MAX_PICTURES by none.
        place.append(names.index(key))
        kind = fields[place[-1]].type
        if kinds.is_struct(kind):
            fields = [kind.field(index) for index in range(kind.num_fields)]
        elif is_list(kind):
            fields = [kind.value_field.with_name(str(position)) for position in range(MAX_PICTURES)]
        else:
            fields = []
    return tuple(place)


def _text_names(schema: Sequence[pa.Field], prefix: str = "") -> Iterator[str]:
    for field in schema:
        if is_text(field.type):
            yield prefix + field.name
        elif kinds.is_struct(field.type):
            inner = [field.type.field(index) for index in range(field.type.num_fields)]
            yield from _text_names(inner, f"{prefix}{field.name}.")
