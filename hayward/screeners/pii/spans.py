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


def _place(row: Row) -> tuple[int, int]:
    return row[0], -row[1]


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
        done = -1
        for row in sorted(rows, key=_place):
            if row[0] >= done:
                kept.append(row)
                done = row[1]
        starts, ends, scores, evidence = zip(*kept, strict=True) if kept else ((), (), (), ())
        return cls(
            np.array(starts, np.int64), np.array(ends, np.int64), np.array(scores, np.float32), evidence
        )

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
