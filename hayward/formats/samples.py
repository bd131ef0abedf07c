"""Groups the entries of a WebDataset tar into samples and reads them as records, holding what is not safe to read."""

import hashlib
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from hayward.formats.compression import BrokenStream, decompressed
from hayward.formats.media import GZIPPED, MAX_IMAGE_BYTES, MAX_TEXT_BYTES, kind_of
from hayward.formats.records import Held, binary
from hayward.formats.strictjson import NotARecord, parse_value
from hayward.formats.tar import Archive, Entry

KEY = "__key__"
MAX_MEMBERS = 1000
TEXTS_TOO_LARGE = ("record-too-large", f"its texts are longer than {MAX_TEXT_BYTES} bytes")
FOLDER, GLOBAL_HEADER = b"5", b"g"


class Member(NamedTuple):
    """An entry with its place: the sample's row and key, and the lower-case extension; no row if it is no member."""

    entry: Entry
    row: int | None
    key: str
    extension: str


def members(archive: Archive) -> Iterator[Member]:
    """Every entry in order. Consecutive members with one key are a sample, as WebDataset groups them.

    Folders, entries without an extension and metadata (`__name__`) belong to no sample and end none.
    """
    row, last = -1, None
    for entry in archive:
        parts = None if entry.kind in (FOLDER, GLOBAL_HEADER) else split_name(entry.name)
        if parts is None:
            yield Member(entry, None, "", "")
            continue
        if parts[0] != last:
            row, last = row + 1, parts[0]
        yield Member(entry, row, parts[0], parts[1].lower())


def split_name(name: str) -> tuple[str, str] | None:
    """Key and extension of a member, or None: WebDataset's `^((?:.*/|)[^.]+)[.]([^/]*)$`, in linear time."""
    first = name.partition("/")[0]
    if len(first) >= 4 and first.startswith("__") and first.endswith("__"):
        return None
    base = name.rpartition("/")[2]
    stem, dot, extension = base.partition(".")
    if not dot:
        return None
    if stem:
        return name[: len(name) - len(extension) - 1], extension
    # The pattern lets a key end in a slash: "a/.b" is the extension b of the key "a/".
    folder = name[: -len(base)]
    inner = folder[:-1].rpartition("/")[2]
    return (folder, extension) if folder and "." not in inner else None


@dataclass
class Sample:
    """A record as it is gathered: its bytes in memory, those of text among them, and why it is held if so."""

    row: int
    record: dict[str, Any]
    fault: tuple[str, str] | None = None
    size: int = 0
    texts: int = 0
    seen: set[str] = field(default_factory=set)

    def found(self) -> dict[str, Any] | Held:
        return Held(self.row, *self.fault) if self.fault else self.record


def samples(archive: Archive, *, images: bool, rows: Collection[int] | None = None) -> Iterator[Sample]:
    """All samples; those not in `rows`, if it is given, come without content.

    Pictures are loaded only with `images`; they and all other binary members are hashed as they pass. Raises
    BrokenStream where the archive is damaged, without the sample that was not complete.
    """
    sample: Sample | None = None
    for member in members(archive):
        if member.row is None:
            continue
        if sample is None or member.row != sample.row:
            if sample is not None:
                yield sample
            sample = Sample(member.row, {KEY: member.key})
        if sample.fault is None and (rows is None or sample.row in rows):
            sample.fault = unsafe(member.entry.name) or _take(sample, member, archive, images=images)
            if sample.fault:
                sample.record, sample.size = {}, 0
    if sample is not None:
        yield sample


def unsafe(name: str) -> tuple[str, str] | None:
    """Why a member's name is not to be trusted, if so. Nothing is ever extracted; whoever does would regret it."""
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        return "unsafe-member", "a member's name leads out of the folder it would be extracted to"
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "invalid-utf8", "a member's name is not UTF-8"
    return None


def _take(sample: Sample, member: Member, archive: Archive, *, images: bool) -> tuple[str, str] | None:
    """Adds a member to its sample, or tells why the sample is held."""
    if not member.entry.is_file:
        return "unsafe-member", "a member is no regular file"
    if member.extension in sample.seen or member.extension == KEY:
        return "duplicate-member", "two members have one key and extension"
    sample.seen.add(member.extension)
    if len(sample.seen) > MAX_MEMBERS:
        return "record-too-large", f"the sample has more than {MAX_MEMBERS} members"
    kind = kind_of(member.extension)
    if kind == "image" and images and sample.size + member.entry.size <= MAX_IMAGE_BYTES:
        sample.record[member.extension] = b"".join(archive.chunks())
        sample.size += member.entry.size
    elif kind in ("image", "other"):
        sample.record[member.extension] = hashed(archive.chunks())
    else:
        return _take_text(sample, member, archive, kind == "json")
    return None


def _take_text(sample: Sample, member: Member, archive: Archive, is_json: bool) -> tuple[str, str] | None:
    if sample.texts + member.entry.size > MAX_TEXT_BYTES:
        return TEXTS_TOO_LARGE
    try:
        data = plain_text(b"".join(archive.chunks()), member.extension, MAX_TEXT_BYTES - sample.texts)
        sample.record[member.extension] = read_text(data, is_json=is_json)
    except NotARecord as error:
        return error.reason, error.detail
    sample.texts += len(data)
    sample.size += len(data)
    return None


def plain_text(data: bytes, extension: str, limit: int = MAX_TEXT_BYTES) -> bytes:
    """The bytes of a text member, unfolded where its extension says gzip; raises NotARecord."""
    if not extension.endswith(GZIPPED):
        return data
    found = bytearray()
    try:
        for chunk in decompressed(io.BytesIO(data), "gzip"):
            found += chunk
            if len(found) > limit:
                raise NotARecord(*TEXTS_TOO_LARGE)
    except BrokenStream as error:
        raise NotARecord("corrupt-member", error.detail) from error
    return bytes(found)


def read_text(data: bytes, *, is_json: bool) -> Any:
    """A text, or the value of a JSON text; raises NotARecord."""
    if is_json:
        return parse_value(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotARecord("invalid-utf8", f"{error.reason} at byte {error.start}") from None


def hashed(chunks: Iterator[bytes]) -> dict[str, Any]:
    """How binary that is not loaded stands in a record."""
    digest, length = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        length += len(chunk)
    return binary(length, digest.hexdigest())
