"""What one detector finds in one text, as the tests of the detectors want to see it."""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from hayward.screeners.pii.spans import Detector, Evidence
from hayward.screeners.pii.stretch import Stretch, stretches


class Found(NamedTuple):
    text: str
    score: float
    evidence: Evidence


def stretch_of(text: str) -> Stretch:
    return next(stretches(pa.array([text], pa.large_string())))


def look(detector: Detector, text: str) -> list[Found]:
    return list(_found(detector, text))


def rules(detector: Detector, text: str) -> list[tuple[str, str]]:
    """What was found, and by which rule."""
    return [(found.text, found.evidence.rule) for found in look(detector, text)]


def _found(detector: Detector, text: str) -> Iterator[Found]:
    stretch = stretch_of(text)
    spans = detector.find(stretch)
    for start, end, score, evidence in zip(
        spans.starts.tolist(), spans.ends.tolist(), spans.scores.tolist(), spans.evidence, strict=True
    ):
        yield Found(stretch.text[start:end].decode(), round(score, 2), evidence)
