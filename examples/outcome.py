"""Writes what an engine gathered as the two files that `hayward findings import` takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from hayward.screeners import load
from hayward.screening import JsonLinesWriter, write_results
from hayward.screening.reports import document


def write(
    results: Iterable[pa.RecordBatch], *, findings: Path, report: Path, screeners: Sequence[str]
) -> None:
    """Writes findings.jsonl and report.json of results that are ordered by path and part."""
    with findings.open("wb") as file:
        reports = write_results(results, JsonLinesWriter(file))
    report.write_text(
        json.dumps(document(load(screeners), None, reports), indent=2, ensure_ascii=False) + "\n"
    )
