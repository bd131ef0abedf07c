"""Takes the fingerprints of removed records, and keeps this host's memory of them up to date."""

import hashlib
import json
import logging
import socket
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Max, QuerySet

from datasets_app import records
from datasets_app.models import Item
from hayward import formats
from hayward.screeners.duplicates.fingerprints import Fingerprint, fingerprint_texts
from hayward.screeners.duplicates.manifest import NotAMemory
from hayward.screeners.duplicates.memory import Memory
from moderation import memory
from moderation.memory import Print
from moderation.models import Fingerprint as Kept
from workers import locks

logger = logging.getLogger(__name__)

ROWS = 5000
# What a JPEG, PNG, WebP or GIF begins with in base64.
BEGINNINGS = ("/9j/", "iVBORw0KGgo", "UklGR", "R0lGOD")


class MemoryBusy(OSError):
    """The memory is being made for the first time: a passing trouble, no fault of the shard."""


def prints_of(item: Item) -> list[Print]:
    """The fingerprints of an item's texts and pictures; none when its record cannot be read any more."""
    try:
        record = records.read(item)
    except records.RecordGone:
        logger.warning("item %s is remembered by its digest alone: its record cannot be read", item.pk)
        return []
    texts = records.texts(item, record)
    column = pa.array(list(texts.values()), pa.large_string())
    found = [
        Print(field=field, content=print_.content, signature=print_.signature)
        for field, print_ in zip(texts, fingerprint_texts(column), strict=True)
    ]
    return found + [
        Print(field=name, content=hashlib.sha256(value).digest(), pdq=_pdq(value))
        for name, value in _pictures(record)
    ]


def _pictures(value: object, name: str = "") -> Iterator[tuple[str, bytes]]:
    """The encoded pictures of a record by the names of their fields, in objects and lists too."""
    if isinstance(value, Mapping):
        members: Iterable[tuple[object, object]] = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    else:
        members = ()
        encoded = _encoded(value)
        if encoded is not None:
            yield name, encoded
    for key, member in members:
        yield from _pictures(member, f"{name}.{key}" if name else str(key))


def _encoded(value: object) -> bytes | None:
    """A picture's bytes; in records from Parquet and JSON lines they stand as base64."""
    if isinstance(value, str) and value.startswith(BEGINNINGS):
        return formats.media({"": value}, "")
    return value if isinstance(value, bytes) else None


def _pdq(encoded: bytes) -> bytes | None:
    """The picture's hash, where it can be decoded and says enough to match by."""
    from hayward.screeners.images.derive import perceptual_hash
    from hayward.screeners.images.limits import UnreadableImage
    from hayward.screeners.images.pdq import LEAST_QUALITY

    try:
        pdq, quality = perceptual_hash(encoded)
    except UnreadableImage:
        return None
    return pdq if quality >= LEAST_QUALITY else None


def current() -> Memory:
    """The memory of everything whose removal stands, brought up to date first; one process writes it at a time.

    Its labels are the items' keys.
    """
    folder = Path(settings.HAYWARD_MEMORY_FOLDER)
    wanted = _stamp(memory.remembered())
    if _stored(folder) == wanted:
        return Memory.open(folder)
    # Each host keeps a memory of its own.
    with locks.sole(locks.MEMORY, zlib.crc32(socket.gethostname().encode())) as is_mine:
        if is_mine:
            return _brought(folder, wanted)
    try:
        return Memory.open(folder)
    except NotAMemory as error:
        raise MemoryBusy("Another worker is making this host's memory; the shard is tried again.") from error


def _brought(folder: Path, wanted: list[int]) -> Memory:
    """Adds what is new; where a removal was taken back since, the memory is built anew."""
    count, last = _stored(folder) or [0, 0]
    still = memory.remembered().filter(pk__lte=last).count()
    try:
        new = _fingerprints(memory.remembered().filter(pk__gt=last, pk__lte=wanted[1]))
        made = Memory.open(folder).append(new) if count and still == count else _built(folder, wanted[1])
    except NotAMemory:
        made = _built(folder, wanted[1])
    folder.with_suffix(".stamp").write_text(json.dumps([*wanted, made.digest]))
    return made


def _built(folder: Path, last: int) -> Memory:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return Memory.build(_fingerprints(memory.remembered().filter(pk__lte=last)), folder)


def _fingerprints(rows: QuerySet[Kept]) -> Iterator[Fingerprint]:
    for row in rows.iterator(chunk_size=ROWS):
        yield Fingerprint(
            label=row.item_id,
            record=bytes.fromhex(row.item.digest),
            content=_bytes(row.content),
            signature=_bytes(row.signature),
            pdq=_bytes(row.pdq),
        )


def _bytes(value: memoryview | bytes | None) -> bytes | None:
    return None if value is None else bytes(value)


def _stamp(rows: QuerySet[Kept]) -> list[int]:
    """How many fingerprints stand, and the newest of them."""
    found = rows.aggregate(count=Count("pk"), last=Max("pk"))
    return [found["count"], found["last"] or 0]


def _stored(folder: Path) -> list[int] | None:
    """The stamp of the memory in the folder, when it is whole."""
    try:
        count, last, digest = json.loads(folder.with_suffix(".stamp").read_text())
        return [count, last] if Memory.open(folder).digest == digest else None
    except (OSError, ValueError, NotAMemory):
        return None
