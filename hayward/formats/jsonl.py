"""Reads JSON lines (plain, gzip or Zstandard) as bounded batches, holding every line that is no record."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from hayward.formats import layouts, storage
from hayward.formats.compression import BrokenStream, decompressed, detect
from hayward.formats.errors import UnreadableShard
from hayward.formats.lines import MAX_LINE_BYTES, Line, split_lines
from hayward.formats.records import Batch, Held
from hayward.formats.signals import signal_columns, signals_of
from hayward.formats.strictjson import NotARecord, parse_record

MAX_BATCH_ROWS = 1 << 16
PEEK_RECORDS = 1000
PEEK_BYTES = 8 << 20
BLANK = b" \t\r"


@dataclass
class JsonlShard:
    """An open shard of JSON lines; see hayward.formats.base.Shard."""

    path: str
    compression: str | None
    layout: str
    fields: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    bytes_total: int | None
    batch_bytes: int
    with_signals: bool = False
    bytes_read: int = 0
    records: int | None = None
    format: str = "jsonl"

    def __iter__(self) -> Iterator[Batch]:
        self.bytes_read = 0
        last = -1
        with storage.opened(self.path) as source:
            stretch = self._stretch()
            take = stretch.take
            try:
                for line in split_lines(decompressed(source, self.compression)):
                    if line.row != last:
                        take(line)
                        last = line.row
                    if stretch.size >= self.batch_bytes or len(stretch.lines) >= MAX_BATCH_ROWS:
                        self.bytes_read = source.taken
                        yield stretch.batch()
                        stretch = self._stretch()
                        take = stretch.take
            except BrokenStream as error:
                if stretch.size:
                    yield stretch.batch()
                raise UnreadableShard(self.path, error.reason, error.detail, last + 1) from error
            self.bytes_read = source.taken
        if stretch.size:
            yield stretch.batch()

    def _stretch(self) -> "_Stretch":
        return _Stretch(self.fields, self.paths, self.with_signals)


@dataclass(slots=True)
class _Stretch:
    """The records between two batches."""

    fields: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    with_signals: bool
    rows: list[int] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    texts: list[list[bytes | None]] = field(default_factory=list)
    signals: list[dict[str, str]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    size: int = 0

    def take(self, line: Line) -> None:
        """Adds a record: its line and, encoded while they are at hand, its texts; whoever wants more parses again."""
        data = line.data
        self.size += len(data) + 1
        if data[:1] != b"{" and is_blank(line):
            return
        try:
            record = parse_record(data) if line.whole else read_line(line)
            texts = [_text(record, path) for path in self.paths]
        except NotARecord as error:
            self.held.append(Held(line.row, error.reason, error.detail))
            return
        self.rows.append(line.row)
        self.lines.append(data)
        self.texts.append(texts)
        if self.with_signals:
            self.signals.append(signals_of(record))

    def batch(self) -> Batch:
        columns = zip(*self.texts, strict=True) if self.texts else ((),) * len(self.fields)
        # UTF-8 it is: the bytes were text a moment ago.
        arrays = [pa.array(column, pa.large_binary()).view(pa.large_string()) for column in columns]
        schema = pa.schema([(name, pa.large_string()) for name in self.fields])
        fields = pa.RecordBatch.from_arrays(arrays, schema=schema)
        rows = pa.array(self.rows, pa.int64())
        return Batch(rows, fields, tuple(self.held), self.load, signal_columns(self.signals))

    def load(self, indexes: Sequence[int]) -> Iterator[dict[str, Any]]:
        return (parse_record(self.lines[index]) for index in indexes)


def open_jsonl(
    path: str, fields: Sequence[str] | None, batch_bytes: int, media: Collection[str]
) -> JsonlShard:
    """Opens a shard and learns its layout from the first readable records; raises UnreadableShard."""
    compression = _compression(path)
    first = _first_records(path)
    columns = dict.fromkeys(name for record in first for name in record)
    layout = layouts.recognise(columns)
    names: tuple[str, ...] = ()
    if "text" in media:
        names = tuple(fields) if fields is not None else _default_names(path, layout, first)
    return JsonlShard(
        path=path,
        compression=compression,
        layout=layout,
        fields=names,
        paths=tuple(_resolve(path, name, first) for name in names),
        bytes_total=storage.size(path),
        batch_bytes=batch_bytes,
        with_signals="signal" in media,
    )


def is_blank(line: Line) -> bool:
    """Whether the line is no record: it counts as a row and is neither read nor held."""
    return line.whole and not line.data.strip(BLANK)


def read_line(line: Line) -> dict[str, Any]:
    """The record in a line; raises NotARecord."""
    if not line.whole:
        raise NotARecord("record-too-large", f"the line is longer than {MAX_LINE_BYTES} bytes")
    return parse_record(line.data)


@contextmanager
def stored_lines(path: str) -> Iterator[Iterator[Line]]:
    """The physical lines of a shard while it is open; raises UnreadableShard, whose row is not known."""
    compression = _compression(path)
    with storage.opened(path) as source:
        try:
            yield split_lines(decompressed(source, compression))
        except BrokenStream as error:
            raise UnreadableShard(path, error.reason, error.detail) from error


def iterate_jsonl(path: str, rows: Collection[int] | None) -> Iterator[tuple[int, dict[str, Any] | Held]]:
    """All records (or those of `rows`) with their row, in order, reading no further than needed."""
    last, end = -1, max(rows, default=-1) if rows is not None else None
    try:
        with stored_lines(path) as lines:
            for line in lines:
                if end is not None and line.row > end:
                    return
                is_new, last = line.row != last, line.row
                if is_new and (rows is None or line.row in rows) and not is_blank(line):
                    yield line.row, _record_or_held(line)
    except UnreadableShard as error:
        raise UnreadableShard(path, error.reason, error.detail, last + 1) from error


def _record_or_held(line: Line) -> dict[str, Any] | Held:
    try:
        return read_line(line)
    except NotARecord as error:
        return Held(line.row, error.reason, error.detail)


def _compression(path: str) -> str | None:
    found = detect(storage.head(path, 4))
    if found is None and path.lower().endswith((".gz", ".zst")):
        raise UnreadableShard(path, "corrupt", "its name promises compression that its bytes do not have")
    return found


def _first_records(path: str) -> list[dict[str, Any]]:
    first: list[dict[str, Any]] = []
    size = 0
    try:
        with stored_lines(path) as lines:
            for line in lines:
                size += len(line.data)
                found = None if is_blank(line) else _record_or_held(line)
                if isinstance(found, dict):
                    first.append(found)
                if len(first) >= PEEK_RECORDS or (first and size > PEEK_BYTES):
                    break
    except UnreadableShard as error:
        if error.reason not in ("truncated", "corrupt"):
            raise
    return first


def _default_names(path: str, layout: str, first: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    texts = dict.fromkeys(
        name for record in first for name, value in record.items() if isinstance(value, str)
    )
    names = layouts.default_fields(layout, tuple(texts))
    if first and not names:
        raise UnreadableShard(path, "no-text-field", _known(first))
    return names


def _resolve(path: str, name: str, first: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The keys that lead to a field: a top-level key of just that name, else a dotted path."""
    if not first or any(name in record for record in first):
        return (name,)
    keys = tuple(name.split("."))
    if not any(_has(record, keys) for record in first):
        raise UnreadableShard(path, "no-such-field", f"{name!r} is not among: {_known(first)}")
    return keys


def _known(first: Sequence[Mapping[str, Any]]) -> str:
    names = dict.fromkeys(name for record in first for name in _names(record))
    return ", ".join(names) or "none"


def _names(record: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _names(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _has(record: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    value: Any = record
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _text(record: Mapping[str, Any], keys: tuple[str, ...]) -> bytes | None:
    value: Any = record.get(keys[0])
    for key in keys[1:]:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value.encode()
    if value is None:
        return None
    raise NotARecord("wrong-type", f"the field {'.'.join(keys)} holds no text")
