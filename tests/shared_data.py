"""Finds the folder of real labelled data that tests may read, and skips the test clearly where it is absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("HAYWARD_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def shared_data(*parts: str) -> Path:
    """Path below the shared data folder; skips the calling test when it does not exist."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the shared test data ({'/'.join(parts)}); set HAYWARD_SHARED_DATA to its folder")
    return path
