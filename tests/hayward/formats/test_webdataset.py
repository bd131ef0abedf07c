"""Tests of reading WebDataset tars."""

import gzip
import hashlib
import pickle
import tarfile
from pathlib import Path

import pyarrow as pa
import pytest

from hayward.formats import Held, digest, discover, iterate_records, open_shard, read_records
from hayward.formats.samples import split_name
from tests.hayward.formats.shards import read_all, read_until_error, refusal
from tests.hayward.formats.tars import PIXEL, Member, people, special, tar_bytes, write_tar
from tests.shared_data import shared_data

BOTH = {"text", "image"}


def held_reasons(path: Path, **options: object) -> list[tuple[int, str]]:
    return [(one.row, one.reason) for one in read_all(path, **options)[2]]


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.zst"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_samples_are_records_with_a_field_per_member(tmp_path: Path, name: str, form: int) -> None:
    path = write_tar(tmp_path / name, people(), form)

    rows, values, held = read_all(path, media=BOTH)

    assert (rows, held) == ([0, 1, 2], [])
    assert values == {
        "jpg": [PIXEL, PIXEL + b"1", PIXEL + b"2"],
        "txt": ["Write to ann@example.org today.", "Nothing to see here.", "Call 555-0100 — ask for Bo 😀."],
        "json.caption": ["Ann", None, None],
    }
    record = read_records(str(path), [1])[1]
    npy = {"bytes": 6, "sha256": hashlib.sha256(b"\x93NUMPY").hexdigest()}
    assert record == {"__key__": "a/001", "jpg": PIXEL + b"1", "txt": "Nothing to see here.", "npy": npy}


def test_a_digest_is_the_same_with_and_without_pictures_in_memory(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", people())
    expected = [digest(record) for _, record in iterate_records(str(path)) if not isinstance(record, Held)]

    for media in ({"text"}, BOTH):
        (batch,) = open_shard(str(path), media=media)
        assert [batch.digest(index) for index in range(3)] == expected
    assert len(set(expected)) == 3


def test_pictures_are_loaded_only_when_they_are_looked_at(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", people())

    (batch,) = open_shard(str(path))

    assert batch.fields.schema.names == ["txt", "json.caption"]
    assert batch.record(0)["jpg"] == {"bytes": len(PIXEL), "sha256": hashlib.sha256(PIXEL).hexdigest()}
    (batch,) = open_shard(str(path), media={"image"})
    assert batch.fields.schema == pa.schema([("jpg", pa.large_binary())])


def test_named_fields_are_those_given_and_no_picture_is_lost_by_naming_texts(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", people())

    assert open_shard(str(path), fields=["json.caption"], media=BOTH).fields == ("jpg", "json.caption")
    assert open_shard(str(path), fields=["jpg"], media=BOTH).fields == ("jpg", "txt", "json.caption")
    assert refusal(path, fields=["nowhere"]).reason == "no-such-field"


def test_fields_that_turn_up_late_are_looked_at_too(tmp_path: Path) -> None:
    members = [(f"{n:05}.txt", b"early") for n in range(1500)] + [
        ("99999.caption", b"late"),
        ("99999.png", b"x"),
    ]
    path = write_tar(tmp_path / "a.tar", members)

    *_, last = open_shard(str(path), media=BOTH)

    assert last.fields.column("caption").to_pylist()[-1] == "late"
    assert last.fields.column("png").to_pylist()[-1] == b"x"
    assert len(last.rows) == 1501


def test_what_is_no_member_is_ignored_and_ends_no_sample(tmp_path: Path) -> None:
    members: list[Member] = [
        special("a", tarfile.DIRTYPE),
        ("__meta__", b"{"),
        ("a/1.txt", b"one"),
        ("README", b"no extension"),
        ("__dir__/x.txt", b"metadata"),
        ("a/1.cls", b"3"),
    ]
    path = write_tar(tmp_path / "a.tar", members)

    assert list(iterate_records(str(path))) == [(0, {"__key__": "a/1", "txt": "one", "cls": "3"})]


def test_a_key_that_comes_again_later_is_another_sample(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", [("1.txt", b"a"), ("2.txt", b"b"), ("1.txt", b"c")])

    assert read_all(path)[:2] == ([0, 1, 2], {"txt": ["a", "b", "c"]})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", ("a", "jpg")),
        ("d.x/a.metadata.json", ("d.x/a", "metadata.json")),
        ("./000.txt", ("./000", "txt")),
        ("d/.hidden", ("d/", "hidden")),
        ("d.x/.hidden", None),
        (".hidden", None),
        ("x//.b", ("x//", "b")),
        ("README", None),
        ("d.x/README", None),
        ("__meta__.json", ("__meta__", "json")),
        ("__meta__", None),
        ("a.", ("a", "")),
    ],
)
def test_names_are_split_as_webdataset_does(name: str, expected: tuple[str, str] | None) -> None:
    assert split_name(name) == expected


def test_compressed_texts_are_read(tmp_path: Path) -> None:
    path = write_tar(
        tmp_path / "a.tar", [("1.txt.gz", gzip.compress(b"ann@example.org")), ("2.txt.gz", b"no gzip")]
    )

    rows, values, held = read_all(path)

    assert (rows, values) == ([0], {"txt.gz": ["ann@example.org"]})
    assert [(one.row, one.reason) for one in held] == [(1, "corrupt-member")]


def test_img2dataset_is_recognised_and_its_own_notes_are_not_looked_at(tmp_path: Path) -> None:
    note = b'{"caption": "c", "url": "https://example.org", "key": "000000000", "status": "success", "sha256": "ab"}'
    path = write_tar(tmp_path / "00000.tar", [("000000000.jpg", PIXEL), ("000000000.json", note)])

    shard = open_shard(str(path), media=BOTH)

    assert (shard.layout, shard.fields) == ("img2dataset", ("jpg", "json.caption"))


def test_signals_of_samples_stand_in_columns(tmp_path: Path) -> None:
    members = [
        ("1.json", b'{"X-Robots-Tag": "noai", "headers": {"tdm-reservation": "1"}, "tdm_reservation": 1}'),
        ("2.txt", b"x"),
        ("2.json", b'{"x_robots_tag": null}'),
    ]
    path = write_tar(tmp_path / "a.tar", members)

    (batch,) = open_shard(str(path), media={"signal"})

    assert batch.fields.num_columns == 0
    assert batch.signals.to_pydict() == {
        "@signal:headers": ['{"tdm-reservation":"1"}', None],
        "@signal:tdm_reservation": ["1", None],
        "@signal:x_robots_tag": ["noai", None],
    }


def test_an_empty_archive_has_no_samples(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", [])

    assert read_all(path, media=BOTH) == ([], {}, [])


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("1.txt", b"\xff")], "invalid-utf8"),
        ([("1.json", b'{"a": 1, "a": 2}')], "duplicate-key"),
        ([("1.json", b"{")], "invalid-json"),
        ([("1.txt", b"a"), ("1.TXT", b"b")], "duplicate-member"),
        ([("../1.txt", b"a")], "unsafe-member"),
        ([("/etc/1.txt", b"a")], "unsafe-member"),
        ([("a\\1.txt", b"a")], "unsafe-member"),
        ([special("1.txt", tarfile.SYMTYPE, "/etc/passwd")], "unsafe-member"),
        ([special("1.txt", tarfile.LNKTYPE, "0.txt")], "unsafe-member"),
        ([special("1.txt", tarfile.CHRTYPE)], "unsafe-member"),
        ([special("1.txt", tarfile.FIFOTYPE)], "unsafe-member"),
        ([("1.txt", b"x" * ((8 << 20) + 1))], "record-too-large"),
        ([("1.txt", b"x" * (5 << 20)), ("1.caption", b"x" * (5 << 20))], "record-too-large"),
        ([("1.txt.gz", gzip.compress(bytes(9 << 20)))], "record-too-large"),
        ([(f"1.m{n}", b"") for n in range(1001)], "record-too-large"),
    ],
)
def test_a_hostile_sample_is_held_and_the_next_is_read(
    tmp_path: Path, members: list[tuple[str, bytes]], reason: str
) -> None:
    path = write_tar(tmp_path / "a.tar", [("0.txt", b"before"), *members, ("9.txt", b"after")])
    before = sorted(tmp_path.rglob("*"))

    rows, values, held = read_all(path)

    assert (rows, values["txt"]) == ([0, 2], ["before", "after"])
    assert [(one.row, one.reason) for one in held] == [(1, reason)]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_picture_over_the_limit_is_held_only_when_pictures_are_looked_at(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", [("1.jpg", bytes((64 << 20) + 1)), ("1.txt", b"a")])

    assert held_reasons(path, media=BOTH) == [(0, "record-too-large")]
    assert read_all(path)[:2] == ([0], {"txt": ["a"]})


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    canary = tmp_path / "canary"

    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (canary,)  # type: ignore[return-value]

    data = pickle.dumps(Payload())
    names = ("pkl", "pickle", "pyd", "npy", "npz", "pt", "pth", "joblib", "ten", "dill")
    path = write_tar(tmp_path / "a.tar", [(f"1.{name}", data) for name in names])

    ((_, record),) = iterate_records(str(path))
    (batch,) = open_shard(str(path), media={*BOTH, "signal"})

    expected = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert record == {"__key__": "1", **dict.fromkeys(names, expected)}
    assert batch.record(0) == record
    assert not canary.exists()


def test_a_truncated_tar_gives_what_is_complete(tmp_path: Path) -> None:
    whole = tar_bytes([(f"{n}.txt", b"x" * 600) for n in range(4)], tarfile.USTAR_FORMAT)
    path = tmp_path / "a.tar"

    for cut, rows in ((512 * 3 * 2 + 100, [0]), (512 * 3 * 3, [0, 1]), (512 * 3 * 2 + 1000, [0, 1])):
        path.write_bytes(whole[:cut])
        read, error = read_until_error(path)
        assert error
        assert (read, error.reason) == (rows, "truncated")


def test_damaged_and_odd_archives_are_refused_with_a_reason(tmp_path: Path) -> None:
    whole = bytearray(tar_bytes([("1.txt", b"a"), ("2.txt", b"b")], tarfile.USTAR_FORMAT))
    path = tmp_path / "a.tar"
    whole[1024 + 3] ^= 1
    path.write_bytes(whole)
    assert refusal(path).reason == "corrupt"

    path.write_bytes(tar_bytes([("1.txt", b"a")]) + tar_bytes([("2.txt", b"hidden")]))
    assert refusal(path).detail == "bytes follow the end of the archive"

    path.write_bytes(b"")
    assert refusal(path).reason == "empty"
    (tmp_path / "b.tar.gz").write_bytes(tar_bytes([]))
    assert refusal(tmp_path / "b.tar.gz").reason == "corrupt"


def test_extended_headers_may_not_be_huge_nor_global_ones_rename(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    info = tarfile.TarInfo("1.txt")
    info.pax_headers = {"comment": "x" * (2 << 20)}
    path.write_bytes(tar_bytes([info]))
    assert refusal(path).detail == "a header is longer than 1 MiB"

    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT, pax_headers={"path": "../x.txt"}) as tar:
        tar.addfile(tarfile.TarInfo("1.txt"))
    assert refusal(path).detail == "a global header sets the name or size of entries"


def test_a_pax_path_overrides_the_name_and_is_checked(tmp_path: Path) -> None:
    name = "../" + "x" * 200 + ".txt"
    path = write_tar(tmp_path / "a.tar", [(name, b"a"), ("d/" * 80 + "long.txt", b"b")])

    rows, values, held = read_all(path)

    assert (rows, values["txt"]) == ([1], ["b"])
    assert [one.reason for one in held] == ["unsafe-member"]


def test_a_sparse_member_is_held(tmp_path: Path) -> None:
    info = tarfile.TarInfo("1.txt")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9999999999"}
    path = write_tar(tmp_path / "a.tar", [info, ("2.txt", b"b")])

    assert held_reasons(path) == [(0, "unsafe-member")]


def test_a_sample_far_on_is_read_without_the_content_before_it(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", [(f"{n:05}.txt", b"x" * 5000) for n in range(3000)])

    assert read_records(str(path), [2999]) == {2999: {"__key__": "02999", "txt": "x" * 5000}}


def test_batches_are_bounded_by_bytes(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", [(f"{n:05}.jpg", bytes(1000)) for n in range(500)])

    sizes = [batch.fields.nbytes for batch in open_shard(str(path), media=BOTH, batch_bytes=50_000)]

    assert len(sizes) >= 10
    assert max(sizes) <= 60_000


def test_a_tar_beside_its_img2dataset_files_is_one_shard(tmp_path: Path) -> None:
    write_tar(tmp_path / "00000.tar", people())
    for name in ("00000.parquet", "00000_stats.json", "00001.parquet"):
        (tmp_path / name).write_bytes(b"{}")

    assert discover([str(tmp_path)]) == [str(tmp_path / "00000.tar"), str(tmp_path / "00001.parquet")]


def test_real_tars_are_read_whole() -> None:
    folder = shared_data("shards", "webdataset")

    rows, values, held = read_all(folder / "testgz_filtered967.tar", media=BOTH)
    assert (len(rows), held) == (967, [])
    assert all(values["txt.gz"])
    rows, values, held = read_all(folder / "sample.tgz", media=BOTH)
    assert (len(rows), held) == (90, [])
    assert {(value or b"")[:4] for value in values["png"]} == {b"\x89PNG"}
