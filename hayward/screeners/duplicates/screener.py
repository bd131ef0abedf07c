"""The screener `duplicates`: what was decided before is proposed again wherever it, or a near copy, turns up."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hayward.screeners.base import HELD, Example, Hit, Media, UnableToLoad, config_digest, hits
from hayward.screeners.duplicates.digests import NONE, Labels
from hayward.screeners.duplicates.fingerprints import DIGEST_BYTES, Fingerprint, fingerprint_text
from hayward.screeners.duplicates.images import bytes_digest, pdq_hash
from hayward.screeners.duplicates.manifest import NotAMemory
from hayward.screeners.duplicates.memory import MATCH_BITS, THRESHOLD, Match, Memory
from hayward.screeners.duplicates.signature import SHINGLE, SLOTS, similarity, sketched
from hayward.screeners.images.limits import UnreadableImage

DECIDED = (
    "Sheep and geese may graze on the common from May to Michaelmas, but pigs only with a ring in the nose, and "
    "whoever leaves a gate open pays fourpence to the hayward, who writes it into the book for all to see."
)
DECIDED_SHORT = "Pinned: lost geese"
# An equal text of fewer words than a shingle says little: many records hold "Thank you."
SCORE_OF_SHORT = 0.5
_HEX = re.compile("[0-9a-f]{64}")


class DuplicatesScreener:
    """Flags whole records, texts and images that are in a memory, or near something in it.

    `context` names the decided record as `decided:<label>@<apart>`: the label that the memory knows it by, and in how
    many of 128 slots (texts) or 256 bits (images) the two differ, 0 where they are equal.
    """

    name = "duplicates"
    version = "1.0.0"
    looks_at: frozenset[Media] = frozenset({"text", "image", "digest"})
    kinds = ("known_duplicate", "near_duplicate")
    # What they stand for holds where the memory has fingerprints of DECIDED and DECIDED_SHORT (see `remembered`).
    examples = (
        Example(DECIDED, (("known_duplicate", 0, len(DECIDED)),)),
        Example(DECIDED.upper(), (("known_duplicate", 0, len(DECIDED)),)),
        Example(DECIDED_SHORT, (("known_duplicate", 0, len(DECIDED_SHORT)),)),
        Example(DECIDED + " Amen to that.", (("near_duplicate", 0, len(DECIDED) + 14),)),
        Example("Pinned: lost goats"),
        Example("Goats may not graze on the common at all, says the book of the hayward, for all to see."),
        Example("   \n\t"),
        Example(""),
    )
    notice: str | None = None

    def __init__(self, memory: Memory, *, threshold: float = THRESHOLD) -> None:
        self.memory, self.threshold = memory, threshold
        self._has_images = memory.counts()["images"] > 0
        self.config_digest = config_digest(
            {"memory": memory.digest, "threshold": threshold, "bits": MATCH_BITS}
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> DuplicatesScreener:
        """The screener with the memory in the folder HAYWARD_MEMORY. Raises UnableToLoad."""
        folder = environment.get("HAYWARD_MEMORY")
        if not folder:
            raise UnableToLoad(
                "The screener duplicates needs a memory of what was decided. Make one with `hayward memory build "
                "--out FOLDER SHARD…` and set HAYWARD_MEMORY to that folder."
            )
        try:
            return cls(Memory.open(Path(folder)))
        except NotAMemory as error:
            raise UnableToLoad(f"HAYWARD_MEMORY: {error}") from error

    def screen(self, column: pa.Array, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all texts, images or digests, as the contract of base.Screener says."""
        if pa.types.is_large_binary(column.type):
            return hits(self._images(column))
        return hits(self._digests(column) if field == "@digest" else self._texts(column))

    def _texts(self, column: pa.LargeStringArray) -> Iterator[Hit]:
        signatures, words, contents = sketched(column)
        labels = self._known([content or bytes(DIGEST_BYTES) for content in contents])
        unknown = np.flatnonzero((words >= SHINGLE) & (labels == NONE))
        near, agreeing = self.memory.nearest(signatures[unknown], threshold=self.threshold)
        close = dict(zip(unknown.tolist(), zip(near.tolist(), agreeing.tolist(), strict=True), strict=True))
        lengths = pc.utf8_length(column)
        for index in np.flatnonzero((labels != NONE) | _among(unknown[near != NONE], len(column))).tolist():
            length = lengths[index].as_py()
            if labels[index] != NONE:
                short = words[index] < SHINGLE
                score, rule = (SCORE_OF_SHORT, "short-content") if short else (1.0, "content")
                yield _known(index, length, f"duplicates.{rule}/1", int(labels[index]), score=score)
            else:
                label, agree = close[index]
                match = Match(label, similarity(agree), SLOTS - agree)
                yield _near(index, length, "duplicates.minhash/1", match)

    def _known(self, digests: list[bytes]) -> Labels:
        rows = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, DIGEST_BYTES)
        return self.memory.find_contents(rows)

    def _digests(self, column: pa.LargeStringArray) -> Iterator[Hit]:
        known = [
            (index, text) for index, text in enumerate(column.to_pylist()) if text and _HEX.fullmatch(text)
        ]
        rows = np.frombuffer(b"".join(bytes.fromhex(text) for _, text in known), np.uint8)
        labels = self.memory.find_records(rows.reshape(-1, DIGEST_BYTES)).tolist()
        for (index, text), label in zip(known, labels, strict=True):
            if label != NONE:
                yield _known(index, len(text), "duplicates.record/1", label)

    def _images(self, column: pa.LargeBinaryArray) -> Iterator[Hit]:
        """An image that cannot be looked at holds its record (base.HELD), unless its very bytes are known."""
        for index, value in enumerate(column):
            if not value.is_valid:
                continue
            encoded = value.as_py()
            label = self.memory.exact(bytes_digest(encoded))
            if label is not None:
                yield _known(index, 0, "duplicates.content/1", label)
            elif self._has_images:
                yield from self._near_image(index, encoded)

    def _near_image(self, index: int, encoded: bytes) -> Iterator[Hit]:
        try:
            pdq = pdq_hash(encoded)
        except UnreadableImage as error:
            yield Hit(index, HELD, 0, 0, 1.0, error.reason)
            return
        for best in self.memory.near_image(pdq)[:1] if pdq else ():
            yield _near(index, 0, "duplicates.pdq/1", best)


def remembered() -> list[Fingerprint]:
    """Fingerprints of what the screener's examples take for decided."""
    return [fingerprint_text(text, label=label) for label, text in enumerate((DECIDED, DECIDED_SHORT))]


def _known(index: int, length: int, rule: str, label: int, *, score: float = 1.0) -> Hit:
    return Hit(index, "known_duplicate", 0, length, score, rule, "SHA-256", f"decided:{label}@0")


def _near(index: int, length: int, rule: str, match: Match) -> Hit:
    validator = "PDQ" if rule.startswith("duplicates.pdq") else "MinHash"
    context = f"decided:{match.label}@{match.apart}"
    return Hit(index, "near_duplicate", 0, length, match.similarity, rule, validator, context)


def _among(positions: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    mask = np.zeros(length, np.bool_)
    mask[positions] = True
    return mask
