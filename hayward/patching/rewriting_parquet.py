"""Rewrites Parquet: same schema, metadata, row groups, codecs and encodings, other values untouched."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from hayward.formats.parquet_batches import arrow_errors, batches, parquet_file
from hayward.patching.errors import UnableToRewrite
from hayward.patching.parquet_values import redact_batch
from hayward.patching.plan import Span

READ_BYTES = 8 << 20
MAX_GROUP_BYTES = 4 << 30  # Arrow writes a row group from memory
ARROW_SCHEMA = b"ARROW:schema"
# How writers of different age spell one and the same logical type.
SPELLINGS = re.compile(
    r" \(Int\(bitWidth=(?:32|64), isSigned=true\)\)|, is_from_converted_type=\w+|, force_set_converted_type=\w+"
)
PLAIN_ENCODINGS = {"PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"}

Edits = Mapping[int, tuple[Span, ...] | None]


def rewrite_parquet(path: str, edits: Edits, target: BinaryIO) -> None:
    """Writes every row group anew, without the dropped rows; a group that loses all rows goes.

    Raises UnableToRewrite where Arrow would not give back the same Parquet schema or metadata.
    """
    with parquet_file(path, extensions=True) as file:
        with pq.ParquetWriter(target, file.schema_arrow, **writer_options(file)) as writer:
            _check_metadata(path, file)
            start = written = 0
            for group in range(file.num_row_groups):
                table, rows = _edited_group(path, file, group, start, edits)
                if table.num_rows:
                    writer.write_table(table, row_group_size=table.num_rows)
                start, written = start + rows, written + table.num_rows
        target.flush()
        _check_result(path, file, target, written)


def _edited_group(
    path: str, file: pq.ParquetFile, group: int, start: int, edits: Edits
) -> tuple[pa.Table, int]:
    parts, rows, size = [], 0, 0
    for batch in batches(path, file, group, READ_BYTES):
        first = start + rows
        own = {row - first: edits[row] for row in range(first, first + batch.num_rows) if row in edits}
        edited = redact_batch(batch, {row: spans for row, spans in own.items() if spans})
        dropped = {row for row, spans in own.items() if spans is None}
        if dropped:
            edited = edited.filter(pa.array([row not in dropped for row in range(batch.num_rows)]))
        parts.append(edited)
        rows, size = rows + batch.num_rows, size + edited.nbytes
        if size > MAX_GROUP_BYTES:
            raise UnableToRewrite(f"{path}: row group {group} unfolds to more than {MAX_GROUP_BYTES} bytes.")
    return pa.Table.from_batches(parts, file.schema_arrow), rows


def writer_options(file: pq.ParquetFile) -> dict[str, Any]:
    """The settings that make Arrow write like the file was written, as far as its footer tells."""
    if not file.num_row_groups:
        return {"store_schema": ARROW_SCHEMA in (file.metadata.metadata or {})}
    group = file.metadata.row_group(0)
    columns = [group.column(index) for index in range(group.num_columns)]
    odd = dict(_odd_encodings(columns))
    options: dict[str, Any] = {
        "version": _version(file),
        "compression": {one.path_in_schema: _codec(one.compression) for one in columns},
        "use_dictionary": [one.path_in_schema for one in columns if one.has_dictionary_page],
        "write_statistics": [one.path_in_schema for one in columns if one.is_stats_set],
        "store_schema": ARROW_SCHEMA in (file.metadata.metadata or {}),
        "use_deprecated_int96_timestamps": any(one.physical_type == "INT96" for one in columns),
        "use_compliant_nested_type": not any(".list.item" in one.path_in_schema for one in columns),
        "write_page_index": any(one.has_offset_index for one in columns),
        "store_decimal_as_integer": _has_integer_decimals(file),
        "sorting_columns": group.sorting_columns or None,
    }
    if odd:
        options["column_encoding"] = odd
    return options


def _version(file: pq.ParquetFile) -> str:
    return "1.0" if str(file.metadata.format_version) == "1.0" else "2.6"


def _codec(name: str) -> str:
    return "NONE" if name == "UNCOMPRESSED" else name


def _odd_encodings(columns: list[Any]) -> Iterator[tuple[str, str]]:
    for column in columns:
        odd = sorted(set(column.encodings) - PLAIN_ENCODINGS)
        if odd and not column.has_dictionary_page:
            yield column.path_in_schema, odd[0]


def _has_integer_decimals(file: pq.ParquetFile) -> bool:
    columns = [file.schema.column(index) for index in range(len(file.schema))]
    return any(
        one.logical_type.type == "DECIMAL" and one.physical_type in ("INT32", "INT64") for one in columns
    )


def _check_metadata(path: str, file: pq.ParquetFile) -> None:
    kept = set(file.schema_arrow.metadata or {})
    lost = set(file.metadata.metadata or {}) - kept - {ARROW_SCHEMA}
    if lost:
        names = ", ".join(sorted(name.decode("utf-8", "replace") for name in lost))
        raise UnableToRewrite(f"{path}: Arrow would lose the file's metadata {names}.")


def _check_result(path: str, file: pq.ParquetFile, target: BinaryIO, rows: int) -> None:
    with arrow_errors(path), pq.ParquetFile(target.name, arrow_extensions_enabled=True) as result:
        if result.metadata.num_rows != rows:
            raise UnableToRewrite(f"{path}: the new file has {result.metadata.num_rows} rows, not {rows}.")
        if _shape(result.schema) != _shape(file.schema):
            raise UnableToRewrite(f"{path}: Arrow would write another Parquet schema than the file has.")


def _shape(schema: pq.ParquetSchema) -> list[str]:
    """The schema's groups, columns and logical types; ParquetSchema.equals looks at the columns alone."""
    return [SPELLINGS.sub("", line) for line in str(schema).splitlines()[2:]]
