"""Whether a score is worth its number: how often reports of a score are right, and what a threshold would leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.quality.matching import Score, pairs
from benchmarks.quality.sets import Text
from benchmarks.quality.tools import Scored

BUCKETS = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95)
THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class Judged:
    """One report and whether it is right."""

    kind: str
    score: float
    right: bool


def judge(texts: Sequence[Text], reports: Sequence[Sequence[Scored]]) -> list[Judged]:
    """Each report of a kind that the text's labels speak of."""
    judged = []
    for text, reported in zip(texts, reports, strict=True):
        for kind in sorted(text.kinds):
            scores = {(k, start, end): score for k, start, end, score in reported if k == kind}
            there = [span for span in text.spans if span[0] == kind]
            right = {told for _, told in pairs(there, list(scores))}
            judged += [Judged(kind, score, span in right) for span, score in scores.items()]
    return judged


def buckets(judged: Sequence[Judged]) -> dict[str, list[tuple[float, int, float, float]]]:
    """Per kind: lower bound of the scores, how many, their mean, and the share that is right."""
    found: dict[tuple[str, float], list[Judged]] = defaultdict(list)
    for one in judged:
        found[one.kind, max(bound for bound in BUCKETS if one.score >= bound)].append(one)
    table: dict[str, list[tuple[float, int, float, float]]] = defaultdict(list)
    for (kind, bound), members in sorted(found.items()):
        count = len(members)
        mean = sum(one.score for one in members) / count
        table[kind].append((bound, count, mean, sum(one.right for one in members) / count))
    return dict(table)


def at_thresholds(judged: Sequence[Judged], labelled: dict[str, int]) -> dict[str, list[tuple[float, Score]]]:
    """Per kind: the score that each threshold would leave."""
    return {
        kind: [(threshold, _left(judged, kind, threshold, count)) for threshold in THRESHOLDS]
        for kind, count in sorted(labelled.items())
        if count
    }


def _left(judged: Sequence[Judged], kind: str, threshold: float, labelled: int) -> Score:
    left = [one for one in judged if one.kind == kind and one.score >= threshold]
    right = sum(one.right for one in left)
    return Score(right, len(left) - right, labelled - right)
