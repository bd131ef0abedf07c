"""Rewrites JSON lines: every other line keeps its bytes, the file keeps its compression."""

from collections.abc import Mapping
from typing import BinaryIO

from hayward.formats import storage
from hayward.formats.jsonl import stored_lines
from hayward.patching.compressing import compressing
from hayward.patching.errors import SpanOutside
from hayward.patching.jsonline import redact_line
from hayward.patching.plan import Span

WRITE_BYTES = 1 << 20


def rewrite_jsonl(path: str, edits: Mapping[int, tuple[Span, ...] | None], target: BinaryIO) -> None:
    """Copies all lines but the dropped ones, with spans replaced; raises SpanOutside for a span of a picture."""
    if any(span.effect for spans in edits.values() for span in spans or ()):
        raise SpanOutside("JSON lines hold no pictures")
    pending = bytearray()
    with compressing(storage.head(path, 10), target) as write, stored_lines(path) as lines:
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
