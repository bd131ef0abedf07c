"""Personal data end to end over Parquet(zstd) on one core, beside the peers in the same run.

    python -m benchmarks.screen [--documents 20000] [--rounds 5]

Peers take fewer documents, as they need longer; rates are megabytes of text per second. The tools take turns. Peers
come with requirements/bench.txt; Dolma needs a Python of its own, which HAYWARD_BENCH_DOLMA names.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import corpus as corpora
from benchmarks import peers
from benchmarks.corpus import CLEAN, DENSE, Corpus, Density
from benchmarks.peers import Dolma, Peer
from benchmarks.timing import Row, Target, in_turns, one_core, rates, targets
from hayward.screeners import load
from hayward.screening import screen_shard

OURS = "Hayward, Parquet to findings"
DOLMA = {"FastPiiRegex": "Dolma fast tagger (3 kinds)", "PiiRegexV2": "Dolma regex tagger (3 kinds)"}
_one_core = one_core


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    options = _options(arguments)
    core = one_core()
    dense = corpora.make(options.documents, density=DENSE)
    clean = corpora.make(options.documents, density=CLEAN)
    lookalikes = corpora.make(options.documents, density=Density(data=0))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ours = [
            _our_row(OURS, dense, folder, note=f"{len(dense.planted) * 1000 / dense.bytes:.2f} hits per KB"),
            _our_row(f"{OURS}, clean text", clean, folder),
            _our_row(f"{OURS}, clean text with look-alikes", lookalikes, folder),
        ]
        rivals = _peer_rows(dense, folder, options.peer_documents, stack)
        in_turns([*ours, *rivals.values()], options.rounds)
    print(
        f"One core (number {core}), {options.rounds} rounds in turns. All kinds of personal data without names.\n"
    )
    print(rates([*ours, *rivals.values()], unit="MB"))
    wanted = _targets(ours, rivals)
    print("\n" + targets(wanted))
    return int(not all(target.met for target in wanted))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure PII screening on one core beside its peers.")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--peer-documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(arguments)


def _our_row(name: str, corpus: Corpus, folder: Path, *, note: str = "") -> Row:
    path = folder / f"{abs(hash(name))}.parquet"
    corpus.write(path)
    screeners = load(("pii",))

    def end_to_end() -> object:
        return sum(len(findings) for findings in screen_shard(str(path), screeners=screeners))

    return Row(name, corpus.bytes / 1e6, end_to_end, note)


def _peer_rows(corpus: Corpus, folder: Path, documents: int, stack: ExitStack) -> dict[str, Row]:
    found = {
        "presidio": peers.presidio(documents=documents),
        "scrubadub": peers.scrubadub(documents=2 * documents),
        "datatrove": peers.datatrove(documents=10 * documents),
    }
    rows = {name: _peer_row(peer, corpus, folder) for name, peer in found.items() if peer is not None}
    if peers.has_dolma():
        texts = corpus.texts[: 10 * documents]
        for tagger, name in DOLMA.items():
            dolma = stack.enter_context(closing(Dolma(tagger, texts, folder)))
            rows[tagger] = Row(name, _megabytes(texts), dolma.run, "texts in memory")
    return rows


def _peer_row(peer: Peer, corpus: Corpus, folder: Path) -> Row:
    texts = corpus.texts[: peer.documents]
    path = folder / f"{peer.documents}.parquet"
    pq.write_table(pa.table({"text": texts}), path, compression="zstd")

    def end_to_end() -> object:
        return peer.run(pq.read_table(path, columns=["text"], use_threads=False).column(0).to_pylist())

    return Row(peer.name, _megabytes(texts), end_to_end)


def _megabytes(texts: Sequence[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def _targets(ours: Sequence[Row], rivals: dict[str, Row]) -> list[Target]:
    dense, clean, _ = ours

    def times(name: str) -> float | None:
        return dense.median / rivals[name].median if name in rivals else None

    return [
        Target("MB/s, more than one hit per KB", 60, dense.median),
        Target("MB/s, clean text", 150, clean.median),
        Target("times Dolma's fastest tagger", 4, times("FastPiiRegex")),
        Target("times datatrove", 7, times("datatrove")),
        Target("times Presidio's six pattern recognisers", 200, times("presidio")),
    ]


if __name__ == "__main__":
    sys.exit(main())
