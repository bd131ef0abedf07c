"""Memory: a process that has made the screener does not fetch the arrays of each stretch from the system anew."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import pyarrow as pa
from hayward.screeners.pii.screener import PiiScreener

screener = PiiScreener()
texts = pa.array(["the meadow and the harbour, a letter from 1984\\n" * 400] * 120, pa.large_string())
screener.screen(texts)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    screener.screen(texts)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc hands memory back at once")
def test_a_stretch_takes_no_new_memory() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    megabytes, pages_of_one = 5 * 120 * 46 * 400 / 2**20, 256
    assert int(run.stdout) < megabytes * pages_of_one / 2
