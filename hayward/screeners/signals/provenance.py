"""CAWG and C2PA: the training-and-data-mining assertion in an image's or document's provenance manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from hayward.screeners.signals.evidence import RAW_KEPT, Category, Signal, Source, Value, said

# CAWG 1.1 (2025-05-06): keys with the prefix cawg; C2PA 1.0 to 2.0 had the same with its own.
CATEGORIES: dict[str, Category] = {
    "data_mining": "data-mining",
    "ai_inference": "ai-inference",
    "ai_generative_training": "train-genai",
    "ai_training": "train-ai",
}
VALUES: dict[str, Value] = {"allowed": "y", "notallowed": "n", "constrained": "constrained"}
_KEY = re.compile(
    r"(cawg|c2pa)\.(data_mining|ai_inference|ai_generative_training|ai_training)", re.IGNORECASE
)
_WORD = re.compile(r"not_?allowed|constrained|allowed", re.IGNORECASE)
_WINDOW = 80


def read_manifest(raw: str) -> Iterator[Signal]:
    """Reads the assertion out of a manifest in JSON, however deep it lies, or out of text that quotes its keys."""
    try:
        tree = orjson.loads(raw)
    except ValueError:
        tree = raw
    if isinstance(tree, dict | list):
        yield from _entries(tree, raw)
    else:
        yield from _quoted(raw)


def _entries(tree: Any, raw: str) -> Iterator[Signal]:
    waiting, kept = [tree], raw[:RAW_KEPT]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            for key, value in node.items():
                known = _KEY.fullmatch(key)
                if known:
                    use = value.get("use") if isinstance(value, dict) else value
                    yield _signal(known, str(use), kept)
                else:
                    waiting.append(value)


def _quoted(raw: str) -> Iterator[Signal]:
    for known in _KEY.finditer(raw):
        word = _WORD.search(raw, known.end(), known.end() + _WINDOW)
        yield _signal(known, word[0] if word else "", raw[known.start() : known.end() + _WINDOW])


def _signal(key: re.Match[str], use: str, raw: str) -> Signal:
    source: Source = "cawg" if key[1].lower() == "cawg" else "c2pa"
    value = VALUES.get(use.replace("_", "").lower(), "unknown")
    return said(source, CATEGORIES[key[2].lower()], value, raw)
