"""Opens the bytes of a shard on local disk or behind an fsspec URL."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from hayward.formats.errors import UnreadableShard, unreadable

HASH_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Size in bytes and lower-case hex SHA-256 of a shard's stored bytes."""

    bytes: int
    sha256: str


def is_url(path: str) -> bool:
    return "://" in path


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL and the path inside it; raises UnreadableShard."""
    import fsspec

    try:
        system, inside = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UnreadableShard(url, "unsupported-url", type(error).__name__) from error
    return system, str(inside)


def joined(folder: str, name: str) -> str:
    """The path or URL of a file below a folder."""
    return f"{folder.rstrip('/')}/{name}"


def is_folder(path: str) -> bool:
    """Whether a path or URL stands for a folder; False where there is nothing."""
    if not is_url(path):
        return Path(path).is_dir()
    system, inside = filesystem(path)
    try:
        return bool(system.isdir(inside))
    except OSError as error:
        raise unreadable(path, error) from error


def is_link(path: str) -> bool:
    """Whether a path is a symbolic link; a remote storage has none."""
    return not is_url(path) and Path(path).is_symlink()


class Source:
    """A shard's bytes as they are read: counts them, and turns a failing read into UnreadableShard."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.path = path
        self.file = file
        self.taken = 0

    def read(self, size: int) -> bytes:
        try:
            data = self.file.read(size)
        except OSError as error:
            raise unreadable(self.path, error) from error
        self.taken += len(data)
        return data


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """The shard as a source of bytes; raises UnreadableShard."""
    with open_file(path) as file:
        yield Source(path, file)


def open_file(path: str) -> BinaryIO:
    """The shard as a binary file that can be sought in; raises UnreadableShard when it does not open."""
    try:
        if is_url(path):
            system, inside = filesystem(path)
            return cast("BinaryIO", system.open(inside, "rb"))
        # A named pipe or a device would block or never end.
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise UnreadableShard(path, "not-a-file")
        return Path(path).open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def size(path: str) -> int | None:
    """Stored bytes of a shard, or None where a remote storage does not tell; raises UnreadableShard."""
    try:
        if not is_url(path):
            return Path(path).stat().st_size
        system, inside = filesystem(path)
        known = system.size(inside)
    except OSError as error:
        raise unreadable(path, error) from error
    return None if known is None else int(known)


def head(path: str, length: int) -> bytes:
    """The first bytes of a shard; raises UnreadableShard, with reason "empty" when there are none."""
    with opened(path) as source:
        start = source.read(length)
    if not start:
        raise UnreadableShard(path, "empty")
    return start


def tail(path: str, length: int) -> bytes:
    """The last bytes of a shard; raises UnreadableShard."""
    with open_file(path) as file:
        try:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - length))
            return file.read(length)
        except OSError as error:
            raise unreadable(path, error) from error


def fingerprint(path: str) -> Fingerprint:
    """Size and SHA-256 of a shard, read as a stream; raises UnreadableShard."""
    digest = hashlib.sha256()
    total = 0
    with opened(path) as source:
        while chunk := source.read(HASH_CHUNK):
            digest.update(chunk)
            total += len(chunk)
    return Fingerprint(total, digest.hexdigest())
