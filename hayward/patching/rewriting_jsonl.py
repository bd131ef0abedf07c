"""Rewrites JSON lines: every other line keeps its bytes, the file keeps its compression."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

import zstandard

from hayward.formats import storage
from hayward.formats.compression import detect
from hayward.formats.jsonl import stored_lines
from hayward.patching.jsonline import redact_line
from hayward.patching.plan import Span

# RFC 1952 leaves in a header only this hint of the level that a member was written with.
GZIP_LEVELS = {2: 9, 4: 1}
WRITE_BYTES = 1 << 20


def rewrite_jsonl(path: str, edits: Mapping[int, tuple[Span, ...] | None], target: BinaryIO) -> None:
    """Copies all lines but the dropped ones, with spans replaced; a gzip header carries no time."""
    pending = bytearray()
    with _compressing(storage.head(path, 10), target) as write, stored_lines(path) as lines:
        for line in lines:
            spans = edits.get(line.row, ())
            if spans is None:
                continue
            pending += redact_line(line.data, spans) if spans else line.data
            pending += b"\n" if line.ended else b""
            if len(pending) >= WRITE_BYTES:
                write(bytes(pending))
                pending.clear()
        write(bytes(pending))


@contextmanager
def _compressing(head: bytes, target: BinaryIO) -> Iterator[Callable[[bytes], object]]:
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
