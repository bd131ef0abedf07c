"""Spans of bytes that a detector of one kind proposes, and what a detector is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.stretch import Positions, Stretch


@dataclass(frozen=True, slots=True)
class Spans:
    """Byte positions in a stretch, `ends` exclusive, with scores; ordered by start, never overlapping."""

    starts: Positions
    ends: Positions
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, float]]) -> Spans:
        """Spans from (start, end, score) rows: ordered, and of overlapping ones the first and longest kept."""
        kept: list[tuple[int, int, float]] = []
        for start, end, score in sorted(rows, key=lambda row: (row[0], -row[1])):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end, score))
        table = np.array(kept, np.float64).reshape(-1, 3)
        return cls(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2].astype(np.float32))

    def __len__(self) -> int:
        return len(self.starts)

    def outside(self, taken: Spans) -> Spans:
        """These spans without those that overlap one of `taken`."""
        free = np.searchsorted(taken.ends, self.starts, side="right") == np.searchsorted(
            taken.starts, self.ends
        )
        return Spans(self.starts[free], self.ends[free], self.scores[free])

    def merged(self, other: Spans) -> Spans:
        """Both together, in order; they may not overlap."""
        starts = np.concatenate([self.starts, other.starts])
        order = np.argsort(starts, kind="stable")
        return Spans(
            starts[order],
            np.concatenate([self.ends, other.ends])[order],
            np.concatenate([self.scores, other.scores])[order],
        )


NOTHING = Spans.of(())


@dataclass(frozen=True)
class Detector:
    """Finds one kind of personal data in a stretch, in time linear in its bytes."""

    kind: str
    find: Callable[[Stretch], Spans]
    examples: tuple[Example, ...]
