"""Rewrites folders of pictures: dropped pictures go with texts and rows, redacted files are replaced, others stay."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from hayward.formats import Held, fingerprint, iterate_records
from hayward.formats.folders import Picture, fingerprint_line, pictures
from hayward.formats.listing import ending, files_below, picture_files
from hayward.formats.picture_rows import MEMBER
from hayward.patching.errors import UnableToRewrite
from hayward.patching.img2dataset import folder_companion_writes
from hayward.patching.picture_rows import rewrite_rows
from hayward.patching.plan import Span
from hayward.patching.samples import by_member, redact_member
from hayward.patching.staging import Staged, Write, file_sha256, stage

Edits = Mapping[int, tuple[Span, ...] | None]


def stage_folder(root: Path, path: Path, edits: Edits, before: str) -> Staged:
    """The changes to a folder of the copy `root`, finished and not yet in place.

    Raises SpanOutside, UnreadableShard, UnableToWrite, and UnableToRewrite where the folder has not the fingerprint
    `before` any more: a row counts its pictures, and would name another one.
    """
    if fingerprint(str(path)).sha256 != before:
        raise UnableToRewrite(f"{path} has changed since its pictures were looked at: apply again.")
    there = {picture.row: picture for picture in pictures(str(path)) if picture.row in edits}
    writes = folder_companion_writes(root, path, edits)
    told: dict[str, dict[int, tuple[Span, ...] | None]] = {}
    for row, picture in there.items():
        if edits[row] is None:
            own = () if picture.is_row else (picture.name, *picture.sidecars)
            writes |= {path / name: None for name in own}
            for one in picture.told:
                told.setdefault(one.file, {})[one.number] = None
    rows = frozenset(row for row, spans in edits.items() if spans)
    for row, record in iterate_records(str(path), rows) if rows else ():
        if not isinstance(record, Held):
            for member, spans in by_member(record, edits[row] or ()).items():
                if member == MEMBER:
                    (one,) = there[row].told
                    told.setdefault(one.file, {})[one.number] = spans
                else:
                    writes |= _redaction(path, there[row], member, spans)
    writes |= {path / name: _rows_writer(path, name, changes) for name, changes in told.items()}
    return stage(writes, lambda files: _fingerprint(path, writes, files))


def _redaction(
    path: Path, picture: Picture, member: str, spans: tuple[Span, ...]
) -> dict[Path, Write | None]:
    texts = {ending(name).lower(): name for name in picture.sidecars}
    name = texts.get(member, picture.name)
    file, extension = path / name, member if member in texts else ending(name)

    def write(target: BinaryIO) -> None:
        target.write(redact_member(extension, file.read_bytes(), spans))

    return {file: write}


def _rows_writer(path: Path, name: str, changes: Mapping[int, tuple[Span, ...] | None]) -> Write:
    def write(target: BinaryIO) -> None:
        target.write(rewrite_rows(name, (path / name).read_bytes(), changes))

    return write


def _fingerprint(path: Path, changed: Mapping[Path, Write | None], new: Mapping[Path, str]) -> str:
    """The folder's fingerprint once all is in place."""
    lines = hashlib.sha256()
    for name in picture_files(files_below(str(path))):
        file = path / name
        if file not in changed or file in new:
            lines.update(fingerprint_line(new.get(file) or file_sha256(file), name))
    return lines.hexdigest()
