"""One shard: every record passed, flagged or held, and digests that are those of the records."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.formats import digest
from hayward.screeners import UnableToLoad, load
from hayward.screening import Finding, ShardProgress, ShardReport, screen_shard
from tests.hayward.screening.fragile import Fragile, Unloadable
from tests.shared_data import shared_data

PII = load(("pii",))
VERSION = PII[0].version
EMAIL, PHONE = "email.documentation-domain/1", "phone.international/1"
RECORDS: list[dict[str, Any]] = [
    {"text": "plain"},
    {"text": "Write to ann@example.org or +44 20 7946 0958", "url": "https://example.org"},
    {"text": "😀 bob@example.org", "meta": {"n": 1}},
    {"text": ""},
]


def write_lines(path: Path, *lines: str | dict[str, Any]) -> Path:
    text = "".join(
        (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines
    )
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def screened(path: Path, **options: object) -> tuple[list[Finding], ShardReport]:
    screening = screen_shard(str(path), **{"screeners": PII, **options})  # type: ignore[arg-type]
    findings = [finding for batch in screening for finding in batch]
    return findings, screening.report


def counts(report: ShardReport) -> tuple[int, int, int, int]:
    return report.read, report.passed, report.flagged, report.held


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_findings_tell_where_to_look_and_nothing_of_what_stands_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist([{"text": record["text"]} for record in RECORDS]), path)
        records = [{"text": record["text"]} for record in RECORDS]
    else:
        write_lines(path, *RECORDS)
        records = [dict(record) for record in RECORDS]

    findings, report = screened(path)

    first, second = digest(records[1]), digest(records[2])
    assert findings == [
        Finding(str(path), 1, first, "pii", VERSION, "email_address", "text", 9, 24, 0.95, EMAIL, "RFC 2606"),
        Finding(
            str(path), 1, first, "pii", VERSION, "phone_number", "text", 28, 44, 0.9, PHONE, "libphonenumber"
        ),
        Finding(
            str(path), 2, second, "pii", VERSION, "email_address", "text", 2, 17, 0.95, EMAIL, "RFC 2606"
        ),
    ]
    assert counts(report) == (4, 2, 2, 0)
    assert report.kinds == {"email_address": 2, "phone_number": 1}
    assert report.error is None


def test_records_that_cannot_be_read_are_held_and_counted(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", RECORDS[0], "{not json", '{"text": NaN}', RECORDS[1])

    findings, report = screened(path)

    assert counts(report) == (4, 1, 1, 2)
    assert report.held_reasons == {"invalid-json": 1, "non-finite-number": 1}
    assert [record.row for record in report.held_records] == [1, 2]
    assert {finding.record for finding in findings} == {3}


def test_record_on_which_a_screener_fails_is_held_and_the_others_are_not(tmp_path: Path) -> None:
    texts = ["sheep", "plain", "boom ann@example.org", "two sheep", "boom", "plain"]
    path = write_lines(tmp_path / "a.jsonl", *({"text": text} for text in texts))

    findings, report = screened(path, screeners=(*PII, Fragile()))

    assert counts(report) == (6, 2, 2, 2)
    assert [(finding.record, finding.kind) for finding in findings] == [(0, "sheep"), (3, "sheep")]
    assert [(record.row, record.reason, record.detail) for record in report.held_records] == [
        (2, "screener-failed", "ZeroDivisionError"),
        (4, "screener-failed", "ZeroDivisionError"),
    ]


def test_screener_that_cannot_work_stops_the_screening(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", *RECORDS)

    with pytest.raises(UnableToLoad):
        screened(path, screeners=(Unloadable(),))


def test_shard_cut_off_keeps_what_was_read_before(tmp_path: Path) -> None:
    chance = [
        {"text": f"{number} ann{number}@example.org " + "common meadow " * (number % 50)}
        for number in range(5000)
    ]
    path = write_lines(tmp_path / "a.jsonl.gz", *chance)
    path.write_bytes(path.read_bytes()[:-2000])

    findings, report = screened(path)

    assert report.conserved
    assert 0 < report.read < 5000
    assert len(findings) == report.flagged == report.read
    assert report.reason == "truncated"
    assert str(path) in (report.error or "")


def test_missing_shard_is_reported_not_raised(tmp_path: Path) -> None:
    findings, report = screened(tmp_path / "none.jsonl")

    assert (findings, counts(report), report.reason) == ([], (0, 0, 0, 0), "missing")


def test_only_the_fields_asked_for_are_looked_at(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "ann@example.org", "title": "bob@example.org"})

    findings, report = screened(path, fields=("title",))

    assert [finding.field for finding in findings] == ["title"]
    assert counts(report) == (1, 0, 1, 0)


def test_progress_is_told_batch_by_batch_up_to_the_whole_shard(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_lines(path, *({"text": "the sheep may graze " * 500} for _ in range(2500)))
    told: list[ShardProgress] = []

    screened(path, on_batch=told.append)

    assert len(told) > 1
    assert [step.read for step in told] == sorted(step.read for step in told)
    assert (told[-1].read, told[-1].bytes_read) == (2500, path.stat().st_size)


def test_screening_again_gives_the_same(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", *RECORDS)
    screening = screen_shard(str(path), screeners=PII)

    once, first = list(screening), screening.report
    again, second = list(screening), screening.report

    assert (once, first) == (again, second)


@pytest.mark.parametrize("name", ["demo-dataset.jsonl", "demo-dataset.parquet", "redpajama-c4-refined.jsonl"])
def test_real_shards_are_accounted_for_in_full(name: str) -> None:
    path = shared_data("shards", "data-juicer", name)

    _, report = screened(path)

    assert report.error is None
    assert report.conserved
    assert report.read > 0
    assert report.held == 0


def test_bad_parquet_files_are_refused_by_name() -> None:
    folder = shared_data("shards", "parquet-testing", "bad_data")

    reports = [screened(path)[1] for path in sorted(folder.glob("*.parquet"))]

    assert reports
    assert all(report.conserved for report in reports)
    assert all(report.error is None or report.path in report.error for report in reports)
    assert any(report.error for report in reports)
