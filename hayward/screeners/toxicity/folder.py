"""A model folder: Detoxify's weights as ONNX with a tokenizer and a manifest, loaded without running foreign code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.engines import KINDS, Judgement, threads
from hayward.screeners.toxicity.judging import Floats, Model, Reader
from hayward.screeners.toxicity.windows import Windower

MANIFEST = "manifest.json"
FORMAT = "hayward-toxicity-model/1"
TOKENIZER = "tokenizer.json"
Precision = Literal["int8", "fp32"]
FILES: dict[Precision, str] = {"int8": "model.int8.onnx", "fp32": "model.onnx"}
SAFE_WEIGHTS = "model.safetensors"


class BrokenModelFolder(UnableToLoad):
    """A model folder lacks a file, or a file is not what its manifest says; `str()` says which and what to do."""


@dataclass(frozen=True)
class OnnxModel:
    """A session of ONNX Runtime on the processor."""

    session: Any
    classes: tuple[str, ...]
    precision: Precision

    @property
    def batch(self) -> int:
        # Dynamic quantisation finds one scale for a whole batch: in company a text would score differently.
        return 1 if self.precision == "int8" else 16

    @property
    def multiple(self) -> int:
        return 1

    def scores(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Floats:
        scores: Floats = self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return scores


@dataclass(frozen=True)
class ModelFolder:
    """The engine over a folder that `hayward models export` wrote."""

    path: Path
    precision: Precision = "int8"
    detector: str = "detoxify-onnx"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the folder says of itself. Raises BrokenModelFolder."""
        try:
            manifest: dict[str, Any] = json.loads((self.path / MANIFEST).read_text())
        except (OSError, ValueError) as error:
            raise BrokenModelFolder(
                f"{self.path} is no model folder: its {MANIFEST} cannot be read ({error}). "
                "`hayward models export` writes such folders."
            ) from error
        if manifest.get("format") != FORMAT:
            raise BrokenModelFolder(
                f"{self.path / MANIFEST} has the format {manifest.get('format')!r}, not {FORMAT!r}. "
                "Export the model again."
            )
        return manifest

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(name for name in self.manifest["classes"] if name in KINDS)

    @property
    def identity(self) -> dict[str, str]:
        files = self.manifest["files"]
        return {
            "engine": self.detector,
            "source": self.manifest["source"]["sha256"],
            "model": files[FILES[self.precision]],
            "tokenizer": files[TOKENIZER],
        }

    @cached_property
    def reader(self) -> Reader:
        """The model and its windows, after the digests of the files used were compared with the manifest's."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._checked(TOKENIZER)))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return Reader(self._model(), Windower(tokenizer, self.manifest["maximum"]))

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """Judgements over windows, the same on every machine but for rounding (a GPU works in bfloat16)."""
        return self.reader.judge(texts)

    def _model(self) -> Model:
        if (self.path / SAFE_WEIGHTS).exists():
            from hayward.screeners.toxicity.detoxify import TorchModel, device

            if device() == "cuda":
                from transformers import AutoModelForSequenceClassification

                self._checked(SAFE_WEIGHTS)
                module = AutoModelForSequenceClassification.from_pretrained(self.path, local_files_only=True)
                return TorchModel(module.to("cuda").eval(), tuple(self.manifest["classes"]), "cuda")
        return OnnxModel(
            session(self._checked(FILES[self.precision])), tuple(self.manifest["classes"]), self.precision
        )

    def _checked(self, name: str) -> Path:
        path = self.path / name
        try:
            digest = file_digest(path)
        except OSError as error:
            raise BrokenModelFolder(
                f"{path} cannot be read: {error.strerror}. Export the model again."
            ) from error
        if digest != self.manifest["files"].get(name):
            raise BrokenModelFolder(f"{path} is not the file that {MANIFEST} names. Export the model again.")
        return path


def session(path: Path) -> Any:
    """A session of ONNX Runtime over this file with as many threads as we may use. Raises UnableToLoad."""
    try:
        import onnxruntime
    except ImportError as error:
        raise UnableToLoad("ONNX Runtime is not installed: pip install 'hayward[toxicity]'.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads(), 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def file_digest(path: Path) -> str:
    """sha256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
