"""Reads the bytes of a tar, plain or compressed; in a plain one what is not wanted is passed over by seeking."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from hayward.formats import storage
from hayward.formats.compression import decompressed, detect
from hayward.formats.errors import UnreadableShard, unreadable
from hayward.formats.storage import Source

MAGIC_BYTES = 4


class Plain:
    """A file that can be sought in; `taken` is the place reached."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.path = path
        self.file = file
        self.taken = 0
        self._end = file.seek(0, os.SEEK_END)
        file.seek(0)

    def take(self, size: int) -> bytes:
        try:
            data = self.file.read(size)
        except OSError as error:
            raise unreadable(self.path, error) from error
        self.taken += len(data)
        return data

    def skip(self, size: int) -> bool:
        if size > self._end - self.taken:
            return False
        try:
            self.taken = self.file.seek(size, os.SEEK_CUR)
        except OSError as error:
            raise unreadable(self.path, error) from error
        return True


class Unfolded:
    """A compressed file; `taken` counts stored bytes."""

    def __init__(self, source: Source, compression: str) -> None:
        self._source = source
        self._chunks = decompressed(source, compression)
        self._left = memoryview(b"")

    @property
    def taken(self) -> int:
        return self._source.taken

    def take(self, size: int) -> bytes:
        return b"".join(self._pieces(size))

    def skip(self, size: int) -> bool:
        return sum(map(len, self._pieces(size))) == size

    def _pieces(self, size: int) -> Iterator[memoryview]:
        while size:
            if not self._left:
                chunk = next(self._chunks, None)
                if chunk is None:
                    return
                self._left = memoryview(chunk)
            piece, self._left = self._left[:size], self._left[size:]
            size -= len(piece)
            yield piece


def compression_of(path: str) -> str | None:
    """The compression a tar is stored with; raises UnreadableShard where its name promises another."""
    found = detect(storage.head(path, MAGIC_BYTES))
    if found is None and path.lower().endswith((".gz", ".tgz", ".zst")):
        raise UnreadableShard(path, "corrupt", "its name promises compression that its bytes do not have")
    return found


@contextmanager
def tar_stream(path: str) -> Iterator[Plain | Unfolded]:
    """The bytes of a tar from its start; raises UnreadableShard."""
    compression = compression_of(path)
    with storage.opened(path) as source:
        yield Plain(path, source.file) if compression is None else Unfolded(source, compression)
