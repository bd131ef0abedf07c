"""The linear model of alt-profanity-check over windows of words, with its own weights but not its slow vectoriser."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.engines import Judgement, Worst
from hayward.screeners.toxicity.words import STRETCH, Dictionary, Words, words

# A text is judged over windows of so many words, each beginning half a window after the one before: scores are
# normalised by length, so one bad sentence in a long page would otherwise vanish.
WINDOW = 64

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of texts cut into words: each word's text and place in it, and where each text begins and ends."""

    found: Words
    begins: Ints
    sizes: Ints
    owner: Ints
    count: Ints
    first: Ints
    column: Ints  # of each word in the model's vocabulary; -1 a stop word, -2 unknown

    @property
    def ordinal(self) -> Ints:
        """The place of each word in its text."""
        return np.arange(len(self.owner)) - self.first[self.owner]

    def span(self, text: int, first: int, after: int) -> tuple[int, int]:
        """Code points of the words first to after (exclusive) of a text; the outermost reach its borders."""
        begin, count = int(self.begins[text]), int(self.count[text])
        low, high = int(self.first[text]) + first, int(self.first[text]) + after - 1
        start = 0 if first <= 0 else int(self.found.starts[low]) - begin
        end = int(self.sizes[text]) if after >= count else int(self.found.ends[high]) - begin
        return start, end


@dataclass(frozen=True, slots=True)
class Scored:
    """Windows of a stretch, text by text: text i has those from offset[i] to offset[i + 1]."""

    offset: Ints
    score: Floats


@dataclass(frozen=True, slots=True)
class _Weights:
    """TF-IDF over a vocabulary, then the mean of calibrated linear classifiers (sklearn's CalibratedClassifierCV)."""

    dictionary: Dictionary
    idf: Floats
    coefficients: Floats  # classifier × column, already times idf
    intercepts: Floats
    slopes: Floats
    offsets: Floats

    def probabilities(self, sums: Floats) -> Floats:
        decisions = sums + self.intercepts[:, None]
        each = 1 / (1 + np.exp(self.slopes[:, None] * decisions + self.offsets[:, None]))
        mean: Floats = each.mean(axis=0)
        return mean


@dataclass(frozen=True)
class Linear:
    """alt-profanity-check: words counted, a linear model over them; its package brings the weights."""

    kinds: tuple[str, ...] = ("toxicity",)
    detector: str = "alt-profanity-check"

    @property
    def identity(self) -> dict[str, str]:
        return {
            "engine": self.detector,
            "version": metadata.version("alt-profanity-check"),
            "window": f"{WINDOW} words",
        }

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """The worst window of each text; a text of up to 64 words scores exactly what predict_prob gives it."""
        return [
            Judgement({"toxicity": worst})
            for stretch in self.stretches(texts)
            for worst in self._worst(stretch)
        ]

    def _worst(self, stretch: Stretch) -> Iterator[Worst]:
        scored = self.scored(stretch, WINDOW)
        for text, (low, high) in enumerate(pairwise(scored.offset.tolist())):
            number = int(scored.score[low:high].argmax()) if high - low > 1 else 0
            first = number * (WINDOW // 2)
            start, end = stretch.span(text, first, first + WINDOW)
            yield Worst(float(scored.score[low + number]), start, end, number + 1, high - low)

    def stretches(self, texts: Sequence[str]) -> Iterator[Stretch]:
        """The texts, in order, some at a time."""
        for some in _some_at_a_time(texts):
            yield self._stretch(some)

    def _stretch(self, texts: Sequence[str]) -> Stretch:
        found = words("\n".join(texts))
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        begins = np.concatenate(([0], np.cumsum(sizes + 1)))[:-1]
        first = np.searchsorted(found.starts, begins)
        count = np.diff(np.append(first, len(found.starts)))
        owner = np.repeat(np.arange(len(texts)), count)
        return Stretch(found, begins, sizes, owner, count, first, self._weights.dictionary.find(found.hashes))

    def scored(self, stretch: Stretch, window: int) -> Scored:
        """Probabilities of all windows of so many words, each beginning half a window after the one before."""
        weights = self._weights
        blocks = -(-stretch.count // (window // 2))
        offset = np.concatenate(([0], np.cumsum(np.maximum(blocks - 1, 1))))
        vocabulary = np.flatnonzero(stretch.column >= 0)
        owner = stretch.owner[vocabulary]
        block = stretch.ordinal[vocabulary] // (window // 2)
        member, place = _members(offset[owner] + block, offset[owner], offset[owner + 1])
        keys, times = np.unique(
            member * len(weights.idf) + stretch.column[vocabulary][place], return_counts=True
        )
        row, column = np.divmod(keys, len(weights.idf))
        total = int(offset[-1])
        norm = np.sqrt(np.bincount(row, (times * weights.idf[column]) ** 2, minlength=total))
        norm[norm == 0] = 1
        sums = [
            np.bincount(row, times * each[column], minlength=total) / norm for each in weights.coefficients
        ]
        return Scored(offset, weights.probabilities(np.stack(sums)))

    @cached_property
    def _weights(self) -> _Weights:
        with warnings.catch_warnings():
            # Its pickles were made with another scikit-learn; the package pins the releases it was tested with.
            warnings.simplefilter("ignore")
            try:
                from profanity_check.profanity_check import model, vectorizer
            except ImportError as error:
                raise UnableToLoad(f"alt-profanity-check cannot be loaded: {error}.") from error
        folds = model.calibrated_classifiers_
        calibrators = [fold.calibrators[0] for fold in folds]
        idf = np.asarray(vectorizer.idf_, np.float64)
        return _Weights(
            dictionary=Dictionary.of(
                {**dict.fromkeys(vectorizer.get_stop_words(), -1), **vectorizer.vocabulary_}
            ),
            idf=idf,
            coefficients=np.stack([fold.estimator.coef_[0] * idf for fold in folds]),
            intercepts=np.array([fold.estimator.intercept_[0] for fold in folds]),
            slopes=np.array([each.a_ for each in calibrators]),
            offsets=np.array([each.b_ for each in calibrators]),
        )


def _members(here: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Which word is in which window: window k holds the blocks k and k + 1 of its text, as far as there is one."""
    word = np.arange(len(here))
    in_here, in_before = here < high, here > low
    return (
        np.concatenate((here[in_here], here[in_before] - 1)),
        np.concatenate((word[in_here], word[in_before])),
    )


def _some_at_a_time(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin, size = 0, 0
    for index, text in enumerate(texts):
        size += len(text) + 1
        if size >= STRETCH:
            yield texts[begin : index + 1]
            begin, size = index + 1, 0
    if begin < len(texts):
        yield texts[begin:]
