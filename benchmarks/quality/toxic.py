"""Toxicity on the labelled sets: the screener that needs no download, beside the word lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from benchmarks import toxicity_sets, toxicity_training
from benchmarks.quality.matching import Score
from benchmarks.toxicity_sets import Labelled
from hayward.screeners.toxicity.linear import Linear
from hayward.screeners.toxicity.screener import THRESHOLDS, ToxicityScreener

FALLBACK = "Hayward, linear model"
Flags = Callable[[Sequence[str]], list[bool]]


@dataclass(frozen=True)
class ToxicRow:
    set_name: str
    tool: str
    score: Score


def measure() -> list[ToxicRow]:
    """One row per set and tool. Raises FileNotFoundError where the shared data is absent."""
    lists = {name: _each(listed) for name, listed in toxicity_sets.word_lists().items()}
    return [
        ToxicRow(name, tool, _score([one.toxic for one in texts], flags([one.text for one in texts])))
        for name, texts in toxicity_sets.sets().items()
        for tool, flags in ({FALLBACK: _unseen(texts) if _is_learnt(name) else _fallback()} | lists).items()
    ]


def _is_learnt(name: str) -> bool:
    return name in toxicity_training.COMMENTS + toxicity_training.TEMPLATES


def _unseen(rows: Sequence[Labelled]) -> Flags:
    """What was learnt from is judged by heads that were fitted without it."""
    threshold = THRESHOLDS["toxicity"]
    return lambda _texts: [bool(score >= threshold) for score in toxicity_training.unseen(rows)]


def _fallback() -> Flags:
    screener = ToxicityScreener(Linear(), notice="")

    def flags(texts: Sequence[str]) -> list[bool]:
        found = set(screener.screen(pa.array(texts, pa.large_string())).column("index").to_pylist())
        return [index in found for index in range(len(texts))]

    return flags


def _each(listed: Callable[[str], bool]) -> Flags:
    return lambda texts: [listed(text) for text in texts]


def _score(toxic: Sequence[bool], flagged: Sequence[bool]) -> Score:
    pairs = list(zip(toxic, flagged, strict=True))
    return Score(
        right=sum(there and told for there, told in pairs),
        wrong=sum(told and not there for there, told in pairs),
        missed=sum(there and not told for there, told in pairs),
    )
