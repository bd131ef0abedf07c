"""Hostile texts take time linear in their length: a mebibyte of each is screened within a bound that only a loop in a
loop could pass."""

import json
import subprocess
import sys

import pytest

PATTERNS = [
    "a", "@", "a@", "a@a", "a@a.", "a@a.bc ", "aa.", "1", "1 ", "12 ", "01 ", "0 ", "1-", "123-45-",
    "123-45-6789 ", "1.", "1.1.1.1.", "1.1.1.1 ", ":", "::", "1:", "a:", "1::", "::1 ", "+", "+1", "+1 ",
    "+12345678 ", "(", "(0)", "(1", "4111 ", "4242 ", "4111111111111111 ", "DE89", "de89 ", "DE89 3704 0044 0532 0130 ",
    "212-555-0123 ", "020 7946 ", "call 1 ", "www.", "http://1 ", "é", "é@", "\U0001f600", "谢@谢.", "\u0301",
    "x1", "\x00", "0171-1 ", "00 ", "#1", "ssn 1",
]  # fmt: skip
PROGRAM = """
import json, sys, time
import pyarrow as pa
from hayward.screeners.pii.screener import PiiScreener
screener = PiiScreener()
screener.screen(pa.array(["warm up: call 0171 1234567, +44 20 7946 0958"], pa.large_string()))
times = {}
for pattern in json.load(sys.stdin):
    text = pa.array([pattern * ((1 << 20) // len(pattern.encode()))], pa.large_string())
    begin = time.process_time()
    screener.screen(text)
    times[pattern] = time.process_time() - begin
print(json.dumps(times))
"""
# A mebibyte takes below a second; a quadratic search takes hours.
GENEROUS_SECONDS = 15.0


@pytest.mark.slow
def test_hostile_mebibytes_are_screened_in_bounded_time() -> None:
    program = [sys.executable, "-c", PROGRAM]

    done = subprocess.run(
        program, input=json.dumps(PATTERNS), capture_output=True, text=True, timeout=600, check=True
    )

    times = json.loads(done.stdout)
    assert len(times) == len(PATTERNS)
    assert {pattern: seconds for pattern, seconds in times.items() if seconds > GENEROUS_SECONDS} == {}
