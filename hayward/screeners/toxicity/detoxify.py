"""Detoxify, loaded by its own code, reading every window of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.engines import KINDS, Judgement, threads
from hayward.screeners.toxicity.judging import Floats, Reader
from hayward.screeners.toxicity.windows import Windower


@dataclass(frozen=True)
class TorchModel:
    """A transformers classifier in torch: bfloat16 on a GPU, float32 on a processor."""

    module: Any
    classes: tuple[str, ...]
    device: str

    @property
    def batch(self) -> int:
        # On a processor a batch brings little, and one text alone scores the same in any company.
        return 128 if self.device == "cuda" else 1

    @property
    def multiple(self) -> int:
        return 16 if self.device == "cuda" else 1

    def scores(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Floats:
        import torch

        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        with (
            torch.inference_mode(),
            torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"),
        ):
            logits = self.module(**{name: value.to(self.device) for name, value in given.items()})[0]
        scores: Floats = torch.sigmoid(logits.float()).cpu().numpy()
        return scores


@dataclass(frozen=True)
class Detoxify:
    """Detoxify: a published model by name, or a checkpoint with its configuration folder.

    A checkpoint is a pickle that runs code when loaded: whoever makes this object has confirmed its digest.
    """

    model: str = "original"
    checkpoint: Path | None = None
    config: Path | None = None
    sha256: str = ""
    kinds: tuple[str, ...] = KINDS
    detector: str = "detoxify"

    @property
    def identity(self) -> dict[str, str]:
        name = {"sha256": self.sha256} if self.checkpoint else {"model": self.model}
        return {"engine": self.detector, "version": metadata.version("detoxify"), **name}

    @cached_property
    def loaded(self) -> Any:
        """Detoxify's own object, with `model`, `tokenizer` and `class_names`. Raises UnableToLoad."""
        from detoxify import Detoxify as Model
        from transformers.utils import logging

        logging.disable_progress_bar()
        paths = {"checkpoint": _text(self.checkpoint), "huggingface_config_path": _text(self.config)}
        try:
            return Model(self.model, device=device(), **paths)
        except Exception as error:
            source = self.checkpoint or f"its published model {self.model!r}"
            raise UnableToLoad(
                f"Detoxify cannot load {source} ({type(error).__name__}: {_first_line(error)}). "
                "Check the checkpoint and its configuration folder, or unset the HAYWARD_TOXICITY_* settings."
            ) from error

    @cached_property
    def reader(self) -> Reader:
        """Its model with windows over its own tokenizer."""
        import torch

        torch.set_num_threads(threads())
        loaded = self.loaded
        model = TorchModel(loaded.model.eval(), tuple(loaded.class_names), str(loaded.device))
        return Reader(model, Windower(loaded.tokenizer.backend_tokenizer, maximum(loaded)))

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """Judgements over windows; a text of one window scores what `Detoxify.predict` gives it."""
        return self.reader.judge(texts)


def device() -> str:
    """Where torch works here: "cuda" or "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def maximum(loaded: Any) -> int:
    """How many tokens the model reads: what its tokenizer says, never more than it has positions.

    RoBERTa counts positions from its padding token's number on, so it has that many less.
    """
    config = loaded.model.config
    positions = int(config.max_position_embeddings)
    if "roberta" in config.model_type:
        positions -= int(config.pad_token_id) + 1
    return min(int(loaded.tokenizer.model_max_length), positions)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0][:200]
