"""Spans of bytes that a detector proposes, each with its evidence, and what a detector is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.stretch import Positions, Stretch


class Evidence(NamedTuple):
    """What a span is and why: see base.Hit for rule, validator and context."""

    kind: str
    rule: str
    validator: str | None = None
    context: str | None = None


Row = tuple[int, int, float, Evidence]


@dataclass(frozen=True, slots=True)
class Spans:
    """Byte positions in a stretch, `ends` exclusive, with scores and evidence; ordered by start, never overlapping."""

    starts: Positions
    ends: Positions
    scores: NDArray[np.float32]
    evidence: tuple[Evidence, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Spans:
        """Spans from (start, end, score, evidence) rows, ordered; of overlapping ones the first and longest is kept."""
        kept: list[Row] = []
        for row in sorted(rows, key=lambda row: (row[0], -row[1])):
            if not kept or row[0] >= kept[-1][1]:
                kept.append(row)
        table = np.array([row[:3] for row in kept], np.float64).reshape(-1, 3)
        starts, ends, scores = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]
        return cls(starts, ends, scores.astype(np.float32), tuple(row[3] for row in kept))

    def __len__(self) -> int:
        return len(self.starts)

    def taken(self, order: NDArray[np.int64]) -> Spans:
        """The spans at these places, in this order."""
        evidence = tuple(self.evidence[place] for place in order.tolist())
        return Spans(self.starts[order], self.ends[order], self.scores[order], evidence)

    def outside(self, others: Spans) -> Spans:
        """These spans without those that overlap one of `others`."""
        free = np.searchsorted(others.ends, self.starts, side="right") == np.searchsorted(
            others.starts, self.ends
        )
        return self if free.all() else self.taken(np.flatnonzero(free))

    def merged(self, other: Spans) -> Spans:
        """Both together, in order; they may not overlap."""
        together = Spans(
            np.concatenate([self.starts, other.starts]),
            np.concatenate([self.ends, other.ends]),
            np.concatenate([self.scores, other.scores]),
            self.evidence + other.evidence,
        )
        return together.taken(np.argsort(together.starts, kind="stable"))


NOTHING = Spans.of(())


@dataclass(frozen=True)
class Detector:
    """Finds one or a few kinds of personal data in a stretch, in time linear in its bytes."""

    kinds: tuple[str, ...]
    find: Callable[[Stretch], Spans]
    examples: tuple[Example, ...]
