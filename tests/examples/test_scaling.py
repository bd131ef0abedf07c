"""The programs in examples/ under the real engines: what they find is what `hayward screen` finds, to the byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.formats import Held, discover
from hayward.screening import JsonLinesWriter, screen_paths, screen_rows, write_results
from hayward.screening.scale import (
    RESULT_SCHEMA,
    ROW_SCHEMA,
    OutOfOrder,
    account,
    findings_in,
)
from tests.hayward.screening.test_running import wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Shards of two formats with findings, a broken line, a picture of every count."""
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(3):
        lines = [
            {"text": f"write to ann{row}@mail.example.co.uk" if row % 3 == number else "plain", "n": row}
            for row in range(40)
        ]
        (folder / f"part-{number}.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in lines) + "cut\n"
        )
    texts = [
        f"host 2001:db9::{row:x} or +44 20 7946 0{row:03}" if row % 7 == 0 else "naïve 😀"
        for row in range(60)
    ]
    pq.write_table(pa.table({"text": texts, "n": list(range(60))}), folder / "part-3.parquet")
    return folder


Files = tuple[bytes, dict[str, object]]


def command(*arguments: object, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode in {0, 6}, done.stderr[-4000:]


def read(findings: Path, report: Path) -> Files:
    return findings.read_bytes(), json.loads(report.read_text())


@pytest.fixture
def expected(data: Path, tmp_path: Path) -> Files:
    out = tmp_path / "expected.jsonl", tmp_path / "expected.json"
    command("hayward.cli", "screen", data, "--screeners", "pii", "-q", "--out", out[0], "--report", out[1])
    findings, report = read(*out)
    assert (findings.count(b"\n"), report["total"]["held"]) == (58, 3)  # type: ignore[index]
    return findings, report


def needs(*modules: str) -> pytest.MarkDecorator:
    missing = [module for module in modules if find_spec(module) is None]
    return pytest.mark.skipif(
        bool(missing), reason=f"needs {' and '.join(missing)}: pip install -r requirements/scale.txt"
    )


@pytest.mark.process
@pytest.mark.slow
@needs("pyspark")
def test_spark_finds_the_same(data: Path, expected: Files, tmp_path: Path) -> None:
    out = tmp_path / "spark.jsonl", tmp_path / "spark.json"

    command("examples.spark_screen", data, *out)

    assert read(*out) == expected


@pytest.mark.process
@pytest.mark.slow
@needs("ray")
def test_ray_finds_the_same(data: Path, expected: Files, tmp_path: Path) -> None:
    out = tmp_path / "ray.jsonl", tmp_path / "ray.json"

    command("examples.ray_screen", data, *out, RAY_USAGE_STATS_ENABLED="0", RAY_DEDUP_LOGS="0")

    assert read(*out) == expected


@pytest.mark.process
@needs("celery")
def test_celery_workers_find_the_same(data: Path, expected: Files, tmp_path: Path) -> None:
    queue, state = tmp_path / "queue", tmp_path / "state"
    (queue / "control").mkdir(parents=True)
    environment = {"CELERY_BROKER": "filesystem://", "CELERY_FOLDER": str(queue), "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "examples.celery_screen", "worker", "--concurrency", "2"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        command("examples.celery_screen", data, state, **environment)
        wait_for(lambda: len(list(state.rglob("*.json"))) == len(discover([str(data)])))
    finally:
        worker.terminate()
        worker.wait(timeout=60)
    marks = {mark: mark.stat().st_mtime_ns for mark in state.rglob("*.json")}
    out = tmp_path / "celery.jsonl", tmp_path / "celery.json"

    command(
        "hayward.cli",
        "screen",
        data,
        "--screeners",
        "pii",
        "--state",
        state,
        "-q",
        "--out",
        out[0],
        "--report",
        out[1],
    )

    assert read(*out) == expected
    assert {mark: mark.stat().st_mtime_ns for mark in state.rglob("*.json")} == marks


def test_results_are_those_of_the_command(data: Path, expected: Files, tmp_path: Path) -> None:
    paths = pa.RecordBatch.from_pydict({"path": discover([str(data)])})
    file = tmp_path / "found.jsonl"

    with file.open("wb") as out:
        reports = write_results(screen_paths([paths], screeners=("pii",)), JsonLinesWriter(out))

    assert file.read_bytes() == expected[0]
    assert [(report.read, report.held) for report in reports] == [(41, 1), (41, 1), (41, 1), (60, 0)]
    assert reports[0].held_records == [Held(40, "invalid-json", reports[0].held_records[0].detail)]


@pytest.mark.parametrize(
    "places", [[("b", 0), ("a", 0)], [("a", 1)], [("a", 0), ("a", 2)], [("a", 0), ("a", 0)]]
)
def test_results_out_of_order_are_refused(tmp_path: Path, places: list[tuple[str, int]]) -> None:
    rows = [{"path": path, "part": part, "findings": b"", "report": None} for path, part in places]
    results = [pa.RecordBatch.from_pylist(rows, schema=RESULT_SCHEMA)]

    with (tmp_path / "f").open("wb") as out, pytest.raises(OutOfOrder, match="sort by path and part"):
        write_results(results, JsonLinesWriter(out))


def test_rows_that_know_their_place_give_the_same_findings(
    data: Path, expected: Files, tmp_path: Path
) -> None:
    path = str(data / "part-3.parquet")
    table = pq.read_table(path)
    table = table.append_column("path", pa.array([path] * 60)).append_column("record", pa.array(range(60)))
    file = tmp_path / "rows.jsonl"

    batches = list(screen_rows(table.to_batches(max_chunksize=7), screeners=("pii",)))

    with file.open("wb") as out:
        JsonLinesWriter(out).write(findings_in(batches))
    wanted = [line for line in expected[0].splitlines() if b"part-3.parquet" in line]
    assert file.read_bytes().splitlines() == wanted
    (report,) = account({path: 60}, (row for batch in batches for row in batch.to_pylist()))
    assert (report.read, report.passed, report.flagged, report.held, report.findings) == (60, 51, 9, 0, 18)
    assert {batch.schema for batch in batches} == {ROW_SCHEMA}


def test_rows_may_bring_their_digest() -> None:
    rows = [{"path": "a", "record": 5, "digest": "ab" * 32, "text": "write to ann@mail.example.co.uk"}]

    (found,) = screen_rows([pa.RecordBatch.from_pylist(rows)], screeners=("pii",))

    assert found.select(["path", "record", "digest", "kind"]).to_pylist() == [
        {"path": "a", "record": 5, "digest": "ab" * 32, "kind": "email_address"}
    ]
