"""Speed of the toxicity tiers on one core, beside Detoxify in the same run; with --card the model card instead.

    python -m benchmarks.toxicity [--seconds 20]
    python -m benchmarks.toxicity --card          writes docs/models/toxicity.md

The transformer has the shape of bert-base-uncased and random weights: they don't change its speed. Nothing is
downloaded. The tools take turns, so that a busy moment of the machine falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Before anything starts its threads.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from benchmarks import corpus, toxicity_card
from hayward.screeners.toxicity.cascade import Cascade, operating
from hayward.screeners.toxicity.detoxify import Detoxify
from hayward.screeners.toxicity.exporting import export
from hayward.screeners.toxicity.folder import ModelFolder, file_digest
from hayward.screeners.toxicity.linear import Linear

CLASSES = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
MEAN_TOKENS = 125
BATCH = 32


@dataclass
class Row:
    """A way to judge texts, how many documents a turn takes, and the rates of its turns."""

    name: str
    texts: Sequence[str]
    judge: Callable[[Sequence[str]], object]
    at_once: int
    rates: list[float] = field(default_factory=list)
    next: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def measure(self, seconds: float) -> None:
        begin, done = time.perf_counter(), 0
        while time.perf_counter() - begin < seconds:
            self.judge([self.texts[(self.next + place) % len(self.texts)] for place in range(self.at_once)])
            self.next += self.at_once
            done += self.at_once
        self.rates.append(done / (time.perf_counter() - begin))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table and returns 1 when a target is missed; or writes the card."""
    options = _options(arguments)
    if options.card:
        toxicity_card.write()
        return 0
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows(Path(folder))
        for _ in range(options.rounds):
            for row in rows.values():
                row.measure(options.seconds / options.rounds)
    return _print(rows, core)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure toxicity screening on one core beside Detoxify.")
    parser.add_argument("--card", action="store_true", help="write docs/models/toxicity.md instead")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each row")
    parser.add_argument("--rounds", type=int, default=2)
    return parser.parse_args(arguments)


def _rows(folder: Path) -> dict[str, Row]:
    engine = base_shaped(folder)
    export(engine, folder / "model", name="bert-base shape")
    int8, fp32 = ModelFolder(folder / "model"), ModelFolder(folder / "model", "fp32")
    short, even = texts(320, spread=0.5), texts(320, spread=0.0)
    web = corpus.make(4_000, seed=3).texts
    predict = engine.loaded.predict
    cascade = Cascade(int8, operating())
    for warm in (int8, fp32, cascade):
        warm.judge(["warm"])
    found = {
        "batch": Row("Detoxify.predict, batches of 32", short, predict, BATCH),
        "one": Row("Detoxify.predict, one by one", short, predict, 1),
        "even": Row("Detoxify.predict, batches of 32, all of 125 tokens", even, predict, BATCH),
        "fp32": Row("hayward, ONNX float32", short, fp32.judge, BATCH),
        "int8": Row("hayward, ONNX int8", short, int8.judge, BATCH),
        "int8 even": Row("hayward, ONNX int8, all of 125 tokens", even, int8.judge, BATCH),
        "linear": Row("hayward, linear model", short, Linear().judge, len(short)),
        "profanity": Row("alt-profanity-check, batches", short, _profanity(), len(short)),
        "web alone": Row("hayward, ONNX int8, web-like pages", web, int8.judge, 1),
        "web cascade": Row("hayward, cascade, web-like pages", web, cascade.judge, 1_000),
        "web linear": Row("hayward, linear model, web-like pages", web, Linear().judge, 1_000),
    }
    for row in found.values():
        row.judge(row.texts[:1])
    return found


def texts(count: int, *, spread: float) -> list[str]:
    """Texts of the corpus's words, of 125 tokens in the mean (a word is one token), lognormal with that spread."""
    chance = random.Random(2)  # noqa: S311 - reproducible on purpose
    sizes = [chance.lognormvariate(-spread * spread / 2, spread) * (MEAN_TOKENS - 2) for _ in range(count)]
    vocabulary = [*corpus.COMMON, *corpus.RARER]
    return [
        " ".join(chance.choice(vocabulary) for _ in range(min(max(round(size), 3), 510))) for size in sizes
    ]


def base_shaped(folder: Path) -> Detoxify:
    """Detoxify's `original` with random weights and a vocabulary of the corpus's words, loaded by its own code."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    config = folder / "config"
    config.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys([*corpus.COMMON, *corpus.RARER])]
    words += [f"##{chr(code)}" for code in range(33, 127)] + [chr(code) for code in range(33, 127)]
    (config / "vocab.txt").write_text("\n".join(dict.fromkeys(words)) + "\n")
    (config / "tokenizer_config.json").write_text(
        json.dumps({"model_max_length": 512, "do_lower_case": True})
    )
    torch.manual_seed(0)
    shape = BertConfig(id2label=dict(enumerate(CLASSES)))
    shape.save_pretrained(config)
    given: dict[str, Any] = {
        "num_classes": len(CLASSES),
        "model_type": str(config),
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
    }
    checkpoint = folder / "random.ckpt"
    state = BertForSequenceClassification(shape).state_dict()
    document = {"arch": {"args": given}, "dataset": {"args": {"classes": list(CLASSES)}}}
    torch.save({"config": document, "state_dict": state}, checkpoint)
    return Detoxify(checkpoint=checkpoint, config=config, sha256=file_digest(checkpoint))


def _profanity() -> Callable[[Sequence[str]], object]:
    from profanity_check import predict_prob

    return lambda some: predict_prob(list(some))


def _print(rows: dict[str, Row], core: int) -> int:
    print(f"One core (number {core}), Python {sys.version.split()[0]}; {operating()}\n")
    print(f"{'way':<54}{'docs/s':>10}{'range':>20}")
    for row in rows.values():
        print(f"{row.name:<54}{row.median:>10.2f}{f'{min(row.rates):.2f}-{max(row.rates):.2f}':>20}")
    ratios = {
        "int8 to Detoxify in batches of 32": (rows["int8"].median / rows["batch"].median, 4.0),
        "int8 to Detoxify one by one": (rows["int8"].median / rows["one"].median, 1.6),
        "int8 to Detoxify in batches, equal lengths": (rows["int8 even"].median / rows["even"].median, 1.6),
        "cascade to transformer alone, web-like": (
            rows["web cascade"].median / rows["web alone"].median,
            50.0,
        ),
    }
    print()
    for name, (ratio, target) in ratios.items():
        print(f"{name:<54}{ratio:>9.1f}x   must reach {target}x: {'yes' if ratio >= target else 'NO'}")
    return int(any(ratio < target for ratio, target in ratios.values()))


if __name__ == "__main__":
    sys.exit(main())
