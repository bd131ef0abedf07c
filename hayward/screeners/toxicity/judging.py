"""A transformer over the windows of texts: batches of one length, and per kind the worst window of each text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.toxicity.engines import KINDS, Judgement, Worst
from hayward.screeners.toxicity.windows import Window, Windower

# So many windows wait at most for others of their length: what is in memory does not grow with the texts.
WAITING = 1024

Floats = NDArray[np.float32]


class Model(Protocol):
    """A classifier of token sequences.

    `classes` are Detoxify's names, in the order of the scores' columns. A batch has at most `batch` windows of one
    length, or padded to a multiple of `multiple` tokens.
    """

    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def batch(self) -> int: ...
    @property
    def multiple(self) -> int: ...

    def scores(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Floats: ...


@dataclass(frozen=True)
class Reader:
    """A model with the windower that belongs to it."""

    model: Model
    windower: Windower

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """Judgements of all texts, in the order given."""
        judged: list[Judgement] = []
        waiting: list[list[Window]] = []
        count = 0
        for text in texts:
            windows = self.windower.windows(text)
            waiting.append(windows)
            count += len(windows)
            if count >= WAITING:
                judged += self._judged(waiting)
                waiting, count = [], 0
        return judged + self._judged(waiting)

    def _judged(self, texts: Sequence[Sequence[Window]]) -> list[Judgement]:
        scores = self.scores([window.ids for windows in texts for window in windows])
        judged, begin = [], 0
        for windows in texts:
            judged.append(self._judgement(windows, scores[begin : begin + len(windows)]))
            begin += len(windows)
        return judged

    def _judgement(self, windows: Sequence[Window], scores: Floats) -> Judgement:
        worst = {}
        for column, name in enumerate(self.model.classes):
            if name in KINDS:
                best = int(scores[:, column].argmax())
                window = windows[best]
                worst[name] = Worst(
                    float(scores[best, column]), window.start, window.end, best + 1, len(windows)
                )
        return Judgement(worst)

    def scores(self, sequences: Sequence[Sequence[int]]) -> Floats:
        """Scores of token sequences, in the order given."""
        result = np.zeros((len(sequences), len(self.model.classes)), np.float32)
        for length, batch in _batches(sequences, self.model.batch, self.model.multiple):
            ids = np.zeros((len(batch), length), np.int64)
            mask = np.zeros((len(batch), length), np.int64)
            for row, index in enumerate(batch):
                sequence = sequences[index]
                ids[row, : len(sequence)] = sequence
                mask[row, : len(sequence)] = 1
            result[batch] = self.model.scores(ids, mask)
        return result


def _batches(sequences: Sequence[Sequence[int]], size: int, multiple: int) -> Iterator[tuple[int, list[int]]]:
    """Lengths, and which sequences make a batch of that length; long ones first, as they need most memory."""
    buckets: dict[int, list[int]] = defaultdict(list)
    for index, sequence in enumerate(sequences):
        buckets[-(-len(sequence) // multiple) * multiple].append(index)
    for length in sorted(buckets, reverse=True):
        bucket = buckets[length]
        for begin in range(0, len(bucket), size):
            yield length, bucket[begin : begin + size]
