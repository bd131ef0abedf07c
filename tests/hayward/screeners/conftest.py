"""Gives the screener `duplicates` the memory that its examples speak of, before any test module loads it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hayward.screeners.duplicates.memory import Memory
from hayward.screeners.duplicates.screener import remembered

# The contract's tests load all screeners while they are collected, when no fixture has run yet.
_folder = tempfile.TemporaryDirectory(prefix="hayward-test-memory-")
Memory.build(remembered(), Path(_folder.name))
os.environ["HAYWARD_MEMORY"] = _folder.name
