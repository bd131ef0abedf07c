"""Compares what a tool reports with what stands there: precision, recall and F1, and how often the edges are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.quality.labels import Span
from benchmarks.quality.sets import Text

# A report is right when it shares at least this part of its own and of the labelled characters, and names the kind.
SHARE = 0.5


@dataclass
class Score:
    """Counts of one kind: right, wrong (reported, not there), missed (there, not reported), right to the character."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    exact: int = 0

    def __iadd__(self, other: Score) -> Score:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.exact += other.exact
        return self

    @property
    def labelled(self) -> int:
        return self.right + self.missed

    @property
    def reported(self) -> int:
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        return self.right / self.reported if self.reported else None

    @property
    def recall(self) -> float | None:
        return self.right / self.labelled if self.labelled else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where nothing is labelled."""
        if not self.labelled:
            return None
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)

    @property
    def exact_share(self) -> float | None:
        return self.exact / self.right if self.right else None


Scores = Mapping[str, Score]


class Result(NamedTuple):
    """What a tool reached: its name, the kinds that it can name, and the scores by kind."""

    tool: str
    kinds: frozenset[str]
    scores: Scores


def compare(texts: Sequence[Text], reports: Sequence[Iterable[Span]]) -> dict[str, Score]:
    """Scores by kind. Of each text only the kinds count that its labels speak of."""
    scores: dict[str, Score] = defaultdict(Score)
    for text, reported in zip(texts, reports, strict=True):
        for kind in text.kinds:
            there = [span for span in text.spans if span[0] == kind]
            told = [span for span in dict.fromkeys(reported) if span[0] == kind]
            scores[kind] += _score(there, told)
    return dict(scores)


def pairs(there: Sequence[Span], told: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Which report stands for which labelled span, best overlap first, each span once."""
    candidates = sorted(
        ((common(one, other), one, other) for one in there for other in told), key=lambda pair: -pair[0]
    )
    free, unused, matched = set(there), set(told), []
    for share, one, other in candidates:
        if share >= SHARE and one in free and other in unused:
            matched.append((one, other))
            free.discard(one)
            unused.discard(other)
    return matched


def common(one: Span, other: Span) -> float:
    """The characters in both spans, as a part of the longer one."""
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return max(0, shared) / max(one[2] - one[1], other[2] - other[1], 1)


def together(parts: Iterable[Scores]) -> dict[str, Score]:
    """The scores of several sets added up."""
    total: dict[str, Score] = defaultdict(Score)
    for part in parts:
        for kind, score in part.items():
            total[kind] += score
    return dict(total)


def _score(there: Sequence[Span], told: Sequence[Span]) -> Score:
    matched = pairs(there, told)
    exact = sum(one == other for one, other in matched)
    return Score(len(matched), len(told) - len(matched), len(there) - len(matched), exact)
