"""Opens Parquet files and reads their row groups in record batches whose memory is bounded beforehand."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from hayward.formats import storage
from hayward.formats.errors import UnreadableShard, unreadable
from hayward.formats.lines import MAX_LINE_BYTES

MAX_BATCH_ROWS = 1 << 16
# What one decoded batch may take at the very worst, when every row repeats the largest dictionary entry.
WORST_BATCH_BYTES = 64 << 20
MAGIC, ENCRYPTED_MAGIC = b"PAR1", b"PARE"


@contextmanager
def parquet_file(path: str, *, extensions: bool = False) -> Iterator[pq.ParquetFile]:
    """The file, its footer read; raises UnreadableShard.

    Logical types such as JSON and UUID show as Arrow's extension types only when `extensions` is set, which
    a rewrite needs to keep them.
    """
    _check_ends(path)
    with ExitStack() as stack:
        source = stack.enter_context(storage.open_file(path)) if storage.is_url(path) else path
        with arrow_errors(path):
            file = stack.enter_context(_open(source, arrow_extensions_enabled=extensions))
        yield file


def _open(source: str | BinaryIO, **options: Any) -> pq.ParquetFile:
    # Without pre-buffering and with a buffer, a column chunk is read page by page, not whole.
    return pq.ParquetFile(source, pre_buffer=False, buffer_size=1 << 20, **options)


def _check_ends(path: str) -> None:
    start = storage.head(path, 4)
    if start not in (MAGIC, ENCRYPTED_MAGIC):
        raise UnreadableShard(path, "corrupt", "it does not begin like a Parquet file")
    if start == ENCRYPTED_MAGIC:
        raise UnreadableShard(path, "encrypted")
    end = storage.tail(path, 4)
    if end != MAGIC:
        raise UnreadableShard(path, "truncated", "the Parquet footer is missing")


@contextmanager
def arrow_errors(path: str, row: int | None = None) -> Iterator[None]:
    """Turns Arrow's errors into UnreadableShard at `row`."""
    try:
        yield
    except OSError as error:
        if error.errno:
            raise unreadable(path, error) from error
        raise UnreadableShard(path, _reason(error), _first_line(error), row) from error
    except (pa.ArrowException, ValueError, OverflowError, KeyError) as error:
        raise UnreadableShard(path, _reason(error), _first_line(error), row) from error


def group_rows(file: pq.ParquetFile, group: int) -> int:
    return int(file.metadata.row_group(group).num_rows)


def group_bytes(file: pq.ParquetFile, group: int) -> int:
    """Stored bytes of a row group."""
    meta = file.metadata.row_group(group)
    return sum(max(meta.column(index).total_compressed_size, 0) for index in range(meta.num_columns))


def batches(path: str, file: pq.ParquetFile, group: int, batch_bytes: int) -> Iterator[pa.RecordBatch]:
    """One row group in batches of about `batch_bytes`; raises UnreadableShard with the row in the group."""
    read = 0
    rows = group_rows(file, group)
    with arrow_errors(path, 0):
        limit = _rows_per_batch(path, file, group, batch_bytes)
        decoded = file.iter_batches(batch_size=limit, row_groups=[group], use_threads=False)
    while True:
        with arrow_errors(path, read):
            batch = next(decoded, None)
        if batch is None:
            break
        yield from _slices(batch, batch_bytes)
        read += batch.num_rows
    if read != rows:
        raise UnreadableShard(path, "corrupt", f"a row group of {rows} rows holds {read}", read)


def _slices(batch: pa.RecordBatch, batch_bytes: int) -> Iterator[pa.RecordBatch]:
    parts = max(1, min(batch.num_rows, batch.nbytes // (2 * batch_bytes) + 1))
    step = max(1, -(-batch.num_rows // parts))
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


def first_row(path: str, file: pq.ParquetFile, group: int) -> pa.RecordBatch | None:
    """One row of a group; raises UnreadableShard.

    It is the guard before a column chunk's metadata is touched from Python: Arrow reports damaged metadata
    as an error when it reads, but ends the process when `RowGroupMetaData.column` meets it.
    """
    with arrow_errors(path, 0):
        return next(file.iter_batches(batch_size=1, row_groups=[group], use_threads=False), None)


def _rows_per_batch(path: str, file: pq.ParquetFile, group: int, batch_bytes: int) -> int:
    if first_row(path, file, group) is None:
        return 1
    meta = file.metadata.row_group(group)
    rows = max(1, meta.num_rows)
    usual = batch_bytes * rows // max(1, meta.total_byte_size)
    worst = WORST_BATCH_BYTES // max(1, _largest_row(path, file, group))
    return int(max(1, min(usual, worst, MAX_BATCH_ROWS)))


def _largest_row(path: str, file: pq.ParquetFile, group: int) -> int:
    """The most bytes a row can unfold to by repeating what is stored once, which metadata does not tell.

    A dictionary page of a few hundred bytes can stand for gigabytes, and so can shared prefixes. What counts
    is the longest entry of each column, times the values per row where a column holds lists.
    """
    meta = file.metadata.row_group(group)
    columns = [meta.column(index) for index in range(meta.num_columns)]
    texts = [column for column in columns if column.physical_type == "BYTE_ARRAY"]
    prefixed = [column for column in texts if "DELTA_BYTE_ARRAY" in column.encodings]
    listed = [
        column.path_in_schema for column in texts if column.has_dictionary_page and column not in prefixed
    ]
    longest = sum(min(column.total_uncompressed_size, MAX_LINE_BYTES) for column in prefixed)
    longest += _longest_entries(path, file, group, listed) if listed else 0
    values = max((column.num_values for column in columns), default=0)
    return int(longest * max(1, values // max(1, meta.num_rows)))


def _longest_entries(path: str, file: pq.ParquetFile, group: int, columns: list[str]) -> int:
    """The sum of the longest dictionary entry of each column: one row, read as dictionaries, shows them all."""
    with ExitStack() as stack:
        source = stack.enter_context(storage.open_file(path)) if storage.is_url(path) else path
        options = {"metadata": file.metadata, "read_dictionary": columns, "arrow_extensions_enabled": False}
        probe = stack.enter_context(_open(source, **options))
        first = next(probe.iter_batches(batch_size=1, row_groups=[group], use_threads=False), None)
    return sum(_longest(column) for column in first.columns) if first else 0


def _longest(array: pa.Array) -> int:
    kind = array.type
    if kinds.is_dictionary(kind):
        measurable = len(array.dictionary) and not kinds.is_primitive(kind.value_type)
        return (pc.max(pc.binary_length(array.dictionary)).as_py() or 0) if measurable else 0
    if kinds.is_struct(kind):
        return sum(_longest(array.field(index)) for index in range(kind.num_fields))
    if kinds.is_map(kind):
        return _longest(array.keys) + _longest(array.items)
    return _longest(array.values) if kinds.is_list(kind) or kinds.is_large_list(kind) else 0


def _reason(error: Exception) -> str:
    text = str(error).lower()
    return "encrypted" if "decrypt" in text or "encrypt" in text else "corrupt"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
