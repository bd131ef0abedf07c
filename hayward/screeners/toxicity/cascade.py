"""A linear first tier passes what is clearly clean; a transformer reads the passages that may not be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import resources
from itertools import groupby

import numpy as np

from hayward.screeners.toxicity.audit import is_sampled
from hayward.screeners.toxicity.engines import Engine, Judgement, Worst
from hayward.screeners.toxicity.linear import WHOLE, Linear, Stretch, around
from hayward.screeners.toxicity.words import UNKNOWN

# Where the first tier cannot read, the transformer is given pieces of so many words, with some more on either side.
PIECE, MARGIN = 64, 8
# A piece in which the first tier knows less than this share of the words is not for it to pass.
KNOWN = 0.5
CALIBRATION = "first_tier.json"
AUDIT_RATE = 0.005


@dataclass(frozen=True, slots=True)
class Operating:
    """Where the first tier stands: a window from this score on goes to the transformer.

    `short` is for texts of up to WHOLE words, `page` for longer ones; the recalls are those measured on labelled data.
    """

    short: float
    page: float
    short_recall: float
    page_recall: float


class UnknownRecall(ValueError):
    """No threshold was calibrated for the recall asked for; `str()` names those there are."""


def operating(short: float = 0.85, page: float = 0.8) -> Operating:
    """The thresholds that reach these recalls, from the calibration data. Raises UnknownRecall.

    `benchmarks.toxicity_training` computed them on public labelled comments, short ones alone and pages with one
    comment planted in them, each judged by a head that had not seen it; first_tier.json says on how many.
    """
    of_short, of_page = calibrated()
    return Operating(_threshold(of_short, short), _threshold(of_page, page), short, page)


def calibrated() -> tuple[Sequence[Mapping[str, float]], Sequence[Mapping[str, float]]]:
    """The measured points of the trade-off, for short texts and for pages."""
    data = json.loads(resources.files(__package__).joinpath(CALIBRATION).read_text())["populations"]
    return data["short"]["points"], data["page"]["points"]


def _threshold(points: Sequence[Mapping[str, float]], recall: float) -> float:
    for point in points:
        if point["recall"] == recall:
            return point["threshold"]
    known = ", ".join(str(point["recall"]) for point in points)
    raise UnknownRecall(f"The first tier is not calibrated for a recall of {recall}. Choose one of: {known}.")


@dataclass(frozen=True)
class Cascade:
    """Linear first, then `second` on what the first tier does not pass, and on a sample of what it does."""

    second: Engine
    at: Operating
    audit_rate: float = AUDIT_RATE
    first: Linear = field(default_factory=Linear)

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.second.kinds

    @property
    def detector(self) -> str:
        return self.second.detector

    @cached_property
    def identity(self) -> dict[str, str]:
        first = {f"first_{name}": value for name, value in self.first.identity.items()}
        where = f"{self.at.short} {self.at.page} {self.audit_rate} {PIECE} {MARGIN} {KNOWN}"
        return {**self.second.identity, **first, "cascade": where}

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """Judgements of all texts; those of texts that the first tier passed have no kinds."""
        return [judgement for group in self._routed(texts) for judgement in self._judged(*group)]

    def _routed(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[str], list[list[tuple[int, int]]]]]:
        begin = 0
        for stretch in self.first.stretches(texts):
            end = begin + len(stretch.sizes)
            yield texts[begin:end], self._suspicious(stretch)
            begin = end

    def _suspicious(self, stretch: Stretch) -> list[list[tuple[int, int]]]:
        """Per text of the stretch the spans (code points) of the passages that the transformer must read."""
        passages: list[list[tuple[int, int]]] = [[] for _ in stretch.sizes]
        marked = sorted([*self._high(stretch), *_unreadable(stretch)])
        for text, group in groupby(marked, key=lambda mark: mark[0]):
            joined = _runs([(first, after) for _, first, after in group])
            passages[text] = [stretch.span(text, first, after) for first, after in joined]
        return passages

    def _high(self, stretch: Stretch) -> Iterator[tuple[int, int, int]]:
        """Text and words (first, after) around each window that scores too high to pass."""
        scored = self.first.scored(stretch)
        limits = np.where(stretch.count <= WHOLE, self.at.short, self.at.page)
        high = np.flatnonzero(scored.score >= np.repeat(limits, np.diff(scored.offset)))
        text = np.searchsorted(scored.offset, high, "right") - 1
        for owner, window in zip(text.tolist(), (high - scored.offset[text]).tolist(), strict=True):
            yield (owner, 0, WHOLE) if stretch.count[owner] <= WHOLE else (owner, *around(window))

    def _judged(
        self, texts: Sequence[str], passages: Sequence[Sequence[tuple[int, int]]]
    ) -> Iterator[Judgement]:
        sampled = [
            not spans and is_sampled(text, self.audit_rate)
            for text, spans in zip(texts, passages, strict=True)
        ]
        wanted = [
            [(0, len(text))] if drawn else spans
            for text, spans, drawn in zip(texts, passages, sampled, strict=True)
        ]
        read = iter(
            self.second.judge(
                [text[start:end] for text, spans in zip(texts, wanted, strict=True) for start, end in spans]
            )
        )
        for spans, drawn in zip(wanted, sampled, strict=True):
            if not spans:
                yield Judgement({}, "passed")
                continue
            joined = _joined([(start, next(read)) for start, _ in spans])
            yield replace(joined, way="audited") if drawn else joined


def _unreadable(stretch: Stretch) -> Iterator[tuple[int, int, int]]:
    """Text and words of each piece where the first tier knows too few words to judge, or none.

    Those are other languages, names, codes.
    """
    pieces = np.maximum(stretch.count // PIECE, 1)
    offset = np.concatenate(([0], np.cumsum(pieces)))
    piece = offset[stretch.owner] + np.minimum(stretch.ordinal // PIECE, pieces[stretch.owner] - 1)
    total = np.bincount(piece, minlength=int(offset[-1]))
    known = np.bincount(piece[stretch.column != UNKNOWN], minlength=int(offset[-1]))
    bad = np.flatnonzero((known < KNOWN * total) | (total == 0))
    text = np.searchsorted(offset, bad, "right") - 1
    for owner, place in zip(text.tolist(), (bad - offset[text]).tolist(), strict=True):
        after = (place + 1) * PIECE if place + 1 < pieces[owner] else int(stretch.count[owner])
        yield owner, place * PIECE - MARGIN, after + MARGIN


def _runs(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans (sorted) that touch or overlap as one."""
    low, high = spans[0]
    for first, after in spans[1:]:
        if first > high:
            yield low, high
            low = first
        high = max(high, after)
    yield low, high


def _joined(passages: Sequence[tuple[int, Judgement]]) -> Judgement:
    """One judgement over passages that begin at these code points; their windows are counted through."""
    worst: dict[str, Worst] = {}
    total = sum(_windows(judgement) for _, judgement in passages)
    before = 0
    for shift, judgement in passages:
        for kind, here in judgement.worst.items():
            if kind not in worst or here.score > worst[kind].score:
                worst[kind] = Worst(
                    here.score, shift + here.start, shift + here.end, before + here.window, total
                )
        before += _windows(judgement)
    return Judgement(worst)


def _windows(judgement: Judgement) -> int:
    return next((worst.windows for worst in judgement.worst.values()), 0)
