"""Findings as files."""

import io
import json
from pathlib import Path

import pyarrow.parquet as pq

from hayward.screening import Finding, JsonLinesWriter, ParquetWriter
from hayward.screening.findings import StoredFindings, read_lines

MEMBERS = [
    "path",
    "record",
    "digest",
    "screener",
    "version",
    "kind",
    "field",
    "start",
    "end",
    "score",
    "rule",
]
COLUMNS = [*MEMBERS, "validator", "context", "box", "subject"]


def finding(record: int) -> Finding:
    return Finding(
        "päth.jsonl", record, "0" * 64, "pii", "1.0.0", "email_address", "text", 3, 20, 0.95, "email/1"
    )


def test_json_line_has_exactly_the_members_of_a_finding_in_order() -> None:
    file = io.BytesIO()
    writer = JsonLinesWriter(file)

    writer.write([finding(1)])
    writer.write([])
    writer.close()

    (line,) = file.getvalue().decode().splitlines()
    assert list(json.loads(line)) == MEMBERS
    assert "päth.jsonl" in line


def test_json_lines_read_back_as_they_were_written() -> None:
    file = io.BytesIO()
    JsonLinesWriter(file).write([finding(1), finding(2)])
    file.seek(0)

    assert list(read_lines(file)) == [finding(1), finding(2)]


def test_parquet_holds_the_same_rows_in_groups_of_bounded_size() -> None:
    file = io.BytesIO()
    writer = ParquetWriter(file)
    rows = ParquetWriter.GROUP_ROWS + 5

    for begin in range(0, rows, 1000):
        writer.write(finding(record) for record in range(begin, min(begin + 1000, rows)))
    writer.close()

    table = pq.read_table(io.BytesIO(file.getvalue()))
    assert table.column_names == COLUMNS
    assert table.column("record").to_pylist() == list(range(rows))
    assert pq.ParquetFile(io.BytesIO(file.getvalue())).num_row_groups == 2


def test_parquet_without_findings_is_a_table_without_rows() -> None:
    file = io.BytesIO()

    ParquetWriter(file).close()

    assert pq.read_table(io.BytesIO(file.getvalue())).shape == (0, len(COLUMNS))


def test_stored_findings_are_copied_byte_for_byte_and_read_back(tmp_path: Path) -> None:
    part, copy = tmp_path / "part", io.BytesIO()
    finding = Finding("ä.parquet", 3, "00", "pii", "1", "iban", "text", 1, 5, 0.5, "iban/1", box=(1, 2, 3, 4))
    with part.open("wb") as file:
        JsonLinesWriter(file).write([finding, finding])

    JsonLinesWriter(copy).write(StoredFindings(part))

    assert copy.getvalue() == part.read_bytes()
    assert list(StoredFindings(part)) == [finding, finding]
