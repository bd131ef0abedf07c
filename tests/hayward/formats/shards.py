"""Makes shards for tests."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from hayward.formats import Held, UnreadableShard, open_shard

PEOPLE = [
    {
        "text": "Write to ann@example.org today.",
        "timestamp": "2019-04-25T12:57:54Z",
        "url": "https://example.org/1",
    },
    {"text": "Nothing to see here.", "timestamp": "2019-04-26T12:57:54Z", "url": "https://example.org/2"},
    {
        "text": "Call 555-0100 \u2014 ask for Bo \U0001f600.",
        "timestamp": "2019-04-27T00:00:00Z",
        "url": "https://example.org/3",
    },
]


def json_lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    """JSON lines, compressed as the suffix says."""
    data = json_lines(records)
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    if path.suffix == ".zst":
        data = zstandard.ZstdCompressor().compress(data)
    path.write_bytes(data)
    return path


def write_parquet(path: Path, records: list[dict[str, Any]], **options: Any) -> Path:
    pq.write_table(pa.Table.from_pylist(records), path, **options)
    return path


def read_all(path: Path, **options: Any) -> tuple[list[int], dict[str, list[Any]], list[Held]]:
    """Rows, values by field and held records of a whole shard."""
    shard = open_shard(str(path), **options)
    rows: list[int] = []
    texts: dict[str, list[Any]] = {name: [] for name in shard.fields}
    held: list[Held] = []
    for batch in shard:
        rows += batch.rows.to_pylist()
        held += batch.held
        for name in shard.fields:
            texts[name] += batch.fields.column(name).to_pylist()
    return rows, texts, held


def read_until_error(path: Path, **options: Any) -> tuple[list[int], UnreadableShard | None]:
    """The rows read, and the error that ended it, if any."""
    rows: list[int] = []
    try:
        for batch in open_shard(str(path), **options):
            rows += batch.rows.to_pylist()
    except UnreadableShard as error:
        return rows, error
    return rows, None


def refusal(path: Path, **options: Any) -> UnreadableShard:
    """The error that reading the shard to its end raises."""
    error = read_until_error(path, **options)[1]
    assert error, f"{path} was read without an error"
    return error
