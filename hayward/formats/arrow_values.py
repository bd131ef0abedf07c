"""Turns Arrow values into JSON's types, so that a Parquet record reads like its JSON line."""

import base64
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_CONTAINERS = (kinds.is_list, kinds.is_large_list, kinds.is_fixed_size_list, kinds.is_dictionary)
_PLAIN = (
    kinds.is_string,
    kinds.is_large_string,
    kinds.is_string_view,
    kinds.is_integer,
    kinds.is_float32,
    kinds.is_float64,
    kinds.is_boolean,
    kinds.is_null,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_python(array: pa.Array) -> list[Any]:
    """The values of an array: timestamps, dates and times as RFC 3339 strings (a timestamp without a zone
    counts as UTC), durations as ISO 8601, binary as standard base64, decimals as strings, maps as pairs.
    """
    if is_plain(array.type):
        values: list[Any] = array.to_pylist()
        return values
    return [_value(scalar) for scalar in array]


@lru_cache(maxsize=256)
def is_plain(kind: pa.DataType) -> bool:
    """Whether `to_pylist` and `as_py` give values of this type in JSON's types."""
    if kinds.is_struct(kind):
        return all(is_plain(kind.field(index).type) for index in range(kind.num_fields))
    if any(test(kind) for test in _CONTAINERS):
        return is_plain(kind.value_type)
    return any(test(kind) for test in _PLAIN)


def _value(scalar: Any) -> Any:
    if not scalar.is_valid:
        return None
    if isinstance(scalar, pa.DictionaryScalar | pa.ExtensionScalar):
        return _value(scalar.value)
    if isinstance(scalar, pa.StructScalar):
        fields = [scalar.type.field(index).name for index in range(scalar.type.num_fields)]
        return {name: _value(scalar[index]) for index, name in enumerate(fields)}
    if isinstance(scalar, pa.ListScalar):  # a map is a list of structs of key and value
        pairs = isinstance(scalar, pa.MapScalar)
        return [[_value(one[0]), _value(one[1])] if pairs else _value(one) for one in scalar.values]
    return _temporal(scalar) if kinds.is_temporal(scalar.type) else _leaf(scalar.as_py())


def _leaf(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, str | int | float) else str(value)


def _temporal(scalar: Any) -> str:
    kind = scalar.type
    if kinds.is_timestamp(kind):
        return _timestamp(scalar.value, kind.unit)
    if kinds.is_date(kind):
        return _date(scalar.value if kinds.is_date32(kind) else scalar.value // 86_400_000)
    if kinds.is_time(kind):
        return _clock(scalar.value, kind.unit)
    if kinds.is_duration(kind):
        return f"PT{_seconds(scalar.value, kind.unit)}S"
    return str(scalar.as_py())  # a calendar interval


def _timestamp(value: int, unit: str) -> str:
    seconds, rest = divmod(value, _PER_SECOND[unit])
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:  # beyond the years of RFC 3339: the bare count still tells one moment
        return f"{value}{unit}"
    return f"{moment.replace(tzinfo=None).isoformat()}{_fraction(rest, unit)}Z"


def _date(days: int) -> str:
    try:
        return date.fromordinal(date(1970, 1, 1).toordinal() + days).isoformat()
    except (OverflowError, ValueError):
        return f"{days}d"


def _clock(value: int, unit: str) -> str:
    seconds, rest = divmod(value, _PER_SECOND[unit])
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours:02}:{minutes:02}:{seconds % 60:02}{_fraction(rest, unit)}"


def _seconds(value: int, unit: str) -> str:
    seconds, rest = divmod(abs(value), _PER_SECOND[unit])
    return f"{'-' if value < 0 else ''}{seconds}{_fraction(rest, unit)}"


def _fraction(rest: int, unit: str) -> str:
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]
    text = f"{rest:0{digits}}".rstrip("0") if rest else ""
    return f".{text}" if text else ""
