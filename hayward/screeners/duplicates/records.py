"""Fingerprints of whole records as they are read from a shard."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from hayward.formats import Batch
from hayward.screeners.duplicates.fingerprints import Fingerprint, fingerprint_texts
from hayward.screeners.duplicates.images import bytes_digest, pdq_hash
from hayward.screeners.images.limits import UnreadableImage


def record_fingerprints(batch: Batch, *, first_label: int) -> Iterator[Fingerprint]:
    """The fingerprints of a batch's records: one with the digest, and one for each of its texts and images.

    An image that cannot be looked at is known by its bytes alone.

    Labels count records from `first_label`. Raises UnableToLoad.
    """
    labels = range(first_label, first_label + len(batch.rows))
    for label, digest in zip(labels, batch.digests(range(len(labels))), strict=True):
        yield Fingerprint(label, record=bytes.fromhex(digest))
    for column in batch.fields.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            texts = fingerprint_texts(column.cast(pa.large_string()), labels=labels)
            yield from (text for text in texts if text.content is not None)
        elif pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            pairs = zip(labels, column, strict=True)
            yield from (_of_image(image.as_py(), label) for label, image in pairs if image.is_valid)


def _of_image(encoded: bytes, label: int) -> Fingerprint:
    try:
        pdq = pdq_hash(encoded)
    except UnreadableImage:
        pdq = None
    return Fingerprint(label, content=bytes_digest(encoded), pdq=pdq)
