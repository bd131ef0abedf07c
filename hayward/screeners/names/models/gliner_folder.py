"""What the folder of a GLiNER model says of it: the prompt, and how much it reads at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hayward.screeners.base import UnableToLoad
from hayward.screeners.names.models.onnx_folder import most_tokens, settings_in

SETTING = "HAYWARD_GLINER_MODEL"
POOLING = ("first", "last", "mean", "max")
# Fewer leave no room for a text.
FEWEST_TOKENS = 16
# The values that gliner/config.py takes where the file tells none.
WIDTH, WORDS, ENTITY, SEPARATOR = 12, 384, "<<ENT>>", "<<SEP>>"


@dataclass(frozen=True)
class Shape:
    """How a model is asked: the prompt's words, and its limits.

    `width` is the most words of a span, `words` and `tokens` the most of a text at once, `padding` the id that fills
    up, `pooling` which of a word's tokens are read.
    """

    prompt: tuple[str, ...]
    width: int
    words: int
    tokens: int
    padding: int = 0
    pooling: str = "first"


def shape_in(folder: Path, tokenizer: Any, labels: Sequence[str]) -> Shape:
    """The shape that gliner_config.json and the tokenizer tell, for these labels; raises UnableToLoad."""
    path = folder / "gliner_config.json"
    config = settings_in(path)
    _refuse_other_models(path, config)
    entity = _marker(path, config, tokenizer)
    prompt = (
        *(word for label in labels for word in (entity, label)),
        str(config.get("sep_token", SEPARATOR)),
    )
    encoder = config.get("encoder_config")
    limit = most_tokens(folder, encoder if isinstance(encoder, dict) else {})
    tokens = limit - len(tokenizer.encode(prompt, is_pretokenized=True).ids)
    if tokens < FEWEST_TOKENS:
        raise UnableToLoad(
            f"{path}: the encoder takes {limit} tokens, the prompt leaves {max(tokens, 0)} of them."
        )
    width, words = (
        _number(path, config, name, other) for name, other in (("max_width", WIDTH), ("max_len", WORDS))
    )
    padding = tokenizer.token_to_id(_padding_token(folder))
    return Shape(prompt, width, words, tokens, padding or 0, str(config.get("subtoken_pooling", POOLING[0])))


def _refuse_other_models(path: Path, config: Mapping[str, Any]) -> None:
    expected = {
        "span_mode": (config.get("span_mode"), ("markerV0",)),
        "words_splitter_type": (config.get("words_splitter_type", "whitespace"), ("whitespace",)),
        "subtoken_pooling": (config.get("subtoken_pooling", POOLING[0]), POOLING),
        "precomputed_prompts_mode": (bool(config.get("precomputed_prompts_mode")), (False,)),
    }
    for name, (value, known) in expected.items():
        if value not in known:
            wanted = " or ".join(map(str, known))
            raise UnableToLoad(
                f"{SETTING}: {path} has {name} {value!r}, read is {wanted}: give the folder of a GLiNER model "
                "that scores spans, or use HAYWARD_NER_MODEL for a token classifier."
            )


def _marker(path: Path, config: Mapping[str, Any], tokenizer: Any) -> str:
    """The token before each label; the model finds the labels by it."""
    entity = str(config.get("ent_token", ENTITY))
    number, expected = tokenizer.token_to_id(entity), config.get("class_token_index", -1)
    if number is None or (expected not in (-1, None) and expected != number):
        raise UnableToLoad(
            f"{path}: the label's token {entity!r} has id {number} in tokenizer.json, not {expected}: "
            "save tokenizer.json together with the model (GLiNER.save_pretrained)."
        )
    return entity


def _number(path: Path, config: Mapping[str, Any], name: str, other: int) -> int:
    value = config.get(name, other)
    if not isinstance(value, int) or not 1 <= value <= 1 << 16:
        raise UnableToLoad(f"{path}: {name} is {value!r}, it must be a number of words from 1 on.")
    return value


def _padding_token(folder: Path) -> str:
    stored = folder / "tokenizer_config.json"
    token = settings_in(stored).get("pad_token") if stored.is_file() else None
    return str(token.get("content") if isinstance(token, dict) else token or "[PAD]")
