"""Digests with the label of what they are of, sorted on disk and found by halving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.duplicates.arrays import mapped, save

Labels = NDArray[np.int64]
Halves = NDArray[np.uint64]
"""Rows of two: the first sixteen bytes of a digest as numbers. By accident no two of 10**12 records share them."""

NONE = np.iinfo(np.int64).min


class DigestTable:
    """Digests known; each keeps the smallest of its labels."""

    def __init__(self, heads: NDArray[np.uint64], tails: NDArray[np.uint64], labels: Labels) -> None:
        self._heads, self._tails, self._labels = heads, tails, labels

    def __len__(self) -> int:
        return len(self._heads)

    @classmethod
    def build(cls, halves: Halves, labels: Labels, folder: Path, name: str) -> DigestTable:
        """Writes the table of digests; `halves` may hold one several times."""
        order = np.lexsort((labels, halves[:, 1], halves[:, 0]))
        halves, labels = halves[order], labels[order]
        new = np.ones(len(halves), np.bool_)
        new[1:] = (halves[1:] != halves[:-1]).any(axis=1)
        parts = (halves[new, 0], halves[new, 1], labels[new])
        for part, values in zip(("heads", "tails", "labels"), parts, strict=True):
            save(folder / f"{name}-{part}.npy", values)
        return cls(*parts)

    @classmethod
    def open(cls, folder: Path, name: str) -> DigestTable:
        return cls(*(mapped(folder / f"{name}-{part}.npy") for part in ("heads", "tails", "labels")))

    def entries(self) -> tuple[Halves, Labels]:
        """All digests (as halves) and labels."""
        return np.stack([self._heads, self._tails], axis=1), np.asarray(self._labels)

    def find(self, halves: Halves) -> Labels:
        """The label of each digest, NONE where it is not known."""
        found = np.full(len(halves), NONE, np.int64)
        if not len(self):
            return found
        places = np.searchsorted(self._heads, halves[:, 0])
        waiting = np.arange(len(halves))
        while len(waiting):  # once, unless two digests share their first eight bytes
            inside = places[waiting] < len(self)
            waiting = waiting[inside]
            same = self._heads[places[waiting]] == halves[waiting, 0]
            waiting = waiting[same]
            whole = self._tails[places[waiting]] == halves[waiting, 1]
            found[waiting[whole]] = self._labels[places[waiting[whole]]]
            waiting = waiting[~whole]
            places[waiting] += 1
        return found


def halves(digests: NDArray[Any]) -> Halves:
    """The halves of digests given as rows of bytes (uint8)."""
    return np.ascontiguousarray(digests[:, :16]).view(">u8").astype(np.uint64)
