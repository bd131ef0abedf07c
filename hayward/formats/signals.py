"""Finds what a record carries about the consent to its use, whatever column or member holds it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

COLUMN = "@signal:"
# X-Robots-Tag, TDMRep (W3C), AIPREF Content-Usage, robots.txt, ai.txt, C2PA and CAWG, whole HTTP headers, and the
# words with which img2dataset records a refusal.
NAMES = frozenset(
    {
        "ai_txt",
        "c2pa",
        "c2pa_manifest",
        "cawg",
        "content_usage",
        "error_message",
        "headers",
        "http_headers",
        "response_headers",
        "robots",
        "robots_txt",
        "tdm_policy",
        "tdm_reservation",
        "x_robots_tag",
    }
)


def no_signals() -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([], schema=pa.schema([]))


def signal_name(column: str) -> str | None:
    """The name of the signal that a column or member is, small and with low lines, or None."""
    name = column.lower().replace("-", "_")
    return name if name in NAMES else None


def signals_of(record: Mapping[str, Any]) -> dict[str, str]:
    """The signals among a record's members as they were found: text, or else the value's JSON.

    Two spellings of one name are joined by a line feed.
    """
    found: dict[str, str] = {}
    for member, value in record.items():
        name = signal_name(member)
        if name and value is not None:
            text = _text(value)
            found[name] = f"{found[name]}\n{text}" if name in found else text
    return found


def signal_columns(found: Sequence[Mapping[str, str]]) -> pa.RecordBatch:
    """One column per signal that any record has, in the order of the names; null where a record has none."""
    names = sorted({name for one in found for name in one})
    arrays = [pa.array([one.get(name) for one in found], pa.large_string()) for name in names]
    schema = pa.schema([(COLUMN + name, pa.large_string()) for name in names])
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
