"""Makes a model folder of a confirmed checkpoint: ONNX in two precisions, and how far each is from torch."""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from hayward.screeners.toxicity.detoxify import Detoxify
from hayward.screeners.toxicity.folder import (
    FILES,
    FORMAT,
    MANIFEST,
    TOKENIZER,
    OnnxModel,
    file_digest,
    session,
)
from hayward.screeners.toxicity.judging import Reader

OPSET = 17
VERSIONS = ("detoxify", "torch", "transformers", "tokenizers", "onnx", "onnxruntime")
# What ONNX in float32 may differ from torch. int8 has no such limit: its difference is measured and written down.
FP32_BOUND = 1e-4
SENTENCES = (
    "The parish keeps a common where everybody's sheep may graze.",
    "You are a stupid idiot.",
    "Shut up, nobody asked you!",
    "I will find you and hurt you.",
    "Thank you, that was very kind of you.",
    "ok",
    "Die Gemeinde hält eine Weide, auf der alle Schafe grasen dürfen.",
    "La commune garde un pré où tous les moutons peuvent paître.",
    "Приход держит общее пастбище для овец.",
    "教区有一块公共牧场。",
    "c0mm0n p4sture \U0001f411\U0001f411",
)
# Each sentence alone, and all of them again and again: lengths from one token to more than a window.
PROBES = (*SENTENCES, *(" ".join(SENTENCES * times) for times in (1, 2, 4, 8)))


class ExportFailed(Exception):
    """The exported model does not score like the checkpoint; `str()` says by how much. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A model folder that was written, and the largest difference to torch over the probe texts, per precision."""

    path: Path
    differences: dict[str, float]


def export(engine: Detoxify, folder: Path, *, name: str, gpu: bool = False) -> Exported:
    """Writes the model folder (which must not exist) for an engine whose checkpoint was confirmed.

    `gpu` adds the weights as safetensors, which a GPU needs. Raises UnableToLoad, FileExistsError, ExportFailed.
    """
    if folder.exists():
        raise FileExistsError(17, "exists already: choose another folder, or remove it", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as place:
        written = Path(place) / "model"
        written.mkdir()
        reader = engine.reader
        with _quiet():
            _write_onnx(engine.loaded.model, written / FILES["fp32"])
            _write_int8(written)
            if gpu:
                engine.loaded.model.save_pretrained(written)
        reader.windower.tokenizer.save(str(written / TOKENIZER))
        differences = _differences(reader, written)
        _write_manifest(engine, written, name=name, differences=differences)
        written.rename(folder)
    return Exported(folder, differences)


def _write_onnx(model: Any, path: Path) -> None:
    """The classifier with its sigmoid, for any number of texts and tokens."""
    import torch

    class Scores(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any) -> Any:
            return torch.sigmoid(self.model(input_ids=ids, attention_mask=mask)[0])

    ids = torch.full((2, 7), 5, dtype=torch.int64)
    names = {"input_ids": {0: "texts", 1: "tokens"}, "attention_mask": {0: "texts", 1: "tokens"}}
    model.cpu().eval()
    # The exporter that traces: the newer one needs onnxscript and cannot take ALBERT's shared layers.
    torch.onnx.export(
        Scores().eval(),
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=[*names],
        output_names=["scores"],
        dynamic_axes={**names, "scores": {0: "texts"}},
        opset_version=OPSET,
        dynamo=False,
    )


def _write_int8(folder: Path) -> None:
    """Weights as int8 per channel, activations as uint8 with a scale found while it runs.

    `reduce_range` keeps weights to 7 bits: processors without VNNI would overflow, and score otherwise than others.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        folder / FILES["fp32"],
        folder / FILES["int8"],
        op_types_to_quantize=["MatMul", "Gemm"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )


def _differences(reader: Reader, folder: Path) -> dict[str, float]:
    windows = [window.ids for text in PROBES for window in reader.windower.windows(text)]
    torch_scores = reader.scores(windows)
    measured: dict[str, float] = {}
    for precision, file in FILES.items():
        model = OnnxModel(session(folder / file), reader.model.classes, precision)
        scores = Reader(model, reader.windower).scores(windows)
        measured[precision] = float(np.abs(scores - torch_scores).max())
    if not measured["fp32"] <= FP32_BOUND:
        raise ExportFailed(
            f"The exported model differs from torch by {measured['fp32']:.2g}, which is more than {FP32_BOUND}. "
            "This version of torch cannot export this model; install the pinned versions and try again."
        )
    return measured


def _write_manifest(engine: Detoxify, folder: Path, *, name: str, differences: dict[str, float]) -> None:
    files = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    manifest = {
        "format": FORMAT,
        "name": name,
        "classes": list(engine.reader.model.classes),
        "maximum": engine.reader.windower.maximum,
        "source": {
            "file": engine.checkpoint.name if engine.checkpoint else engine.model,
            "sha256": engine.sha256,
        },
        "versions": {package: metadata.version(package) for package in VERSIONS},
        "files": {path.name: file_digest(path) for path in files},
        "probes": len(PROBES),
        "largest_difference_to_torch": differences,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings of exporter and quantiser: what they warn of is measured right afterwards."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
