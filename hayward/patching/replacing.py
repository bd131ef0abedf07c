"""Replaces a file by a complete new one or leaves it as it was, whatever happens in between."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hayward.patching.errors import UnableToWrite

TEMP_SUFFIX = ".hayward-tmp"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A finished new version beside the file it will replace."""

    path: Path
    temp: Path
    sha256: str

    def commit(self) -> None:
        """Puts the new version in place, durably; raises UnableToWrite."""
        with _writing(self.path):
            self.temp.replace(self.path)
            _sync_folder(self.path.parent)

    def abandon(self) -> None:
        self.temp.unlink(missing_ok=True)


def prepare(path: Path, write: Callable[[BinaryIO], None]) -> Replacement:
    """Writes and syncs a new version of `path` in its folder; raises UnableToWrite, leaving nothing behind."""
    temp = temp_of(path)
    try:
        with _writing(path), temp.open("wb") as file:
            if path.exists():
                os.fchmod(file.fileno(), path.stat().st_mode)
            write(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        if temp.is_file():
            temp.unlink()
        raise
    with temp.open("rb") as file:
        return Replacement(path, temp, hashlib.file_digest(file, "sha256").hexdigest())


def temp_of(path: Path) -> Path:
    """Where the new version of a file lies until it takes the file's place."""
    return path.with_name(f".{path.name}{TEMP_SUFFIX}")


def remove_file(path: Path) -> None:
    """Removes a file, durably; raises UnableToWrite."""
    with _writing(path):
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def replace_bytes(path: Path, data: bytes) -> None:
    """Replaces a small file at once, unless it already says just that; raises UnableToWrite."""
    if path.is_file() and path.read_bytes() == data:
        return
    with _writing(path):
        path.parent.mkdir(exist_ok=True)
    prepare(path, lambda file: _write_all(file, data)).commit()


def append_synced(path: Path, data: bytes) -> None:
    """Appends to a journal and waits until it is on disk; raises UnableToWrite."""
    with _writing(path):
        path.parent.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)


def remove_leftovers(root: Path) -> None:
    """Removes the unfinished files of a run that was killed."""
    with _writing(root):
        for leftover in root.rglob(f".*{TEMP_SUFFIX}"):
            if leftover.is_file():
                leftover.unlink()


def _write_all(file: BinaryIO, data: bytes) -> None:
    file.write(data)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnableToWrite(str(path), error.strerror or str(error)) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
