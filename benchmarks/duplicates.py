"""Near-duplicates on one core: signatures of web-like text beside the peers, and one text against all decided ones.

    python -m benchmarks.duplicates [--documents 20000] [--decided 10000000] [--rounds 3]

The tools make 128-slot MinHash signatures of the same texts, words and 5-word shingles included, and take turns. Their
rates are per second of processor time, so that other programs on the machine do not count. The memory of decided
records is synthetic: random signatures, as texts that have nothing to do with each other give them. The peer comes with
`pip install datasketch`.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks import corpus as corpora
from benchmarks.timing import one_core
from hayward.screeners.duplicates.fingerprints import HAS, ROW, Rows
from hayward.screeners.duplicates.memory import Memory
from hayward.screeners.duplicates.signature import SHINGLE, SLOTS, signatures, sketched

OURS = "hayward, Arrow column to signatures"
OURS_WHOLE = "hayward, signatures and content digests"
_BLOCK = 1 << 18
_WORD = re.compile(r"\w+")


@dataclass
class Row:
    """One tool in the table: how many documents it takes, and its rates in documents per second of processor time."""

    name: str
    documents: int
    run: Callable[[], object]
    rates: list[float] = field(default_factory=list)

    def measure(self) -> None:
        begin = time.process_time()
        self.run()
        self.rates.append(self.documents / (time.process_time() - begin))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    options = _options(arguments)
    core = one_core()
    rates = _signature_rates(options.documents, options.peer_documents, options.rounds, core)
    with tempfile.TemporaryDirectory(prefix="hayward-memory-") as folder:
        asked = _ask(Path(folder), options.decided, options.queries)
    result = {"documents_per_second": round(rates), "milliseconds_per_record": round(asked, 3)}
    print("\n" + json.dumps(result | {"targets": [options.target, options.milliseconds]}))
    return int(rates < options.target or asked > options.milliseconds)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure near-duplicates on one core beside the peers.")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--peer-documents", type=int, default=1_000)
    parser.add_argument("--decided", type=int, default=10_000_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--target", type=float, default=15_000.0, help="documents per second expected")
    parser.add_argument("--milliseconds", type=float, default=1.0, help="for one record, at most")
    return parser.parse_args(arguments)


def _signature_rates(documents: int, peer_documents: int, rounds: int, core: int) -> float:
    corpus = corpora.make(documents)
    column = pa.array(corpus.texts, pa.large_string())
    rows = [
        Row(OURS, documents, lambda: signatures(column)),
        Row(OURS_WHOLE, documents, lambda: sketched(column)),
        Row(
            "rensa, words and shingles in Python",
            5 * peer_documents,
            lambda: _rensa(corpus.texts[: 5 * peer_documents]),
        ),
        *_datasketch(corpus.texts[:peer_documents]),
    ]
    for row in rows:
        row.run()
    for _ in range(rounds):
        for row in rows:
            row.measure()
    print(
        f"One core (number {core}), {rounds} rounds in turns, {corpus.bytes / documents:.0f} bytes per document\n"
    )
    print(
        f"{'signatures of 128 slots, shingling included':<46}{'documents':>10}{'docs/s':>9}{'range':>18}{'ratio':>8}"
    )
    ours = statistics.median(rows[0].rates)
    for row in rows:
        median = statistics.median(row.rates)
        spread = f"{min(row.rates):.0f}-{max(row.rates):.0f}"
        print(f"{row.name:<46}{row.documents:>10}{median:>9.0f}{spread:>18}{ours / median:>7.1f}x")
    return ours


def _shingles(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [" ".join(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1)]


def _rensa(texts: Sequence[str]) -> object:
    sketch: Any = import_module("rensa").RMinHash
    return sketch.digest_matrix_from_token_sets([_shingles(text) for text in texts], SLOTS, 42)


def _datasketch(texts: Sequence[str]) -> list[Row]:
    try:
        minhash: Any = import_module("datasketch").MinHash
    except ImportError:
        print("datasketch is not installed")
        return []

    def batch() -> object:
        return minhash.bulk(
            ([shingle.encode() for shingle in _shingles(text)] for text in texts), num_perm=SLOTS
        )

    return [Row("datasketch MinHash.bulk", len(texts), batch)]


def _ask(folder: Path, decided: int, queries: int) -> float:
    """Builds a memory, asks it, prints what that took; returns the median milliseconds for one record."""
    begin = time.perf_counter()
    memory = Memory.build_rows(_synthetic(decided), folder)
    built = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wanted = _near_copies(decided, queries)
    gc.collect()
    times, found = [], 0
    for one in wanted:
        begin = time.perf_counter()
        matches = memory.near(one.tobytes())
        times.append((time.perf_counter() - begin) * 1e3)
        found += bool(matches)
    begin = time.perf_counter()
    memory.nearest(wanted)
    batch = queries / (time.perf_counter() - begin)
    median, high = statistics.median(times), float(np.percentile(times, 99))
    print(
        f"\n{decided:,} decided records: built in {built:.0f} s with {peak:,.0f} MB resident at most, "
        f"{size / 1e6:,.0f} MB on disk"
    )
    print(f"one record: median {median:.3f} ms, 99 % within {high:.3f} ms, the first {times[0]:.1f} ms")
    print(f"a column of {queries}: {batch:,.0f} records/s; {found} of {queries} near copies found")
    print(
        f"mapped and anonymous memory now (RSS): {_resident():,.0f} MB, of which private {_private():,.0f} MB"
    )
    return median


def _synthetic(decided: int) -> Iterator[Rows]:
    for begin in range(0, decided, _BLOCK):
        count = min(_BLOCK, decided - begin)
        rows = np.zeros(count, ROW)
        chance = np.random.default_rng(begin)
        rows["label"] = np.arange(begin, begin + count)
        rows["has"] = HAS["record"] | HAS["content"] | HAS["signature"]
        for part in ("record", "content", "signature"):
            rows[part] = chance.integers(0, 256, rows[part].shape, np.uint8)
        yield rows


def _near_copies(decided: int, queries: int) -> NDArray[np.uint8]:
    """Signatures of decided records in which some 15 % of the slots differ: a similarity of about 0.84."""
    chance = np.random.default_rng(1)
    known = np.concatenate([rows["signature"] for rows in _synthetic(min(decided, _BLOCK))])
    chosen = known[chance.integers(0, len(known), queries)]
    flips = chance.random(chosen.shape) < 0.3
    noise = chance.integers(1, 16, chosen.shape, np.uint8)
    return np.where(flips, chosen ^ noise, chosen)


def _resident() -> float:
    return _status("VmRSS")


def _private() -> float:
    return _status("RssAnon")


def _status(name: str) -> float:
    """Megabytes of a line in /proc/self/status (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    sys.exit(main())
