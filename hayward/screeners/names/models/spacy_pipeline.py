"""A spaCy pipeline with a component that sets entities (ner, span_ruler …), from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hayward.screeners.base import UnableToLoad
from hayward.screeners.names.models.base import Place, folder_digest

# spaCy's ner gives no probabilities; published pipelines reach about so much precision on people (spacy.io/models).
SCORE = 0.8


class SpacyLabeller:
    """Reads windows of 10,000 characters. Raises UnableToLoad where spaCy is missing or the folder is no pipeline."""

    engine = "spacy"
    window = 10_000

    def __init__(self, folder: Path) -> None:
        self.digest = folder_digest(folder)
        self._pipeline = _loaded(folder)

    def label(self, texts: Sequence[str]) -> Iterator[list[Place]]:
        for document in self._pipeline.pipe(texts, batch_size=16):
            yield [Place(one.start_char, one.end_char, one.label_, SCORE) for one in document.ents]


def _loaded(folder: Path) -> Any:
    try:
        import spacy
    except ImportError as error:
        raise UnableToLoad(f"HAYWARD_SPACY_MODEL is set, but spaCy cannot be imported ({error}).") from error
    try:
        return spacy.load(folder)
    except (OSError, ValueError) as error:
        raise UnableToLoad(
            f"HAYWARD_SPACY_MODEL: {folder} holds no spaCy pipeline that loads: {error}"
        ) from error
