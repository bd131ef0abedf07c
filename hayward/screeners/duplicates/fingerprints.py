"""What is kept of a decided record to know it and its near copies again: digests and signatures, no content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hayward.screeners.duplicates.signature import SHINGLE, SIGNATURE_BYTES, sketched

DIGEST_BYTES = 32
PDQ_BYTES = 32

ROW = np.dtype(
    [
        ("label", "<i8"),
        ("has", "u1"),
        ("record", "u1", DIGEST_BYTES),
        ("content", "u1", DIGEST_BYTES),
        ("signature", "u1", SIGNATURE_BYTES),
        ("pdq", "u1", PDQ_BYTES),
    ]
)
PARTS = ("record", "content", "signature", "pdq")
HAS = {part: 1 << place for place, part in enumerate(PARTS)}
SIZES = {part: ROW[part].shape[0] for part in PARTS}
Rows = NDArray[np.void]
"""An array of ROW: bits of `has` (see HAS) say which of the parts are there; the others are zeros."""


class NotAFingerprint(Exception):
    """A part of a fingerprint is of the wrong length; `str()` says which."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One text or image of a decided record.

    `record` is the SHA-256 of the canonical record, `content` that of the text's normal form (normal.content_digest),
    `signature` the MinHash signature of 64 bytes (signature.signatures), `pdq` the PDQ hash of an image, 32 bytes. Any
    of them may be None. `label` is what the caller knows the decided record by: an id, never personal data.
    """

    label: int
    record: bytes | None = None
    content: bytes | None = None
    signature: bytes | None = None
    pdq: bytes | None = None


def fingerprint_text(text: str, *, label: int = 0, record: bytes | None = None) -> Fingerprint:
    """The fingerprint of one text; without signature where it has fewer words than a shingle."""
    (only,) = fingerprint_texts(pa.array([text], pa.large_string()), labels=[label], records=[record])
    return only


def fingerprint_texts(
    column: pa.LargeStringArray,
    *,
    labels: Sequence[int] | None = None,
    records: Sequence[bytes | None] | None = None,
) -> list[Fingerprint]:
    """The fingerprints of a column, in its order; labels count from 0 if none are given. Raises UnableToLoad."""
    packed, counts, contents = sketched(column)
    return [
        Fingerprint(
            label=labels[index] if labels is not None else index,
            record=records[index] if records is not None else None,
            content=contents[index],
            signature=packed[index].tobytes() if counts[index] >= SHINGLE else None,
        )
        for index in range(len(column))
    ]


def rows_of(fingerprints: Iterable[Fingerprint], *, block: int = 1 << 14) -> Iterator[Rows]:
    """Fingerprints as arrays of at most `block` rows. Raises NotAFingerprint."""
    waiting: list[bytes] = []
    for fingerprint in fingerprints:
        waiting.append(_packed(fingerprint))
        if len(waiting) == block:
            yield np.frombuffer(b"".join(waiting), ROW)
            waiting.clear()
    if waiting:
        yield np.frombuffer(b"".join(waiting), ROW)


def _packed(fingerprint: Fingerprint) -> bytes:
    has, packed = 0, b""
    for part in PARTS:
        value = getattr(fingerprint, part)
        if value is None:
            packed += bytes(SIZES[part])
            continue
        if len(value) != SIZES[part]:
            raise NotAFingerprint(f"The {part} of a fingerprint has {SIZES[part]} bytes, not {len(value)}.")
        has, packed = has | HAS[part], packed + value
    return fingerprint.label.to_bytes(8, "little", signed=True) + bytes([has]) + packed
