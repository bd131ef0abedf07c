"""Tests of folders of pictures as shards."""

import hashlib
import subprocess
from pathlib import Path

import fsspec
import pytest

from hayward.formats import (
    Held,
    UnreadableShard,
    detect_format,
    digest,
    discover,
    fingerprint,
    iterate_records,
    open_shard,
)
from hayward.formats.listing import picture_files, shards_among
from tests.hayward.formats.shards import read_all, refusal
from tests.hayward.formats.tars import PIXEL
from tests.shared_data import shared_data

BOTH = {"text", "image"}
FILES = {
    "b/2.png": PIXEL + b"2",
    "a.jpg": PIXEL,
    "a.txt": b"Write to ann@example.org",
    "a.json": b'{"caption": "Ann", "n": 1}',
    "c.webp": PIXEL + b"c",
    "orphan.txt": b"no picture of this name",
    "notes.pdf": b"not ours",
    ".hidden/x.jpg": b"x",
    ".x.jpg": b"x",
}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return make(tmp_path / "photos", FILES)


def make(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def test_a_folder_of_pictures_is_one_shard_sorted_by_name(photos: Path) -> None:
    assert discover([f"{photos}/"]) == [str(photos)]
    assert detect_format(str(photos)) == "images"

    rows, values, held = read_all(photos, media=BOTH)

    assert (rows, held) == ([0, 1, 2], [])
    assert values == {
        "image": [PIXEL, PIXEL + b"2", PIXEL + b"c"],
        "json.caption": ["Ann", None, None],
        "txt": ["Write to ann@example.org", None, None],
    }
    records = dict(iterate_records(str(photos)))
    assert records[1] == {"file": "b/2.png", "image": PIXEL + b"2"}
    (batch,) = open_shard(str(photos))
    assert [batch.digest(index) for index in range(3)] == [
        digest(record) for record in records.values() if not isinstance(record, Held)
    ]


def test_a_fingerprint_is_what_sha256sum_says_of_its_files(photos: Path) -> None:
    names = ["a.jpg", "a.json", "a.txt", "b/2.png", "c.webp"]
    lines = subprocess.run(["sha256sum", *names], cwd=photos, capture_output=True, check=True).stdout

    found = fingerprint(str(photos))

    assert found.sha256 == hashlib.sha256(lines).hexdigest()
    assert found.bytes == sum((photos / name).stat().st_size for name in names)


def test_links_are_held_and_not_fingerprinted(photos: Path, tmp_path: Path) -> None:
    make(tmp_path, {"secret.txt": b"secret"})
    (photos / "b" / "2.txt").symlink_to(tmp_path / "secret.txt")
    (photos / "z.jpg").symlink_to(photos / "a.jpg")

    rows, _, held = read_all(photos, media=BOTH)

    assert rows == [0, 2]
    assert [(one.row, one.reason) for one in held] == [(1, "unsafe-member"), (3, "unsafe-member")]
    with pytest.raises(UnreadableShard) as caught:
        fingerprint(str(photos))
    assert caught.value.reason == "not-a-file"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"\xff", "invalid-utf8"),
        ("a.json", b"{", "invalid-json"),
        ("a.txt", b"x" * ((8 << 20) + 1), "record-too-large"),
        ("a.jpg", bytes((64 << 20) + 1), "record-too-large"),
        ("a.TXT", b"twice", "duplicate-member"),
    ],
)
def test_an_unreadable_record_is_held_and_the_next_is_read(
    photos: Path, name: str, data: bytes, reason: str
) -> None:
    (photos / name).write_bytes(data)

    rows, _, held = read_all(photos, media=BOTH)

    assert rows == [1, 2]
    assert [(one.row, one.reason) for one in held] == [(0, reason)]


def test_a_folder_without_pictures_is_no_shard(tmp_path: Path) -> None:
    assert refusal(make(tmp_path, {"a.txt": b"x"})).reason == "not-a-file"


@pytest.mark.parametrize(
    ("names", "shards"),
    [
        (["a.jpg", "d/b.png"], ["."]),
        (["x/a.jpg", "x/y/b.png", "z.txt"], ["."]),
        (["x/a.jpg", "y/b.parquet"], ["x", "y/b.parquet"]),
        (["x/1/a.jpg", "x/2/b.jpg", "y.jsonl"], ["x", "y.jsonl"]),
        (["train/a.jpg", "train/metadata.jsonl", "train/in/b.jpg"], ["."]),
        (["a/x.jpg", "a/b.jsonl", "a/metadata.jsonl"], ["a", "a/b.jsonl"]),
        (["a/in/x.jpg", "a/b.jsonl", "a/metadata.jsonl"], ["a/in", "a/b.jsonl", "a/metadata.jsonl"]),
        (["a/in/x.jpg", "b.jsonl", "a/metadata.jsonl", "a/metadata.csv"], ["a", "b.jsonl"]),
        (["a/metadata.jsonl", "b/x.jpg"], ["a/metadata.jsonl", "b"]),
        (["a.jpg", "a.json", "b.json"], [".", "b.json"]),
        (["0.tar", "0.parquet", "0_stats.json", "1.parquet"], ["0.tar", "1.parquet"]),
        (["0/a.jpg", "0/a.json", "0.parquet", "0_stats.json"], ["."]),
        (["0/a.jpg", "0.parquet"], ["0", "0.parquet"]),
        (["0.parquet", "0_stats.json"], ["0.parquet"]),
        (["a_stats.json"], ["a_stats.json"]),
        (["a.tar.gz", "b.tgz", "c.tar.zst", "d.parquet.gz"], ["a.tar.gz", "b.tgz", "c.tar.zst"]),
    ],
)
def test_shards_among_files(names: list[str], shards: list[str]) -> None:
    assert shards_among(names) == sorted(shards)


def test_pictures_beside_other_shards_are_a_shard_without_the_folders_below() -> None:
    names = ["a.jpg", "a.txt", "b.jsonl", "x/c.jpg"]

    assert shards_among(names) == [".", "b.jsonl", "x"]
    assert picture_files(names) == ["a.jpg", "a.txt"]


def test_a_text_goes_with_the_first_picture_of_its_name(tmp_path: Path) -> None:
    photos = make(tmp_path / "p", {"a.jpg": b"1", "a.png": b"2", "a.txt": b"text"})

    assert [record for _, record in iterate_records(str(photos))] == [
        {"file": "a.jpg", "image": b"1", "txt": "text"},
        {"file": "a.png", "image": b"2"},
    ]


def test_a_remote_folder_is_a_shard_too() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe({f"/hayward-photos/{name}": data for name, data in FILES.items()})

    (shard,) = discover(["memory://hayward-photos"])

    assert shard == "memory:///hayward-photos"
    assert [len(batch.rows) for batch in open_shard(shard, media=BOTH)] == [3]
    assert fingerprint(shard).bytes == sum(
        len(FILES[n]) for n in ("a.jpg", "a.json", "a.txt", "b/2.png", "c.webp")
    )


def test_real_pictures_are_read() -> None:
    folder = shared_data("images", "pillow-metadata")

    rows, values, held = read_all(folder, media={"image"})

    assert held == []
    assert len(rows) == len(values["image"]) > 5
