"""Tests of finding shards."""

import os
from pathlib import Path

import fsspec
import pytest

from hayward.formats import UnreadableShard, discover, fingerprint, open_shard, read_records
from tests.hayward.formats.shards import PEOPLE, json_lines, refusal, write_jsonl, write_parquet


def make_tree(root: Path) -> Path:
    for name in (
        "b/x.jsonl",
        "a.json.gz",
        "c.JSONL",
        ".hidden/y.jsonl",
        ".z.jsonl",
        "README.md",
        "dataset_infos.json",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"{}\n")
    return root


def test_discover_finds_shards_in_folders_globs_and_files_once(tmp_path: Path) -> None:
    root = make_tree(tmp_path)
    names = [str(root / name) for name in ("a.json.gz", "b/x.jsonl", "c.JSONL")]

    assert discover([str(root)]) == names
    assert discover([str(root / "*.json*"), str(root / "b"), str(root / "a.json.gz")]) == sorted(
        [names[0], names[1], str(root / "dataset_infos.json")]
    )
    assert discover([str(root / "**" / "x.jsonl")]) == [names[1]]


def test_discover_refuses_what_stands_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    for name in ("empty", "nowhere", "*.parquet"):
        with pytest.raises(UnreadableShard, match="matches no shard") as caught:
            discover([str(tmp_path / name)])
        assert caught.value.reason == "missing"


def test_discover_takes_names_with_brackets_literally_when_they_exist(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "part[1].jsonl", PEOPLE)

    assert discover([str(path)]) == [str(path)]


def test_remote_shards_are_found_read_and_hashed(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    parquet = write_parquet(tmp_path / "b.parquet", PEOPLE).read_bytes()
    memory.pipe(
        {
            "/hayward-test/a.jsonl": json_lines(PEOPLE),
            "/hayward-test/.x/c.jsonl": b"{}",
            "/hayward-test/b.parquet": parquet,
        }
    )

    found = discover(["memory://hayward-test"])

    assert (
        found
        == discover(["memory://hayward-test/*.*"])
        == ["memory:///hayward-test/a.jsonl", "memory:///hayward-test/b.parquet"]
    )
    assert [sum(len(batch.rows) for batch in open_shard(url)) for url in found] == [3, 3]
    assert [read_records(url, [2]) for url in found] == [{2: PEOPLE[2]}] * 2
    assert fingerprint(found[0]).bytes == len(json_lines(PEOPLE))
    with pytest.raises(UnreadableShard) as caught:
        discover(["memory://nowhere-at-all"])
    assert caught.value.reason == "missing"


def test_an_address_that_cannot_be_opened_is_refused() -> None:
    with pytest.raises(UnreadableShard) as caught:
        open_shard("nosuchprotocol://bucket/a.jsonl")

    assert caught.value.reason == "unsupported-url"


def test_open_shard_refuses_by_name_of_the_fault(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "broken.jsonl").symlink_to(tmp_path / "nowhere")

    reasons = {path.name: refusal(path).reason for path in sorted(tmp_path.iterdir())}

    assert reasons == {
        "broken.jsonl": "missing",
        "folder.jsonl": "not-a-file",
        "notes.txt": "unknown-format",
        "pipe.jsonl": "not-a-file",
    }


def test_open_shard_knows_parquet_without_a_suffix(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", PEOPLE).rename(tmp_path / "0f3a")

    assert open_shard(str(tmp_path / "0f3a")).format == "parquet"


def test_fingerprint_is_size_and_sha256(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"abc")

    found = fingerprint(str(tmp_path / "a.jsonl"))

    assert found.bytes == 3
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
