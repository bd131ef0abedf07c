"""Spans of several detectors together: the first detector has what two claim."""

import numpy as np

from hayward.screeners.pii.spans import Evidence, Spans, together


def _spans(kind: str, *places: tuple[int, int]) -> Spans:
    return Spans.of((start, end, 0.5, Evidence(kind, f"{kind}/1")) for start, end in places)


def test_first_detector_has_what_two_claim() -> None:
    found = together([_spans("a", (4, 8)), _spans("b", (0, 5), (8, 9)), _spans("c", (0, 3), (9, 12))])

    assert found.starts.tolist() == [0, 4, 8, 9]
    assert [evidence.kind for evidence in found.evidence] == ["c", "a", "b", "c"]


def test_span_that_loses_takes_no_place_from_others() -> None:
    found = together([_spans("a", (0, 4)), _spans("b", (2, 10)), _spans("c", (6, 12))])

    assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == [(0, 4), (6, 12)]


def test_nothing_together_is_nothing() -> None:
    found = together([_spans("a"), _spans("b")])

    assert (len(found), found.scores.dtype) == (0, np.dtype(np.float32))
