"""Parses one JSON text strictly, so that every accepted record has exactly one meaning."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import orjson

MAX_DEPTH = 100  # fixed, so that the verdict does not hang on how deep the caller's stack is
_EXACT_BELOW = 2.0**63  # a float beyond may have been written as an integer
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotARecord(Exception):
    """The bytes are no acceptable record; `reason` is a stable code and `detail` quotes no content."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def parse_record(line: bytes) -> dict[str, Any]:
    """The JSON object (RFC 8259, I-JSON of RFC 7493) in `line`; raises NotARecord."""
    value = _quickly(line)
    if value is None:
        value = parse_value(line)
    if not isinstance(value, dict):
        raise NotARecord("not-an-object", f"a JSON {_kind(value)} stands where an object is due")
    return value


def parse_value(text: bytes) -> Any:
    """Any JSON value, without duplicate keys, non-finite numbers, lone surrogates; raises NotARecord."""
    try:
        value = _DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotARecord("invalid-utf8", f"{error.reason} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotARecord("invalid-json", f"{error.msg.removesuffix(' at')} at column {error.colno}") from None
    except RecursionError:
        raise NotARecord("too-deep", f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise NotARecord("number-too-large", "an integer has too many digits") from None
    if _is_deeper(value, MAX_DEPTH):
        raise NotARecord("too-deep", f"nested deeper than {MAX_DEPTH} levels")
    if _SURROGATE.search(text) and _has_lone_surrogate(value):
        raise NotARecord("lone-surrogate", "an escape stands for half a character")
    return value


def _quickly(line: bytes) -> dict[str, Any] | None:
    """The record where a parser four times as fast gives just what the strict one would; None where it may not.

    It is as strict about everything but doubled keys, which it drops, and large numbers, which it rounds. All that
    was kept accounts for so many quotation marks; a doubled key would be two more.
    """
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if type(value) is not dict:
        return None
    try:
        surplus = line.count(b'"') - 2 * _strings_in(value, MAX_DEPTH)
    except _Doubtful:
        return None
    if surplus and (surplus != _marks_in(value) or b"\\u0022" in line):
        return None
    return value


class _Doubtful(Exception):
    """A value that the quick parser may have changed, or that lies too deep."""


def _strings_in(value: dict[str, Any] | list[Any], depth: int) -> int:
    """The number of keys and strings in a value; raises _Doubtful."""
    if not depth:
        raise _Doubtful
    count = 0
    members: Iterable[Any] = value
    if type(value) is dict:
        count = len(value)
        members = value.values()
    for member in members:
        kind = type(member)
        if kind is str:
            count += 1
        elif kind is dict or kind is list:
            count += _strings_in(member, depth - 1)
        elif kind is float and not 0 < abs(member) < _EXACT_BELOW:
            raise _Doubtful
    return count


def _marks_in(value: Any) -> int:
    """The number of quotation marks that stand in keys and strings."""
    if type(value) is str:
        return value.count('"')
    if type(value) is dict:
        return sum(key.count('"') + _marks_in(member) for key, member in value.items())
    return sum(map(_marks_in, value)) if type(value) is list else 0


def _kind(value: object) -> str:
    names = {list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotARecord("duplicate-key", "an object names one key twice")
    return members


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise NotARecord("non-finite-number", "a number is too large for a double")
    return number


def _constant(name: str) -> float:
    raise NotARecord("non-finite-number", f"{name} is not JSON")


def _is_deeper(value: Any, limit: int) -> bool:
    level: list[Any] = [value]
    for _ in range(limit + 1):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _has_lone_surrogate(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
