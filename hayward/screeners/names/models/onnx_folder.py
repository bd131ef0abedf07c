"""What a folder with an ONNX export and a tokenizer holds, read with reasons where it cannot be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad

# Where Optimum and others put the exported model, in the order of preference.
FILES = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")
DEFAULT_TOKENS = 512
# Positions are counted from 2 in these.
COUNTED_FROM_TWO = frozenset({"roberta", "xlm-roberta", "camembert"})


def tokenizer_in(folder: Path, *, setting: str) -> Any:
    """The `tokenizers.Tokenizer` of tokenizer.json, without padding and truncation; raises UnableToLoad."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise UnableToLoad(f"{setting} is set, but tokenizers cannot be imported ({error}).") from error
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise UnableToLoad(f"{folder / 'tokenizer.json'} does not load: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def session_in(folder: Path, *, setting: str) -> Any:
    """The `onnxruntime.InferenceSession` of the first of FILES that is there; raises UnableToLoad."""
    try:
        import onnxruntime
    except ImportError as error:
        raise UnableToLoad(f"{setting} is set, but onnxruntime cannot be imported ({error}).") from error
    stored = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if stored is None:
        raise UnableToLoad(f"{folder} holds none of {', '.join(FILES)}: export the model to ONNX.")
    try:
        return onnxruntime.InferenceSession(str(stored), providers=["CPUExecutionProvider"])
    except Exception as error:
        raise UnableToLoad(f"{stored} does not load: {error}") from error


def settings_in(path: Path) -> dict[str, Any]:
    """The object in a JSON file, empty where the file holds something else; raises UnableToLoad."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UnableToLoad(f"{path} cannot be read: {error}") from error
    return document if isinstance(document, dict) else {}


def most_tokens(folder: Path, config: Mapping[str, Any]) -> int:
    """How many tokens the encoder takes: the lesser of the tokenizer's limit and of the model's positions."""
    stored = folder / "tokenizer_config.json"
    limits = [
        settings_in(stored).get("model_max_length") if stored.is_file() else None,
        config.get("max_position_embeddings"),
    ]
    if config.get("model_type") in COUNTED_FROM_TWO and limits[1]:
        limits[1] -= 2
    known = [limit for limit in limits if isinstance(limit, int) and 8 <= limit <= 1 << 20]
    return min(known, default=DEFAULT_TOKENS)


def padded(rows: Sequence[Sequence[int]], fill: int = 0) -> NDArray[np.int64]:
    """The rows as one array, filled up at their ends."""
    longest = max(map(len, rows))
    return np.array([[*row, *[fill] * (longest - len(row))] for row in rows], np.int64)
