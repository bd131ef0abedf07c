"""The tools that Hayward is measured beside, each as a function from texts to spans; absent ones are told apart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Span = tuple[str, int, int]  # kind, start, end
PRESIDIO_KINDS = {
    "EMAIL_ADDRESS": "email_address",
    "PHONE_NUMBER": "phone_number",
    "CREDIT_CARD": "credit_card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip_address",
    "US_SSN": "us_ssn",
}


@dataclass(frozen=True)
class Peer:
    """A tool: `find` gives spans per text, or None where it only rewrites texts, as `rewrite` then does."""

    name: str
    documents: int
    find: Callable[[Sequence[str]], list[list[Span]]] | None = None
    rewrite: Callable[[Sequence[str]], list[str]] | None = None

    def run(self, texts: Sequence[str]) -> object:
        work = self.find or self.rewrite
        return work(texts) if work else None


def presidio(*, documents: int) -> Peer | None:
    """presidio-analyzer with its pattern recognisers for our kinds; no model for names is loaded or run."""
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer import predefined_recognizers as known
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
    except ImportError:
        return None
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    logging.getLogger("tldextract").setLevel(logging.CRITICAL)

    blank = SpacyNlpEngine()
    blank.nlp = {"en": import_module("spacy").blank("en")}  # splits into words and does no more
    recognizers = [
        known.EmailRecognizer(),
        known.PhoneRecognizer(),
        known.CreditCardRecognizer(),
        known.IbanRecognizer(),
        known.IpRecognizer(),
        known.UsSsnRecognizer(),
    ]
    registry = RecognizerRegistry(recognizers=recognizers, supported_languages=["en"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=["en"])
    entities = list(PRESIDIO_KINDS)

    def find(texts: Sequence[str]) -> list[list[Span]]:
        return [_spans(engine.analyze(text=text, language="en", entities=entities)) for text in texts]

    return Peer("presidio-analyzer, six pattern recognisers", documents, find=find)


def _spans(results: Sequence[Any]) -> list[Span]:
    return [(PRESIDIO_KINDS[result.entity_type], result.start, result.end) for result in results]


def datatrove(*, documents: int) -> Peer | None:
    """datatrove's PIIFormatter, which rewrites e-mail and IPv4 addresses in the text."""
    try:
        from datatrove.pipeline.formatters import PIIFormatter
    except ImportError:
        return None
    formatter = PIIFormatter()
    return Peer(
        "datatrove PIIFormatter (e-mail, IPv4)",
        documents,
        rewrite=lambda texts: [formatter.format(text) for text in texts],
    )
