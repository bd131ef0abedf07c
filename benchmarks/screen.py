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
DENSE_TEXT, CLEAN_TEXT = "More than one hit per KB", "Clean text"
CORPORA = {
    DENSE_TEXT: DENSE,
    "As in web pages": Density(),
    CLEAN_TEXT: CLEAN,
    "Clean text with look-alikes": Density(data=0),
}
MEGABYTES = {DENSE_TEXT: 60, CLEAN_TEXT: 150}
TIMES = {
    "FastPiiRegex": ("Dolma's fastest tagger", 4),
    "datatrove": ("datatrove", 7),
    "presidio": ("Presidio's six pattern recognisers", 200),
}
Rows = dict[str, Row]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    options = _options(arguments)
    core = one_core()
    print(
        f"One core (number {core}), {options.rounds} rounds in turns. All kinds of personal data without names.\n"
    )
    measured = {name: _measured(name, density, options) for name, density in CORPORA.items()}
    wanted = [target for name in MEGABYTES for target in _targets(name, measured[name])]
    print(targets(wanted))
    return int(not all(target.met for target in wanted))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure PII screening on one core beside its peers.")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--peer-documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(arguments)


def _measured(name: str, density: Density, options: argparse.Namespace) -> Rows:
    """All tools on one corpus, its table printed."""
    corpus = corpora.make(options.documents, density=density)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        rows = {OURS: _our_row(corpus, Path(folder))}
        rows |= _peer_rows(corpus, Path(folder), options.peer_documents, stack)
        in_turns([*rows.values()], options.rounds)
    hits = len(corpus.planted) * 1000 / corpus.bytes
    print(f"**{name}** ({hits:.2f} pieces of personal data per KB)\n\n{rates([*rows.values()], unit='MB')}\n")
    return rows


def _our_row(corpus: Corpus, folder: Path) -> Row:
    path = folder / "whole.parquet"
    corpus.write(path)
    screeners = load(("pii",))

    def end_to_end() -> object:
        return sum(len(findings) for findings in screen_shard(str(path), screeners=screeners))

    return Row(OURS, corpus.bytes / 1e6, end_to_end)


def _peer_rows(corpus: Corpus, folder: Path, documents: int, stack: ExitStack) -> Rows:
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


def _targets(name: str, rows: Rows) -> list[Target]:
    ours = rows[OURS].median
    times = [
        Target(f"{name}: times {peer}", wanted, ours / rows[key].median if key in rows else None)
        for key, (peer, wanted) in TIMES.items()
    ]
    return [Target(f"{name}: MB/s", MEGABYTES[name], ours), *times]


if __name__ == "__main__":
    sys.exit(main())
