"""Hostile texts take time linear in their length."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PATTERNS = [
    "a", "a ", " ", "a b c d e ", "é", "é ", "e\u0301", "\u0301", "日", "日 ", "\U0001f600", "\U00010400", "\x00", "\n",
    "\u00a0", "ß", "İ", "ﬁ", "\u1100\u1161", "\u0915\u094d", "-", "x" * 65 + " ", "“",
]  # fmt: skip
PROGRAM = """
import json, sys, time
import pyarrow as pa
from hayward.screeners.duplicates.signature import sketched
sketched(pa.array(["warm up \\u0301 with some words to begin"], pa.large_string()))
times = {}
for pattern in json.load(sys.stdin):
    times[pattern] = []
    for size in (1 << 20, 1 << 21):
        text = pa.array([pattern * (size // len(pattern.encode()))], pa.large_string())
        begin = time.process_time()
        sketched(text)
        times[pattern].append(time.process_time() - begin)
print(json.dumps(times))
"""
# A mebibyte takes a tenth of a second; a loop in a loop takes hours.
GENEROUS_SECONDS = 5.0


@pytest.mark.slow
def test_hostile_mebibytes_are_sketched_in_bounded_time() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(PATTERNS),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )

    times = json.loads(done.stdout)
    assert len(times) == len(PATTERNS)
    assert {pattern: seconds for pattern, seconds in times.items() if max(seconds) > GENEROUS_SECONDS} == {}
