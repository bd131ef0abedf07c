"""Reads an item's record from one of its shards, and proves that it is still the same record."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from datasets_app import storage
from datasets_app.models import Item, Location
from hayward import formats
from hayward.formats import layouts
from hayward.formats.records import field_keys


class RecordGone(Exception):
    """The record cannot be read where it was found; the message says where and why."""


def read(item: Item) -> dict[str, Any]:
    """The record of an item from the first of its locations where its digest still holds; raises `RecordGone`."""
    reasons = []
    for location in item.locations.select_related("shard__release").order_by(
        "-shard__release__created_at", "pk"
    ):
        try:
            return dict(_read(location, item.digest))
        except RecordGone as error:
            reasons.append(str(error))
    raise RecordGone(" ".join(reasons) or "No location of this record is known.")


def texts(item: Item, record: Mapping[str, Any], more: Iterable[str] = ()) -> dict[str, str]:
    """The texts that screeners look at, by field: the release's own or its layout's, and those of `more`."""
    strings = [name for name, value in record.items() if isinstance(value, str)]
    looked_at = text_fields(item) or layouts.default_fields(layouts.recognise(record), strings)
    found = {name: value_at(record, name) for name in dict.fromkeys([*looked_at, *more])}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def value_at(record: Mapping[str, Any], field: str) -> Any:
    """The member of that name, or what a dotted path leads to; None where it leads to nothing."""
    value: Any = record
    for key in field_keys(record, field):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def text_fields(item: Item) -> list[str]:
    """The fields that the item's release asked to look at, when it named any."""
    location = item.locations.select_related("shard__release").first()
    return list(location.shard.release.fields) if location else []


def _read(location: Location, digest: str) -> dict[str, Any]:
    try:
        url = storage.checked(location.shard.url)
        return _cached(url, location.row, digest)
    except (storage.NotAllowed, formats.UnreadableShard, OSError) as error:
        raise RecordGone(f"{location}: {error}") from error


@lru_cache(maxsize=64)
def _cached(url: str, row: int, digest: str) -> dict[str, Any]:
    record = formats.read_records(url, [row]).get(row)
    if record is None or formats.digest(record) != digest:
        raise RecordGone(f"{url} row {row}: the shard has changed since it was screened.")
    return record
