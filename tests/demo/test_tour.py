"""The tour: the whole loop against running parts, on real shards where they are and on the bundled ones always."""

import subprocess
import sys
from pathlib import Path

import pytest

from demo import making
from demo.site import PROJECT
from tests.shared_data import shared_data

pytestmark = [pytest.mark.process, pytest.mark.slow]


def run_tour(data: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "demo.tour", str(data)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_tour_on_the_bundled_dataset() -> None:
    said = run_tour(making.DATA)

    assert "320 records read = 243 passed + 76 flagged + 1 held" in said
    assert said.endswith("The tour is complete: every count was right.\n")


def test_tour_on_real_shards() -> None:
    said = run_tour(shared_data("shards", "data-juicer"))

    assert said.endswith("The tour is complete: every count was right.\n")
