"""Hashes that match by equality: sorted on disk, found by bisection."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.images.hashing.pdq_index import mapped

Rows = NDArray[np.uint8]
# Enough to tell any two hashes of a list apart but by chance; those alike are compared in full.
PREFIX = 8


class ExactIndex:
    """Rows of equal length, in the order of their first bytes; `positions` are those that they were given in."""

    def __init__(self, rows: Rows, positions: NDArray[np.uint32]) -> None:
        self.rows, self.positions = rows, positions

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def build(cls, rows: Rows, folder: Path) -> ExactIndex:
        """Writes the index of `rows`, an (n, bytes) array that may itself be mapped, and opens it."""
        folder.mkdir(parents=True, exist_ok=True)
        order = np.argsort(_prefixes(rows), kind="stable").astype(np.uint32)
        np.save(folder / "rows.npy", rows[order])
        np.save(folder / "positions.npy", order)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> ExactIndex:
        """The index in a folder. Raises OSError or ValueError where it is not whole."""
        return cls(mapped(folder / "rows.npy"), mapped(folder / "positions.npy"))

    def find(self, value: bytes) -> Iterator[int]:
        """The positions of a value, the first given first."""
        place = bisect_left(range(len(self)), value[:PREFIX], key=self._prefix)
        while place < len(self) and self._prefix(place) == value[:PREFIX]:
            if self.rows[place].tobytes() == value:
                yield int(self.positions[place])
            place += 1

    def _prefix(self, place: int) -> bytes:
        return self.rows[place, :PREFIX].tobytes()


def _prefixes(rows: Rows) -> NDArray[np.uint64]:
    """The first bytes of each row as a number that orders as they do."""
    return np.ascontiguousarray(rows[:, :PREFIX]).view(">u8").ravel().astype(np.uint64)
