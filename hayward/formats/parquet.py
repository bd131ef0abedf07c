"""Reads Parquet as bounded batches whose text stays in Arrow, holding every row that is not readable."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hayward.formats import layouts, parquet_batches, storage
from hayward.formats.arrow_values import to_python
from hayward.formats.errors import UnreadableShard
from hayward.formats.lines import MAX_LINE_BYTES
from hayward.formats.media import MAX_IMAGE_BYTES
from hayward.formats.parquet_batches import parquet_file
from hayward.formats.parquet_fields import (
    MAX_PICTURES,
    Place,
    field_at,
    image_fields,
    inner_at,
    is_binary,
    is_list,
    place_of,
    refuse_twins,
    text_columns,
    value_at,
)
from hayward.formats.records import Batch, Held
from hayward.formats.signals import signal_columns, signal_name, signals_of

READ_BYTES = 8 << 20
ROWS_AT_ONCE = 256
TOO_MANY = ("too-many-images", f"a column holds more than {MAX_PICTURES} pictures")
MAX_CELL_BYTES = MAX_LINE_BYTES  # one bound for a text, whatever the format


@dataclass
class ParquetShard:
    """An open Parquet shard; see hayward.formats.base.Shard."""

    path: str
    compression: str | None
    layout: str
    fields: tuple[str, ...]
    places: tuple[Place, ...]
    records: int | None
    bytes_total: int | None
    batch_bytes: int
    with_signals: bool = False
    bytes_read: int = 0
    format: str = "parquet"

    def __iter__(self) -> Iterator[Batch]:
        self.bytes_read = 0
        for start, batch, stored in _stretches(self.path, self.batch_bytes):
            self.bytes_read = stored
            yield self._batch(start, batch)
        self.bytes_read = self.bytes_total or self.bytes_read

    def _batch(self, start: int, batch: pa.RecordBatch) -> Batch:
        rows = pa.array(np.arange(start, start + batch.num_rows), pa.int64())
        marks: list[Held] = []
        for find in (
            unreadable_rows,
            self._overfull_rows,
            self._oversize_rows,
        ):  # only valid text can be measured
            held = find(batch)
            if held:
                marks += [Held(rows[index].as_py(), *why) for index, why in held.items()]
                readable = pa.array([index not in held for index in range(batch.num_rows)])
                batch, rows = batch.filter(readable), rows.filter(readable)
        values = [value_at(batch, place) for place in self.places]
        kinds = [(name, column.type) for name, column in zip(self.fields, values, strict=True)]
        fields = pa.RecordBatch.from_arrays(values, schema=pa.schema(kinds))
        marks.sort(key=lambda one: one.row)
        signals = signal_columns(_signals(batch) if self.with_signals else [])
        return Batch(rows, fields, tuple(marks), partial(records_at, batch), signals)

    def _overfull_rows(self, batch: pa.RecordBatch) -> dict[int, tuple[str, str]]:
        """The rows with more pictures in a list than are looked at."""
        held: dict[int, tuple[str, str]] = {}
        # Where single positions were asked for, the others are not what is looked at.
        whole = {place[:depth] for place in self.places for depth in range(1, len(place))}
        ends = {place[:depth] for place in self.places for depth in range(2, len(place) + 1)}
        for start in whole:
            column = inner_at(batch, start)
            if is_list(column.type) and (*start, MAX_PICTURES - 1) in ends:
                lengths = pc.list_value_length(column)
                over = pc.indices_nonzero(pc.fill_null(pc.greater(lengths, MAX_PICTURES), False))
                held.update(dict.fromkeys(over.to_pylist(), TOO_MANY))
        return held

    def _oversize_rows(self, batch: pa.RecordBatch) -> dict[int, tuple[str, str]]:
        held: dict[int, tuple[str, str]] = {}
        for place in self.places:
            column = value_at(batch, place)
            what, most = (
                ("a picture", MAX_IMAGE_BYTES) if is_binary(column.type) else ("a text", MAX_CELL_BYTES)
            )
            sizes = pc.binary_length(column)
            if (pc.max(sizes).as_py() or 0) > most:
                over = pc.indices_nonzero(pc.fill_null(pc.greater(sizes, most), False))
                why = ("record-too-large", f"{what} is longer than {most} bytes")
                held.update(dict.fromkeys(over.to_pylist(), why))
        return held


def open_parquet(
    path: str, fields: Sequence[str] | None, batch_bytes: int, media: Collection[str]
) -> ParquetShard:
    """Opens a shard and learns its layout from the schema; raises UnreadableShard."""
    with parquet_file(path) as file:
        schema, meta = file.schema_arrow, file.metadata
        is_whole = meta.num_row_groups > 0 and parquet_batches.first_row(path, file, 0) is not None
    groups = [meta.row_group(index) for index in range(meta.num_row_groups)]
    records = sum(group.num_rows for group in groups)
    refuse_twins(path, schema)
    layout = layouts.recognise(schema.names)
    names = _names(path, schema, layout, fields, media)
    if not names and records and not {"text", "image"}.isdisjoint(media):
        raise UnreadableShard(path, "no-text-field", ", ".join(schema.names))
    return ParquetShard(
        path=path,
        compression=_codec(groups[0]) if is_whole else None,
        layout=layout,
        fields=names,
        places=tuple(place_of(path, schema, name) for name in names),
        records=records,
        bytes_total=storage.size(path),
        batch_bytes=batch_bytes,
        with_signals="signal" in media,
    )


def _names(
    path: str, schema: pa.Schema, layout: str, fields: Sequence[str] | None, media: Collection[str]
) -> tuple[str, ...]:
    """The fields to look at: those named, and of a medium none of which is named, those the schema shows."""
    named = {name: is_binary(field_at(schema, place_of(path, schema, name)).type) for name in fields or ()}
    texts = [name for name, binary in named.items() if not binary]
    images = [name for name, binary in named.items() if binary]
    found: list[str] = []
    if "text" in media:
        found += texts or layouts.default_fields(layout, text_columns(schema))
    if "image" in media:
        found += images or image_fields(schema)
    return tuple(found)


def _signals(batch: pa.RecordBatch) -> list[dict[str, str]]:
    names = [name for name in batch.schema.names if signal_name(name)]
    if not names:
        return []
    columns = {name: to_python(batch.column(name)) for name in names}
    return [signals_of({name: columns[name][index] for name in names}) for index in range(batch.num_rows)]


def _codec(group: Any) -> str | None:
    name = str(group.column(0).compression).lower()
    return None if name == "uncompressed" else name


def iterate_parquet(path: str, rows: Collection[int] | None) -> Iterator[tuple[int, dict[str, Any] | Held]]:
    """All records (or those of `rows`) with their row, in order, reading only the row groups needed."""
    for start, batch, _ in _stretches(path, READ_BYTES, rows):
        wanted = [row for row in range(start, start + batch.num_rows) if rows is None or row in rows]
        held = unreadable_rows(batch) if wanted else {}
        readable = records_at(batch, [row - start for row in wanted if row - start not in held])
        for row in wanted:
            why = held.get(row - start)
            yield row, Held(row, *why) if why else next(readable)


def records_at(batch: pa.RecordBatch, indexes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """These rows as records in JSON's types."""
    names = batch.schema.names
    for begin in range(0, len(indexes), ROWS_AT_ONCE):
        some = indexes[begin : begin + ROWS_AT_ONCE]
        rows = batch.take(pa.array(some, pa.int64())) if len(some) > 1 else batch.slice(some[0], 1)
        for _, *values in zip(some, *map(to_python, rows.columns), strict=True):
            yield dict(zip(names, values, strict=True))


def unreadable_rows(batch: pa.RecordBatch) -> dict[int, tuple[str, str]]:
    """The rows whose values Arrow finds invalid, such as text that is no UTF-8, with reason and detail."""
    if _is_valid(batch):
        return {}
    bad = [index for index in range(batch.num_rows) if not _is_valid(batch.slice(index, 1))]
    return dict.fromkeys(bad, ("invalid-utf8", "a column holds bytes that are not what its type says"))


def _is_valid(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _stretches(
    path: str, batch_bytes: int, rows: Collection[int] | None = None
) -> Iterator[tuple[int, pa.RecordBatch, int]]:
    """First row, batch and stored bytes so far, for the row groups that hold one of `rows` (or all)."""
    start, stored = 0, 0
    with parquet_file(path) as file:
        for group in range(file.num_row_groups):
            end = start + parquet_batches.group_rows(file, group)
            if rows is None or any(start <= row < end for row in rows):
                own = 0
                for first, batch in _located(path, file, group, batch_bytes, start):
                    own = own or parquet_batches.group_bytes(file, group)
                    yield first, batch, stored + own * (first + batch.num_rows - start) // (end - start)
                stored += own
            start = end


def _located(
    path: str, file: Any, group: int, batch_bytes: int, start: int
) -> Iterator[tuple[int, pa.RecordBatch]]:
    row = start
    try:
        for batch in parquet_batches.batches(path, file, group, batch_bytes):
            yield row, batch
            row += batch.num_rows
    except UnreadableShard as error:
        raise UnreadableShard(path, error.reason, error.detail, row) from error
