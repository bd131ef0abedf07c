"""Keeps what img2dataset writes beside a shard in step with it: the table of its samples and their count."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from hayward.formats import Held, UnreadableShard, iterate_records
from hayward.formats.folders import pictures
from hayward.formats.listing import STATS, stem
from hayward.formats.records import field_keys
from hayward.formats.samples import KEY
from hayward.patching.describing import followed
from hayward.patching.errors import UnableToRewrite
from hayward.patching.plan import Span
from hayward.patching.rewriting_parquet import rewrite_parquet
from hayward.patching.staging import Write

MAX_STATS_BYTES = 1 << 20
COUNTS = (b"count", b"successes", b"success")

Edits = Mapping[int, tuple[Span, ...] | None]
Records = Mapping[int, Mapping[str, Any]]


def companion_writes(tar: Path, edits: Edits) -> dict[Path, Write | None]:
    """New versions of `00000.parquet` and `00000_stats.json` beside `00000.tar`, where they are and change.

    The rows of dropped samples go; where a redacted text stands in a sample's row too, it is redacted there, and what a
    row tells of a picture that changes is renewed. Raises UnreadableShard, UnableToRewrite.
    """
    table, stats = tar.with_name(f"{stem(tar.name)}.parquet"), tar.with_name(f"{stem(tar.name)}{STATS}.json")
    if not (table.is_file() or stats.is_file()):
        return {}
    records = _records(tar, edits)
    keys = {str(record[KEY]).rpartition("/")[2]: row for row, record in records.items()}
    return _writes(table, stats, edits, records, keys)


def folder_companion_writes(root: Path, folder: Path, edits: Edits) -> dict[Path, Write | None]:
    """The same for pictures that img2dataset wrote to folders: `00000.parquet` lies beside the folder `00000`.

    Nothing outside the copy `root` is looked at. Raises UnreadableShard, UnableToRewrite.
    """
    keys: dict[Path, dict[str, int]] = {}
    for picture in pictures(str(folder)):
        place = (folder / picture.name).parent
        if picture.row in edits and not picture.is_row and place != root and _stats(place).is_file():
            keys.setdefault(place, {})[PurePosixPath(stem(picture.name)).name] = picture.row
    records = _records(folder, {row: edits[row] for own in keys.values() for row in own.values()})
    writes: dict[Path, Write | None] = {}
    for place, own in keys.items():
        readable = {key: row for key, row in own.items() if row in records}
        there = {row: records[row] for row in readable.values()}
        writes |= _writes(place.with_name(f"{place.name}.parquet"), _stats(place), edits, there, readable)
    return writes


def _stats(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{STATS}.json")


def _writes(
    table: Path, stats: Path, edits: Edits, records: Records, keys: Mapping[str, int]
) -> dict[Path, Write | None]:
    writes: dict[Path, Write | None] = {}
    rows = _table_edits(table, edits, records, keys) if table.is_file() else {}
    if rows:
        writes[table] = lambda file: rewrite_parquet(str(table), rows, file)
    dropped = sum(edits[row] is None for row in records)
    if dropped and stats.is_file():
        writes[stats] = lambda file: _write_stats(stats, dropped, file)
    for path in writes:
        if path.is_symlink():
            raise UnableToRewrite(f"{path} is a symbolic link: it may be someone else's file.")
    return writes


def _records(shard: Path, edits: Edits) -> dict[int, dict[str, Any]]:
    """The texts of the samples concerned."""
    found = iterate_records(str(shard), frozenset(edits))
    return {row: _without_pictures(record) for row, record in found if not isinstance(record, Held)}


def _without_pictures(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not isinstance(value, bytes)}


def _table_edits(
    table: Path, edits: Edits, records: Records, by_key: Mapping[str, int]
) -> dict[int, tuple[Span, ...] | None]:
    """What the edits of samples mean for the rows of their table; nothing where it has no keys."""
    found: dict[int, tuple[Span, ...] | None] = {}
    rows = {place: by_key[key] for place, key in _keys(table) if key in by_key}
    for place, row in _table_records(table, frozenset(rows)):
        sample = rows[place]
        spans = edits[sample]
        twins = None if spans is None else (*_twins(row, records[sample], spans), *_told(row, spans))
        if twins is None or twins:
            found[place] = twins
    return found


def _keys(table: Path) -> Iterator[tuple[int, str]]:
    try:
        with pq.ParquetFile(table) as file:
            if "key" not in file.schema_arrow.names:
                return
            place = 0
            for batch in file.iter_batches(columns=["key"], use_threads=False):
                for key in batch.column(0).to_pylist():
                    yield place, str(key)
                    place += 1
    except (OSError, ValueError) as error:
        raise UnreadableShard(str(table), "corrupt", str(error).partition("\n")[0][:200]) from error


def _table_records(table: Path, rows: frozenset[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, row in iterate_records(str(table), rows) if rows else ():
        if isinstance(row, Held):
            raise UnableToRewrite(f"{table}: row {place} of a sample that changes cannot be read.")
        yield place, row


def _twins(row: Mapping[str, Any], record: Mapping[str, Any], spans: tuple[Span, ...]) -> Iterator[Span]:
    """The spans again, for each column of the row that holds the very text that they redact."""
    seen = set()
    for span in spans:
        value: Any = record
        for key in field_keys(record, span.field):
            value = value.get(key) if isinstance(value, Mapping) else None
        for column, text in row.items():
            twin = replace(span, field=column)
            if not span.effect and isinstance(text, str) and text == value and twin not in seen:
                seen.add(twin)
                yield twin


def _told(row: Mapping[str, Any], spans: tuple[Span, ...]) -> Iterator[Span]:
    """The spans of changed pictures, as ones that lie elsewhere, where the row tells what no longer holds."""
    facts = {span.field: span for span in spans if span.facts and followed(row, span.facts)}
    yield from (replace(span, field="") for span in facts.values())


def _write_stats(stats: Path, dropped: int, target: BinaryIO) -> None:
    """Takes the dropped samples off the counts; everything else stays as it is written."""
    text = stats.read_bytes()
    if len(text) > MAX_STATS_BYTES:
        raise UnableToRewrite(
            f"{stats} is no report of img2dataset: it has more than {MAX_STATS_BYTES} bytes."
        )
    for name in COUNTS:
        text = re.sub(
            rb'("' + name + rb'"\s{0,20}:\s{0,20})([0-9]{1,12})',
            lambda match: match.group(1) + b"%d" % max(0, int(match.group(2)) - dropped),
            text,
        )
    target.write(text)
