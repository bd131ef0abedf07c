"""The canonical form of a record and its digest, the same for Parquet and JSON lines."""

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa

from hayward.formats.signals import no_signals

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_QUICK = frozenset(
    {str, int, bool, type(None)}
)  # what two encoders spell alike; the quick one is ten times faster
MAX_DIGITS = 10  # of a position in a list
_INTEGRAL_BELOW = 1e21  # where ECMAScript's Number::toString turns to an exponent


@dataclass(frozen=True, slots=True)
class Held:
    """A record that could not be read: its row, a stable code, and a sentence without record content."""

    row: int
    reason: str
    detail: str


@dataclass(frozen=True)
class Batch:
    """A stretch of a shard: its fields as Arrow columns, the row numbers, and what was held.

    `rows` counts physical lines (JSON lines), rows (Parquet), samples (WebDataset) or pictures (folders) from 0.
    Every record of the stretch is either in `rows` or in `held`. `fields` holds texts as large_string and encoded
    pictures as large_binary; `signals` the consent signals of the records, named "@signal:<name>". `load` gives the
    whole records at some positions, one after another.
    """

    rows: pa.Int64Array
    fields: pa.RecordBatch
    held: tuple[Held, ...]
    load: Callable[[Sequence[int]], Iterator[dict[str, Any]]]
    signals: pa.RecordBatch = field(default_factory=no_signals)

    def record(self, index: int) -> dict[str, Any]:
        """The whole record at a position of this batch, in JSON's types and bytes."""
        return next(self.load([index]))

    def digest(self, index: int) -> str:
        """The digest of the record at a position of this batch."""
        return digest(self.record(index))

    def digests(self, indexes: Sequence[int]) -> Iterator[str]:
        """The digests of the records at these positions, sooner than one by one."""
        return map(digest, self.load(indexes))


def canonical(record: Mapping[str, Any]) -> bytes:
    """The record's canonical form, version 1: the bytes that its digest is taken over.

    JSON in UTF-8, keys sorted by code point, no whitespace, only the escapes that RFC 8259 demands (and the
    short ones for \\b \\t \\n \\f \\r). Members that are null are left out at every depth, because Parquet
    fills absent columns with null. Integers are in full; a float with an integral value below 1e21 is written
    as that integer, any other as the shortest digits that give it back; non-finite floats, which only
    Parquet can hold, are the strings NaN, Infinity and -Infinity. A binary member of a tar or a folder is the
    object {"bytes": its length, "sha256": in hex}, so that no digest needs it in memory.
    """
    if _QUICK.issuperset(map(type, record.values())):
        members = record
        if None in record.values():
            members = {name: value for name, value in record.items() if value is not None}
        try:
            return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)
        except TypeError:  # an integer beyond 64 bits
            pass
    return _CANONICAL.encode(_plain(record)).encode("utf-8")


def digest(record: Mapping[str, Any]) -> str:
    """Lower-case hex SHA-256 of the canonical form: the address of an item."""
    return hashlib.sha256(canonical(record)).hexdigest()


def media(record: Mapping[str, Any], name: str) -> bytes | None:
    """The encoded picture in a field (`jpg`, `image.bytes`, `images.0.bytes`), or None where none is loaded.

    In a record from Parquet binary stands as base64.
    """
    value: Any = record
    for key in field_keys(record, name):
        value = member_of(value, key)
    if isinstance(value, str):
        with suppress(binascii.Error):
            return base64.b64decode(value, validate=True)
    return value if isinstance(value, bytes) else None


def field_keys(record: Any, field: str) -> list[str]:
    """The keys that lead to a field: a top-level member of just that name, else a dotted path.

    Of members whose own names have dots ("meta.json") the longest that fits leads the path. The elements of a list go
    by their positions.
    """
    parts = field.split(".")
    for cut in range(len(parts), 0, -1):
        name = ".".join(parts[:cut])
        value = member_of(record, name)
        if cut == len(parts) and (value is not None or (isinstance(record, Mapping) and name in record)):
            return [name]
        if isinstance(value, Mapping | list) and cut < len(parts):
            return [name, *field_keys(value, ".".join(parts[cut:]))]
    return parts


def member_of(value: Any, key: str) -> Any:
    """A member of an object, or the element of a list at a position; None where there is none."""
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list) and len(key) < MAX_DIGITS and key.isascii() and key.isdigit():
        return value[int(key)] if int(key) < len(value) else None
    return None


def binary(length: int, sha256: str) -> dict[str, Any]:
    """How a binary member stands in a record whose bytes are not loaded; its digest is the same."""
    return {"bytes": length, "sha256": sha256}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return binary(len(value), hashlib.sha256(value).hexdigest())
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    if isinstance(value, float):
        return _number(value)
    return value


def _number(value: float) -> float | int | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value.is_integer() and abs(value) < _INTEGRAL_BELOW else value
