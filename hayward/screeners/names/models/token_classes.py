"""A Hugging Face token classifier as ONNX (config.json, tokenizer.json, model.onnx), from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.names.models.base import Place, folder_digest
from hayward.screeners.names.models.onnx_folder import (
    most_tokens,
    padded,
    session_in,
    settings_in,
    tokenizer_in,
)

SETTING = "HAYWARD_NER_MODEL"
BATCH = 8


class TokenLabeller:
    """Gives a text's tokens in windows that overlap, as many as the model takes: nothing is cut off.

    Raises UnableToLoad for a folder that is no such export.
    """

    engine = "ner"
    # Characters per call; the tokenizer's own windows lie inside.
    window = 20_000

    def __init__(self, folder: Path) -> None:
        self.digest = folder_digest(folder)
        config = settings_in(folder / "config.json")
        try:
            self._labels = {int(number): str(label) for number, label in config["id2label"].items()}
        except (KeyError, ValueError, AttributeError) as error:
            raise UnableToLoad(
                f"{folder / 'config.json'} has no id2label: it is no token classifier."
            ) from error
        tokens = most_tokens(folder, config)
        self._tokenizer = tokenizer_in(folder, setting=SETTING)
        self._tokenizer.enable_truncation(tokens, stride=min(tokens // 4, 64))
        self._session = session_in(folder, setting=SETTING)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def label(self, texts: Sequence[str]) -> Iterator[list[Place]]:
        for text in texts:
            whole = self._tokenizer.encode(text)
            yield self._places([whole, *whole.overflowing])

    def _places(self, parts: Sequence[Any]) -> list[Place]:
        """Labelled words of a text's windows; each token is read in the window where it has most around it."""
        best: dict[tuple[int, int], tuple[int, int, float]] = {}
        for first in range(0, len(parts), BATCH):
            batch = parts[first : first + BATCH]
            for part, chances in zip(batch, self._probabilities(batch), strict=True):
                _read(part, chances, best)
        return _grouped(
            sorted((*span, label, score) for span, (_, label, score) in best.items()), self._labels
        )

    def _probabilities(self, batch: Sequence[Any]) -> NDArray[np.float32]:
        feed = {
            name: padded([getattr(part, attribute) for part in batch])
            for name, attribute in (
                ("input_ids", "ids"),
                ("attention_mask", "attention_mask"),
                ("token_type_ids", "type_ids"),
            )
            if name in self._inputs
        }
        logits = np.asarray(self._session.run(None, feed)[0], np.float32)
        shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
        chances: NDArray[np.float32] = shifted / shifted.sum(axis=-1, keepdims=True)
        return chances


def _read(
    part: Any, chances: NDArray[np.float32], best: dict[tuple[int, int], tuple[int, int, float]]
) -> None:
    """Takes the labels of one window's tokens where it sees more around them than the windows before."""
    labels, scores = chances.argmax(axis=-1).tolist(), chances.max(axis=-1).tolist()
    for place, (span, special) in enumerate(zip(part.offsets, part.special_tokens_mask, strict=True)):
        margin = min(place, len(part.ids) - place)
        if not special and span[1] > span[0] and margin > best.get(span, (-1, 0, 0.0))[0]:
            best[span] = margin, labels[place], scores[place]


def _grouped(tokens: Sequence[tuple[int, int, int, float]], labels: dict[int, str]) -> list[Place]:
    """Tokens of one label side by side as one place, B- (and S-, U-) beginning a new one; the least score counts."""
    places: list[Place] = []
    for start, end, number, score in tokens:
        label = labels.get(number, "O")
        prefix, _, plain = label.rpartition("-") if label[1:2] == "-" else ("", "", label)
        if plain == "O":
            continue
        last = places[-1] if places else None
        is_piece = last is not None and start == last.end and last.label == plain
        goes_on = (
            last is not None
            and last.label == plain
            and start - last.end <= 1
            and prefix not in {"B", "S", "U"}
        )
        if last is not None and (is_piece or goes_on):
            places[-1] = Place(last.start, end, plain, min(last.score, score))
        else:
            places.append(Place(start, end, plain, score))
    return places
