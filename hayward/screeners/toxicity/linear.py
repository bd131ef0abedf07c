"""A linear model over small windows of words: alt-profanity-check's weights and a lexicon, weighed by a fitted head."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata, resources
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.engines import Judgement, Worst
from hayward.screeners.toxicity.lexicon import SORTS, TERMS, Finder, finder, lexicon
from hayward.screeners.toxicity.words import STRETCH, UNKNOWN, Dictionary, Words, words

# A text is judged over windows of so many words, each beginning half a window after the one before, and the worst
# counts: over a whole page, even over a paragraph, one bad sentence would vanish among clean words.
WINDOW = 8
# A text of up to so many words is shown whole; of a longer one the worst window, with so many words on either side.
WHOLE, AROUND = 64, 4
# Added to the squared length of a window's TF-IDF vector, so that one odd word alone does not decide.
SHRINKAGE = 800.0
HEAD = "linear.json"
FEATURES = (
    "hostile words", "other words", "clean words", "abuse", "vulgar", "contempt", "violence", "groups",
    "contempt of groups", "violence to groups", "violence to you", "vulgar to you", "you",
)  # fmt: skip

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
    column: Ints  # of each word in the vocabulary, or UNKNOWN
    sort: Ints  # of each word in lexicon.SORTS, or NONE

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
class _Windows:
    """Windows are pairs of neighbouring blocks of words; a text of one block has it as its only window."""

    offset: Ints  # the windows of text i are those from offset[i] to offset[i + 1]
    block: Ints  # of each word
    first: Ints  # block of each window
    second: Ints  # likewise; the empty block behind all others where there is none

    @classmethod
    def of(cls, stretch: Stretch) -> _Windows:
        blocks = np.maximum(-(-stretch.count // (WINDOW // 2)), 1)
        begin = np.concatenate(([0], np.cumsum(blocks)))
        windows = np.maximum(blocks - 1, 1)
        offset = np.concatenate(([0], np.cumsum(windows)))
        owner = np.repeat(np.arange(len(windows)), windows)
        first = np.arange(len(owner)) - offset[owner] + begin[owner]
        second = np.where(blocks[owner] > 1, first + 1, begin[-1])
        return cls(offset, begin[stretch.owner] + stretch.ordinal // (WINDOW // 2), first, second)

    def sums(self, values: NDArray[Any]) -> Floats:
        """The sum of the values of each window's words."""
        # Block by block and not by one running sum: a window must sum to the same in any company, to the last bit.
        blocks = len(self.first) + len(self.offset) + 1
        of_blocks = np.bincount(self.block, values, minlength=blocks).astype(np.float64)
        total: Floats = of_blocks[self.first] + of_blocks[self.second]
        return total


@dataclass(frozen=True, slots=True)
class Head:
    """A logistic regression over FEATURES (benchmarks.toxicity_training fits it)."""

    coefficients: tuple[float, ...]
    intercept: float

    @classmethod
    def bundled(cls) -> Head:
        document = json.loads(_resource(HEAD))
        return cls(tuple(document["coefficients"][name] for name in FEATURES), document["intercept"])

    def probabilities(self, features: Sequence[Floats]) -> Floats:
        # Sums in one order, not a matrix product: a window must score the same in any company, to the last bit.
        decision = np.full(len(features[0]), self.intercept)
        for coefficient, feature in zip(self.coefficients, features, strict=True):
            decision += coefficient * feature
        probabilities: Floats = 1 / (1 + np.exp(-decision))
        return probabilities


@dataclass(frozen=True, slots=True)
class _Weights:
    """What is known of each word of alt-profanity-check's vocabulary and of its stop words, which weigh nothing."""

    dictionary: Dictionary
    weight: Floats  # coefficient × idf
    square: Floats  # idf²
    sort: Ints
    opens: NDArray[np.bool_]  # whether a phrase may begin with it
    finder: Finder

    def of(self, column: Ints) -> tuple[Floats, Floats]:
        """Weight and square of these words; nothing for those unknown."""
        known = column != UNKNOWN
        return np.where(known, self.weight[column], 0), np.where(known, self.square[column], 0)


@dataclass(frozen=True)
class Linear:
    """Words counted, a linear model over them; the package alt-profanity-check brings the words' weights."""

    head: Head | None = None
    kinds: tuple[str, ...] = ("toxicity",)
    detector: str = "linear"

    @property
    def identity(self) -> dict[str, str]:
        return {
            "engine": self.detector,
            "alt-profanity-check": metadata.version("alt-profanity-check"),
            "window": f"{WINDOW} words",
            "lexicon": hashlib.sha256(_resource(TERMS)).hexdigest(),
            "head": hashlib.sha256(repr(self._head).encode()).hexdigest(),
        }

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """The worst window of each text; a text of up to 64 words is shown whole."""
        return [
            Judgement({"toxicity": worst})
            for stretch in self.stretches(texts)
            for worst in self._worst(stretch)
        ]

    def _worst(self, stretch: Stretch) -> Iterator[Worst]:
        scored = self.scored(stretch)
        for text, (low, high) in enumerate(pairwise(scored.offset.tolist())):
            number = int(scored.score[low:high].argmax()) if high - low > 1 else 0
            score = float(scored.score[low + number])
            if stretch.count[text] <= WHOLE:
                yield Worst(score, 0, int(stretch.sizes[text]))
            else:
                yield Worst(score, *stretch.span(text, *around(number)), number + 1, high - low)

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
        column = self._weights.dictionary.find(found.hashes)
        sort = self._sorts(found, column, (first + count)[owner])
        return Stretch(found, begins, sizes, owner, count, first, column, sort)

    def _sorts(self, found: Words, column: Ints, after: Ints) -> Ints:
        weights, unknown = self._weights, np.flatnonzero(column == UNKNOWN)
        sort, opens = weights.sort[column], weights.opens[column]
        sort[unknown] = weights.finder.unknown(found, unknown)
        opens[unknown] = weights.finder.opens(found, unknown)
        opener, of_phrase = weights.finder.phrases(found, np.flatnonzero(opens), after)
        sort[opener] = of_phrase
        return sort

    def scored(self, stretch: Stretch) -> Scored:
        """Probabilities of all windows, each beginning half a window after the one before."""
        offset, features = self.features(stretch)
        return Scored(offset, self._head.probabilities(features))

    def features(self, stretch: Stretch) -> tuple[Ints, list[Floats]]:
        """FEATURES of all windows; text i has those from offset[i] to offset[i + 1]."""
        windows, sort = _Windows.of(stretch), stretch.sort
        weight, square = self._weights.of(stretch.column)
        hostile = (sort >= SORTS.index("abuse")) & (sort <= SORTS.index("violence"))
        length = np.sqrt(windows.sums(square) + SHRINKAGE)
        abuse, vulgar, contempt, violence, groups, you = (
            windows.sums(sort == number) for number in range(len(SORTS))
        )
        contempt, violence, groups, you = (np.minimum(each, 1) for each in (contempt, violence, groups, you))
        return windows.offset, [
            windows.sums(np.where(hostile, np.maximum(weight, 0), 0)) / length,
            windows.sums(np.where(hostile, 0, np.maximum(weight, 0))) / length,
            windows.sums(np.minimum(weight, 0)) / length,
            np.minimum(abuse, 2),
            np.minimum(vulgar, 2),
            contempt,
            violence,
            groups,
            groups * contempt,
            groups * violence,
            you * violence,
            you * np.minimum(vulgar, 1),
            you,
        ]

    @cached_property
    def _head(self) -> Head:
        return self.head or Head.bundled()

    @cached_property
    def _weights(self) -> _Weights:
        with warnings.catch_warnings():
            # Its pickles were made with another scikit-learn; the package pins the releases it was tested with.
            warnings.simplefilter("ignore")
            try:
                from profanity_check.profanity_check import model, vectorizer
            except ImportError as error:
                raise UnableToLoad(f"alt-profanity-check cannot be loaded: {error}.") from error
        idf = np.asarray(vectorizer.idf_, np.float64)
        coefficient = np.mean([fold.estimator.coef_[0] for fold in model.calibrated_classifiers_], axis=0)
        stops = sorted(set(vectorizer.get_stop_words()) - vectorizer.vocabulary_.keys())
        numbers = {word: int(number) for word, number in vectorizer.vocabulary_.items()}
        numbers |= {word: len(idf) + place for place, word in enumerate(stops)}
        terms, nothing = lexicon(), np.zeros(len(stops))
        in_order = sorted(numbers, key=numbers.__getitem__)
        openers = terms.openers()
        return _Weights(
            dictionary=Dictionary.of(numbers),
            weight=np.concatenate((coefficient * idf, nothing)),
            square=np.concatenate((idf * idf, nothing)),
            sort=np.array([terms.of_known(word) for word in in_order]),
            opens=np.array([word in openers for word in in_order]),
            finder=finder(terms),
        )


def around(window: int) -> tuple[int, int]:
    """The first word of a window's surroundings, and the one after the last."""
    first = window * (WINDOW // 2)
    return first - AROUND, first + WINDOW + AROUND


def _resource(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()


def _some_at_a_time(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin, size = 0, 0
    for index, text in enumerate(texts):
        size += len(text) + 1
        if size >= STRETCH:
            yield texts[begin : index + 1]
            begin, size = index + 1, 0
    if begin < len(texts):
        yield texts[begin:]
