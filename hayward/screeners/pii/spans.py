"""Spans of bytes that a detector proposes, each with its evidence, and what a detector is."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
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


# The score of a span that only keeps other kinds from its characters.
NOT_TOLD = np.float32(0)

Row = tuple[int, int, float, Evidence]


_start = itemgetter(0)


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
        for row in sorted(rows, key=_start):
            if row[0] >= done:
                kept.append(row)
            elif row[0] == kept[-1][0] and row[1] > done:
                kept[-1] = row
            else:
                continue
            done = row[1]
        if not kept:
            return NOTHING
        starts, ends, scores, evidence = zip(*kept, strict=True)
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


NOTHING = Spans(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), ())


def together(found: Sequence[Spans]) -> Spans:
    """All of them, in order of place; of spans that overlap those that come earlier in `found` are kept."""
    found = [spans for spans in found if len(spans)]
    if not found:
        return NOTHING
    starts = np.concatenate([spans.starts for spans in found])
    ends = np.concatenate([spans.ends for spans in found])
    ranks = np.repeat(np.arange(len(found)), [len(spans) for spans in found])
    evidence = tuple(chain.from_iterable(spans.evidence for spans in found))
    everything = Spans(starts, ends, np.concatenate([spans.scores for spans in found]), evidence)
    order = np.lexsort((ranks, starts))
    reach = np.maximum.accumulate(ends[order])
    joined = starts[order][1:] < reach[:-1]
    if not joined.any():
        return everything.taken(order)
    kept = np.ones(len(order), bool)
    first = np.flatnonzero(joined & ~np.append(False, joined[:-1]))
    last = np.flatnonzero(joined & ~np.append(joined[1:], False)) + 1
    for begin, end in zip(first.tolist(), last.tolist(), strict=True):
        kept[begin : end + 1] = _undisputed(starts, ends, order[begin : end + 1])
    return everything.taken(order[kept])


def _undisputed(starts: Positions, ends: Positions, cluster: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the spans at these places are kept; their numbers grow with their rank."""
    taken: list[tuple[int, int]] = []
    kept = np.zeros(len(cluster), bool)
    for place in np.argsort(cluster).tolist():
        start, end = int(starts[cluster[place]]), int(ends[cluster[place]])
        after = bisect(taken, (start,))
        is_free = (after == 0 or taken[after - 1][1] <= start) and (
            after == len(taken) or taken[after][0] >= end
        )
        if is_free:
            taken.insert(after, (start, end))
            kept[place] = True
    return kept


@dataclass(frozen=True)
class Detector:
    """Finds one or a few kinds of personal data in a stretch, in time linear in its bytes."""

    kinds: tuple[str, ...]
    find: Callable[[Stretch], Spans]
    examples: tuple[Example, ...]
