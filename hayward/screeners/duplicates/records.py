"""Fingerprints of whole records as they are read from a shard."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from hayward.formats import Batch
from hayward.screeners.duplicates.fingerprints import Fingerprint, fingerprint_texts


def record_fingerprints(batch: Batch, *, first_label: int) -> Iterator[Fingerprint]:
    """The fingerprints of a batch's records: one with the digest, and one for each of its texts.

    Labels count records from `first_label`. Raises UnableToLoad.
    """
    labels = range(first_label, first_label + len(batch.rows))
    for index, label in enumerate(labels):
        yield Fingerprint(label, record=bytes.fromhex(batch.digest(index)))
    for column in batch.fields.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            texts = fingerprint_texts(column.cast(pa.large_string()), labels=labels)
            yield from (text for text in texts if text.content is not None)
