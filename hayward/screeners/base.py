"""What a screener is: code that looks at a whole column of texts and yields hits, and brings its own examples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

HIT_SCHEMA = pa.schema(
    [
        ("index", pa.int64()),
        ("kind", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Example:
    """A text and exactly what its screener must find in it: (kind, start, end) in code points; none for a negative."""

    text: str
    expected: tuple[tuple[str, int, int], ...] = ()


class Screener(Protocol):
    """A detector of one family of kinds.

    `screen` takes any large_string array (nulls, empty texts and slices included) and returns a batch of HIT_SCHEMA,
    ordered by index and start: `index` counts in the array given, `start` and `end` (exclusive) are code points,
    `score` lies in 0..1. The same text gives the same hits whatever else is screened with it. `notice` is a plain
    sentence that whoever runs the screener should read.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def config_digest(self) -> str: ...
    @property
    def examples(self) -> tuple[Example, ...]: ...
    @property
    def notice(self) -> str | None: ...

    def screen(self, texts: pa.LargeStringArray) -> pa.RecordBatch: ...


class UnableToLoad(Exception):
    """A screener cannot work here; `str()` says why and what to do."""


def config_digest(config: Mapping[str, Any]) -> str:
    """sha256 (hex) of `config` as JSON with sorted keys: two screeners with one digest decide alike."""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def hits(rows: Iterable[tuple[int, str, int, int, float]]) -> pa.RecordBatch:
    """A batch of HIT_SCHEMA from (index, kind, start, end, score) rows."""
    columns: tuple[list[Any], ...] = ([], [], [], [], [])
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, HIT_SCHEMA, strict=True)],
        schema=HIT_SCHEMA,
    )
