"""Reads WebDataset tars (plain, gzip or Zstandard) sample by sample, never extracting, unpickling or decoding."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hayward.formats import storage
from hayward.formats.columns import Wanted, batches_of, learn
from hayward.formats.compression import BrokenStream
from hayward.formats.errors import UnreadableShard
from hayward.formats.layouts import IMG2DATASET_MARKS
from hayward.formats.media import kind_of
from hayward.formats.records import Batch, Held
from hayward.formats.samples import Sample, samples
from hayward.formats.tar import Archive
from hayward.formats.tar_streams import Plain, Unfolded, compression_of, tar_stream

PEEK_SAMPLES = 1000
PEEK_BYTES = 8 << 20


@dataclass
class TarShard:
    """An open WebDataset tar; see hayward.formats.base.Shard."""

    path: str
    compression: str | None
    layout: str
    fields: tuple[str, ...]
    wanted: Wanted
    bytes_total: int | None
    batch_bytes: int
    bytes_read: int = 0
    records: int | None = None
    format: str = "webdataset"

    def __iter__(self) -> Iterator[Batch]:
        self.bytes_read = 0
        with tar_stream(self.path) as stream:
            yield from batches_of(self._samples(stream), self.wanted, self.fields, self.batch_bytes)
        self.bytes_read = self.bytes_total or self.bytes_read

    def _samples(self, stream: Plain | Unfolded) -> Iterator[tuple[int, dict[str, Any] | Held, int]]:
        for sample in _complete(self.path, stream, images=self.wanted.images):
            self.bytes_read = stream.taken
            yield sample.row, sample.found(), sample.size


def open_webdataset(
    path: str, fields: Sequence[str] | None, batch_bytes: int, media: Collection[str]
) -> TarShard:
    """Opens a shard and learns its layout and fields from the first samples; raises UnreadableShard."""
    first = _first_records(path)
    layout = "img2dataset" if any(map(_is_img2dataset, first)) else "webdataset"
    wanted = Wanted(media, None if fields is None else tuple(fields), layout)
    return TarShard(
        path=path,
        compression=compression_of(path),
        layout=layout,
        fields=learn(path, first, wanted),
        wanted=wanted,
        bytes_total=storage.size(path),
        batch_bytes=batch_bytes,
    )


def iterate_webdataset(
    path: str, rows: Collection[int] | None
) -> Iterator[tuple[int, dict[str, Any] | Held]]:
    """All records (or those of `rows`) with their row, in order, pictures loaded; reads no further than needed."""
    end = max(rows, default=-1) if rows is not None else None
    if end == -1:
        return
    with tar_stream(path) as stream:
        for sample in _complete(path, stream, images=True, rows=rows):
            if rows is None or sample.row in rows:
                yield sample.row, sample.found()
            if sample.row == end:
                return


def _complete(
    path: str, stream: Plain | Unfolded, *, images: bool, rows: Collection[int] | None = None
) -> Iterator[Sample]:
    """The samples before any damage; raises UnreadableShard with the row of the first that is not complete."""
    row = 0
    try:
        for sample in samples(Archive(stream), images=images, rows=rows):
            yield sample
            row = sample.row + 1
    except BrokenStream as error:
        raise UnreadableShard(path, error.reason, error.detail, row) from error


def _first_records(path: str) -> list[dict[str, Any]]:
    first: list[dict[str, Any]] = []
    with _tolerant(), tar_stream(path) as stream:
        for sample in _complete(path, stream, images=False):
            found = sample.found()
            if not isinstance(found, Held):
                first.append(found)
            if len(first) >= PEEK_SAMPLES or (first and stream.taken > PEEK_BYTES):
                break
    return first


@contextmanager
def _tolerant() -> Iterator[None]:
    """A damaged shard still opens: reading it gives what stands before the damage."""
    try:
        yield
    except UnreadableShard as error:
        if error.reason not in ("truncated", "corrupt"):
            raise


def _is_img2dataset(record: Mapping[str, Any]) -> bool:
    members = [
        value for name, value in record.items() if kind_of(name) == "json" and isinstance(value, Mapping)
    ]
    return any(member.keys() >= IMG2DATASET_MARKS for member in members)
