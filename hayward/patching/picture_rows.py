"""Drops and redacts rows of metadata.jsonl and metadata.csv; every other row keeps its bytes."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from hayward.formats.picture_rows import Told, split_rows, stored_rows
from hayward.patching.describing import followed
from hayward.patching.errors import SpanOutside
from hayward.patching.pictures import split
from hayward.patching.plan import Span
from hayward.patching.samples import redact_member
from hayward.patching.spans import by_field, redact

Changes = Mapping[int, tuple[Span, ...] | None]  # by the row's number in its file; None drops it


def rewrite_rows(name: str, data: bytes, changes: Changes) -> bytes:
    """The file with rows dropped, or with the spans of `samples.by_member` redacted in them; raises SpanOutside."""
    told = {one.number: one for one in stored_rows(name, data) if one.number in changes}
    return b"".join(_rows(name, data, changes, told))


def _rows(name: str, data: bytes, changes: Changes, told: Mapping[int, Told]) -> Iterator[bytes]:
    for number, row in enumerate(split_rows(name, data)):
        if number not in told:
            yield row
        elif spans := changes[number]:
            one = told[number]
            yield _redacted(one, spans) if one.header else redact_member("json", row, spans)


def _redacted(told: Told, spans: Sequence[Span]) -> bytes:
    """A row of a CSV, written anew as RFC 4180 has it, with the line end that it had."""
    texts, pictures = split(spans)
    values = told.values()
    for field, own in by_field(texts).items():
        if not isinstance(text := values.get(field), str):
            raise SpanOutside(f"the row has no text in the column {field}")
        values[field] = redact(text, own)
    for facts in {span.field: span.facts for span in pictures}.values():
        values |= followed(values, facts) if facts else {}
    end = told.raw[len(told.raw.rstrip(b"\r\n")) :].decode("ascii")
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end).writerow(values.values())
    return file.getvalue().encode("utf-8")
