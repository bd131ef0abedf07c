"""A GLiNER model that scores spans of words, as ONNX (gliner_config.json, tokenizer.json, model.onnx), from its folder.

The contract of inputs and outputs, the words, the prompt and the decoding are those of the library `gliner` 0.2.29
(Apache 2.0; data_processing/processor.py UniEncoderSpanProcessor, data_processing/tokenizer.py, decoding/decoder.py),
which is not needed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.names.models.base import Place, folder_digest
from hayward.screeners.names.models.gliner_folder import SETTING, Shape, shape_in
from hayward.screeners.names.models.onnx_folder import padded, session_in, tokenizer_in

# What the model is asked for; all are in base.LABELS. "Location address" is what models for personal data were taught,
# others answer cities to it: there a digit is wanted too.
ASKED = ("person", "street address", "location address")
NEEDS_DIGIT = frozenset({"location address"})
THRESHOLD = 0.5
BATCH = 8
INPUTS = frozenset({"input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"})
# The splitter "whitespace" of gliner.
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
# No normalisation form makes more than 18 characters of one (Unicode Standard Annex 15).
MOST_EXPANDED = 18


class Span(NamedTuple):
    """Words `first` to `last` (inclusive) of a text as the model scores them for the label number `label`."""

    score: float
    first: int
    last: int
    label: int


class Window(NamedTuple):
    """Words [first, stop) that the model sees at once; it answers for spans that begin in [low, high)."""

    first: int
    stop: int
    low: int
    high: int


class GlinerLabeller:
    """Gives a text's words in windows that overlap, as many as the model takes: nothing is cut off.

    Raises UnableToLoad for a folder that is no such export.
    """

    engine = "gliner"
    # Characters per call; the windows of words lie inside.
    window = 20_000

    def __init__(self, folder: Path) -> None:
        self.digest = folder_digest(folder)
        self._tokenizer = tokenizer_in(folder, setting=SETTING)
        self._shape = shape_in(folder, self._tokenizer, ASKED)
        self._session = session_in(folder, setting=SETTING)
        inputs = {one.name for one in self._session.get_inputs()}
        if inputs != INPUTS:
            raise UnableToLoad(
                f"{SETTING}: the model in {folder} takes {', '.join(sorted(inputs))}; a GLiNER model that scores "
                f"spans takes {', '.join(sorted(INPUTS))}. Export one with span_mode markerV0."
            )

    def label(self, texts: Sequence[str]) -> Iterator[list[Place]]:
        for text in texts:
            words, counts = self._words(text)
            cuts = list(cut(counts, self._shape))
            spans = [
                span
                for first in range(0, len(cuts), BATCH)
                for span in self._read(text, words, cuts[first : first + BATCH])
            ]
            yield [
                Place(words[one.first][0], words[one.last][1], ASKED[one.label], one.score)
                for one in apart(one for one in spans if _is_believed(text, words, one))
            ]

    def _words(self, text: str) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
        """Where the words of a text are, and how many tokens each has; a word too long for the model is in pieces."""
        words = [match.span() for match in _WORD.finditer(text)]
        counts = self._counts(text, words)
        if counts.max(initial=0) > self._shape.tokens:
            most = max(1, self._shape.tokens // MOST_EXPANDED)
            words = [(at, min(at + most, end)) for start, end in words for at in range(start, end, most)]
            counts = self._counts(text, words)
        return words, counts

    def _counts(self, text: str, words: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
        spelled = [text[start:end] for start, end in words]
        encoded = self._tokenizer.encode(spelled, is_pretokenized=True, add_special_tokens=False)
        counts: NDArray[np.int64] = np.bincount(
            np.array([word for word in encoded.word_ids if word is not None], np.int64), minlength=len(words)
        )
        return counts

    def _read(self, text: str, words: Sequence[tuple[int, int]], cuts: Sequence[Window]) -> Iterator[Span]:
        """The spans above the threshold in some windows of a text."""
        rows = [
            self._tokenizer.encode(
                [*self._shape.prompt, *(text[start:end] for start, end in words[one.first : one.stop])],
                is_pretokenized=True,
            )
            for one in cuts
        ]
        lengths = [one.stop - one.first for one in cuts]
        feed = self._feed(rows, lengths)
        (logits, *_) = self._session.run(["logits"], feed)
        for window, length, scores in zip(cuts, lengths, np.asarray(logits, np.float32), strict=True):
            yield from _above(scores[:length, :, : len(ASKED)], window)

    def _feed(self, rows: Sequence[Any], lengths: Sequence[int]) -> dict[str, NDArray[Any]]:
        places, longest, width = len(self._shape.prompt), max(lengths), self._shape.width
        firsts = np.repeat(np.arange(longest), width)
        lasts = firsts + np.tile(np.arange(width), longest)
        is_inside = lasts < np.array(lengths)[:, None]
        spans = np.stack([firsts, lasts], axis=1) * is_inside[:, :, None]
        return {
            "input_ids": padded([row.ids for row in rows], self._shape.padding),
            "attention_mask": padded([row.attention_mask for row in rows]),
            "words_mask": padded([_marked(row.word_ids, places, self._shape.pooling) for row in rows]),
            "text_lengths": np.array(lengths, np.int64)[:, None],
            "span_idx": spans.astype(np.int64),
            "span_mask": is_inside,
        }


def cut(counts: NDArray[np.int64], shape: Shape) -> Iterator[Window]:
    """Windows over words of so many tokens each, within the model's limits; they overlap by two of its widest spans.

    A span that begins in the part that a window answers for ends in that window.
    """
    totals = np.concatenate([[0], np.cumsum(counts)])
    first = low = stop = 0
    while stop < len(counts):
        fitting = int(np.searchsorted(totals, totals[first] + shape.tokens, side="right")) - 1
        stop = max(first + 1, min(fitting, first + shape.words))
        if stop == len(counts):
            yield Window(first, stop, low, stop)
            return
        overlap = min(2 * shape.width, (stop - first) // 2)
        # The word after this window must fit into the next, however many tokens it has.
        least = int(np.searchsorted(totals, totals[stop + 1] - shape.tokens))
        following = min(stop, max(first + 1, stop - overlap, least))
        high = max(following, stop - overlap // 2)
        yield Window(first, stop, low, high)
        first, low = following, high


def _marked(words: Sequence[int | None], prompt: int, pooling: str) -> list[int]:
    """For each token the number of its word, from 1; 0 for the prompt, and for tokens the model does not read."""
    marks = []
    for place, word in enumerate(words):
        is_first = place == 0 or words[place - 1] != word
        is_last = place + 1 == len(words) or words[place + 1] != word
        is_read = {"first": is_first, "last": is_last}.get(pooling, True)
        marks.append(word - prompt + 1 if word is not None and word >= prompt and is_read else 0)
    return marks


def _above(logits: NDArray[np.float32], window: Window) -> Iterator[Span]:
    """Spans of a window, by the logits of [first word, width, label]."""
    chances = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
    for start, width, label in np.argwhere(chances > THRESHOLD).tolist():
        first, last = window.first + start, window.first + start + width
        if last < window.stop and window.low <= first < window.high:
            yield Span(float(chances[start, width, label]), first, last, label)


def apart(spans: Iterable[Span]) -> list[Span]:
    """Spans without overlaps, the surest first to choose (flat decoding); in order."""
    taken: set[int] = set()
    kept = []
    for span in sorted(spans, key=lambda span: (-span.score, span.first, span.last, span.label)):
        places = range(span.first, span.last + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(span)
    return sorted(kept, key=lambda span: span.first)


def _is_believed(text: str, words: Sequence[tuple[int, int]], span: Span) -> bool:
    if ASKED[span.label] not in NEEDS_DIGIT:
        return True
    return any(map(str.isdigit, text[words[span.first][0] : words[span.last][1]]))
