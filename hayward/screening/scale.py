"""Screening under engines that hand out Arrow batches (Spark's mapInArrow, Ray Data's map_batches), findings to files.

Functions here take screeners by name, so that an engine pickles names and each process loads the screeners once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hayward.formats import Batch, layouts
from hayward.formats.parquet import records_at
from hayward.formats.parquet_fields import text_columns
from hayward.screening.findings import Finding, FindingWriter, JsonLinesWriter, read_lines
from hayward.screening.resuming import read_report
from hayward.screening.running import loaded_once
from hayward.screening.shards import ShardReport, findings_of, screen_records, screen_shard

# A row of results holds about so many bytes of findings; Spark and Ray dislike large rows.
PART_BYTES = 4 << 20

RESULT_SCHEMA = pa.schema(
    [("path", pa.string()), ("part", pa.int32()), ("findings", pa.binary()), ("report", pa.string())]
)
RESULT_DDL = "path string, part int, findings binary, report string"

ROW_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("record", pa.int64()),
        ("digest", pa.string()),
        ("screener", pa.string()),
        ("version", pa.string()),
        ("kind", pa.string()),
        ("field", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
        ("rule", pa.string()),
        ("validator", pa.string()),
        ("context", pa.string()),
        ("box", pa.list_(pa.int32())),
    ]
)
ROW_DDL = (
    "path string, record long, digest string, screener string, version string, kind string, field string, "
    "start int, end int, score float, rule string, validator string, context string, box array<int>"
)


class UnableToScreen(Exception):
    """A screener failed on a record of a frame, where nobody could hold it; `str()` says which."""


class OutOfOrder(Exception):
    """Results do not come shard by shard and part by part, so that no file can be written of them."""


def screen_paths(
    batches: Iterable[pa.RecordBatch],
    *,
    screeners: Sequence[str],
    fields: Sequence[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Screens whole shards: takes batches with a column `path`, gives batches of RESULT_SCHEMA.

    Each shard is read by this process as `hayward screen` reads it, so its findings are the same to the byte; every
    record has its place in the report, which the last part of each shard carries as JSON. Raises UnknownScreener,
    UnableToLoad.
    """
    for batch in batches:
        for path in batch.column("path").to_pylist():
            yield from _parts(path, tuple(screeners), fields)


def write_results(results: Iterable[pa.RecordBatch], writer: FindingWriter) -> list[ShardReport]:
    """Writes what screen_paths gave, ordered by path and part, and gives the reports. Raises OutOfOrder."""
    reports: list[ShardReport] = []
    path, part = "", 0
    for batch in results:
        for row in batch.to_pylist():
            if (row["path"], row["part"]) != (path, part) and (row["part"] or row["path"] <= path):
                raise OutOfOrder(
                    f"Part {row['part']} of {row['path']} comes out of order: sort by path and part."
                )
            writer.write(read_lines(BytesIO(row["findings"])))
            path, part = row["path"], row["part"] + 1
            if row["report"] is not None:
                reports.append(read_report(json.loads(row["report"])))
    return reports


def screen_rows(
    batches: Iterable[pa.RecordBatch],
    *,
    screeners: Sequence[str],
    fields: Sequence[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Screens rows that an engine has read: gives batches of ROW_SCHEMA, one row per finding.

    A row needs the columns `path` (its shard) and `record` (its row there, from 0): a row of a frame does not know
    them by itself. Its digest is the column `digest`, or else is taken over all other columns. `fields` are the
    columns to look at, by default the text columns of the layout. Raises UnableToScreen, UnknownScreener,
    UnableToLoad.
    """
    for batch in batches:
        yield _screened(batch, tuple(screeners), fields)


def account(read: Mapping[str, int], findings: Iterable[Mapping[str, Any]]) -> list[ShardReport]:
    """The reports of shards whose rows screen_rows saw: how many were read of each, and which were flagged.

    `findings` are rows with path, record and kind.
    """
    records: dict[str, set[int]] = defaultdict(set)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        records[finding["path"]].add(finding["record"])
        kinds[finding["path"]][finding["kind"]] += 1
    return [
        ShardReport(
            path=path,
            read=count,
            passed=count - len(records[path]),
            flagged=len(records[path]),
            findings=kinds[path].total(),
            kinds=dict(sorted(kinds[path].items())),
        )
        for path, count in sorted(read.items())
    ]


def findings_in(batches: Iterable[pa.RecordBatch]) -> Iterator[Finding]:
    """The findings in batches of ROW_SCHEMA, to be given to a FindingWriter."""
    for batch in batches:
        for row in batch.to_pylist():
            box = row.pop("box")
            yield Finding(**row | {"score": round(row["score"], 4)}, box=tuple(box) if box else None)


def _parts(path: str, screeners: tuple[str, ...], fields: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    screening = screen_shard(path, screeners=loaded_once(screeners), fields=fields)
    part, buffer = 0, BytesIO()
    for findings in screening:
        JsonLinesWriter(buffer).write(findings)
        if buffer.tell() >= PART_BYTES:
            yield _result(path, part, buffer.getvalue(), None)
            part, buffer = part + 1, BytesIO()
    yield _result(path, part, buffer.getvalue(), screening.report)


def _result(path: str, part: int, findings: bytes, report: ShardReport | None) -> pa.RecordBatch:
    told = None if report is None else json.dumps(asdict(report), ensure_ascii=False)
    row = {"path": path, "part": part, "findings": findings, "report": told}
    return pa.RecordBatch.from_pylist([row], schema=RESULT_SCHEMA)


def _screened(
    batch: pa.RecordBatch, screeners: tuple[str, ...], fields: Sequence[str] | None
) -> pa.RecordBatch:
    own = batch.select([name for name in batch.schema.names if name not in {"path", "record", "digest"}])
    names = fields or layouts.default_fields(layouts.recognise(own.schema.names), text_columns(own.schema))
    found, failed = screen_records(own.select(list(names)), loaded_once(screeners))
    paths, records = batch.column("path"), batch.column("record")
    if failed:
        index, why = failed[0]
        raise UnableToScreen(f"{paths[index]}, record {records[index]}: a screener failed on it ({why}).")
    indexes = pa.array(range(batch.num_rows), pa.int64())
    within = Batch(indexes, own, (), partial(records_at, own))
    rows = [
        asdict(replace(finding, path=paths[finding.record].as_py(), record=records[finding.record].as_py()))
        for finding in findings_of("", within, found)
    ]
    table = pa.RecordBatch.from_pylist(rows, schema=ROW_SCHEMA)
    if "digest" not in batch.schema.names:
        return table
    given = pc.cast(batch.column("digest"), pa.string()).take(found.column(0))
    return table.set_column(table.schema.get_field_index("digest"), ROW_SCHEMA.field("digest"), given)
