"""What every reader of a shard format offers."""

from collections.abc import Iterator
from typing import Protocol

from hayward.formats.records import Batch


class Shard(Protocol):
    """One open shard; iterating it reads it from the start in batches of bounded memory.

    `records` is the number of records where the format tells it beforehand. `bytes_read` grows towards
    `bytes_total` (stored bytes) during an iteration. Iterating raises UnreadableShard where the shard is
    damaged, after all records before the damage were given.
    """

    path: str
    format: str
    compression: str | None
    layout: str
    fields: tuple[str, ...]
    records: int | None
    bytes_total: int | None
    bytes_read: int

    def __iter__(self) -> Iterator[Batch]: ...
