"""JSON lines (gzip) in, on one core, beside the floor: unpacking and parsing the same file and doing no more.

python -m benchmarks.reading [--documents 20000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import orjson

from benchmarks import corpus as corpora
from benchmarks.corpus import Corpus
from benchmarks.timing import Row, Target, in_turns, one_core, rates, targets
from hayward.formats import open_shard
from hayward.screeners import load
from hayward.screening import screen_shard


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    one_core()
    corpus = corpora.make(options.documents)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.jsonl.gz"
        write(corpus, path)
        megabytes = sum(len(line) for line in gzip.decompress(path.read_bytes()).splitlines()) / 1e6
        rows = [
            Row("Hayward reads and checks each record", megabytes, lambda: _read(path)),
            Row("floor: gunzip and orjson, records thrown away", megabytes, lambda: _floor(path)),
            Row("Hayward, file to findings", megabytes, lambda: _screen(path)),
        ]
        in_turns(rows, options.rounds)
    print("JSON lines, gzip, one text field of two; megabytes of unpacked JSON.\n")
    print(rates(rows, unit="MB"))
    wanted = [Target("reading, as a share of the floor", 0.8, rows[0].median / rows[1].median)]
    print("\n" + targets(wanted))
    return int(not all(target.met for target in wanted))


def write(corpus: Corpus, path: Path) -> None:
    """The corpus as gzip JSON lines with the members id and text."""
    with gzip.open(path, "wb", compresslevel=6) as file:
        for number, text in enumerate(corpus.texts):
            file.write(orjson.dumps({"id": number, "text": text}) + b"\n")


def _read(path: Path) -> None:
    for batch in open_shard(str(path)):
        del batch


def _floor(path: Path) -> None:
    with gzip.open(path, "rb") as file:
        for line in file:
            orjson.loads(line)


def _screen(path: Path) -> None:
    for findings in screen_shard(str(path), screeners=load(("pii",))):
        del findings


if __name__ == "__main__":
    sys.exit(main())
