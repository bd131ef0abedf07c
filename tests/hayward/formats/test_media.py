"""Tests of pictures and consent signals as columns of Parquet and JSON lines."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.formats import canonical, digest, media, open_shard, read_records
from hayward.formats.media import kind_of
from tests.hayward.formats.shards import read_all, refusal, write_jsonl
from tests.hayward.formats.tars import PIXEL

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def write_pictures(path: Path) -> Path:
    rows = [
        {
            "image": {"bytes": PIXEL, "path": "1.png"},
            "text": "a",
            "jpg": b"1",
            "mask": b"no picture by its name",
        },
        {"image": None, "text": "b", "jpg": None, "mask": None},
    ]
    schema = pa.schema(
        [("image", IMAGE), ("text", pa.string()), ("jpg", pa.large_binary()), ("mask", pa.binary())]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def test_hugging_face_pictures_are_columns_when_they_are_looked_at(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "a.parquet")

    assert open_shard(str(path)).fields == ("text",)
    assert read_all(path, media={"text", "image"})[1] == {
        "text": ["a", "b"],
        "image.bytes": [PIXEL, None],
        "jpg": [b"1", None],
    }
    assert open_shard(str(path), media={"image"}, fields=["jpg"]).fields == ("jpg",)
    assert refusal(path, fields=["image"]).reason == "wrong-type"


@pytest.mark.parametrize("listing", [pa.list_, pa.large_list])
def test_each_picture_of_a_list_has_a_field_and_too_many_are_held(
    tmp_path: Path, listing: Callable[[pa.DataType], pa.DataType]
) -> None:
    several = [{"bytes": b"%d" % number, "path": None} for number in range(17)]
    rows = [
        {"images": several[:2], "text": "a", "photos": [b"x"], "hashes": [b"no picture by its name"]},
        {"images": None, "text": "b", "photos": [], "hashes": None},
        {"images": several, "text": "c", "photos": [None, b"y"], "hashes": None},
        {"images": [None, several[16]], "text": "d", "photos": [b"z"] * 16, "hashes": None},
    ]
    inner = {"images": IMAGE, "photos": pa.binary(), "hashes": pa.binary()}
    schema = pa.schema({"text": pa.string()} | {name: listing(kind) for name, kind in inner.items()})
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema), path)

    numbers, values, held = read_all(path, media={"text", "image"})

    assert numbers == [0, 1, 3]
    assert [(one.row, one.reason) for one in held] == [(2, "too-many-images")]
    assert list(values) == [
        "text",
        *(f"images.{number}.bytes" for number in range(16)),
        *(f"photos.{number}" for number in range(16)),
    ]
    assert values["images.0.bytes"] == [b"0", None, None]
    assert values["images.1.bytes"] == [b"1", None, b"16"]
    assert values["photos.0"] == [b"x", None, b"z"]
    assert values["photos.15"] == [None, None, b"z"]
    named = read_all(path, media={"image"}, fields=["images.1.bytes"])
    assert named[1] == {"images.1.bytes": [b"1", None, b"1", b"16"]}
    record = read_records(str(path), [3])[3]
    assert media(record, "images.1.bytes") == b"16"
    assert media(record, "photos.15") == b"z"
    assert [media(record, name) for name in ("images.0.bytes", "images.2.bytes", "images.-1.bytes")] == [
        None
    ] * 3
    assert [refusal(path, fields=[name]).reason for name in ("images.16.bytes", "images.0.path")] == [
        "no-such-field",
        "wrong-type",
    ]


def test_media_gives_a_picture_of_any_format(tmp_path: Path) -> None:
    record = read_records(str(write_pictures(tmp_path / "a.parquet")), [0])[0]

    assert record["image"]["bytes"] == base64.b64encode(PIXEL).decode()
    assert media(record, "image.bytes") == media({"jpg": PIXEL}, "jpg") == PIXEL
    assert media(record, "jpg") == b"1"
    assert media(record, "nothing") is media({"jpg": {"bytes": 1, "sha256": "ab"}}, "jpg") is None
    assert media({"text": "not base64!"}, "text") is None


def test_binary_counts_by_its_length_and_digest_in_the_canonical_form() -> None:
    told = {"bytes": 1, "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}

    assert canonical({"jpg": b"a", "n": None}) == canonical({"jpg": told})
    assert digest({"jpg": b"a"}) != digest({"jpg": "YQ=="})


def test_a_picture_over_the_limit_is_held(tmp_path: Path) -> None:
    table = pa.table({"jpg": pa.array([b"1", bytes((64 << 20) + 1)], pa.binary()), "text": ["a", "b"]})
    pq.write_table(table, tmp_path / "a.parquet", use_dictionary=False, compression="zstd")

    rows, values, held = read_all(tmp_path / "a.parquet", media={"image"})

    assert (rows, [*values.values()]) == ([0], [[b"1"]])
    assert [(one.row, one.reason) for one in held] == [(1, "record-too-large")]


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
def test_signals_keep_their_raw_values_under_plain_names(tmp_path: Path, name: str) -> None:
    records: list[dict[str, Any]] = [
        {
            "text": "a",
            "X-Robots-Tag": "noai, noimageai",
            "headers": {"a": "b"},
            "tdm_reservation": 1,
            "license": "x",
        },
        {"text": "b", "X-Robots-Tag": None, "headers": None, "tdm_reservation": None, "license": None},
    ]
    if name == "a.jsonl":
        write_jsonl(tmp_path / name, records)
    else:
        pq.write_table(pa.Table.from_pylist(records), tmp_path / name)

    (batch,) = open_shard(str(tmp_path / name), media={"text", "signal"})

    assert batch.signals.to_pydict() == {
        "@signal:headers": ['{"a":"b"}', None],
        "@signal:tdm_reservation": ["1", None],
        "@signal:x_robots_tag": ["noai, noimageai", None],
    }
    (batch,) = open_shard(str(tmp_path / name))
    assert batch.signals.num_columns == 0


def test_two_spellings_of_a_signal_are_both_kept(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "a.jsonl", [{"text": "a", "x-robots-tag": "noai", "X_Robots_Tag": "noindex"}]
    )

    (batch,) = open_shard(str(path), media={"signal"})

    assert batch.signals.to_pydict() == {"@signal:x_robots_tag": ["noai\nnoindex"]}


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        ("jpg", "image"),
        ("seg.PNG", "image"),
        ("metadata.json", "json"),
        ("txt.gz", "text"),
        ("jpg.gz", "other"),
        ("pyd", "other"),
        ("mp4", "other"),
        ("", "other"),
    ],
)
def test_extensions_tell_what_a_member_holds(extension: str, kind: str) -> None:
    assert kind_of(extension) == kind
