"""The screener `signals`: flags records whose signals say that they may not be used for training."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from hayward.screeners.base import Example, Hit, Media, config_digest, hits
from hayward.screeners.signals.evidence import Signal, Source, against, standing
from hayward.screeners.signals.reading import normal_name, read_signals
from hayward.screeners.signals.registry import Registry

SURE, CONSTRAINED, IN_DOUBT = 1.0, 0.9, 0.5
RULES: dict[Source, str] = {
    "aipref": "signals.aipref/1",
    "tdmrep": "signals.tdmrep/1",
    "cawg": "signals.cawg/1",
    "c2pa": "signals.c2pa/1",
    "xrobots": "signals.x-robots-tag/1",
    "metarobots": "signals.meta-robots/1",
    "robotstxt": "signals.robots-txt/1",
    "aitxt": "signals.ai-txt/1",
    "registry": "signals.registry/1",
    "img2dataset": "signals.img2dataset/1",
}
# Read as a URL and looked up in the registry lists.
URLS = frozenset({"url", "uri", "source_url", "page_url", "domain", "host"})


class SignalsScreener:
    """Flags the whole value of a signal, once per source that speaks against.

    Scores: SURE for an explicit no, CONSTRAINED where terms would have to be met, IN_DOUBT where a cautious reading was
    taken. A column whose name is no signal's is read as the lines of HTTP headers.
    """

    name = "signals"
    version = "1.0.0"
    looks_at: frozenset[Media] = frozenset({"signal"})
    kinds = ("opt_out_signal",)
    examples = (
        Example("X-Robots-Tag: NoAI", (("opt_out_signal", 0, 18),)),
        Example("X-Robots-Tag: none", (("opt_out_signal", 0, 18),)),
        Example("x-robots-tag: otherbot: noindex, noai", (("opt_out_signal", 0, 37),)),
        Example(
            "X-Robots-Tag: unavailable_after: 25 Jun 2027 15:00:00 GMT, noai", (("opt_out_signal", 0, 63),)
        ),
        Example("X-Robots-Tag: noml", (("opt_out_signal", 0, 18),)),
        Example("tdm-reservation: 1", (("opt_out_signal", 0, 18),)),
        Example("Content-Usage: train-ai=n, search=y", (("opt_out_signal", 0, 35),)),
        Example("X-Robots-Tag: all, max-snippet: 50"),
        Example("tdm-reservation: 0"),
        Example("Content-Usage: search=n"),
        Example("Server: noai"),
        Example("   \n\t"),
        Example(""),
    )
    notice: str | None = None

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self.config_digest = config_digest(
            {"rules": RULES, "registry": registry.digest if registry else None}
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> SignalsScreener:
        """The screener with the lists that HAYWARD_OPT_OUT_LISTS names (paths as in PATH). Raises UnableToLoad."""
        lists = [
            Path(path) for path in environment.get("HAYWARD_OPT_OUT_LISTS", "").split(os.pathsep) if path
        ]
        return cls(Registry.read(lists) if lists else None)

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all values, as the contract of base.Screener says."""
        name = normal_name(field) if field.startswith("@signal:") else "headers"
        read: dict[str, list[tuple[str, float]]] = {}  # whole crawls share a few thousand values

        def found() -> Iterator[Hit]:
            for index, value in enumerate(column.to_pylist()):
                if not value or value.isspace():
                    continue
                if value not in read:
                    read[value] = _verdicts(self._signals(name, value))
                for rule, score in read[value]:
                    yield Hit(index, "opt_out_signal", 0, len(value), score, rule)

        return hits(found())

    def _signals(self, name: str, value: str) -> list[Signal]:
        if name in URLS:
            return list(self._registry.signals(value)) if self._registry else []
        return read_signals(name, value)


def _verdicts(signals: list[Signal]) -> list[tuple[str, float]]:
    """The rule and score of each source that speaks against, in the order of the rules."""
    best: dict[str, float] = {}
    for signal in standing(signals):
        if against(signal):
            score = IN_DOUBT if not signal.sure else CONSTRAINED if signal.value == "constrained" else SURE
            rule = RULES[signal.source]
            best[rule] = max(score, best.get(rule, 0.0))
    return sorted(best.items())
