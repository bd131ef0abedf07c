"""Puts a shard's new files in place as one step, which the next run finishes where a run was killed within it."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hayward.patching.receipt import Step, read_journal
from hayward.patching.replacing import Replacement, prepare, remove_file, temp_of

Write = Callable[[BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Staged:
    """New versions that lie finished beside the files they replace; None stands for a file that goes.

    `sha256` is the fingerprint that the shard has when all is in place; the shard's own file comes last.
    """

    sha256: str
    files: Mapping[Path, Replacement | None]

    def steps(self, root: Path) -> dict[str, Step]:
        """What has to be journalled: nothing where one replacement is all, because that is one step anyway."""
        if len(self.files) == 1 and all(self.files.values()):
            return {}
        return {
            path.relative_to(root).as_posix(): (file_sha256(path), new.sha256 if new else None)
            for path, new in self.files.items()
        }

    def commit(self) -> None:
        """Puts every file in place; raises UnableToWrite."""
        for path, new in self.files.items():
            if new:
                new.commit()
            else:
                remove_file(path)

    def abandon(self) -> None:
        for new in self.files.values():
            if new:
                new.abandon()


def stage(writes: Mapping[Path, Write | None], sha256: Callable[[Mapping[Path, str]], str]) -> Staged:
    """Writes all new versions, or leaves nothing behind; `sha256` tells the shard's fingerprint from the files'.

    Raises UnableToWrite and what the writers raise.
    """
    files: dict[Path, Replacement | None] = {}
    try:
        for path, write in writes.items():
            files[path] = prepare(path, write) if write else None
    except BaseException:
        Staged("", files).abandon()
        raise
    return Staged(sha256({path: new.sha256 for path, new in files.items() if new}), files)


def finish_interrupted(root: Path) -> None:
    """Does what is left of a step that a killed run had announced; raises UnableToWrite, UnusableCopy.

    A file that is neither as it was nor as it will be has been changed by somebody else and is left alone.
    """
    for rewrite in read_journal(root):
        for name, (before, after) in rewrite.files.items():
            path = root / name
            if file_sha256(path) == before:
                _finish(path, after)


def _finish(path: Path, after: str | None) -> None:
    if after is None:
        remove_file(path)
    elif file_sha256(temp_of(path)) == after:
        Replacement(path, temp_of(path), after).commit()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hex, empty where there is none."""
    with suppress(FileNotFoundError, IsADirectoryError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""
