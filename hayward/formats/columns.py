"""Gathers records that bring their own fields into batches whose columns are those that occur."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from hayward.formats.errors import UnreadableShard
from hayward.formats.layouts import MACHINE_FIELDS
from hayward.formats.media import MAX_IMAGE_BYTES, kind_of
from hayward.formats.records import Batch, Held
from hayward.formats.signals import signal_columns, signals_of

MAX_BATCH_ROWS = 1 << 16
MAX_FIELDS = 512
CELL_BYTES = 16  # what a column costs per row even where it is null

IsImage = Callable[[str], bool]


@dataclass(frozen=True)
class Wanted:
    """What a reader of samples is asked for. A medium none of whose fields is named gets all its fields."""

    media: Collection[str]
    names: tuple[str, ...] | None
    layout: str

    @property
    def images(self) -> bool:
        return "image" in self.media

    def values(self, record: Mapping[str, Any]) -> Iterator[tuple[str, str | bytes | None]]:
        """The fields of a record to look at; None for a picture that was too large to load."""
        for name, value, is_image in fields_of(record):
            if ("image" if is_image else "text") in self.media and self._takes(name, is_image=is_image):
                yield name, value

    def _takes(self, name: str, *, is_image: bool) -> bool:
        named = [one for one in self.names or () if is_image_field(one) == is_image]
        if named:
            return name in named
        inner = name.rpartition(".")[2] if "." in name else ""
        return not (self.layout == "img2dataset" and inner in MACHINE_FIELDS)


def is_image_field(name: str) -> bool:
    return name == "image" or kind_of(name) == "image"


def fields_of(record: Mapping[str, Any]) -> Iterator[tuple[str, str | bytes | None, bool]]:
    """Name, value and whether it is a picture: of texts, of the strings in JSON members, and of pictures."""
    for name, value in record.items():
        if is_image_field(name):
            yield name, value if isinstance(value, bytes) else None, True
        elif kind_of(name) == "json" and isinstance(value, Mapping):
            yield from (
                (f"{name}.{key}", text, False) for key, text in value.items() if isinstance(text, str)
            )
        elif kind_of(name) in ("text", "json") and isinstance(value, str):
            yield name, value, False


@dataclass
class Stretch:
    """The records between two batches."""

    wanted: Wanted
    fields: tuple[str, ...]
    rows: list[int] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    signals: list[dict[str, str]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    names: dict[str, bool] = field(default_factory=dict)
    size: int = 0

    def __post_init__(self) -> None:
        self.names = {name: is_image_field(name) for name in self.fields}

    def take(self, row: int, found: dict[str, Any] | Held, size: int) -> None:
        self.size += size + CELL_BYTES * (len(self.names) + 1)
        if isinstance(found, Held):
            self.held.append(found)
            return
        values = dict(self.wanted.values(found))
        why = _too_large(values)
        if why:
            self.held.append(Held(row, "record-too-large", why))
            return
        fresh = values.keys() - self.names.keys()
        self.size += CELL_BYTES * len(fresh) * len(self.rows)
        self.names.update({name: is_image_field(name) for name in values if name in fresh})
        self.rows.append(row)
        self.records.append(found)
        self.values.append(values)
        if "signal" in self.wanted.media:
            self.signals.append(_signals(found))

    def is_full(self, batch_bytes: int) -> bool:
        return self.size >= batch_bytes or len(self.rows) + len(self.held) >= MAX_BATCH_ROWS

    def batch(self) -> Batch:
        kinds = {
            name: pa.large_binary() if image else pa.large_string() for name, image in self.names.items()
        }
        arrays = [pa.array([one.get(name) for one in self.values], kind) for name, kind in kinds.items()]
        fields = pa.RecordBatch.from_arrays(arrays, schema=pa.schema(list(kinds.items())))
        rows = pa.array(self.rows, pa.int64())
        return Batch(rows, fields, tuple(self.held), self.load, signal_columns(self.signals))

    def load(self, indexes: Sequence[int]) -> Iterator[dict[str, Any]]:
        return map(self.records.__getitem__, indexes)


def batches_of(
    found: Iterator[tuple[int, dict[str, Any] | Held, int]],
    wanted: Wanted,
    fields: tuple[str, ...],
    batch_bytes: int,
) -> Iterator[Batch]:
    """Records with row and size in batches; those before an UnreadableShard are given first."""
    stretch = Stretch(wanted, fields)
    try:
        for row, record, size in found:
            stretch.take(row, record, size)
            if stretch.is_full(batch_bytes):
                yield stretch.batch()
                stretch = Stretch(wanted, fields)
    except UnreadableShard:
        if stretch.rows or stretch.held:
            yield stretch.batch()
        raise
    if stretch.rows or stretch.held:
        yield stretch.batch()


def learn(path: str, first: Sequence[Mapping[str, Any]], wanted: Wanted) -> tuple[str, ...]:
    """The fields of the first records that are wanted; raises UnreadableShard for a named one that none has."""
    if not first:
        return tuple(
            name
            for name in wanted.names or ()
            if ("image" if is_image_field(name) else "text") in wanted.media
        )
    there = dict.fromkeys(name for record in first for name, _, _ in fields_of(record))
    for name in wanted.names or ():
        if name not in there:
            known = ", ".join(there) or "none"
            raise UnreadableShard(path, "no-such-field", f"{name!r} is not among: {known}")
    return tuple(dict.fromkeys(name for record in first for name, _ in wanted.values(record)))


def _too_large(values: Mapping[str, str | bytes | None]) -> str:
    if len(values) > MAX_FIELDS:
        return f"it has more than {MAX_FIELDS} fields"
    return f"its pictures have more than {MAX_IMAGE_BYTES} bytes" if None in values.values() else ""


def _signals(record: Mapping[str, Any]) -> dict[str, str]:
    members = [
        value for name, value in record.items() if kind_of(name) == "json" and isinstance(value, Mapping)
    ]
    inner = {key: value for member in members for key, value in member.items()}
    return signals_of({**inner, **record})
