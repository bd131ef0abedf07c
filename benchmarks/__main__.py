"""Runs all benchmarks one after another and prints their tables; with --write they go to docs/performance.md.

    python -m benchmarks [--write] [--large] [--only screen,reading]

Each benchmark is a module of its own that can be run by itself. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from benchmarks import tables

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
VERSIONS = (
    "numpy",
    "pyarrow",
    "orjson",
    "phonenumbers",
    "torch",
    "onnxruntime",
    "opencv-python-headless",
    "rensa",
    "presidio-analyzer",
    "datatrove",
    "scrubadub",
    "datasketch",
)
OPENING = """# Performance

What Hayward needs for its work, beside other tools and beside the floor that the machine sets. Written by `make bench`;
figures that fall short stand here as they are. Each tool takes its turn on one pinned core, so that what happens on the
machine happens to all; rates are per second of processor time unless a table says otherwise.

"""


@dataclass(frozen=True, slots=True)
class Benchmark:
    module: str
    title: str
    arguments: tuple[str, ...] = ()


BENCHMARKS = (
    Benchmark("screen", "Personal data"),
    Benchmark("reading", "Reading JSON lines"),
    Benchmark("memory", "Memory"),
    Benchmark("cores", "Two cores"),
    Benchmark("toxicity", "Toxicity"),
    Benchmark("images", "Images"),
    Benchmark("duplicates", "Near-duplicates and memory of decisions"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmarks; returns 1 when one of them misses a target or fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--large", action="store_true", help="memory on shards of 10 GB")
    parser.add_argument("--only", default="", help="modules to run, separated by commas")
    options = parser.parse_args(arguments)
    wanted = [one for one in BENCHMARKS if not options.only or one.module in options.only.split(",")]
    sections, missed = [], False
    for one in wanted:
        text, code = section(one, ("--large",) if options.large and one.module == "memory" else ())
        print(text, flush=True)
        sections.append(text)
        missed |= code != 0
    if options.write:
        page = OPENING + tables.measured(datetime.now(UTC).date(), VERSIONS) + "\n\n"
        PAGE.write_text(page + "\n\n".join(sections) + "\n", encoding="utf-8")
    return int(missed)


def section(one: Benchmark, further: Sequence[str] = ()) -> tuple[str, int]:
    """A benchmark's part of the page, run in a process of its own, and its exit code."""
    head = f"## {one.title}\n\n"
    if find_spec(f"benchmarks.{one.module}") is None:
        return f"{head}Not measured.", 1
    command = [sys.executable, "-m", f"benchmarks.{one.module}", *one.arguments, *further]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    told = done.stdout.strip()
    body = told if _is_markdown(told) else f"```text\n{told}\n```"
    return f"{head}{body}\n\n`python -m benchmarks.{one.module}`", done.returncode


def _is_markdown(text: str) -> bool:
    return any(line.startswith("|--") for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
