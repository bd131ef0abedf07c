"""Tests of applying patches to copies of WebDataset tars and to what img2dataset writes beside them."""

import gzip
import io
import json
import shutil
import tarfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.formats import digest, read_records
from hayward.patching import apply, verify_clean
from tests.hayward.formats.tars import PIXEL, Member, people, special, tar_bytes, write_tar
from tests.hayward.patching.copies import document, operation, patch_of, records_of, span, stamps, tree
from tests.hayward.patching.test_interrupted import crashing_apply
from tests.shared_data import shared_data


def members_of(path: Path) -> list[tuple[Mapping[str, Any], bytes]]:
    with tarfile.open(path) as tar:
        return [(one.get_info(), file.read() if (file := tar.extractfile(one)) else b"") for one in tar]


def blocks(data: bytes) -> list[bytes]:
    """The stored entries of a tar, each with its headers."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        starts = [one.offset for one in tar] + [tar.offset]
    return [data[start:end] for start, end in pairwise(starts)]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_a_removed_sample_goes_with_all_its_members_and_no_other_byte_changes(
    tmp_path: Path, form: int
) -> None:
    members: list[Member] = [
        special("a", tarfile.DIRTYPE),
        *people(),
        ("README", b"x"),
        ("d/" * 60 + "long.txt", b"x" * 700),
    ]
    if form == tarfile.USTAR_FORMAT:
        members.pop()
    path = write_tar(tmp_path / "copy" / "a.tar", members, form)
    before = path.read_bytes()
    patch = patch_of(operation(path.parent, 1, "remove", "a.tar", 1))

    report = apply(patch, path.parent)

    kept = [one for one in blocks(before) if b"a/001." not in one[:100] and b"a/001." not in one[1024:1124]]
    after = path.read_bytes()
    assert after.rstrip(b"\0") == b"".join(kept).rstrip(b"\0")
    assert len(after) % 10240 == 0
    assert len(members_of(path)) == len(members) - 3
    assert (report.removed, report.is_complete) == (1, True)
    assert verify_clean(patch, path.parent) == []


def test_spans_are_redacted_in_texts_and_json_and_other_members_keep_their_bytes(tmp_path: Path) -> None:
    members = [
        *people(),
        ("a/003.txt.gz", gzip.compress(b"ann@example.org")),
        ("a/003.json", b'"ann@example.org"'),
    ]
    path = write_tar(tmp_path / "copy" / "a.tar", members)
    before = members_of(path)
    patch = patch_of(
        operation(
            path.parent,
            1,
            "redact",
            "a.tar",
            0,
            spans=[span(9, 24, field="txt"), span(0, 3, "person_name", "json.caption")],
        ),
        operation(
            path.parent,
            2,
            "redact",
            "a.tar",
            3,
            spans=[span(0, 15, field="txt.gz"), span(0, 15, field="json")],
        ),
    )
    expected = [one for _, _, one in records_of(path.parent)]

    report = apply(patch, path.parent)

    changed = {
        "a/000.txt": b"Write to [EMAIL_ADDRESS] today.",
        "a/000.json": b'{"caption": "[PERSON_NAME]", "n": 1, "inner": {"x": "y"}}',
        "a/003.json": b'"[EMAIL_ADDRESS]"',
    }
    after = members_of(path)
    for (info, data), (new_info, new) in zip(before, after, strict=True):
        name = info["name"]
        if name == "a/003.txt.gz":
            assert gzip.decompress(new) == b"[EMAIL_ADDRESS]"
        else:
            assert new == changed.get(name, data)
        ignored = {"size", "chksum"} if name in changed or name == "a/003.txt.gz" else set()
        assert {key: info[key] for key in info.keys() - ignored} == {
            key: new_info[key] for key in info.keys() - ignored
        }
    assert report.redacted == 2
    assert [digest(one) for one in expected[1:3]] == [
        digest(one) for _, _, one in list(records_of(path.parent))[1:3]
    ]
    assert verify_clean(patch, path.parent) == []


@pytest.mark.parametrize("name", ["a.tar.gz", "a.tgz", "a.tar.zst"])
def test_compressed_tars_are_rewritten_in_their_compression(tmp_path: Path, name: str) -> None:
    path = write_tar(tmp_path / "copy" / name, people())
    start = path.read_bytes()[:4]
    patch = patch_of(
        operation(path.parent, 1, "remove", name, 0),
        operation(path.parent, 2, "redact", name, 2, spans=[span(5, 13, "phone_number", "txt")]),
    )

    apply(patch, path.parent)

    assert path.read_bytes()[:4] == start
    assert [one["txt"] for _, _, one in records_of(path.parent)] == [
        "Nothing to see here.",
        "Call [PHONE_NUMBER] — ask for Bo 😀.",
    ]


def test_applying_again_and_dry_runs_change_nothing(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "copy" / "a.tar", people())
    patch = patch_of(
        operation(path.parent, 1, "remove", "a.tar", 1),
        operation(path.parent, 2, "redact", "a.tar", 2, spans=[span(5, 13, "phone_number", "txt")]),
    )
    touched = stamps(path.parent)

    dry = apply(patch, path.parent, dry_run=True)
    assert stamps(path.parent) == touched
    wet = apply(patch, path.parent)
    assert (dry.removed, dry.redacted) == (wet.removed, wet.redacted) == (1, 1)
    touched = stamps(path.parent)
    assert apply(patch, path.parent).already == 2
    assert stamps(path.parent) == touched


def test_a_removal_that_would_join_two_samples_is_refused(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "copy" / "a.tar", [("1.txt", b"a"), ("2.txt", b"b"), ("1.cls", b"c")])
    before = path.read_bytes()

    report = apply(patch_of(operation(path.parent, 1, "remove", "a.tar", 1)), path.parent)

    assert [one.code for one in report.problems] == ["not-rewritten"]
    assert path.read_bytes() == before


def test_a_damaged_tar_is_left_as_it_is(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "copy" / "a.tar", [(f"{n}.txt", b"x" * 600 + b"%d" % n) for n in range(5)])
    path.write_bytes(path.read_bytes()[:5000])
    before = path.read_bytes()
    record = read_records(str(path), [0])[0]
    wanted = {"seq": 1, "action": "remove", "digest": digest(record), "locations": []}

    report = apply(patch_of(wanted), path.parent)

    assert {one.code for one in report.problems} == {"not-rewritten", "unreadable"}
    assert path.read_bytes() == before


def test_blocking_and_end_mark_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "copy" / "a.tar"
    path.parent.mkdir()
    entries = blocks(tar_bytes([(f"{n}.txt", b"x") for n in range(3)], tarfile.USTAR_FORMAT))
    path.write_bytes(b"".join(entries) + bytes(1024))

    apply(patch_of(operation(path.parent, 1, "remove", "a.tar", 0)), path.parent)

    assert path.read_bytes() == b"".join(entries[1:]) + bytes(1024)


def img2dataset(root: Path) -> Path:
    """Four samples, the third of which failed to download, as img2dataset leaves them."""
    rows, members = [], []
    for number in range(4):
        key, failed = f"{number:09}", number == 2
        caption = f"Caption {number} by ann@example.org"
        row: dict[str, str | None] = {
            "url": f"https://example.org/{number}.jpg",
            "caption": caption,
            "key": key,
        }
        row |= {
            "status": "failed_to_download" if failed else "success",
            "error_message": "404" if failed else None,
        }
        rows.append(row)
        if not failed:
            members += [
                (f"{key}.jpg", PIXEL + b"%d" % number),
                (f"{key}.json", json.dumps(row).encode()),
                (f"{key}.txt", caption.encode()),
            ]
    write_tar(root / "00000.tar", members)
    pq.write_table(pa.Table.from_pylist(rows), root / "00000.parquet")
    stats = {
        "count": 4,
        "successes": 3,
        "failed_to_download": 1,
        "duration": 3.5,
        "status_dict": {"success": 3, "404": 1},
    }
    (root / "00000_stats.json").write_text(json.dumps(stats, indent=4))
    return root


def img2dataset_patch(root: Path) -> bytes:
    spans = [span(13, 28, field="txt"), span(13, 28, field="json.caption")]
    return document(
        [
            operation(root, 1, "remove", "00000.tar", 0),
            operation(root, 2, "redact", "00000.tar", 2, spans=spans),
        ]
    )


def test_table_and_counts_of_img2dataset_follow_the_tar(tmp_path: Path) -> None:
    root = img2dataset(tmp_path)
    before = pq.read_table(root / "00000.parquet").to_pylist()
    report = apply(patch_of(*json.loads(img2dataset_patch(root))["operations"]), root)

    assert (report.removed, report.redacted, report.is_complete) == (1, 1, True)
    before[3]["caption"] = "Caption 3 by [EMAIL_ADDRESS]"
    assert pq.read_table(root / "00000.parquet").to_pylist() == before[1:]
    stats = json.loads((root / "00000_stats.json").read_text())
    assert stats == {
        "count": 3,
        "successes": 2,
        "failed_to_download": 1,
        "duration": 3.5,
        "status_dict": {"success": 2, "404": 1},
    }
    texts = [(one["txt"], one["json"]["caption"]) for _, _, one in records_of(root)]
    assert texts == [("Caption 1 by ann@example.org",) * 2, ("Caption 3 by [EMAIL_ADDRESS]",) * 2]


@pytest.mark.parametrize("step", range(1, 40))
def test_a_crash_between_tar_table_and_counts_is_healed(tmp_path: Path, step: int) -> None:
    root = img2dataset(tmp_path / "copy")
    patch = patch_of(*json.loads(img2dataset_patch(root))["operations"])
    shutil.copytree(root, tmp_path / "undisturbed")
    apply(patch, tmp_path / "undisturbed")

    crashing_apply(patch, root, step)
    apply(patch, root)

    assert tree(root) == tree(tmp_path / "undisturbed")


def test_a_real_tar_is_patched(tmp_path: Path) -> None:
    shutil.copy(shared_data("shards", "webdataset", "testgz_filtered967.tar"), tmp_path / "a.tar")
    (tmp_path / "a.tar").chmod(0o644)
    before = members_of(tmp_path / "a.tar")
    patch = patch_of(*(operation(tmp_path, row, "remove", "a.tar", row) for row in (0, 500, 966)), until=1000)

    report = apply(patch, tmp_path)

    assert report.removed == 3
    assert members_of(tmp_path / "a.tar") == [
        one for row, one in enumerate(before) if row not in (0, 500, 966)
    ]
