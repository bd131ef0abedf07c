"""Writing a memory: new files first, then the list of contents that makes them count, at last the old ones go."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hayward.screeners.duplicates import manifest
from hayward.screeners.duplicates.fingerprints import Rows
from hayward.screeners.duplicates.manifest import Manifest, NotAMemory, SegmentEntry
from hayward.screeners.duplicates.segment import Segment, Spool
from hayward.screeners.images.hashing.pdq_index import NotAnIndex


class BeingWritten(Exception):
    """Another process is writing this memory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is being written by another process. Wait for it to end and try again.")


def build(folder: Path, blocks: Iterable[Rows]) -> None:
    """Makes a memory, in place of the one there. Raises BeingWritten."""
    folder.mkdir(parents=True, exist_ok=True)
    with _writing(folder):
        _write(folder, blocks, manifest.empty())


def append(folder: Path, blocks: Iterable[Rows]) -> None:
    """Adds to the memory there; nothing changes where nothing is given. Raises BeingWritten, NotAMemory."""
    with _writing(folder):
        _write(folder, blocks, manifest.read(folder))


def open_segment(folder: Path, name: str) -> Segment:
    """Raises NotAMemory where it is damaged, OSError where it is gone."""
    try:
        return Segment.open(folder / name)
    except (ValueError, NotAnIndex) as error:
        raise NotAMemory(folder, f"holds a damaged memory: {name}.") from error


def _write(folder: Path, blocks: Iterable[Rows], before: Manifest) -> None:
    _clear(folder)
    spool = Spool(folder / "spool")
    try:
        added, digest = _gathered(spool, blocks, before["digest"])
        if added or not before["segments"]:
            segments = _merged(folder, spool, added, before["segments"])
            manifest.publish(folder, manifest.manifest(digest, before["fingerprints"] + added, segments))
    finally:
        spool.close()
        _clear(folder)


def _gathered(spool: Spool, blocks: Iterable[Rows], before: str) -> tuple[int, str]:
    """How many were added, and the digest of all up to the last."""
    added, content = 0, hashlib.sha256()
    for rows in blocks:
        spool.add_rows(rows)
        content.update(np.ascontiguousarray(rows).tobytes())
        added += len(rows)
    chained = hashlib.sha256(bytes.fromhex(before) + content.digest()).hexdigest()
    return added, chained if added else before


def _merged(folder: Path, spool: Spool, added: int, segments: list[SegmentEntry]) -> list[SegmentEntry]:
    """The segments with the new one, into which those at the end go that are not twice as large: so they stay few."""
    kept, size = list(segments), added
    while kept and kept[-1]["fingerprints"] <= 2 * size:
        last = kept.pop()
        size += last["fingerprints"]
        open_segment(folder, last["name"]).pour(spool)
    number = 1 + max(
        (int(segment["name"].partition("-")[2]) for segment in segments), default=_newest(folder)
    )
    name = f"segment-{number:06}"
    Segment.build(spool, folder / name)
    return [*kept, SegmentEntry(name=name, fingerprints=size)]


def _newest(folder: Path) -> int:
    return max((int(path.name.partition("-")[2]) for path in folder.glob("segment-*")), default=0)


def _clear(folder: Path) -> None:
    """Removes what a merge, or a process that was stopped, left behind."""
    try:
        used = {segment["name"] for segment in manifest.read(folder)["segments"]}
    except NotAMemory:
        used = set()
    for path in folder.glob("segment-*"):
        if path.name not in used:
            shutil.rmtree(path)
    shutil.rmtree(folder / "spool", ignore_errors=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Holds the folder's lock; the system lets go of it when the process ends, however it ends. Raises BeingWritten."""
    with (folder / "lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BeingWritten(folder) from None
        yield
