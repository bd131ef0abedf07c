"""Two cores against one: `hayward screen` over several shards with one and two jobs, in turns, by the clock.

    python -m benchmarks.cores [--documents 10000] [--rounds 3]

It wants a machine whose cores have nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import corpus as corpora
from benchmarks.corpus import Corpus
from benchmarks.tables import table
from benchmarks.timing import Target, targets

SHARDS = 240


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000, help="of each shard")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    corpus = corpora.make(options.documents)
    with tempfile.TemporaryDirectory() as folder:
        _write(corpus, Path(folder) / "data")
        for _ in range(options.rounds):
            for jobs, spent in seconds.items():
                spent.append(_screen(Path(folder), jobs))
    megabytes = SHARDS * corpus.bytes / 1e6
    rows = [
        (
            jobs,
            f"{statistics.median(spent):.2f}",
            f"{min(spent):.2f} to {max(spent):.2f}",
            f"{megabytes / statistics.median(spent):.2f}",
        )
        for jobs, spent in seconds.items()
    ]
    print(
        f"`hayward screen` over {SHARDS} shards, {megabytes:.0f} MB of text, start-up and report included.\n"
    )
    print(table(("jobs", "seconds", "lowest to highest", "MB/s"), rows))
    ratio = statistics.median(one / two for one, two in zip(seconds[1], seconds[2], strict=True))
    wanted = [Target("two jobs against one", 1.8, ratio if len(os.sched_getaffinity(0)) > 1 else None)]
    print("\n" + targets(wanted))
    return int(not all(target.met for target in wanted))


def _write(corpus: Corpus, folder: Path) -> None:
    """The corpus as many shards, which are one file under many names."""
    folder.mkdir()
    first = folder / "part-0.parquet"
    corpus.write(first)
    for number in range(1, SHARDS):
        (folder / f"part-{number}.parquet").hardlink_to(first)


def _screen(folder: Path, jobs: int) -> float:
    out = ["--out", str(folder / "found.jsonl"), "--report", str(folder / "report.json")]
    command = [
        sys.executable,
        "-m",
        "hayward.cli",
        "screen",
        str(folder / "data"),
        "--screeners",
        "pii",
        "-q",
        *out,
    ]
    begin = time.perf_counter()
    subprocess.run([*command, "--jobs", str(jobs)], check=True)
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
