"""One batch of texts through a set of screeners: a pure function from Arrow to Arrow."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from hayward.screeners import Screener

FINDING_SCHEMA = pa.schema(
    [
        ("index", pa.int64()),
        ("field", pa.string()),
        ("screener", pa.string()),
        ("version", pa.string()),
        ("kind", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
    ]
)


def screen_batch(batch: pa.RecordBatch, screeners: Sequence[Screener]) -> pa.RecordBatch:
    """What the screeners find in the text columns of `batch`, as a batch of FINDING_SCHEMA ordered by `index`.

    `index` counts rows of `batch`; columns that hold no text are passed over. Pure, so that it runs as it is under
    Spark (`mapInArrow`) and Ray Data (`map_batches`).
    """
    found = [
        _labelled(screener.screen(column.cast(pa.large_string())), name, screener)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if _is_text(column.type)
        for screener in screeners
    ]
    if not found:
        return _labelled_nothing()
    together = pa.concat_batches(found)
    return together if len(found) == 1 else together.take(_order(together))


def _is_text(kind: pa.DataType) -> bool:
    value = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(value) or types.is_large_string(value) or types.is_string_view(value))


def _labelled(hits: pa.RecordBatch, field: str, screener: Screener) -> pa.RecordBatch:
    labels = [pa.repeat(pa.scalar(label), len(hits)) for label in (field, screener.name, screener.version)]
    index, *rest = hits.columns
    return pa.RecordBatch.from_arrays([index, *labels, *rest], schema=FINDING_SCHEMA)


def _labelled_nothing() -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array([], field.type) for field in FINDING_SCHEMA], schema=FINDING_SCHEMA
    )


def _order(findings: pa.RecordBatch) -> pa.Array:
    # Arrow sorts stably: within a record, fields and screeners keep their order.
    return pc.sort_indices(findings, sort_keys=[("index", "ascending")])
