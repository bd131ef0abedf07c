"""Reads a folder of pictures as one shard: a record per picture, with the texts beside it and its row of metadata."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hayward.formats import storage
from hayward.formats.columns import Wanted, batches_of, learn
from hayward.formats.errors import UnreadableShard
from hayward.formats.listing import ending, files_below, is_image, is_metadata, picture_files, stem
from hayward.formats.media import MAX_IMAGE_BYTES, MAX_TEXT_BYTES, kind_of
from hayward.formats.picture_rows import FILE_NAME, MEMBER, Told, rows_in
from hayward.formats.records import Batch, Held
from hayward.formats.samples import TEXTS_TOO_LARGE, hashed, plain_text, read_text
from hayward.formats.storage import HASH_CHUNK, Fingerprint
from hayward.formats.strictjson import NotARecord

PEEK_PICTURES = 100
LINKED = ("unsafe-member", "a symbolic link is not followed")


@dataclass(frozen=True, slots=True)
class Picture:
    """One record of a folder: the picture's name in it, the names of the texts that go with it, rows of metadata.

    A row that names no picture is a record too, named after its file.
    """

    row: int
    name: str
    sidecars: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def is_row(self) -> bool:
        return is_metadata(self.name)


@dataclass
class FolderShard:
    """An open folder of pictures; see hayward.formats.base.Shard."""

    path: str
    fields: tuple[str, ...]
    wanted: Wanted
    records: int | None
    bytes_total: int | None
    batch_bytes: int
    bytes_read: int = 0
    compression: str | None = None
    layout: str = "images"
    format: str = "images"

    def __iter__(self) -> Iterator[Batch]:
        self.bytes_read = 0
        yield from batches_of(self._records(), self.wanted, self.fields, self.batch_bytes)
        self.bytes_read = self.bytes_total or self.bytes_read

    def _records(self) -> Iterator[tuple[int, dict[str, Any] | Held, int]]:
        for picture in pictures(self.path):
            found, size = _read(self.path, picture, images=self.wanted.images)
            self.bytes_read += size
            yield picture.row, found, size


def open_folder(
    path: str, fields: Sequence[str] | None, batch_bytes: int, media: Collection[str]
) -> FolderShard:
    """Opens a folder and learns its fields from the first pictures; raises UnreadableShard."""
    there = pictures(path)
    if not there:
        raise UnreadableShard(path, "not-a-file", "a folder without pictures")
    found = [_read(path, picture, images=False)[0] for picture in there[:PEEK_PICTURES]]
    wanted = Wanted(media, None if fields is None else tuple(fields), "images")
    return FolderShard(
        path=path,
        fields=learn(path, [one for one in found if not isinstance(one, Held)], wanted),
        wanted=wanted,
        records=len(there),
        bytes_total=folder_size(path),
        batch_bytes=batch_bytes,
    )


def iterate_folder(path: str, rows: Collection[int] | None) -> Iterator[tuple[int, dict[str, Any] | Held]]:
    """All records (or those of `rows`) with their row, in order of the pictures' names."""
    for picture in pictures(path):
        if rows is None or picture.row in rows:
            yield picture.row, _read(path, picture, images=True)[0]


def pictures(path: str) -> list[Picture]:
    """The pictures of a folder, by name, and then the rows that name none; raises UnreadableShard.

    A text goes with the first picture that has its name up to the ending.
    """
    names = picture_files(files_below(path))
    beside: dict[str, list[str]] = {}
    for name in names:
        if not (is_image(name) or is_metadata(name)):
            beside.setdefault(stem(name), []).append(name)
    found = [name for name in names if is_image(name)]
    rows = rows_in(path, names, found)
    return [
        Picture(row, name, tuple(beside.pop(stem(name), ())), rows.of.get(name, ()))
        for row, name in enumerate(found)
    ] + [Picture(row, told.file, (), (told,)) for row, told in enumerate(rows.loose, len(found))]


def folder_fingerprint(path: str) -> Fingerprint:
    """Bytes in all, and the SHA-256 over the lines that `sha256sum` would print for the files, sorted by name.

    Raises UnreadableShard, for a symbolic link too.
    """
    lines, total = hashlib.sha256(), 0
    for name in picture_files(files_below(path)):
        place = storage.joined(path, name)
        if storage.is_link(place):
            raise UnreadableShard(place, "not-a-file", LINKED[1])
        digest, length = hashlib.sha256(), 0
        with storage.opened(place) as source:
            while chunk := source.read(HASH_CHUNK):
                digest.update(chunk)
                length += len(chunk)
        lines.update(fingerprint_line(digest.hexdigest(), name))
        total += length
    return Fingerprint(total, lines.hexdigest())


def fingerprint_line(sha256: str, name: str) -> bytes:
    """A file's line in what a folder's fingerprint is taken over."""
    return f"{sha256}  {name}\n".encode("utf-8", "surrogateescape")


def folder_size(path: str) -> int:
    """Bytes of the files that the shard consists of."""
    places = (storage.joined(path, name) for name in picture_files(files_below(path)))
    return sum(storage.size(place) or 0 for place in places if not storage.is_link(place))


def _read(path: str, picture: Picture, *, images: bool) -> tuple[dict[str, Any] | Held, int]:
    names = [picture.name, *picture.sidecars]
    if any(storage.is_link(storage.joined(path, name)) for name in names):
        return Held(picture.row, *LINKED), 0
    try:
        picture.name.encode("utf-8")
        record, size = _load(path, picture, images=images)
    except UnicodeEncodeError:
        return Held(picture.row, "invalid-utf8", "a file's name is not UTF-8"), 0
    except NotARecord as error:
        return Held(picture.row, error.reason, error.detail), 0
    except UnreadableShard as error:
        return Held(picture.row, "unreadable-file", error.reason), 0
    return record, size


def _load(path: str, picture: Picture, *, images: bool) -> tuple[dict[str, Any], int]:
    record: dict[str, Any] = {"file": picture.name}
    room, size = MAX_TEXT_BYTES, 0
    if picture.is_row:
        return record | _told(picture, room), 0
    place = storage.joined(path, picture.name)
    with storage.opened(place) as source:
        length = storage.size(place)
        if images and length is not None and length <= MAX_IMAGE_BYTES:
            record["image"] = source.read(MAX_IMAGE_BYTES)
            size += len(record["image"])
        else:
            record["image"] = hashed(iter(lambda: source.read(HASH_CHUNK), b""))
    for name in picture.sidecars:
        kind = ending(name).lower()
        with storage.opened(storage.joined(path, name)) as source:
            data = source.read(room + 1)
        if len(data) > room:
            raise NotARecord(*TEXTS_TOO_LARGE)
        if kind in record:
            raise NotARecord("duplicate-member", "two texts beside the picture have one ending")
        data = plain_text(data, kind, room)
        record[kind] = read_text(data, is_json=kind_of(kind) == "json")
        room, size = room - len(data), size + len(data)
    return record | _told(picture, room), size


def _told(picture: Picture, room: int) -> dict[str, Any]:
    """The row about a picture as a JSON member; it does not repeat the picture's name. Raises NotARecord."""
    if len(picture.told) > 1:
        raise NotARecord("duplicate-member", "two rows of metadata are about this picture")
    if not picture.told:
        return {}
    (told,) = picture.told
    if len(told.raw) > room:
        raise NotARecord(*TEXTS_TOO_LARGE)
    values = told.values()
    if not picture.is_row:
        del values[FILE_NAME]
    return {MEMBER: values}
