"""What a screener is: code that looks at a whole column and yields hits, and brings its own examples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pyarrow as pa

# What a column of a batch holds: texts (large_string), encoded images (large_binary), the records' digests
# (large_string, hex), or one consent signal per record as it was found (large_string).
Media = Literal["text", "image", "digest", "signal"]

# The kind of a hit that says: this value could not be looked at, its record is held. The rule is the reason's code,
# "image-" and what is wrong. It is no finding, and stands in no screener's `kinds`.
HELD = "@held"

HIT_SCHEMA = pa.schema(
    [
        ("index", pa.int64()),
        ("kind", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
        ("rule", pa.string()),
        ("validator", pa.string()),
        ("context", pa.string()),
        ("box", pa.list_(pa.int32(), 4)),
    ]
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, and why.

    `index` counts in the column given; `start` and `end` (exclusive) are code points of a text, 0 and 0 in an image.
    `rule` names what found it, with its revision ("card.grouped/1"): a verdict on it holds until that changes.
    `validator` is what confirmed it ("Luhn", "libphonenumber", "mod 97"), None where form alone did. `context` is the
    word nearby that spoke for it, as `language:word@distance` in code points, negative before it ("en:tel@-2").
    `box` is left, top, right, bottom in pixels of the upright image. None of these hold a record's content.
    """

    index: int
    kind: str
    start: int
    end: int
    score: float
    rule: str
    validator: str | None = None
    context: str | None = None
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A text (or an encoded image) and exactly what must be found in it: (kind, start, end); nothing if negative."""

    content: str | bytes
    expected: tuple[tuple[str, int, int], ...] = ()


class Screener(Protocol):
    """A detector of one family of kinds.

    `screen` takes a column of one of the `looks_at` media (nulls, empties and slices included; large_string or
    large_binary) with the name of its field, and returns a batch of HIT_SCHEMA, ordered by index and start. The same
    value gives the same hits whatever else is screened with it. Scores lie in 0..1. `notice` is a plain sentence that
    whoever runs the screener should read.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def looks_at(self) -> frozenset[Media]: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def config_digest(self) -> str: ...
    @property
    def examples(self) -> tuple[Example, ...]: ...
    @property
    def notice(self) -> str | None: ...

    def screen(self, column: pa.Array, *, field: str = "text") -> pa.RecordBatch: ...


class UnableToLoad(Exception):
    """A screener cannot work here; `str()` says why and what to do."""


def config_digest(config: Mapping[str, Any]) -> str:
    """sha256 (hex) of `config` as JSON with sorted keys: two screeners with one digest decide alike."""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def hits(found: Iterable[Hit]) -> pa.RecordBatch:
    """A batch of HIT_SCHEMA."""
    rows = list(found)
    columns = [pa.array([getattr(hit, field.name) for hit in rows], field.type) for field in HIT_SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=HIT_SCHEMA)
