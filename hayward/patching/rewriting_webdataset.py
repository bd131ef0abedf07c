"""Rewrites WebDataset tars: every other entry keeps its blocks, the archive its compression and blocking."""

from collections.abc import Mapping
from typing import BinaryIO

from hayward.formats import Held, UnreadableShard, iterate_records, storage
from hayward.formats.compression import BrokenStream
from hayward.formats.samples import Member, members
from hayward.formats.tar import BLOCK, Archive, Entry, resized
from hayward.formats.tar_streams import tar_stream
from hayward.patching.compressing import HEAD_BYTES, compressing
from hayward.patching.errors import UnableToRewrite
from hayward.patching.plan import Span
from hayward.patching.samples import by_member, redact_member

RECORD = 20 * BLOCK  # what tar fills up an archive to, unless told otherwise

Edits = Mapping[int, tuple[Span, ...] | None]
MemberEdits = Mapping[int, Mapping[str, tuple[Span, ...]]]


def rewrite_webdataset(path: str, edits: Edits, target: BinaryIO) -> None:
    """Copies all entries but those of dropped samples, with the named members redacted.

    Raises UnreadableShard, SpanOutside, and UnableToRewrite where two samples would become one.
    """
    redactions = member_edits(path, edits)
    with tar_stream(path) as stream, compressing(storage.head(path, HEAD_BYTES), target) as write:
        try:
            archive = Archive(stream)
            read = written = 0
            kept: Member | None = None
            for member in members(archive):
                entry = member.entry
                read += len(entry.header) + entry.size + entry.padding
                if member.row is not None:
                    if edits.get(member.row, ()) is None:
                        continue
                    kept = _apart(path, kept, member)
                spans = (
                    redactions.get(member.row, {}).get(member.extension) if member.row is not None else None
                )
                for block in _redacted(archive, member, spans) if spans else archive.stored():
                    write(block)
                    written += len(block)
            write(bytes(_end(read, written, archive.trailer)))
        except BrokenStream as error:
            raise UnreadableShard(path, error.reason, error.detail) from error


def member_edits(path: str, edits: Edits) -> dict[int, dict[str, tuple[Span, ...]]]:
    """The spans by row and member; raises SpanOutside, UnreadableShard."""
    rows = frozenset(row for row, spans in edits.items() if spans)
    found: dict[int, dict[str, tuple[Span, ...]]] = {}
    for row, record in iterate_records(path, rows) if rows else ():
        if not isinstance(record, Held):
            found[row] = by_member(record, edits[row] or ())
    return found


def _apart(path: str, kept: Member | None, member: Member) -> Member:
    """The last member kept. What stood between two samples with one key keeps them apart."""
    if kept and kept.row != member.row and kept.key == member.key:
        raise UnableToRewrite(
            f"{path}: without what lies between, two samples {member.key} would become one."
        )
    return member


def _redacted(archive: Archive, member: Member, spans: tuple[Span, ...]) -> tuple[bytes, bytes, bytes]:
    data = redact_member(member.extension, b"".join(archive.chunks()), spans)
    return _header(member.entry, len(data)), data, bytes(-len(data) % BLOCK)


def _header(entry: Entry, size: int) -> bytes:
    try:
        return resized(entry, size)
    except ValueError as error:
        raise UnableToRewrite(f"The member {entry.name} cannot be redacted: {error}.") from error


def _end(read: int, written: int, trailer: int) -> int:
    """How many zero bytes end the archive: as many as before, or, where records are filled up, until one is full."""
    if (read + trailer) % RECORD:
        return trailer
    least = min(trailer, 2 * BLOCK)
    return least + -(written + least) % RECORD
