"""One batch of texts through a set of screeners: a pure function from Arrow to Arrow."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from hayward.screeners import HIT_SCHEMA, Screener
from hayward.screeners.base import Media
from hayward.screening.bundles import doxxing_bundles

FINDING_SCHEMA = pa.schema(
    [
        HIT_SCHEMA.field("index"),
        ("field", pa.string()),
        ("screener", pa.string()),
        ("version", pa.string()),
        *(field for field in HIT_SCHEMA if field.name != "index"),
    ]
)
# Columns that are no content of the record: its digest, and signals about what may be done with it.
DIGEST = "@digest"
SIGNAL = "@signal:"
_ARROW: dict[Media, pa.DataType] = {"image": pa.large_binary()}


def screen_batch(batch: pa.RecordBatch, screeners: Sequence[Screener]) -> pa.RecordBatch:
    """What the screeners find in the columns of `batch`, as a batch of FINDING_SCHEMA ordered by `index`.

    `index` counts rows of `batch`. String columns are texts and binary columns are encoded images; a string column
    called `@digest` holds the records' digests, and one called `@signal:<name>` a consent signal. Columns of other
    types are passed over. Kinds of one person close together make one finding more (see bundles). Pure, so that it
    runs as it is under Spark (`mapInArrow`) and Ray Data (`map_batches`).
    """
    found = [
        _labelled(
            screener.screen(column.cast(_ARROW.get(media, pa.large_string())), field=name), name, screener
        )
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if (media := media_of(name, column.type)) is not None
        for screener in screeners
        if media in screener.looks_at
    ]
    if not found:
        return _labelled_nothing()
    bundles = doxxing_bundles(pa.concat_batches(found))
    if bundles.num_rows:
        found.append(bundles)
    together = pa.concat_batches(found)
    return together if len(found) == 1 else together.take(_order(together))


def media_of(name: str, type_: pa.DataType) -> Media | None:
    """What a column of this name and type holds for screeners, if anything."""
    value = type_.value_type if types.is_dictionary(type_) else type_
    if types.is_binary(value) or types.is_large_binary(value):
        return "image"
    if not (types.is_string(value) or types.is_large_string(value) or types.is_string_view(value)):
        return None
    if name.startswith(SIGNAL):
        return "signal"
    return "digest" if name == DIGEST else "text"


def _labelled(hits: pa.RecordBatch, field: str, screener: Screener) -> pa.RecordBatch:
    name = field.removeprefix(SIGNAL)
    labels = [pa.repeat(pa.scalar(label), len(hits)) for label in (name, screener.name, screener.version)]
    index, *rest = hits.columns
    return pa.RecordBatch.from_arrays([index, *labels, *rest], schema=FINDING_SCHEMA)


def _labelled_nothing() -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array([], field.type) for field in FINDING_SCHEMA], schema=FINDING_SCHEMA
    )


def _order(findings: pa.RecordBatch) -> pa.Array:
    # Arrow sorts stably: within a record, fields and screeners keep their order.
    return pc.sort_indices(findings, sort_keys=[("index", "ascending")])
