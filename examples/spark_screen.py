"""Screens shards under Spark: one row per shard goes out, findings and counts come back (mapInArrow).

python -m examples.spark_screen DATA findings.jsonl report.json
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from examples import outcome
from hayward.formats import discover
from hayward.screening import screen_paths
from hayward.screening.scale import RESULT_DDL, RESULT_SCHEMA

SCREENERS = ("pii",)


def screened(spark: SparkSession, shards: list[str]) -> DataFrame:
    """The results of all shards, each screened by one task; the tasks must be able to read these paths."""
    paths = spark.createDataFrame([(path,) for path in shards], "path string").repartition(
        len(shards), "path"
    )
    return paths.mapInArrow(partial(screen_paths, screeners=SCREENERS), RESULT_DDL).orderBy("path", "part")


def main(data: str, findings: str, report: str) -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local[2]"))
        .appName("hayward")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    try:
        rows = screened(spark, discover([data])).toLocalIterator()
        results = (pa.RecordBatch.from_pylist([row.asDict()], schema=RESULT_SCHEMA) for row in rows)
        outcome.write(results, findings=Path(findings), report=Path(report), screeners=SCREENERS)
    finally:
        spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
