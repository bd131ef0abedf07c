"""Walks over a tar archive (POSIX.1-2001 pax, ustar, GNU, V7) without ever extracting or trusting it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from hayward.formats.compression import BrokenStream

BLOCK = 512
CHUNK = 1 << 20
MAX_EXTENSION_BYTES = 1 << 20
_ZEROS = bytes(BLOCK)
_OCTAL = re.compile(rb" *([0-7]{0,12})[ \0]*\Z")
_WITHOUT_DATA = frozenset(b"123456")  # links, devices, folders, pipes: what their size says is not stored
_EXTENSIONS = frozenset(b"xXLK")  # headers about the entry that follows


class Bytes(Protocol):
    """A stream that is read once, from its start."""

    def take(self, size: int) -> bytes:
        """The next bytes, fewer only at the end."""

    def skip(self, size: int) -> bool:
        """Passes over bytes; False when the stream ends before them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `header` holds all its header blocks as they are stored, extension headers included."""

    name: str
    kind: bytes
    size: int
    header: bytes
    is_file: bool  # a regular file whose content stands as it is: no link, no device, not sparse

    @property
    def padding(self) -> int:
        """Bytes that fill up the last block of the content."""
        return -self.size % BLOCK


class Archive:
    """The entries of a tar in their order; the content of each can be read until the next is asked for.

    Iterating raises BrokenStream ("truncated", "corrupt"). An archive that just stops, without its end mark, counts
    as truncated: one that was cut between two entries looks the same. `trailer` is the length of the end mark.
    """

    def __init__(self, stream: Bytes) -> None:
        self.trailer = 0
        self._stream = stream
        self._header = b""
        self._content = self._padding = 0

    def __iter__(self) -> Iterator[Entry]:
        while (entry := self._next()) is not None:
            self._header, self._content, self._padding = entry.header, entry.size, entry.padding
            yield entry
            self._pass(self._content + self._padding)

    def chunks(self) -> Iterator[bytes]:
        """What is left of the content of the present entry."""
        while self._content:
            data = self._exactly(min(self._content, CHUNK))
            self._content -= len(data)
            yield data

    def stored(self) -> Iterator[bytes]:
        """The present entry as it is stored: headers, content and what fills up its last block."""
        yield self._header
        yield from self.chunks()
        yield self._exactly(self._padding)
        self._padding = 0

    def _next(self) -> Entry | None:
        blocks: list[bytes] = []
        told: dict[str, str] = {}
        while True:
            block = self._stream.take(BLOCK)
            if block == _ZEROS and not blocks:
                self._end()
                return None
            if len(block) < BLOCK or block == _ZEROS:
                raise BrokenStream("truncated", "the archive has no end")
            _check(block)
            blocks.append(block)
            kind = block[156:157]
            if kind[0] not in _EXTENSIONS:
                return self._entry(block, blocks, told)
            size = _number(block[124:136])
            if size + sum(map(len, blocks)) > MAX_EXTENSION_BYTES:
                raise BrokenStream("corrupt", "a header is longer than 1 MiB")
            data = self._exactly(size + -size % BLOCK)
            blocks.append(data)
            told.update(_extension(kind, data[:size]))

    def _entry(self, block: bytes, blocks: list[bytes], told: dict[str, str]) -> Entry:
        kind = block[156:157]
        size = 0 if kind[0] in _WITHOUT_DATA else _stored_size(block, told)
        name = told.get("path") or _name(block)
        is_sparse = kind == b"S" or any(key.startswith("GNU.sparse.") for key in told)
        if kind == b"S":
            blocks += self._sparse_map(block)
        if kind == b"g":
            self._check_global(size, blocks)
            size = 0
        is_file = kind in (b"0", b"\0", b"7") and not is_sparse and not name.endswith("/")
        return Entry(name, kind, size, b"".join(blocks), is_file)

    def _sparse_map(self, block: bytes) -> Iterator[bytes]:
        more, length = block[482], 0
        while more:
            piece = self._exactly(BLOCK)
            more, length = piece[504], length + BLOCK
            if length > MAX_EXTENSION_BYTES:
                raise BrokenStream("corrupt", "a header is longer than 1 MiB")
            yield piece

    def _check_global(self, size: int, blocks: list[bytes]) -> None:
        """Takes in a global header. One that renames or resizes every entry is read otherwise by every program."""
        if size > MAX_EXTENSION_BYTES:
            raise BrokenStream("corrupt", "a header is longer than 1 MiB")
        data = self._exactly(size + -size % BLOCK)
        if {"path", "size"} & _records(data[:size]).keys():
            raise BrokenStream("corrupt", "a global header sets the name or size of entries")
        blocks.append(data)

    def _end(self) -> None:
        """Reads the end mark and what fills up the last record: zeros, or entries that most readers never see."""
        self.trailer = BLOCK
        while data := self._stream.take(CHUNK):
            if data.count(0) != len(data):
                raise BrokenStream("corrupt", "bytes follow the end of the archive")
            self.trailer += len(data)

    def _pass(self, size: int) -> None:
        if size and not self._stream.skip(size):
            raise BrokenStream("truncated", "the archive ends inside an entry")

    def _exactly(self, size: int) -> bytes:
        data = self._stream.take(size)
        if len(data) < size:
            raise BrokenStream("truncated", "the archive ends inside an entry")
        return data


def resized(entry: Entry, size: int) -> bytes:
    """The entry's header for content of another size; every other byte stays, but for the checksum.

    Raises ValueError where the size stands in an extension header.
    """
    block = bytearray(entry.header[-BLOCK:])
    if _number(bytes(block[124:136])) != entry.size:
        raise ValueError("its size stands in an extended header")
    block[124:136] = b"%011o\0" % size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return entry.header[:-BLOCK] + bytes(block)


def _check(block: bytes) -> None:
    told = _number(block[148:156])
    blank = block[:148] + b" " * 8 + block[156:]
    unsigned = sum(blank)
    # Old writers summed signed characters.
    if told not in (unsigned, unsigned - 256 * sum(byte > 127 for byte in blank)):
        raise BrokenStream("corrupt", "a header's checksum is wrong")


def _number(field: bytes) -> int:
    if field[0] == 0x80:  # GNU: base 256, for sizes beyond 8 GiB
        return int.from_bytes(field[1:])
    digits = _OCTAL.match(field.partition(b"\0")[0])
    if digits is None:
        raise BrokenStream("corrupt", "a header holds no number where one is due")
    return int(digits.group(1) or b"0", 8)


def _stored_size(block: bytes, told: dict[str, str]) -> int:
    size = told.get("size")
    if size is None:
        return _number(block[124:136])
    if not re.fullmatch("[0-9]{1,18}", size):
        raise BrokenStream("corrupt", "a header holds no number where one is due")
    return int(size)


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return _decoded(prefix + b"/" + name if prefix else name)


def _extension(kind: bytes, data: bytes) -> dict[str, str]:
    if kind == b"L":
        return {"path": _decoded(data.partition(b"\0")[0])}
    return _records(data) if kind in b"xX" else {}


def _records(data: bytes) -> dict[str, str]:
    """The records of a pax header (POSIX.1-2001, "pax Extended Header"): length, key and value."""
    found: dict[str, str] = {}
    place = 0
    while place < len(data) and data[place]:
        length, space, _ = data[place : place + 20].partition(b" ")
        if not space or not length.isdigit() or int(length) <= len(length) + 1:
            raise BrokenStream("corrupt", "an extended header is damaged")
        record = data[place + len(length) + 1 : place + int(length)]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            raise BrokenStream("corrupt", "an extended header is damaged")
        found[_decoded(key)] = _decoded(value[:-1])
        place += int(length)
    return found


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
