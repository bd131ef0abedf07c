"""Tests of covering what stands in pictures, in every format that holds pictures."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from hayward.formats import iterate_records, media
from hayward.formats.parquet_fields import place_of, value_at
from hayward.patching import InvalidPatch, Patch, apply, verify_clean
from hayward.patching.parquet_values import _replaced
from hayward.patching.receipt import Receipt
from tests.hayward.formats.shards import write_jsonl
from tests.hayward.formats.tars import write_tar
from tests.hayward.patching.copies import document, operation, patch_of, tree

BOX = [8, 8, 24, 24]
COVER = {"field": "", "kind": "face", "box": BOX, "effect": "cover"}


def photo() -> bytes:
    """A white picture with a red square in the box, and metadata."""
    image = Image.new("RGB", (32, 32), "white")
    image.paste((255, 0, 0), (8, 8, 24, 24))
    exif = Image.Exif()
    exif[0x010E] = "Ann of Example Street"
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    return file.getvalue()


def colour(encoded: bytes, at: tuple[int, int]) -> object:
    return Image.open(io.BytesIO(encoded)).convert("RGB").getpixel(at)


def make_copy(root: Path, form: str) -> tuple[str, str]:
    """A copy with three pictures, its shard and the field of the pictures."""
    root.mkdir()
    if form == "webdataset":
        write_tar(root / "a.tar", [(f"{n}.png", photo()) for n in range(3)])
        return "a.tar", "png"
    if form == "images":
        (root / "photos").mkdir()
        for number in range(3):
            (root / "photos" / f"{number}.png").write_bytes(photo())
        write_jsonl(root / "b.jsonl", [{"text": "x"}])
        return "photos", "image"
    rows: list[dict[str, Any]] = [
        {"image": {"bytes": photo(), "path": f"{n}.png"}, "text": str(n)} for n in range(3)
    ]
    schema = pa.schema(
        [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("text", pa.string())]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema), root / "a.parquet")
    return "a.parquet", "image.bytes"


def pictures(root: Path, shard: str, field: str) -> list[bytes]:
    records = dict(iterate_records(str(root / shard)))
    return [media(record, field) or b"" for record in records.values() if isinstance(record, dict)]


@pytest.mark.parametrize("form", ["webdataset", "images", "parquet"])
def test_a_box_is_covered_in_one_picture_and_the_others_keep_their_bytes(tmp_path: Path, form: str) -> None:
    root = tmp_path / "copy"
    shard, field = make_copy(root, form)
    patch = patch_of(operation(root, 1, "redact", shard, 1, spans=[COVER | {"field": field}]))

    report = apply(patch, root)

    before, covered, after = pictures(root, shard, field)
    assert (before, after) == (photo(), photo()) or form == "images"
    assert colour(covered, (16, 16)) == (0, 0, 0)
    assert colour(covered, (2, 2)) == (255, 255, 255)
    assert b"Ann of Example Street" not in covered
    assert (report.redacted, report.is_complete) == (1, True)
    assert verify_clean(patch, root) == []
    done = tree(root)
    assert apply(patch, root).already == 1
    assert tree(root) == done


@pytest.mark.parametrize("form", ["webdataset", "images", "parquet"])
def test_metadata_is_dropped_and_later_boxes_are_added(tmp_path: Path, form: str) -> None:
    root = tmp_path / "copy"
    shard, field = make_copy(root, form)
    if form == "images":
        (root / shard / "0.png").write_bytes(photo() + b"\0")  # or three pictures would have one digest
    first = operation(root, 1, "redact", shard, 0, spans=[{"field": field, "kind": "image_metadata"}])
    second = first | {
        "seq": 101,
        "spans": [COVER | {"field": field, "effect": "blur", "box": [4, 4, 20, 20]}],
    }

    apply(patch_of(first), root)
    (plain, *_) = pictures(root, shard, field)
    report = apply(patch_of(second, since=100, until=200), root)
    (blurred, *_) = pictures(root, shard, field)

    assert b"Ann of Example Street" not in plain
    assert colour(plain, (16, 16)) == (255, 0, 0)
    assert report.redacted >= 1
    assert blurred != plain
    (applied,) = Receipt.load(root).records.values()
    assert sorted((one.effect, one.box) for one in applied.spans) == [
        ("blur", (4, 4, 20, 20)),
        ("drop_metadata", ()),
    ]


@pytest.mark.parametrize(
    "kind", [pa.list_(pa.binary()), pa.large_list(pa.large_binary()), pa.list_(pa.binary(), 2)]
)
def test_one_picture_of_several_in_a_row_is_covered(tmp_path: Path, kind: pa.DataType) -> None:
    (tmp_path / "copy").mkdir()
    path = tmp_path / "copy" / "a.parquet"
    rows: list[dict[str, Any]] = [{"n": number, "photos": [photo(), b"other"]} for number in range(4)]
    rows[1]["photos"] = [photo() + b"\0", photo()]
    rows[2]["photos"] = None
    pq.write_table(pa.Table.from_pylist(rows, pa.schema({"n": pa.int64(), "photos": kind})), path)
    before = pq.read_table(path).to_pylist()
    patch = patch_of(operation(path.parent, 1, "redact", path.name, 1, spans=[COVER | {"field": "photos.1"}]))

    report = apply(patch, path.parent)

    after = pq.read_table(path).to_pylist()
    first, covered = after[1].pop("photos")
    assert (first, colour(covered, (16, 16))) == (photo() + b"\0", (0, 0, 0))
    assert after == [before[0], {"n": 1}, *before[2:]]
    assert (report.redacted, verify_clean(patch, path.parent)) == (1, [])
    assert apply(patch, path.parent).already == 1


@pytest.mark.parametrize("fixed", [False, True])
def test_elements_of_sliced_lists_are_found_and_replaced(fixed: bool) -> None:
    values = [[b"a", b"b"], None, [b"c", b"d"], [b"e", b"f"]]
    kind = pa.list_(pa.binary(), 2) if fixed else pa.list_(pa.binary())
    batch = pa.RecordBatch.from_arrays([pa.array(values, kind)], names=["photos"]).slice(1)
    place = place_of("", batch.schema, "photos.1")

    changed = _replaced(batch.schema.field(0), batch.column(0), ["1"], {1: b"new"})

    assert value_at(batch, place).to_pylist() == [None, b"d", b"f"]
    assert changed.to_pylist() == [None, [b"c", b"new"], [b"e", b"f"]]


def test_a_picture_that_does_not_decode_is_refused_and_left(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tar", [("1.png", b"no picture")])
    before = (tmp_path / "a.tar").read_bytes()
    patch = patch_of(operation(tmp_path, 1, "redact", "a.tar", 0, spans=[COVER | {"field": "png"}]))

    report = apply(patch, tmp_path)

    assert [one.code for one in report.problems] == ["refused"]
    assert (tmp_path / "a.tar").read_bytes() == before


def test_a_picture_in_json_lines_is_refused(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": "a", "image": base64.b64encode(photo()).decode()}])
    patch = patch_of(operation(tmp_path, 1, "redact", "a.jsonl", 0, spans=[COVER | {"field": "image"}]))

    report = apply(patch, tmp_path)

    assert [one.code for one in report.problems] == ["not-rewritten"]


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"box": [1, 2, 3], "effect": "blur"}, "box"),
        ({"box": [1, 2, 3, True], "effect": "blur"}, "box"),
        ({"box": [-1, 2, 3, 4], "effect": "blur"}, "box"),
        ({"box": [3, 2, 3, 4], "effect": "blur"}, "box"),
        ({"box": "1,2,3,4", "effect": "blur"}, "box"),
        ({"effect": "blur"}, "box"),
        ({"effect": "drop_metadata", "box": [1, 2, 3, 4]}, "box"),
        ({"effect": "explode", "box": [1, 2, 3, 4]}, "effect"),
        ({"effect": 3}, "effect"),
        ({}, "start"),
        ({"start": 3, "end": 3}, "end"),
    ],
)
def test_a_span_of_a_picture_must_be_whole(members: dict[str, Any], place: str) -> None:
    wanted = {"field": "jpg", "kind": "face", **members}
    spans = {"seq": 1, "action": "redact", "digest": "0" * 64, "locations": [], "spans": [wanted]}

    with pytest.raises(InvalidPatch) as caught:
        Patch.parse(document([spans]))

    assert caught.value.place == f"$.operations[0].spans[0].{place}"


def test_an_effect_goes_without_saying_for_boxes_and_metadata(tmp_path: Path) -> None:
    spans = [
        {"field": "jpg", "start": 0, "end": 0, "kind": "face", "box": BOX},
        {"field": "jpg", "start": 0, "end": 0, "kind": "image_location"},
        {"field": "txt", "start": 1, "end": 4, "kind": "email_address"},
    ]
    wanted = {"seq": 1, "action": "redact", "digest": "0" * 64, "locations": [], "spans": spans}

    (parsed,) = Patch.parse(json.dumps(json.loads(document([wanted]))).encode()).operations

    assert [(one.effect, one.box, one.start, one.end) for one in parsed.spans] == [
        ("blur", tuple(BOX), 0, 0),
        ("drop_metadata", (), 0, 0),
        ("", (), 1, 4),
    ]
