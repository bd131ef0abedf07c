"""Tests of `hayward redact`: copies in which personal data is replaced and nothing else."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.cli import main

LINES = (
    '{"id": 1, "text": "Mail ann@example.com or bob@example.com, not ann@example.com. Caf\\u00e9 \U0001f600"}',
    '{"id": 2,  "text": "nothing here" , "n": 1.50}',
    '{"id": 3, "text": "Mrs. Katherine Jones wrote: \\"ann@example.com\\""}',
)
KEY = "a secret of the example, long enough"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("\n".join(LINES) + "\n")
    with gzip.open(folder / "b.jsonl.gz", "wb") as file:
        file.write((LINES[1] + "\n").encode())
    pq.write_table(pa.table({"text": [json.loads(line)["text"] for line in LINES]}), folder / "c.parquet")
    return tmp_path / "data"


def redact(*arguments: object) -> int:
    return main(["redact", *map(str, arguments), "--quiet"])


def texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text().splitlines()]


def test_redact_writes_marked_copies_and_leaves_every_other_byte(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "clean"

    code = redact(data, "--out", out)

    lines = (out / "deep" / "a.jsonl").read_text().split("\n")
    assert code == 0
    assert lines == [
        LINES[0].replace("ann@example.com", "[EMAIL_ADDRESS]").replace("bob@example.com", "[EMAIL_ADDRESS]"),
        LINES[1],
        LINES[2].replace("ann@example.com", "[EMAIL_ADDRESS]").replace("Katherine Jones", "[PERSON_NAME]"),
        "",
    ]
    assert gzip.decompress((out / "deep" / "b.jsonl.gz").read_bytes()).decode() == LINES[1] + "\n"
    assert pq.read_table(out / "deep" / "c.parquet")["text"].to_pylist() == [
        json.loads(one)["text"] for one in lines[:3]
    ]


@pytest.mark.parametrize("mode", ["mark", "pseudonym", "hash"])
def test_redact_again_changes_nothing(data: Path, tmp_path: Path, mode: str) -> None:
    (tmp_path / "key").write_text(KEY)
    key = ("--hash-key-file", tmp_path / "key") if mode == "hash" else ()

    codes = [
        redact(data, "--out", tmp_path / "one", "--replace", mode, *key),
        redact(tmp_path / "one", "--out", tmp_path / "two", "--replace", mode, *key),
    ]

    assert codes == [0, 0]
    for name in ("a.jsonl", "b.jsonl.gz", "c.parquet"):
        assert (tmp_path / "one/deep" / name).read_bytes() == (tmp_path / "two/deep" / name).read_bytes()
    assert "@example.com" not in (tmp_path / "one/deep/a.jsonl").read_text()


def test_pseudonyms_are_one_for_one_value_within_a_record(data: Path, tmp_path: Path) -> None:
    redact(data, "--out", tmp_path / "clean", "--replace", "pseudonym")

    first, _, third = texts(tmp_path / "clean/deep/a.jsonl")
    assert (
        first == "Mail person1@example.org or person2@example.org, not person1@example.org. Café \U0001f600"
    )
    assert third == 'Mrs. Person A wrote: "person1@example.org"'


def test_hashes_link_equal_values_over_documents(data: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    redact(data, "--out", tmp_path / "clean", "--replace", "hash", "--hash-key-file", tmp_path / "key")

    first, _, third = texts(tmp_path / "clean/deep/a.jsonl")
    mark = first.split("not ")[1].split(". ")[0]
    assert first.count(mark) == 2
    assert third.endswith(f'wrote: "{mark}"')


def test_record_that_cannot_be_screened_is_left_out_and_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = data / "deep" / "a.jsonl"
    source.write_text(LINES[1] + "\nbroken ann@example.com\n" + LINES[1] + "\n")

    code = redact(source, "--out", tmp_path / "clean", "--report", tmp_path / "report.json")

    (shard,) = json.loads((tmp_path / "report.json").read_bytes())["shards"]
    assert code == 6
    assert (tmp_path / "clean/a.jsonl").read_text() == LINES[1] + "\n" + LINES[1] + "\n"
    assert (shard["read"], shard["redacted"], shard["held"]) == (3, 0, 1)
    assert "1 records left out (invalid-json)" in capsys.readouterr().err


def test_report_names_what_was_replaced_by_kind_and_how(data: Path, tmp_path: Path) -> None:
    redact(data / "deep/a.jsonl", "--out", tmp_path / "clean", "--report", tmp_path / "report.json")

    report = json.loads((tmp_path / "report.json").read_bytes())
    (shard,) = report["shards"]
    assert (report["format"], report["replace"], report["min_score"]) == ("hayward-redaction/1", "mark", 0.5)
    assert [one["name"] for one in report["screeners"]] == ["pii", "names"]
    assert (shard["redacted"], shard["spans"]) == (2, {"email_address": 4, "person_name": 1})
    assert "ann@" not in json.dumps(report)


def test_findings_below_the_score_are_left(data: Path, tmp_path: Path) -> None:
    redact(data / "deep/a.jsonl", "--out", tmp_path / "clean", "--min-score", "1", "--screeners", "names")

    assert (tmp_path / "clean/a.jsonl").read_text() == "\n".join(LINES) + "\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("{data}", "--out", "{data}"), 2),
        (("{data}", "--out", "{out}", "--screeners", "toxicity"), 2),
        (("{data}", "--out", "{out}", "--screeners", ","), 2),
        (("{data}", "--out", "{out}", "--replace", "hash"), 2),
        (("{data}", "--out", "{out}", "--hash-key-file", "{data}/deep/a.jsonl"), 2),
        (("{data}/nowhere.jsonl", "--out", "{out}"), 4),
        (("{data}/deep/a.jsonl", "{data}/../other/a.jsonl", "--out", "{out}"), 2),
    ],
    ids=[
        "over itself",
        "whole texts",
        "no screener",
        "no key",
        "needless key",
        "missing",
        "two copies of one name",
    ],
)
def test_redact_refuses_what_it_cannot_do(
    data: Path, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.jsonl").write_text(LINES[1])
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}

    found = redact(*(one.format(data=data, out=tmp_path / "out") for one in arguments))

    assert found == code
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "out").exists()


def test_short_key_is_refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text("short")

    code = redact(data, "--out", tmp_path / "out", "--replace", "hash", "--hash-key-file", tmp_path / "key")

    assert code == 2
    assert "openssl rand" in capsys.readouterr().err


def test_unreadable_shard_has_no_copy(data: Path, tmp_path: Path) -> None:
    (data / "deep/c.parquet").write_bytes(b"PAR1 broken")

    code = redact(data, "--out", tmp_path / "clean")

    assert code == 6
    assert sorted(path.name for path in (tmp_path / "clean/deep").iterdir()) == ["a.jsonl", "b.jsonl.gz"]
