"""Decompresses gzip (RFC 1952) and Zstandard (RFC 8878) streams in chunks of bounded size."""

from collections.abc import Iterator
from typing import Protocol, cast

import zstandard
from isal import isal_zlib  # inflates twice as fast as zlib

CHUNK = 1 << 20  # most bytes in one decompressed chunk
GZIP_READ = 1 << 16
IGZIP_ERROR = cast("type[Exception]", isal_zlib.error)  # its stub takes the class for an instance
# A Zstandard block of 4 bytes may stand for 128 KiB: 512 bytes never unfold to more than 16 MiB.
ZSTD_FEED = 512
ZSTD_READ = 1 << 18
ZSTD_MAX_WINDOW = 128 << 20
GZIP_MAGIC = b"\x1f\x8b"
MAGIC = {GZIP_MAGIC: "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class BrokenStream(Exception):
    """A compressed stream or an archive is "truncated" or "corrupt"; all before the damage was given."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def detect(start: bytes) -> str | None:
    """The compression that the first bytes of a file tell, whatever its name says."""
    if start[1:4] == b"\x2a\x4d\x18" and 0x50 <= start[0] <= 0x5F:
        return "zstd"  # a skippable frame (RFC 8878, 3.1.2), as pzstd writes first
    return next((name for magic, name in MAGIC.items() if start.startswith(magic)), None)


def decompressed(source: Readable, compression: str | None) -> Iterator[bytes]:
    """The content of a stream in chunks of at most CHUNK bytes; raises BrokenStream."""
    chunks = {"gzip": _gzip, "zstd": _zstd, None: _plain}[compression](source)
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK):
            yield chunk[start : start + CHUNK]


def _plain(source: Readable) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _gzip(source: Readable) -> Iterator[bytes]:
    member = None
    data = source.read(GZIP_READ)
    first = True
    while data:
        if member is None:
            # Zero padding after a member is what tape tools leave; gzip itself ignores it too.
            data = data if first else data.lstrip(b"\0")
            member = isal_zlib.decompressobj(31)
            if not data:
                member, data = None, source.read(GZIP_READ)
                continue
            if not GZIP_MAGIC.startswith(data[:2]):
                raise BrokenStream("corrupt", "the gzip stream does not decompress")
        first = False
        try:
            yield member.decompress(data, CHUNK)
        except IGZIP_ERROR as error:
            raise BrokenStream("corrupt", "the gzip stream does not decompress") from error
        data = member.unused_data if member.eof else member.unconsumed_tail
        member = None if member.eof else member
        data = data or source.read(GZIP_READ)
    if member is not None:
        yield member.flush()
        raise BrokenStream("truncated", "the gzip stream has no end")


def _zstd(source: Readable) -> Iterator[bytes]:
    frame = None
    for piece in _pieces(source):
        data = piece
        while data:
            if frame is None:
                frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_MAX_WINDOW).decompressobj()
            try:
                yield frame.decompress(data)
            except zstandard.ZstdError as error:
                raise BrokenStream("corrupt", "the Zstandard stream does not decompress") from error
            data = frame.unused_data if frame.eof else b""
            frame = None if frame.eof else frame
    if frame is not None:
        raise BrokenStream("truncated", "the Zstandard stream has no end")


def _pieces(source: Readable) -> Iterator[bytes]:
    while data := source.read(ZSTD_READ):
        for start in range(0, len(data), ZSTD_FEED):
            yield data[start : start + ZSTD_FEED]
