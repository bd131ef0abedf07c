"""`hayward screen`: findings on stdout, words on stderr, every record accounted for, exit codes to rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.cli.exits import ExitCode
from tests.hayward.cli.conftest import Command

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
    "validator",
]
GOOD = '{"text": "Write to ann@example.org"}\n{"text": "the sheep may graze"}\n'


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_text(GOOD)
    return path


def test_findings_are_json_lines_on_stdout(hayward: Command, shard: Path) -> None:
    done = hayward("screen", shard, "--screeners", "pii")

    (line,) = done.out.splitlines()
    finding = json.loads(line)
    assert list(finding) == MEMBERS
    assert (finding["path"], finding["record"], finding["kind"]) == (str(shard), 0, "email_address")
    assert (finding["start"], finding["end"], finding["score"]) == (9, 24, 0.95)
    assert done.err == "1 shards, 2 records read = 1 passed + 1 flagged + 0 held; 1 findings.\n"
    assert done.code == ExitCode.OK


def test_notice_says_which_toxicity_engine_works(hayward: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "You are a stupid idiot."}\n')

    done = hayward("screen", path)

    assert [json.loads(line)["kind"] for line in done.out.splitlines()] == ["toxicity"]
    assert done.err.splitlines()[0].startswith("Toxicity is scored by ")


def test_quiet_says_nothing_but_data(hayward: Command, shard: Path) -> None:
    done = hayward("screen", shard, "-q")

    assert (done.code, done.err, len(done.out.splitlines())) == (ExitCode.OK, "", 1)


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_out_takes_the_findings_and_stdout_stays_empty(
    hayward: Command, shard: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name

    done = hayward("screen", shard, "--screeners", "pii", "--out", out)

    rows = pq.read_table(out).to_pylist() if name.endswith(".parquet") else [json.loads(out.read_text())]
    assert (done.code, done.out) == (ExitCode.OK, "")
    columns = [*MEMBERS, "context", "box", "subject"] if name.endswith(".parquet") else MEMBERS
    assert [(list(row), row["kind"], row["end"]) for row in rows] == [(columns, "email_address", 24)]
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == [name]


def test_report_accounts_for_every_record(hayward: Command, shard: Path, tmp_path: Path) -> None:
    bad, report = tmp_path / "bad.jsonl", tmp_path / "report.json"
    bad.write_text('{"text": "plain"}\n{"text": NaN}\n{not json\n{"text": "+44 20 7946 0958"}\n')

    done = hayward("screen", shard, bad, "--screeners", "pii", "--report", report)

    document = json.loads(report.read_text())
    assert document["total"] == {
        "shards": 2, "unreadable": 0, "read": 6, "passed": 2, "flagged": 2, "held": 2, "findings": 2,
        "kinds": {"email_address": 1, "phone_number": 1},
    }  # fmt: skip
    (held,) = [one for one in document["shards"] if one["path"] == str(bad)]
    assert [(record["row"], record["reason"]) for record in held["held_records"]] == [
        (1, "non-finite-number"),
        (2, "invalid-json"),
    ]
    assert [screener["name"] for screener in document["screeners"]] == ["pii"]
    assert done.code == ExitCode.PARTLY_DONE
    assert f"{bad}, record 1: held, non-finite-number" in done.err
    assert str(report) in done.err.splitlines()[-1]


def test_jobs_change_nothing_in_the_findings(hayward: Command, shard: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"text": "bob@example.net"}\n')

    alone = hayward("screen", shard, other, "--screeners", "pii")
    together = hayward("screen", shard, other, "--screeners", "pii", "--jobs", "2")

    assert together == alone
    assert len(alone.out.splitlines()) == 2


def test_fields_asked_for_are_the_only_ones_looked_at(hayward: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "ann@example.org", "title": "bob@example.org", "notes": "eve@example.org"}\n')

    done = hayward("screen", path, "--screeners", "pii", "--field", "title", "--field", "notes")

    assert [json.loads(line)["field"] for line in done.out.splitlines()] == ["title", "notes"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--screeners", "pii,toxicty"), "Did you mean toxicity?"),
        (("--screeners", ","), "Name at least one screener"),
        (("--out", "findings.csv"), "give the file the ending .jsonl or .parquet"),
        (("--jobs", "0"), "--jobs"),
        (("--field", "nothing", "--screeners", "pii"), "nothing"),
    ],
    ids=["screener", "no screener", "ending", "jobs", "field"],
)
def test_wrong_usage_is_told_and_ends_in_two(
    hayward: Command, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["plain"]}), path)

    done = hayward("screen", path, *arguments)

    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert message in done.err


def test_missing_path_alone_ends_in_four(hayward: Command, tmp_path: Path) -> None:
    done = hayward("screen", tmp_path / "none.jsonl", "--screeners", "pii")

    assert (done.code, done.out) == (ExitCode.NOT_FOUND, "")
    assert str(tmp_path / "none.jsonl") in done.err


def test_nothing_is_left_where_nothing_was_read(hayward: Command, tmp_path: Path) -> None:
    hayward("screen", tmp_path / "none.jsonl", "--screeners", "pii", "--out", tmp_path / "out.jsonl")

    assert not (tmp_path / "out.jsonl").exists()


def test_missing_path_beside_a_good_one_does_not_stop_it(
    hayward: Command, shard: Path, tmp_path: Path
) -> None:
    done = hayward("screen", tmp_path / "none.jsonl", shard, "--screeners", "pii")

    assert (done.code, len(done.out.splitlines())) == (ExitCode.PARTLY_DONE, 1)
    assert f"Warning: {tmp_path / 'none.jsonl'} does not exist" in done.err
