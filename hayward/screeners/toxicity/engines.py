"""The two models that can score texts: Detoxify's transformers and the linear model of alt-profanity-check."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad

KINDS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")

Scores = dict[str, NDArray[np.float64]]


class Engine(Protocol):
    """Scores texts: for each of its kinds one number in 0..1 per text, in the order given."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def identity(self) -> dict[str, str]: ...

    def scores(self, texts: Sequence[str]) -> Scores: ...


@dataclass(frozen=True)
class Linear:
    """alt-profanity-check: words counted, a linear model over them; its package brings the weights."""

    kinds: tuple[str, ...] = ("toxicity",)

    @property
    def identity(self) -> dict[str, str]:
        return {"engine": "alt-profanity-check", "version": metadata.version("alt-profanity-check")}

    @cached_property
    def _predict(self) -> Any:
        with warnings.catch_warnings():
            # Its pickles were made with another scikit-learn; the package pins the releases it was tested with.
            warnings.simplefilter("ignore")
            try:
                from profanity_check import predict_prob
            except ImportError as error:
                raise UnableToLoad(f"alt-profanity-check cannot be loaded: {error}.") from error
        return predict_prob

    def scores(self, texts: Sequence[str]) -> Scores:
        return {"toxicity": np.asarray(self._predict(list(texts)), np.float64)}


@dataclass(frozen=True)
class Detoxify:
    """Detoxify, loaded by its own code: a published model by name, or a checkpoint with its configuration folder.

    A checkpoint is a pickle that runs code when loaded: whoever makes this object has confirmed its digest.
    """

    model: str = "original"
    checkpoint: Path | None = None
    config: Path | None = None
    sha256: str = ""
    kinds: tuple[str, ...] = KINDS

    @property
    def identity(self) -> dict[str, str]:
        name = {"sha256": self.sha256} if self.checkpoint else {"model": self.model}
        return {"engine": "detoxify", "version": metadata.version("detoxify"), **name}

    @cached_property
    def _loaded(self) -> Any:
        import torch
        from detoxify import Detoxify as Model

        device = "cuda" if torch.cuda.is_available() else "cpu"
        paths = {"checkpoint": _text(self.checkpoint), "huggingface_config_path": _text(self.config)}
        try:
            return Model(self.model, device=device, **paths)
        except Exception as error:
            source = self.checkpoint or f"its published model {self.model!r}"
            raise UnableToLoad(
                f"Detoxify cannot load {source} ({type(error).__name__}: {_first_line(error)}). "
                "Check the checkpoint and its configuration folder, or unset the HAYWARD_TOXICITY_* settings."
            ) from error

    def scores(self, texts: Sequence[str]) -> Scores:
        """Scores of all texts; Detoxify reads as many tokens of a text as its model takes (512)."""
        names = self._loaded.class_names
        known = [name for name in names if name in KINDS]
        result = {name: np.zeros(len(texts)) for name in known}
        # On a processor a padded batch costs more than it saves, and one text alone scores the same in any company.
        size = 32 if str(self._loaded.device).startswith("cuda") else 1
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for begin in range(0, len(order), size):
            batch = order[begin : begin + size]
            predicted = self._loaded.predict([texts[index] for index in batch])
            for name in known:
                result[name][batch] = predicted[name]
        return result


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0][:200]
