"""Reads the rows about pictures in metadata.jsonl and metadata.csv, as Hugging Face image folders have them."""

import csv
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from hayward.formats import storage
from hayward.formats.errors import UnreadableShard
from hayward.formats.listing import is_metadata
from hayward.formats.strictjson import NotARecord, parse_record

MAX_BYTES = 64 << 20  # of one such file: its rows are kept until their pictures come
MAX_ROWS = 1_000_000
FILE_NAME = "file_name"
MEMBER = "metadata.json"  # the member of a picture's record that holds its row
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Told:
    """One row as it is stored: the file it lies in (below the folder), its number there, and a CSV's header."""

    file: str
    number: int
    raw: bytes
    header: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """What the row says, empty cells as null; raises NotARecord."""
        return values_of(self.raw, self.header) if self.header else parse_record(self.raw)


@dataclass(frozen=True)
class Rows:
    """The rows by the picture that they name, and those that name none of the folder's."""

    of: Mapping[str, tuple[Told, ...]]
    loose: tuple[Told, ...]


def rows_in(path: str, names: Collection[str], pictures: Collection[str]) -> Rows:
    """The rows in the folder at `path` that has the files `names`; raises UnreadableShard."""
    found: dict[str, tuple[Told, ...]] = {}
    loose: list[Told] = []
    there = frozenset(pictures)
    for name in sorted(filter(is_metadata, names)):
        for told in stored_rows(name, _data(path, name)):
            picture = _picture(told)
            if picture not in there:
                loose.append(told)
            elif len(earlier := found.get(picture, ())) < 2:  # two are enough to hold the picture
                found[picture] = (*earlier, told)
            if len(loose) + len(found) > MAX_ROWS:
                raise UnreadableShard(storage.joined(path, name), "too-large", f"more than {MAX_ROWS} rows")
    return Rows(found, tuple(loose))


def stored_rows(name: str, data: bytes) -> Iterator[Told]:
    """The rows of a file, blank ones and a CSV's header left out; the raw rows keep their line ends."""
    is_csv = _is_csv(name)
    header: tuple[str, ...] = ()
    for number, row in enumerate(split_rows(name, data)):
        if is_csv and not header:
            header = _header(row)
        elif row.strip():
            yield Told(name, number, row, header)


def split_rows(name: str, data: bytes) -> Iterator[bytes]:
    """All that is in a file, row by row."""
    return _csv_rows(data) if _is_csv(name) else _lines(data)


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


def _csv_rows(data: bytes) -> Iterator[bytes]:
    """The rows of RFC 4180 as they are stored; a line feed between quotation marks ends none."""
    row, quotes = bytearray(), 0
    for line in _lines(data):
        row += line
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield bytes(row)
            row.clear()
    if row:
        yield bytes(row)


def values_of(row: bytes, header: tuple[str, ...]) -> dict[str, Any]:
    """A row of a CSV by its columns, empty cells as null; raises NotARecord."""
    cells = cells_of(row)
    if len(cells) != len(header) or len(set(header)) != len(header):
        raise NotARecord("invalid-csv", "a row has not one cell for each column of the header")
    return {name: cell or None for name, cell in zip(header, cells, strict=True)}


def cells_of(row: bytes) -> list[str]:
    """The cells of one row; raises NotARecord."""
    try:
        (cells,) = csv.reader([row.decode("utf-8")], strict=True)
    except UnicodeDecodeError as error:
        raise NotARecord("invalid-utf8", f"{error.reason} at byte {error.start}") from None
    except (csv.Error, ValueError):
        raise NotARecord("invalid-csv", "a row is not what RFC 4180 allows") from None
    return cells


def _header(row: bytes) -> tuple[str, ...]:
    try:
        return tuple(cells_of(row.removeprefix(BOM))) or ("",)
    except NotARecord:
        return ("",)  # no row fits it, so that all are held


def _picture(told: Told) -> str:
    """The name below the folder that a row gives, or an empty one."""
    try:
        name = told.values().get(FILE_NAME)
    except NotARecord:
        return ""
    folder = PurePosixPath(told.file).parent.as_posix()
    return posixpath.normpath(posixpath.join(folder, name)) if isinstance(name, str) else ""


def _lines(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def _data(path: str, name: str) -> bytes:
    place = storage.joined(path, name)
    if storage.is_link(place):
        raise UnreadableShard(place, "not-a-file", "a symbolic link is not followed")
    with storage.opened(place) as source:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableShard(place, "too-large", f"more than {MAX_BYTES} bytes")
    return data
