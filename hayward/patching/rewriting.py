"""Writes a shard anew with some records dropped or redacted and everything else as it was."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from hayward.formats import detect_format
from hayward.patching.img2dataset import companion_writes
from hayward.patching.plan import Span
from hayward.patching.rewriting_folder import stage_folder
from hayward.patching.rewriting_jsonl import rewrite_jsonl
from hayward.patching.rewriting_parquet import rewrite_parquet
from hayward.patching.rewriting_webdataset import rewrite_webdataset
from hayward.patching.staging import Staged, Write, stage

Edits = Mapping[int, tuple[Span, ...] | None]  # by row; None drops the record

WRITERS: Mapping[str, Callable[[str, Edits, BinaryIO], None]] = {
    "jsonl": rewrite_jsonl,
    "parquet": rewrite_parquet,
    "webdataset": rewrite_webdataset,
}


def prepare_shard(root: Path, shard: str, edits: Edits, before: str) -> Staged:
    """The new files, not yet in place, of a shard of the copy `root`; it had the fingerprint `before` when searched.

    Raises UnreadableShard, UnableToRewrite, SpanOutside, UnableToWrite, leaving nothing behind.
    """
    path = root / shard
    form = detect_format(str(path))
    if form == "images":
        return stage_folder(root, path, edits, before)
    writes: dict[Path, Write | None] = companion_writes(path, edits) if form == "webdataset" else {}
    writes[path] = lambda file: WRITERS[form](str(path), edits, file)
    return stage(writes, lambda files: files[path])
