"""The screener `toxicity`: a score per kind and text, and a hit over the whole text where it reaches the threshold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pyarrow as pa

from hayward.screeners.base import Example, Hit, Media, config_digest, hits
from hayward.screeners.toxicity.choosing import choose
from hayward.screeners.toxicity.engines import Engine

THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "toxicity": 0.5,
        "severe_toxicity": 0.5,
        "obscene": 0.5,
        "threat": 0.5,
        "insult": 0.5,
        "identity_attack": 0.5,
        "sexual_explicit": 0.5,
    }
)


class ToxicityScreener:
    """Flags whole texts (start 0, end their length); empty ones are never flagged.

    The model loads with the first text. `screen` raises UnableToLoad when it cannot.
    """

    name = "toxicity"
    version = "2.0.0"
    looks_at: frozenset[Media] = frozenset({"text"})
    examples = (
        Example("You are a stupid idiot.", (("toxicity", 0, 23),)),
        Example("Shut up, you stupid idiot \U0001f644", (("toxicity", 0, 27),)),
        Example("The parish keeps a common where everybody's sheep may graze."),
        Example("Thank you for the helpful answer, it works now."),
        Example("   \n\t"),
        Example(""),
    )

    def __init__(self, engine: Engine, *, notice: str, thresholds: Mapping[str, float] = THRESHOLDS) -> None:
        self.engine, self.notice = engine, notice
        self.kinds = engine.kinds
        self.thresholds = {kind: thresholds[kind] for kind in engine.kinds}
        self.config_digest = config_digest({"engine": engine.identity, "thresholds": self.thresholds})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ToxicityScreener:
        """The screener with the engine that the HAYWARD_TOXICITY_* settings and installed packages allow.

        Raises UnableToLoad.
        """
        engine, notice = choose(environment)
        return cls(engine, notice=notice)

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all texts, as the contract of base.Screener says."""
        del field
        filled = [
            (index, text) for index, text in enumerate(column.to_pylist()) if text and not text.isspace()
        ]
        return hits(self._hits(filled) if filled else ())

    def _hits(self, filled: list[tuple[int, str]]) -> Iterator[Hit]:
        rule = f"{self.engine.identity['engine']}/1"
        scores = self.engine.scores([text for _, text in filled])
        for place, (index, text) in enumerate(filled):
            for kind, values in scores.items():
                if values[place] >= self.thresholds[kind]:
                    yield Hit(index, kind, 0, len(text), float(values[place]), rule=rule)
