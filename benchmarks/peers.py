"""The tools that Hayward is measured beside, each as a function from texts to spans; absent ones are told apart."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
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
    _without_network()

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


def _without_network() -> None:
    """Presidio's check of domains takes the list of suffixes inside its package, and fetches none."""
    suffixes: Any = import_module("tldextract")
    quiet = suffixes.TLDExtract(suffix_list_urls=(), cache_dir=None)
    suffixes.tldextract.TLD_EXTRACTOR = suffixes.extract = quiet


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


def scrubadub(*, documents: int) -> Peer | None:
    """scrubadub with its default detectors."""
    try:
        scrubber = import_module("scrubadub").Scrubber()
    except ImportError:
        return None
    return Peer(
        "scrubadub, default detectors",
        documents,
        rewrite=lambda texts: [str(sum(1 for _ in scrubber.iter_filth(text))) for text in texts],
    )


class Dolma:
    """One of Dolma's taggers, in a process of the Python that HAYWARD_BENCH_DOLMA names.

    Dolma 1.2.1 needs NumPy 1 and an fsspec of 2023, so it cannot live beside Hayward. Its process inherits the pinned
    core, and is told when to work, so that it takes its turns like the others.
    """

    def __init__(self, tagger: str, texts: Sequence[str], folder: Path) -> None:
        file = folder / f"{tagger}.json"
        file.write_text(json.dumps(texts))
        command = [
            os.environ["HAYWARD_BENCH_DOLMA"],
            str(Path(__file__).parent / "dolma_worker.py"),
            tagger,
            str(file),
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._answer()

    def run(self) -> float:
        """Tags all texts once; gives the seconds of processor time that it took."""
        if self._process.stdin is not None:
            self._process.stdin.write("go\n")
            self._process.stdin.flush()
        return float(self._answer())

    def close(self) -> None:
        self._process.communicate()

    def _answer(self) -> str:
        answer = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not answer:
            raise RuntimeError("Dolma's process ended; run benchmarks/dolma_worker.py by hand to see why.")
        return answer


def has_dolma() -> bool:
    """Whether the environment names a Python that has Dolma."""
    return bool(os.environ.get("HAYWARD_BENCH_DOLMA"))
