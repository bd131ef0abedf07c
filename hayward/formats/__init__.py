"""Reads shards of every supported format as Arrow batches of bounded memory."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hayward.formats import storage
from hayward.formats.base import Shard
from hayward.formats.discovery import base_of, discover
from hayward.formats.errors import UnreadableShard
from hayward.formats.folders import folder_fingerprint, iterate_folder, open_folder
from hayward.formats.jsonl import iterate_jsonl, open_jsonl
from hayward.formats.listing import format_of
from hayward.formats.parquet import iterate_parquet, open_parquet
from hayward.formats.records import Batch, Held, canonical, digest, media
from hayward.formats.storage import Fingerprint
from hayward.formats.webdataset import iterate_webdataset, open_webdataset

__all__ = [
    "READERS",
    "Batch",
    "Fingerprint",
    "Held",
    "Reader",
    "Shard",
    "UnreadableShard",
    "base_of",
    "canonical",
    "detect_format",
    "digest",
    "discover",
    "fingerprint",
    "iterate_records",
    "media",
    "open_shard",
    "read_records",
]


@dataclass(frozen=True, slots=True)
class Reader:
    """How a format is opened for screening, and walked record by record."""

    open: Callable[[str, Sequence[str] | None, int, Collection[str]], Shard]
    iterate: Callable[[str, Collection[int] | None], Iterator[tuple[int, dict[str, Any] | Held]]]


READERS: Mapping[str, Reader] = {
    "images": Reader(open_folder, iterate_folder),
    "jsonl": Reader(open_jsonl, iterate_jsonl),
    "parquet": Reader(open_parquet, iterate_parquet),
    "webdataset": Reader(open_webdataset, iterate_webdataset),
}
TEXT = frozenset({"text"})


def detect_format(path: str) -> str:
    """The format of a shard by its name, else by its first bytes; raises UnreadableShard."""
    if storage.is_folder(path):
        return "images"
    named = format_of(path)
    if named is None and storage.head(path, 4) == b"PAR1":
        return "parquet"  # content-addressed stores give files no suffix
    if named is None:
        raise UnreadableShard(path, "unknown-format")
    return named


def fingerprint(path: str) -> Fingerprint:
    """Size and SHA-256 of a shard, read as a stream; raises UnreadableShard.

    For a folder of pictures: bytes of its files in all, and the SHA-256 over one line per file, sorted by name, as
    `sha256sum` prints it.
    """
    return folder_fingerprint(path) if storage.is_folder(path) else storage.fingerprint(path)


def open_shard(
    path: str,
    *,
    fields: Sequence[str] | None = None,
    batch_bytes: int = 8 << 20,
    media: Collection[str] = TEXT,
) -> Shard:
    """Opens a local path or fsspec URL for reading in batches of about `batch_bytes` bytes.

    `media` says what will be looked at: "text", "image" (encoded pictures as binary columns), "signal"; pictures are
    not loaded unless asked for. `fields` names fields (a column or member, or a dotted path into it), by default those
    of the recognised layout; of a medium none of whose fields is named, all are given. Raises UnreadableShard.
    """
    return READERS[detect_format(path)].open(path, fields, batch_bytes, media)


def iterate_records(
    path: str, rows: Collection[int] | None = None
) -> Iterator[tuple[int, dict[str, Any] | Held]]:
    """Every record (or those of `rows`) with its row number; raises UnreadableShard.

    Pass a set for `rows`; no more of the shard is read than they need.
    """
    return READERS[detect_format(path)].iterate(path, rows)


def read_records(path: str, rows: Collection[int]) -> dict[int, dict[str, Any]]:
    """The records of `rows` by row number; rows that are held or not there are left out.

    Parquet decodes only the row groups needed; JSON lines are streamed up to the last row asked for; in a plain tar
    only headers are read on the way there.
    Raises UnreadableShard.
    """
    found = iterate_records(path, frozenset(rows))
    return {row: record for row, record in found if not isinstance(record, Held)}
