"""Tests that what records say of a picture follows when the picture is changed, in every format that has both."""

import base64
import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from hayward.formats import Held, iterate_records
from hayward.patching import apply, verify_clean
from hayward.patching.describing import Facts, followed
from tests.hayward.formats.tars import write_tar
from tests.hayward.patching.copies import operation, patch_of, span, tree

EXIF = json.dumps({"Image Artist": "Ann of Example Street", "GPS GPSLatitude": "[52, 31, 12]"})
COVER = {"kind": "face", "box": [2, 2, 6, 6], "effect": "cover"}
FACTS = Facts({"sha256": b"n" * 32, "md5": b"n" * 16, "sha512": b"n" * 64}, (20, 40), frozenset({b"o" * 32}))


def photo() -> bytes:
    """40 pixels wide and 20 high as it is stored; upright it is 20 wide and 40 high."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Ann of Example Street"
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(file, "JPEG", exif=exif)
    return file.getvalue()


def row(number: int) -> dict[str, Any]:
    """What img2dataset writes of a sample; its digest is that of the file as it was downloaded."""
    return {
        "url": f"https://example.org/{number}.jpg",
        "key": f"{number:09}",
        "status": "success",
        "caption": "a \u00e9",
        "exif": EXIF,
        "sha256": hashlib.sha256(b"as downloaded").hexdigest(),
        "width": 40,
        "height": 20,
        "original_width": 400,
    }


def renewed(number: int, picture: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(picture).hexdigest()
    return row(number) | {"exif": "{}", "sha256": sha256, "width": 20, "height": 40}


def records(path: Path) -> list[dict[str, Any]]:
    found = [record for _, record in iterate_records(str(path))]
    assert not any(isinstance(record, Held) for record in found)
    return [record for record in found if not isinstance(record, Held)]


def img2dataset(root: Path) -> Path:
    members = []
    for number in range(2):
        text = json.dumps(row(number), indent=4).encode()
        members += [(f"{number:09}.jpg", photo()), (f"{number:09}.json", text)]
    write_tar(root / "00000.tar", members)
    pq.write_table(pa.Table.from_pylist([row(number) for number in range(2)]), root / "00000.parquet")
    return root


def test_the_json_and_the_table_of_a_sample_follow_its_picture(tmp_path: Path) -> None:
    root = img2dataset(tmp_path / "copy")
    patch = patch_of(operation(root, 1, "redact", "00000.tar", 1, spans=[COVER | {"field": "jpg"}]))
    text = json.dumps(row(1), indent=4)

    report = apply(patch, root)

    first, second = records(root / "00000.tar")
    new = renewed(1, second["jpg"])
    assert (first["json"], second["json"]) == (row(0), new)
    assert pq.read_table(root / "00000.parquet").to_pylist() == [row(0), new]
    written = text.replace(json.dumps(EXIF), '"{}"').replace(row(1)["sha256"], new["sha256"])
    written = written.replace('"width": 40', '"width": 20').replace('"height": 20', '"height": 40')
    assert written.encode() in (root / "00000.tar").read_bytes()
    assert b"Ann of Example Street" not in (root / "00000.tar").read_bytes().partition(b"000000001")[2]
    assert (report.redacted, report.is_complete, verify_clean(patch, root)) == (1, True, [])
    done = tree(root)
    assert apply(patch, root).already == 1
    assert tree(root) == done


def test_texts_and_exif_of_one_sample_are_taken_together_and_later_spans_in_the_exif_are_done(
    tmp_path: Path,
) -> None:
    root = img2dataset(tmp_path / "copy")
    texts = [
        span(18, 21, "person_name", "json.exif"),
        span(2, 3, "person_name", "json.caption"),
    ]
    both = operation(root, 1, "redact", "00000.tar", 0, spans=[COVER | {"field": "jpg"}, *texts])
    later = both | {"seq": 101, "spans": [span(25, 39, "street_address", "json.exif")]}

    apply(patch_of(both), root)
    report = apply(patch_of(later, since=100, until=200), root)

    (first, _) = records(root / "00000.tar")
    assert (first["json"]["exif"], first["json"]["caption"]) == ("{}", "a [PERSON_NAME]")
    assert (report.already, report.refused, report.is_complete) == (1, 0, True)
    assert pq.read_table(root / "00000.parquet").to_pylist()[0]["caption"] == "a [PERSON_NAME]"


def test_a_row_of_parquet_follows_its_picture(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    path = tmp_path / "copy" / "a.parquet"
    raw = hashlib.sha256(photo()).digest()
    struct = {"bytes": photo(), "sha256": raw.hex().upper(), "path": "1.jpg"}
    rows = [
        row(number) | {"image": struct, "md5": None, "SHA256": raw, "meta": {"exif": EXIF}, "EXIF": b"Ann"}
        for number in range(2)
    ]
    schema = pa.Table.from_pylist(rows).schema
    schema = schema.set(schema.names.index("SHA256"), pa.field("SHA256", pa.binary(32)))
    schema = schema.set(schema.names.index("width"), pa.field("width", pa.float64()))
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    before = pq.read_table(path).to_pylist()
    metadata = [COVER | {"field": "image.bytes", "effect": "drop_metadata", "box": None}]
    patch = patch_of(operation(path.parent, 1, "redact", path.name, 1, spans=metadata))

    report = apply(patch, path.parent)

    first, second = pq.read_table(path).to_pylist()
    digest = hashlib.sha256(second["image"]["bytes"]).digest()
    assert first == before[0]
    assert second == before[1] | {
        **renewed(1, second["image"]["bytes"]),
        "image": {**second["image"], "sha256": digest.hex().upper(), "path": "1.jpg"},
        "SHA256": digest,
        "EXIF": None,
    }
    assert pq.read_schema(path) == schema
    assert (report.redacted, verify_clean(patch, path.parent)) == (1, [])
    assert apply(patch, path.parent).already == 1


def test_a_json_beside_a_picture_of_a_folder_follows_it(tmp_path: Path) -> None:
    (tmp_path / "copy" / "photos").mkdir(parents=True)
    photos = tmp_path / "copy" / "photos"
    (photos / "1.jpg").write_bytes(photo())
    (photos / "1.json.gz").write_bytes(gzip.compress(json.dumps({"exif": {"a": "Ann"}, "n": 1}).encode()))
    (tmp_path / "copy" / "a.jsonl").write_bytes(b'{"text":"x"}\n')
    patch = patch_of(
        operation(tmp_path / "copy", 1, "redact", "photos", 0, spans=[COVER | {"field": "image"}])
    )

    apply(patch, tmp_path / "copy")

    assert gzip.decompress((photos / "1.json.gz").read_bytes()) == b'{"exif": null, "n": 1}'
    assert apply(patch, tmp_path / "copy").already == 1
    assert verify_clean(patch, tmp_path / "copy") == []


@pytest.mark.parametrize("beside", [False, True])
def test_the_table_beside_a_folder_of_img2dataset_follows_its_pictures(tmp_path: Path, beside: bool) -> None:
    root = tmp_path / "copy"
    (root / "00000").mkdir(parents=True)
    for number in range(3):
        (root / "00000" / f"{number:09}.jpg").write_bytes(photo())
        (root / "00000" / f"{number:09}.json").write_text(json.dumps(row(number)))
    pq.write_table(pa.Table.from_pylist([row(number) for number in range(3)]), root / "00000.parquet")
    (root / "00000_stats.json").write_text('{"count": 3, "successes": 3}')
    if beside:
        (root / "a.jsonl").write_bytes(b'{"text":"x"}\n')
    shard = "00000" if beside else "."
    spans = [COVER | {"field": "image"}, span(2, 3, "person_name", "json.caption")]
    patch = patch_of(
        operation(root, 1, "redact", shard, 1, spans=spans), operation(root, 2, "remove", shard, 2)
    )

    report = apply(patch, root)

    new = renewed(1, (root / "00000" / "000000001.jpg").read_bytes()) | {"caption": "a [PERSON_NAME]"}
    assert pq.read_table(root / "00000.parquet").to_pylist() == [row(0), new]
    assert json.loads((root / "00000" / "000000001.json").read_bytes()) == new
    assert (root / "00000_stats.json").read_text() == '{"count": 2, "successes": 2}'
    assert (report.redacted, report.removed, report.is_complete) == (1, 1, True)
    assert verify_clean(patch, root) == []
    done = tree(root)
    assert apply(patch, root).already == 2
    assert tree(root) == done


def test_a_table_outside_the_copy_is_not_touched(tmp_path: Path) -> None:
    root = tmp_path / "00000"
    root.mkdir()
    (root / "000000000.jpg").write_bytes(photo())
    pq.write_table(pa.Table.from_pylist([row(0)]), tmp_path / "00000.parquet")
    (tmp_path / "00000_stats.json").write_text('{"count": 1}')
    before = (tmp_path / "00000.parquet").read_bytes()

    report = apply(patch_of(operation(root, 1, "remove", ".", 0)), root)

    assert report.removed == 1
    assert (tmp_path / "00000.parquet").read_bytes() == before
    assert (tmp_path / "00000_stats.json").read_text() == '{"count": 1}'


def test_a_digest_of_another_picture_of_the_record_stays(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    path = tmp_path / "copy" / "a.parquet"
    other = photo() + b"\0"
    rows = [{"jpg": photo(), "png": other, "sha256": hashlib.sha256(other).hexdigest(), "width": 7}]
    pq.write_table(pa.Table.from_pylist(rows), path)

    apply(
        patch_of(operation(path.parent, 1, "redact", path.name, 0, spans=[COVER | {"field": "jpg"}])),
        path.parent,
    )

    (after,) = pq.read_table(path).to_pylist()
    assert after == rows[0] | {"jpg": after["jpg"]}
    assert after["jpg"] != photo()


def test_exif_that_must_not_be_null_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    path = tmp_path / "copy" / "a.parquet"
    schema = pa.schema([pa.field("jpg", pa.binary()), pa.field("exif", pa.binary(), nullable=False)])
    pq.write_table(pa.Table.from_pylist([{"jpg": photo(), "exif": b"Ann"}], schema), path)
    before = path.read_bytes()

    wanted = operation(path.parent, 1, "redact", path.name, 0, spans=[COVER | {"field": "jpg"}])
    report = apply(patch_of(wanted), path.parent)

    assert [one.code for one in report.problems] == ["not-rewritten"]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("said", "new"),
    [
        ({"exif": '{"a": "b"}'}, {"exif": "{}"}),
        ({"exif": "{}"}, {}),
        ({"exif": None}, {}),
        ({"Exif": {"a": 1}}, {"Exif": None}),
        ({"exif": "SUkqAA=="}, {"exif": None}),
        ({"sha256": "0" * 64}, {"sha256": (b"n" * 32).hex()}),
        ({"sha256": "AB" * 32}, {"sha256": (b"n" * 32).hex().upper()}),
        ({"md5": base64.b64encode(b"m" * 16).decode()}, {"md5": base64.b64encode(b"n" * 16).decode()}),
        ({"sha256": (b"o" * 32).hex(), "md5": "none", "sha512": 7, "sha1": "0" * 40}, {}),
        ({"width": 40, "height": 20}, {"width": 20, "height": 40}),
        ({"WIDTH": 40.0, "HEIGHT": 20.0}, {"WIDTH": 20.0, "HEIGHT": 40.0}),
        ({"width": 20, "height": 40}, {}),
        ({"width": 40}, {}),
        ({"width": None, "height": [20]}, {}),
    ],
)
def test_what_is_said_of_a_picture_follows(said: dict[str, Any], new: dict[str, Any]) -> None:
    assert followed(said, FACTS) == new
