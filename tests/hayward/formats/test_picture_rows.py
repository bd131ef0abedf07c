"""Tests of metadata.jsonl and metadata.csv in folders of pictures."""

from pathlib import Path
from typing import Any

import pytest

from hayward.formats import Held, UnreadableShard, discover, fingerprint, iterate_records, open_shard
from hayward.formats.picture_rows import stored_rows
from tests.hayward.formats.shards import read_all
from tests.hayward.formats.tars import PIXEL

JSONL = (
    b'{"file_name": "b/2.jpg", "caption": "Ann"}\n\n'
    b'{"caption": "Bo", "file_name": "./a.jpg", "n": 1}\r\n'
    b'{"file_name": "../a.jpg", "caption": "out"}\n'
    b"{\n"
    b'{"caption": "nobody\'s"}'
)
CSV = b'\xef\xbb\xbf"file_name",caption,n\r\na.jpg,"Ann, ""the""\r\nfirst",1\r\n\r\nb/2.jpg,,2\r\nb/2.jpg\r\nx.jpg,X,'


def make(root: Path, name: str, data: bytes) -> Path:
    (root / "b").mkdir(parents=True)
    for picture in ("a.jpg", "b/2.jpg", "c.jpg"):
        (root / picture).write_bytes(PIXEL)
    (root / name).write_bytes(data)
    return root


def records(root: Path) -> list[Any]:
    found = [record for _, record in iterate_records(str(root))]
    return [(one.row, one.reason) if isinstance(one, Held) else one for one in found]


def test_rows_of_json_lines_are_fields_of_their_pictures_and_loose_rows_records(tmp_path: Path) -> None:
    root = make(tmp_path / "photos", "metadata.jsonl", JSONL)

    assert discover([str(root)]) == [str(root)]
    rows, values, held = read_all(root, media={"text"})

    assert rows == [0, 1, 2, 3, 5]
    assert values["metadata.json.caption"] == ["Bo", "Ann", None, "out", "nobody's"]
    assert [(one.row, one.reason) for one in held] == [(4, "invalid-json")]
    assert open_shard(str(root)).records == 6
    assert records(root) == [
        {"file": "a.jpg", "image": PIXEL, "metadata.json": {"caption": "Bo", "n": 1}},
        {"file": "b/2.jpg", "image": PIXEL, "metadata.json": {"caption": "Ann"}},
        {"file": "c.jpg", "image": PIXEL},
        {"file": "metadata.jsonl", "metadata.json": {"file_name": "../a.jpg", "caption": "out"}},
        (4, "invalid-json"),
        {"file": "metadata.jsonl", "metadata.json": {"caption": "nobody's"}},
    ]


def test_rows_of_csv_are_read_as_rfc_4180_has_them(tmp_path: Path) -> None:
    root = make(tmp_path / "photos", "metadata.csv", CSV)

    assert records(root) == [
        {"file": "a.jpg", "image": PIXEL, "metadata.json": {"caption": 'Ann, "the"\r\nfirst', "n": "1"}},
        {"file": "b/2.jpg", "image": PIXEL, "metadata.json": {"caption": None, "n": "2"}},
        {"file": "c.jpg", "image": PIXEL},
        (3, "invalid-csv"),
        {"file": "metadata.csv", "metadata.json": {"file_name": "x.jpg", "caption": "X", "n": None}},
    ]


def test_a_file_below_tells_of_the_pictures_there_and_changes_the_fingerprint(tmp_path: Path) -> None:
    root = make(tmp_path / "photos", "b/metadata.jsonl", b'{"file_name": "2.jpg", "caption": "Ann"}\n')
    before = fingerprint(str(root))

    assert records(root)[1]["metadata.json"] == {"caption": "Ann"}
    (root / "b" / "metadata.jsonl").write_bytes(b"")
    assert fingerprint(str(root)) != before


def test_a_picture_with_two_rows_is_held(tmp_path: Path) -> None:
    root = make(tmp_path / "photos", "metadata.jsonl", b'{"file_name": "a.jpg"}\n' * 3)

    assert [one for one in records(root) if isinstance(one, tuple)] == [(0, "duplicate-member")]


@pytest.mark.parametrize(
    ("name", "data", "reasons"),
    [
        ("metadata.csv", b"file_name,\xff\na.jpg,x\n", ["invalid-csv"]),
        ("metadata.csv", b"file_name,a,a\na.jpg,x,y\n", ["invalid-csv"]),
        ("metadata.csv", b'file_name,a\na.jpg,"x\nb/2.jpg,y\n', ["invalid-csv"]),
        ("metadata.csv", b'file_name,a\na.jpg,"x"y\n', ["invalid-csv"]),
        ("metadata.csv", b"file_name,a\na.jpg,\xff\n", ["invalid-utf8"]),
        ("metadata.csv", b"file_name,a\na.jpg," + b"x" * 200_000 + b"\n", ["invalid-csv"]),
        (
            "metadata.jsonl",
            b'{"file_name": "a.jpg", "a": "' + b"x" * (8 << 20) + b'"}\n',
            ["record-too-large"],
        ),
        ("metadata.jsonl", b"[1]\n", ["not-an-object"]),
    ],
)
def test_rows_that_cannot_be_read_are_held(
    tmp_path: Path, name: str, data: bytes, reasons: list[str]
) -> None:
    root = make(tmp_path / "photos", name, data)

    assert [one[1] for one in records(root) if isinstance(one, tuple)] == reasons


def test_too_long_files_and_links_are_refused(tmp_path: Path) -> None:
    root = make(tmp_path / "photos", "metadata.jsonl", b"\n" * ((64 << 20) + 1))
    with pytest.raises(UnreadableShard) as caught:
        open_shard(str(root))
    assert caught.value.reason == "too-large"

    (root / "metadata.jsonl").unlink()
    (root / "metadata.jsonl").symlink_to("/etc/hostname")
    with pytest.raises(UnreadableShard) as caught:
        open_shard(str(root))
    assert caught.value.reason == "not-a-file"


def test_rows_keep_their_bytes() -> None:
    rows = [told.raw for told in stored_rows("metadata.csv", CSV)]

    assert b"".join(rows) == CSV.partition(b"n\r\n")[2].replace(b"\r\n\r\n", b"\r\n")
