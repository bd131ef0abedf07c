"""Writes a shard anew with some records dropped or redacted and everything else as it was."""

from collections.abc import Callable, Mapping
from typing import BinaryIO

from hayward.formats import detect_format
from hayward.patching.plan import Span
from hayward.patching.rewriting_jsonl import rewrite_jsonl
from hayward.patching.rewriting_parquet import rewrite_parquet

Edits = Mapping[int, tuple[Span, ...] | None]  # by row; None drops the record

WRITERS: Mapping[str, Callable[[str, Edits, BinaryIO], None]] = {
    "jsonl": rewrite_jsonl,
    "parquet": rewrite_parquet,
}


def rewrite(path: str, edits: Edits, target: BinaryIO) -> None:
    """Writes the new version to `target`; raises UnreadableShard, UnableToRewrite, SpanOutside, OSError."""
    WRITERS[detect_format(path)](path, edits, target)
