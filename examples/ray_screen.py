"""Screens shards under Ray Data: one row per shard goes out, findings and counts come back (map_batches).

python -m examples.ray_screen DATA findings.jsonl report.json
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
from ray.data import Dataset

from examples import outcome
from hayward.formats import discover
from hayward.screening import screen_paths
from hayward.screening.scale import RESULT_SCHEMA

SCREENERS = ("pii",)


def screen(table: pa.Table) -> pa.Table:
    """Ray gives and takes tables; a table is a few record batches."""
    return pa.Table.from_batches(screen_paths(table.to_batches(), screeners=SCREENERS), RESULT_SCHEMA)


def screened(shards: list[str]) -> Dataset:
    """The results of all shards, one shard to a call; the workers must be able to read these paths."""
    paths = ray.data.from_arrow(pa.table({"path": shards})).repartition(len(shards))
    return paths.map_batches(screen, batch_format="pyarrow", batch_size=1).sort(["path", "part"])


def main(data: str, findings: str, report: str) -> None:
    # Without RAY_ADDRESS this starts a Ray of its own on this machine.
    ray.init(include_dashboard=False, ignore_reinit_error=True, log_to_driver=False)
    try:
        tables: Any = screened(discover([data])).iter_batches(batch_format="pyarrow", batch_size=None)
        results = (batch.cast(RESULT_SCHEMA) for table in tables for batch in table.to_batches())
        outcome.write(results, findings=Path(findings), report=Path(report), screeners=SCREENERS)
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
