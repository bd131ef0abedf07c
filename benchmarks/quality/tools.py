"""The tools compared, each as a function from texts to spans of our kinds; absent ones are told apart.

Presidio runs with a blank spaCy pipeline: models for names cannot be fetched without a network, so its recognisers of
people and places have nothing to go by. It is never asked to fetch the list of public suffixes either.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from benchmarks.quality.labels import HAYWARD, IP, NOBODYS, PRESIDIO, SCRUBADUB, Span
from hayward.screeners import load
from hayward.screeners.pii.screener import PiiScreener

Scored = tuple[str, int, int, float]
OURS, EAGER = "Hayward", "Hayward, eager"
# A tool's reports as its makers use it with confidence. Presidio's engine raises a report with a context word to 0.4 at
# least, and Presidio's demo keeps what scores 0.35; bare forms of weak patterns score less.
CONFIDENT = 0.35


@dataclass(frozen=True)
class Tool:
    """A tool and the kinds that it can name; `find` gives its spans per text, with the scores that it gives."""

    name: str
    version: str
    kinds: frozenset[str]
    find: Callable[[Sequence[str]], list[list[Scored]]]

    @property
    def has_scores(self) -> bool:
        return self.name.startswith((OURS, "Presidio"))

    def spans(self, texts: Sequence[str]) -> list[list[Span]]:
        return [spans(found) for found in self.find(texts)]


def spans(found: Iterable[Scored], lowest: float = 0.0) -> list[Span]:
    """Where the reports from a score on are."""
    return [(kind, start, end) for kind, start, end, score in found if score >= lowest]


def scores_from(lowest: float) -> str:
    return f"scores from {lowest:g}" if lowest else "any score"


def hayward(*names: str, eager: bool = False) -> Tool:
    """Hayward's screeners of these names; eager ones report bare forms too, with low scores."""
    loaded = load(names)
    screeners = [PiiScreener(eager=True) if eager and one.name == "pii" else one for one in loaded]

    def find(texts: Sequence[str]) -> list[list[Scored]]:
        column = pa.array(texts, pa.large_string())
        found: list[list[Scored]] = [[] for _ in texts]
        for screener in screeners:
            for hit in screener.screen(column).to_pylist():
                kind = HAYWARD.get(hit["kind"], hit["kind"])
                # As it was given: single precision makes 0.35 a little less.
                found[hit["index"]].append((kind, hit["start"], hit["end"], round(hit["score"], 6)))
        return found

    kinds = frozenset(HAYWARD.get(kind, kind) for screener in screeners for kind in screener.kinds)
    revisions = ", ".join(f"{screener.name} {screener.version}" for screener in screeners)
    return Tool(EAGER if eager else OURS, revisions, _with_nobodys(kinds) if eager else kinds, find)


def presidio(*, everything: bool) -> Tool | None:
    """presidio-analyzer: its default recognisers for English, or every pattern recogniser that it ships."""
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
    except ImportError:
        return None
    _offline()
    blank = SpacyNlpEngine()
    blank.nlp = {"en": import_module("spacy").blank("en")}
    registry = RecognizerRegistry(supported_languages=["en"])
    if everything:
        for recognizer in _every_recognizer():
            registry.add_recognizer(recognizer)
    else:
        registry.load_predefined_recognizers(languages=["en"], nlp_engine=blank)
    engine = AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=["en"])
    known = {entity for recognizer in registry.recognizers for entity in recognizer.supported_entities}

    def find(texts: Sequence[str]) -> list[list[Scored]]:
        return [
            [
                (PRESIDIO.get(result.entity_type, result.entity_type), result.start, result.end, result.score)
                for result in engine.analyze(text=text, language="en")
            ]
            for text in texts
        ]

    kinds = frozenset(PRESIDIO[entity] for entity in known if entity in PRESIDIO) - {
        "person_name",
        "street_address",
    }
    name = "Presidio, every pattern recogniser" if everything else "Presidio, default recognisers"
    return Tool(name, version("presidio-analyzer"), _with_nobodys(kinds), find)


def scrubadub() -> Tool | None:
    """scrubadub with its default detectors."""
    try:
        module = import_module("scrubadub")
    except ImportError:
        return None
    scrubber = module.Scrubber()

    def find(texts: Sequence[str]) -> list[list[Scored]]:
        return [
            [
                (SCRUBADUB.get(filth.type, filth.type), filth.beg, filth.end, 1.0)
                for whole in scrubber.iter_filth(text)
                for filth in getattr(whole, "filths", [whole])
            ]
            for text in texts
        ]

    kinds = frozenset({"email_address", "phone_number", "credit_card", "us_ssn", "handle", "secret"})
    return Tool("scrubadub, default detectors", version("scrubadub"), kinds, find)


def datatrove() -> Tool | None:
    """datatrove's PIIFormatter, asked where it would write something else."""
    try:
        from datatrove.pipeline.formatters import PIIFormatter
    except ImportError:
        return None
    formatter = PIIFormatter()
    replacers = {"email_address": formatter.emails_replacer, "ip_address": formatter.ip_replacer}

    def find(texts: Sequence[str]) -> list[list[Scored]]:
        return [
            [
                (kind, match.start(), match.end(), 1.0)
                for kind, replacer in replacers.items()
                for match in replacer.regex.finditer(text)
                if replacer.validator is None or replacer.validator(match.group(0))
            ]
            for text in texts
        ]

    return Tool("datatrove PIIFormatter", version("datatrove"), _with_nobodys(frozenset(replacers)), find)


def _with_nobodys(kinds: frozenset[str]) -> frozenset[str]:
    """The kinds of a tool that asks no address whose it is."""
    return kinds | {NOBODYS} if IP in kinds else kinds


def present(*names: str) -> list[Tool]:
    """Hayward with these screeners first, as it is and eager, then the peers that are installed."""
    peers = [presidio(everything=False), presidio(everything=True), scrubadub(), datatrove()]
    return [hayward(*names), hayward(*names, eager=True), *(peer for peer in peers if peer is not None)]


def _every_recognizer() -> list[Any]:
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer import predefined_recognizers as known

    kinds = [kind for _, kind in inspect.getmembers(known, inspect.isclass)]
    patterns = [
        kind for kind in kinds if issubclass(kind, PatternRecognizer) and kind is not PatternRecognizer
    ]
    return [kind(supported_language="en") for kind in (*patterns, known.PhoneRecognizer)]


def _offline() -> None:
    for name in ("presidio-analyzer", "tldextract"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # The list inside the package; an empty tuple of addresses means that none is asked.
    suffixes: Any = import_module("tldextract")
    quiet = suffixes.TLDExtract(suffix_list_urls=(), cache_dir=None)
    suffixes.tldextract.TLD_EXTRACTOR = suffixes.extract = quiet
