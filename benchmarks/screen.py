"""Personal data end to end over Parquet(zstd) on one core, beside presidio-analyzer and datatrove in the same run.

    python -m benchmarks.screen [--documents 20000] [--rounds 5]

Peers take fewer documents, as they need longer; all rates are megabytes of text per second. The tools take turns, so
that a busy moment of the machine falls on all of them. `pip install -r requirements/bench.txt` brings the peers.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import corpus as corpora
from benchmarks import peers
from benchmarks.corpus import Corpus
from benchmarks.peers import Peer
from hayward.screeners import load
from hayward.screening import screen_shard

OURS = "hayward, Parquet to findings"
OURS_TEXT = "hayward, Arrow column to spans"


@dataclass
class Row:
    """One tool in the table."""

    name: str
    documents: int
    megabytes: float
    run: Callable[[], object]
    rates: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def measure(self) -> None:
        begin = time.perf_counter()
        self.run()
        self.rates.append(self.megabytes / (time.perf_counter() - begin))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    options = _options(arguments)
    core = _one_core()
    corpus = corpora.make(options.documents)
    found_peers = [
        peers.presidio(documents=options.peer_documents),
        peers.datatrove(documents=10 * options.peer_documents),
    ]
    present = [peer for peer in found_peers if peer is not None]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.parquet"
        corpus.write(path)
        rows = [*_our_rows(corpus, path), *(_peer_row(peer, corpus, Path(folder)) for peer in present)]
        for row in rows:
            row.run()
        for _ in range(options.rounds):
            for row in rows:
                row.measure()
    _print_rates(rows, core, options.rounds)
    quality = {OURS: _our_quality(corpus), **{peer.name: _peer_quality(peer, corpus) for peer in present}}
    _print_quality(quality)
    return _verdict(rows, options.target, options.ratio)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure PII screening on one core beside its peers.")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--peer-documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--target", type=float, default=40.0, help="megabytes per second expected of hayward")
    parser.add_argument(
        "--ratio", type=float, default=100.0, help="times presidio's rate expected of hayward"
    )
    return parser.parse_args(arguments)


def _one_core() -> int:
    """Pins this process and Arrow to one core; the last one, as the first is the busiest on most machines."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    return core


def _our_rows(corpus: Corpus, path: Path) -> list[Row]:
    screeners = load(("pii",))
    column = pa.array(corpus.texts, pa.large_string())
    megabytes = corpus.bytes / 1e6

    def end_to_end() -> object:
        screening = screen_shard(str(path), screeners=screeners)
        return [len(findings) for findings in screening]

    return [
        Row(OURS, len(corpus.texts), megabytes, end_to_end),
        Row(OURS_TEXT, len(corpus.texts), megabytes, lambda: screeners[0].screen(column)),
    ]


def _peer_row(peer: Peer, corpus: Corpus, folder: Path) -> Row:
    texts = corpus.texts[: peer.documents]
    path = folder / f"{peer.documents}.parquet"
    pq.write_table(pa.table({"text": texts}), path, compression="zstd")

    def end_to_end() -> object:
        return peer.run(pq.read_table(path, columns=["text"], use_threads=False).column(0).to_pylist())

    return Row(peer.name, len(texts), sum(len(text.encode()) for text in texts) / 1e6, end_to_end)


def _print_rates(rows: Sequence[Row], core: int, rounds: int) -> None:
    python = sys.version.split()[0]
    print(f"One core (number {core}), {rounds} rounds in turns, Python {python}, pyarrow {pa.__version__}\n")
    print(f"{'tool':<46}{'documents':>10}{'MB':>8}{'MB/s':>9}{'range':>16}{'ratio':>9}")
    ours = rows[0].median
    for row in rows:
        size = f"{row.documents:>10}{row.megabytes:>8.2f}"
        spread = f"{min(row.rates):.2f}-{max(row.rates):.2f}"
        print(f"{row.name:<46}{size}{row.median:>9.2f}{spread:>16}{ours / row.median:>8.1f}x")
    names = " ".join(row.name for row in rows)
    for name in ("presidio-analyzer", "datatrove"):
        if name not in names:
            print(f"{name:<46}{'not installed':>23}")


Quality = dict[
    str, tuple[int, int, int | None, int]
]  # kind: planted, found, reported (None: unknown), of them right


def _our_quality(corpus: Corpus) -> Quality:
    hits = load(("pii",))[0].screen(pa.array(corpus.texts, pa.large_string())).to_pylist()
    spans: list[list[peers.Span]] = [[] for _ in corpus.texts]
    for hit in hits:
        spans[hit["index"]].append((hit["kind"], hit["start"], hit["end"]))
    return _quality(corpus, spans)


def _peer_quality(peer: Peer, corpus: Corpus) -> Quality:
    texts = corpus.texts[: peer.documents]
    if peer.find is not None:
        return _quality(corpus, peer.find(texts))
    rewritten = peer.rewrite(texts) if peer.rewrite else []
    planted: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for place in corpus.planted:
        if place.document < len(texts):
            planted[place.kind] += 1
            gone[place.kind] += (
                texts[place.document][place.start : place.end] not in rewritten[place.document]
            )
    return {kind: (planted[kind], gone[kind], None, 0) for kind in planted}


def _quality(corpus: Corpus, spans: Sequence[Iterable[peers.Span]]) -> Quality:
    """Per kind the planted pieces overlapped by a span of that kind, and the spans that overlap a planted piece."""
    truth: dict[int, list[peers.Span]] = defaultdict(list)
    for place in corpus.planted:
        if place.document < len(spans):
            truth[place.document].append((place.kind, place.start, place.end))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for document, reported in enumerate(spans):
        for span in truth[document]:
            counts[span[0]][0] += 1
            counts[span[0]][1] += any(_agree(span, other) for other in reported)
        for span in reported:
            counts[span[0]][2] += 1
            counts[span[0]][3] += any(_agree(span, other) for other in truth[document])
    return {kind: (planted, found, total, right) for kind, (planted, found, total, right) in counts.items()}


def _agree(one: peers.Span, other: peers.Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _print_quality(quality: dict[str, Quality]) -> None:
    print(f"\n{'recall and precision on the planted truth':<46}{'kind':<16}{'recall':>16}{'precision':>16}")
    for name, kinds in quality.items():
        for kind, (planted, found, reported, right) in sorted(kinds.items()):
            precision = "-" if reported is None else f"{right}/{reported}"
            print(f"{name:<46}{kind:<16}{f'{found}/{planted}':>16}{precision:>16}")


def _verdict(rows: Sequence[Row], target: float, ratio: float) -> int:
    ours = rows[0].median
    presidio = next((row.median for row in rows if row.name.startswith("presidio")), None)
    result = {"megabytes_per_second": round(ours, 1), "target": target}
    missed = ours < target
    if presidio is not None:
        result |= {"times_presidio": round(ours / presidio, 1), "ratio_target": ratio}
        missed = missed or ours / presidio < ratio
    print("\n" + json.dumps(result))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
