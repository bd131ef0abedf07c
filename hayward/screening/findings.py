"""A finding as one line that leaves the program, and the files that such lines are written to."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import IO, Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(slots=True, unsafe_hash=True)
class Finding:
    """What a screener says may be wrong with a record; never any of the record's content.

    Never changed once made. It is not frozen all the same: a frozen one takes three times as long to make.

    `record` is the row in the shard at `path`, `digest` the sha256 of the canonical record; `start` and `end`
    (exclusive) are code points in `field`. `rule`, `validator`, `context` and `box` are as in screeners.base.Hit.
    `subject` is the keyed digest of what was found, where a key was given (see hayward.screening.subjects).
    """

    path: str
    record: int
    digest: str
    screener: str
    version: str
    kind: str
    field: str
    start: int
    end: int
    score: float
    rule: str
    validator: str | None = None
    context: str | None = None
    box: tuple[int, int, int, int] | None = None
    subject: str | None = None


_NAMES = tuple(field.name for field in fields(Finding))
_values = attrgetter(*_NAMES)
COPIED_BYTES = 1 << 20

TABLE = pa.schema(
    [
        ("path", pa.dictionary(pa.int32(), pa.string())),
        ("record", pa.int64()),
        ("digest", pa.string()),
        ("screener", pa.dictionary(pa.int32(), pa.string())),
        ("version", pa.dictionary(pa.int32(), pa.string())),
        ("kind", pa.dictionary(pa.int32(), pa.string())),
        ("field", pa.dictionary(pa.int32(), pa.string())),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
        ("rule", pa.dictionary(pa.int32(), pa.string())),
        ("validator", pa.dictionary(pa.int32(), pa.string())),
        ("context", pa.string()),
        ("box", pa.list_(pa.int32(), 4)),
        ("subject", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class StoredFindings:
    """The findings that a JsonLinesWriter wrote to the file at `path`; another copies them as they are."""

    path: Path

    def __iter__(self) -> Iterator[Finding]:
        with self.path.open("rb") as file:
            yield from read_lines(file)


class FindingWriter(Protocol):
    """Writes findings to an open binary file; `close` completes what was written and leaves the file open."""

    def write(self, findings: Iterable[Finding]) -> None: ...

    def close(self) -> None: ...


class JsonLinesWriter:
    """One JSON object per finding and line, members in the order of Finding; those that are None are left out."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, findings: Iterable[Finding]) -> None:
        if isinstance(findings, StoredFindings):
            with findings.path.open("rb") as file:
                shutil.copyfileobj(file, self._file, COPIED_BYTES)
            return
        self._file.write(b"".join(_line(finding) for finding in findings))

    def close(self) -> None:
        self._file.flush()


class ParquetWriter:
    """A Parquet table with one row per finding, in row groups of bounded size."""

    GROUP_ROWS = 1 << 16

    def __init__(self, file: IO[bytes]) -> None:
        self._parquet = pq.ParquetWriter(file, TABLE, compression="zstd")
        self._waiting: list[Finding] = []

    def write(self, findings: Iterable[Finding]) -> None:
        self._waiting.extend(findings)
        while len(self._waiting) >= self.GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        while self._waiting:
            self._flush()
        self._parquet.close()

    def _flush(self) -> None:
        group, self._waiting = self._waiting[: self.GROUP_ROWS], self._waiting[self.GROUP_ROWS :]
        columns = zip(*map(_values, group), strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, TABLE, strict=True)]
        self._parquet.write_table(pa.Table.from_arrays(arrays, schema=TABLE))


def read_lines(file: IO[bytes]) -> Iterator[Finding]:
    """The findings that a JsonLinesWriter wrote."""
    for line in file:
        members = orjson.loads(line)
        box = members.pop("box", None)
        yield Finding(**members, box=tuple(box) if box else None)


def _line(finding: Finding) -> bytes:
    members = {name: value for name, value in zip(_NAMES, _values(finding), strict=True) if value is not None}
    return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)
