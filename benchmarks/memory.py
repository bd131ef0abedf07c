"""Peak memory of `hayward screen` on small and large shards, each in a process of its own.

    python -m benchmarks.memory [--large]

The shards are one stretch of web-like text over and over, compressed, so that ten gigabytes of text take little disk.
With --large the large shards hold 10 GB of text (half an hour and 4 GB of disk), else 300 MB.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import corpus as corpora
from benchmarks.tables import table
from benchmarks.timing import Target, targets

SMALL, MIDDLE, LARGE = 30_000_000, 300_000_000, 10_000_000_000
MOST = 600
Write = Callable[[Path, list[str], int], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="shards of 10 GB of text")
    options = parser.parse_args(arguments)
    texts = corpora.make(5_000).texts
    rows, most = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("part.jsonl.gz", _jsonl), ("part.parquet", _parquet)):
            for size in (SMALL, LARGE if options.large else MIDDLE):
                path = Path(folder) / name
                written = write(path, texts, size)
                peak = screened(path)
                most = max(most, peak)
                rows.append(
                    (
                        name.partition(".")[2],
                        f"{written / 1e6:,.0f}",
                        f"{path.stat().st_size / 1e6:,.0f}",
                        f"{peak:,.0f}",
                    )
                )
                path.unlink()
    print("`hayward screen --screeners pii`, one job; the peak is the largest resident set of its process.\n")
    print(table(("format", "MB of text", "MB stored", "peak MB"), rows))
    wanted = [Target("peak MB of a worker", MOST, most, at_most=True)]
    print("\n" + targets(wanted))
    return int(not all(target.met for target in wanted))


# A process is as large as the one it was forked from until it becomes another program: a small one in between starts
# and weighs it (getrusage(2): ru_maxrss in kilobytes).
WEIGHER = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def screened(path: Path) -> float:
    """Screens a shard in a process of its own; gives the megabytes of its largest resident set."""
    command = [sys.executable, "-m", "hayward.cli", "screen", str(path), "--screeners", "pii", "-q"]
    command += ["--out", str(path.with_name("found.jsonl"))]
    done = subprocess.run([sys.executable, "-c", WEIGHER, *command], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(f"Screening {path.name} ended with {done.returncode}.")
    return int(done.stdout) * 1024 / 1e6


def _jsonl(path: Path, texts: list[str], size: int) -> int:
    stretch = b"".join(orjson.dumps({"text": text}) + b"\n" for text in texts)
    member, written = gzip.compress(stretch, 6), 0
    with path.open("wb") as file:
        # Several members make one gzip file (RFC 1952, section 2.2).
        while written < size:
            file.write(member)
            written += len(stretch)
    return written


def _parquet(path: Path, texts: list[str], size: int) -> int:
    stretch, written = pa.table({"text": texts}), 0
    with pq.ParquetWriter(path, stretch.schema, compression="zstd") as writer:
        while written < size:
            writer.write_table(stretch)
            written += sum(map(len, texts))
    return written


if __name__ == "__main__":
    sys.exit(main())
