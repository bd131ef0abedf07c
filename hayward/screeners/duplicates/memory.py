"""Everything that was ever decided, as fingerprints in a folder: built, added to, and asked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.duplicates import manifest, writing
from hayward.screeners.duplicates.digests import NONE, Labels, halves
from hayward.screeners.duplicates.fingerprints import Fingerprint, Rows, rows_of
from hayward.screeners.duplicates.manifest import Manifest, NotAMemory
from hayward.screeners.duplicates.segment import Segment
from hayward.screeners.duplicates.signature import (
    SIGNATURE_BYTES,
    SLOTS,
    Signatures,
    agreements_for,
    similarity,
)

THRESHOLD = 0.7
MATCH_BITS = 31
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Match:
    """A decided record that is like the one asked about.

    `similarity` is the estimated Jaccard similarity of texts' shingles, or the share of equal bits of images; `apart`
    counts the slots (of 128) or bits (of 256) that differ.
    """

    label: int
    similarity: float
    apart: int


class Memory:
    """Fingerprints in a folder, mapped into memory; a reader keeps what it opened while others add.

    `digest` changes with every fingerprint that is added and with nothing else.
    """

    def __init__(self, folder: Path, contents: Manifest, segments: tuple[Segment, ...]) -> None:
        self.folder, self._manifest, self._segments = folder, contents, segments
        self.digest = contents["digest"]

    def __len__(self) -> int:
        """How many fingerprints were added."""
        return self._manifest["fingerprints"]

    @classmethod
    def build(cls, fingerprints: Iterable[Fingerprint], folder: Path) -> Memory:
        """Makes a memory of these in `folder`; one that is there is replaced when the new one is whole.

        Raises NotAFingerprint, BeingWritten.
        """
        return cls.build_rows(rows_of(fingerprints), folder)

    @classmethod
    def build_rows(cls, blocks: Iterable[Rows], folder: Path) -> Memory:
        """The same of arrays of fingerprints (fingerprints.ROW)."""
        writing.build(folder, blocks)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Memory:
        """Raises NotAMemory."""
        for _ in range(_TRIES):
            contents = manifest.read(folder)
            # Whoever merges removes segments that a reader has just read the names of: then there is a new list.
            with suppress(OSError):
                names = [segment["name"] for segment in contents["segments"]]
                segments = tuple(writing.open_segment(folder, name) for name in names)
                return cls(folder, contents, segments)
        raise NotAMemory(folder, "lacks files of its memory.")

    def append(self, fingerprints: Iterable[Fingerprint]) -> Memory:
        """Adds these to what the folder holds now, and opens the result. Raises as `build`, and NotAMemory."""
        return self.append_rows(rows_of(fingerprints))

    def append_rows(self, blocks: Iterable[Rows]) -> Memory:
        """The same of arrays of fingerprints (fingerprints.ROW)."""
        writing.append(self.folder, blocks)
        return self.open(self.folder)

    def counts(self) -> dict[str, int]:
        """How many distinct records, contents, signatures and images there are in each table, over all segments."""
        totals = dict.fromkeys(("records", "contents", "signatures", "images"), 0)
        for segment in self._segments:
            for name, count in segment.counts().items():
                totals[name] += count
        return {**totals, "segments": len(self._segments)}

    def exact_record(self, digest: bytes) -> int | None:
        """The label of the decided record with this digest."""
        return _only(self.find_records(np.frombuffer(digest, np.uint8)[None]))

    def exact(self, content: bytes) -> int | None:
        """The label of the decided text with this content digest (normal.content_digest)."""
        return _only(self.find_contents(np.frombuffer(content, np.uint8)[None]))

    def near(self, signature: bytes, *, threshold: float = THRESHOLD) -> list[Match]:
        """Decided texts whose estimated similarity reaches `threshold`, the most similar first, then by label.

        A crowd of hundreds of near copies of each other is not listed in full (near.MOST_PER_KEY).
        """
        asked = np.frombuffer(signature, np.uint8).reshape(1, SIGNATURE_BYTES)
        pairs = [segment.signatures.near(asked, agreements_for(threshold)) for segment in self._segments]
        best: dict[int, int] = {}
        for found in pairs:
            for label, agreeing in zip(found.labels.tolist(), found.agreeing.tolist(), strict=True):
                best[label] = max(agreeing, best.get(label, 0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [Match(label, similarity(agreeing), SLOTS - agreeing) for label, agreeing in ranked]

    def near_image(self, pdq: bytes, *, distance: int = MATCH_BITS) -> list[Match]:
        """Decided images whose PDQ hash differs in at most `distance` bits, the nearest first, then by label."""
        best: dict[int, int] = {}
        for segment in self._segments:
            for label, apart in segment.images.near(pdq, distance):
                best[label] = min(apart, best.get(label, apart))
        ranked = sorted(best.items(), key=lambda item: (item[1], item[0]))
        return [Match(label, 1 - apart / 256, apart) for label, apart in ranked]

    def find_records(self, digests: NDArray[np.uint8]) -> Labels:
        """For rows of 32 bytes the label of the decided record with that digest, else NONE."""
        return self._find("records", digests)

    def find_contents(self, digests: NDArray[np.uint8]) -> Labels:
        """For rows of 32 bytes the label of the decided text with that content digest, else NONE."""
        return self._find("contents", digests)

    def nearest(
        self, signatures: Signatures, *, threshold: float = THRESHOLD
    ) -> tuple[Labels, NDArray[np.int64]]:
        """For rows of signatures the label of the most similar decided text (NONE: none is), and their agreements.

        Of equally similar ones it is the smallest label.
        """
        labels = np.full(len(signatures), NONE, np.int64)
        agreeing = np.zeros(len(signatures), np.int64)
        for segment in self._segments:
            pairs = segment.signatures.near(signatures, agreements_for(threshold))
            order = np.lexsort((pairs.labels, -pairs.agreeing, pairs.asked))
            first = order[np.concatenate([[True], np.diff(pairs.asked[order]) > 0])[: len(order)]]
            where, agree, label = pairs.asked[first], pairs.agreeing[first], pairs.labels[first]
            better = (agree > agreeing[where]) | ((agree == agreeing[where]) & (label < labels[where]))
            labels[where[better]], agreeing[where[better]] = label[better], agree[better]
        return labels, agreeing

    def _find(self, table: str, digests: NDArray[np.uint8]) -> Labels:
        wanted = halves(digests)
        found = np.full(len(wanted), NONE, np.int64)
        for segment in self._segments:
            labels = getattr(segment, table).find(wanted)
            better = (labels != NONE) & ((found == NONE) | (labels < found))
            found[better] = labels[better]
        return found


def _only(labels: Labels) -> int | None:
    label = int(labels[0])
    return None if label == NONE else label
