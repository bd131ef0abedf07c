"""Tests of reading JSON lines."""

import gzip
import os
from pathlib import Path

import pytest

from hayward.formats import Held, digest, iterate_records, open_shard, read_records
from tests.hayward.formats.shards import PEOPLE, json_lines, read_all, read_until_error, refusal, write_jsonl


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.json.gz", "a.jsonl.gz", "a.jsonl.zst", "a.ndjson"])
def test_jsonl_reads_every_spelling(tmp_path: Path, name: str) -> None:
    path = write_jsonl(tmp_path / name, PEOPLE)

    rows, texts, held = read_all(path)

    assert (rows, held) == ([0, 1, 2], [])
    assert texts == {"text": [record["text"] for record in PEOPLE]}
    assert open_shard(str(path)).layout == "c4"


def test_jsonl_holds_bad_lines_and_counts_blank_ones(tmp_path: Path) -> None:
    lines = [
        b'{"text":"a"}',
        b"",
        b"  \r",
        b'{"text":NaN}',
        b'{"text":"\xff"}',
        b'{"text":5}',
        b"oops",
        b'{"text":null}\r',
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))

    rows, texts, held = read_all(tmp_path / "a.jsonl")

    assert (rows, texts) == ([0, 7], {"text": ["a", None]})
    reasons = [(one.row, one.reason) for one in held]
    assert reasons == [(3, "non-finite-number"), (4, "invalid-utf8"), (5, "wrong-type"), (6, "invalid-json")]


def test_jsonl_batches_are_bounded_and_conserve_every_record(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl.gz", ({"text": "x" * 50, "n": n} for n in range(5000)))
    shard = open_shard(str(path), batch_bytes=10_000)

    batches = list(shard)

    assert max(batch.fields.nbytes for batch in batches) < 20_000
    assert [row for batch in batches for row in batch.rows.to_pylist()] == list(range(5000))
    assert batches[3].record(1) == {"text": "x" * 50, "n": batches[3].rows[1].as_py()}
    assert batches[3].digest(1) == digest(batches[3].record(1))
    assert shard.bytes_read == shard.bytes_total == path.stat().st_size


def test_jsonl_gives_all_complete_records_of_a_truncated_shard(tmp_path: Path) -> None:
    data = json_lines({"text": os.urandom(40).hex()} for _ in range(3000))
    packed = gzip.compress(data)
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])

    rows, error = read_until_error(tmp_path / "a.jsonl.gz")

    assert error
    assert (error.reason, error.row) == ("truncated", len(rows))
    assert 1000 < len(rows) < 2000
    assert "a.jsonl.gz ends too early at record" in str(error)


def test_jsonl_holds_a_last_line_that_was_cut(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(PEOPLE)[:-5])

    rows, _, held = read_all(tmp_path / "a.jsonl")

    assert (rows, [one.row for one in held]) == ([0, 1], [2])


def test_jsonl_refuses_an_empty_file_a_false_name_and_unknown_fields(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    (tmp_path / "b.jsonl.gz").write_bytes(json_lines(PEOPLE))
    write_jsonl(tmp_path / "c.jsonl", [{"text": "a", "meta": {"author": "Ann", "n": 1}}])
    write_jsonl(tmp_path / "d.jsonl", [{"n": 1}])

    assert refusal(tmp_path / "a.jsonl").reason == "empty"
    assert refusal(tmp_path / "b.jsonl.gz").reason == "corrupt"
    missing = refusal(tmp_path / "c.jsonl", fields=["txt"])
    assert (missing.reason, missing.detail) == (
        "no-such-field",
        "'txt' is not among: text, meta.author, meta.n",
    )
    assert refusal(tmp_path / "d.jsonl").reason == "no-text-field"


def test_jsonl_follows_a_dotted_path_but_prefers_a_key_of_that_name(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"meta": {"author": "Ann"}}, {"meta": None}, {}])
    write_jsonl(tmp_path / "b.jsonl", [{"meta.author": "Bo", "meta": {"author": "Ann"}}])

    assert read_all(tmp_path / "a.jsonl", fields=["meta.author"])[1] == {"meta.author": ["Ann", None, None]}
    assert read_all(tmp_path / "b.jsonl", fields=["meta.author"])[1] == {"meta.author": ["Bo"]}


def test_jsonl_learns_its_fields_from_the_first_readable_record(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"broken\n" * 2000 + b'{"title":"a","body":"b","n":1}\n')

    rows, texts, held = read_all(tmp_path / "a.jsonl")

    assert (rows, texts, len(held)) == ([2000], {"title": ["a"], "body": ["b"]}, 2000)


def test_jsonl_with_nothing_readable_holds_everything(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"broken\nas well\n")

    rows, _, held = read_all(tmp_path / "a.jsonl")

    assert (rows, [one.row for one in held]) == ([], [0, 1])


def test_jsonl_shard_can_be_read_twice(tmp_path: Path) -> None:
    shard = open_shard(str(write_jsonl(tmp_path / "a.jsonl", PEOPLE)))

    assert [len(batch.rows) for batch in shard] == [len(batch.rows) for batch in shard] == [3]


def test_read_records_gives_just_the_rows_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(PEOPLE) + b"broken\n")

    assert read_records(str(path), [2, 3, 99]) == {2: PEOPLE[2]}


def test_iterate_records_reads_no_further_than_the_last_row_asked_for(tmp_path: Path) -> None:
    packed = gzip.compress(json_lines(PEOPLE)) + b"damage"
    (tmp_path / "a.jsonl.gz").write_bytes(packed)

    assert list(iterate_records(str(tmp_path / "a.jsonl.gz"), {0})) == [(0, PEOPLE[0])]


def test_iterate_records_gives_held_lines_too(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\n[]\n{"a":1}')

    found = list(iterate_records(str(tmp_path / "a.jsonl")))

    assert found == [
        (1, Held(1, "not-an-object", "a JSON array stands where an object is due")),
        (2, {"a": 1}),
    ]
