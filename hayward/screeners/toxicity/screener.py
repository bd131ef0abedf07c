"""The screener `toxicity`: per kind the worst window of a text, and a hit on it where it reaches the threshold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pyarrow as pa

from hayward.screeners.base import Example, Hit, Media, config_digest, hits
from hayward.screeners.toxicity.audit import Audit
from hayward.screeners.toxicity.choosing import choose
from hayward.screeners.toxicity.engines import KINDS, Engine, Judgement, Worst

THRESHOLDS: Mapping[str, float] = MappingProxyType(dict.fromkeys(KINDS, 0.5))


class ToxicityScreener:
    """Flags the worst window of a text per kind: start and end are that window, the whole text if it has only one.

    The rule is `<engine>.text/2`, or `<engine>.window/2` with the context `window:3/5@<start>` for the third of five.
    `audit` counts what a first tier passed. Empty texts are never flagged.
    The model loads with the first text. `screen` raises UnableToLoad when it cannot.
    """

    name = "toxicity"
    version = "4.0.0"
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
        """`thresholds` by kind; a kind that it lacks has 0.5."""
        self.engine, self.notice = engine, notice
        self.kinds = engine.kinds
        self.thresholds = {kind: thresholds.get(kind, THRESHOLDS[kind]) for kind in engine.kinds}
        self.config_digest = config_digest({"engine": engine.identity, "thresholds": self.thresholds})
        self.audit = Audit()

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, *, thresholds: Mapping[str, float] = THRESHOLDS
    ) -> ToxicityScreener:
        """The screener with the engine that the HAYWARD_TOXICITY_* settings and installed packages allow.

        Raises UnableToLoad.
        """
        engine, notice = choose(environment)
        return cls(engine, notice=notice, thresholds=thresholds)

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all texts, as the contract of base.Screener says."""
        del field
        filled = [
            (index, text) for index, text in enumerate(column.to_pylist()) if text and not text.isspace()
        ]
        judged = self.engine.judge([text for _, text in filled]) if filled else []
        found = [
            (judgement, list(self._hits(index, judgement)))
            for (index, _), judgement in zip(filled, judged, strict=True)
        ]
        self.audit += _audit(found)
        return hits(hit for _, of_text in found for hit in of_text)

    def _hits(self, index: int, judgement: Judgement) -> Iterator[Hit]:
        over = [
            (kind, worst) for kind, worst in judgement.worst.items() if worst.score >= self.thresholds[kind]
        ]
        for kind, worst in sorted(over, key=lambda found: found[1].start):
            rule, context = self._evidence(worst)
            yield Hit(index, kind, worst.start, worst.end, worst.score, rule=rule, context=context)

    def _evidence(self, worst: Worst) -> tuple[str, str | None]:
        if worst.windows == 1:
            return f"{self.engine.detector}.text/2", None
        context = f"window:{worst.window}/{worst.windows}@{worst.start}"
        return f"{self.engine.detector}.window/2", context


def _audit(found: list[tuple[Judgement, list[Hit]]]) -> Audit:
    ways = [(judgement.way, bool(of_text)) for judgement, of_text in found]
    sampled = [flagged for way, flagged in ways if way == "audited"]
    passed = sum(way != "judged" for way, _ in ways)
    return Audit(passed, len(sampled), sum(sampled))
