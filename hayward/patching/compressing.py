"""Writes a file with the compression that its earlier version had."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import zstandard

from hayward.formats.compression import detect

HEAD_BYTES = 10
# RFC 1952 leaves in a header only this hint of the level that a member was written with.
GZIP_LEVELS = {2: 9, 4: 1}


@contextmanager
def compressing(head: bytes, target: BinaryIO) -> Iterator[Callable[[bytes], object]]:
    """What takes the content, compressed like the file whose first bytes are `head`; gzip carries no time."""
    compression = detect(head)
    if compression == "zstd":
        with zstandard.ZstdCompressor(write_checksum=True).stream_writer(target, closefd=False) as writer:
            yield writer.write
    elif compression == "gzip":
        level = GZIP_LEVELS.get(head[8], zlib.Z_DEFAULT_COMPRESSION)
        member = zlib.compressobj(level, wbits=31)
        yield lambda data: target.write(member.compress(data))
        target.write(member.flush())
    else:
        yield target.write
