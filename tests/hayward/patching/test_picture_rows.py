"""Tests that rows of metadata.jsonl and metadata.csv go and change with their pictures."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from hayward.formats import fingerprint
from hayward.patching import apply, verify_clean
from tests.hayward.patching.copies import operation, patch_of, records_of, span, tree
from tests.hayward.patching.test_describing import COVER, EXIF, photo
from tests.hayward.patching.test_interrupted import crashing_apply

SHA = hashlib.sha256(b"as downloaded").hexdigest()
JSONL = (
    b'{"file_name": "0.jpg", "caption": "zero"}\n'
    b'{"caption" : "ann@example.org", "file_name": "1.jpg", "exif": {"a": "b"}, "sha256":"%s"}\r\n\n'
    b'{"file_name": "gone.jpg", "caption": "bo@example.org"}' % SHA.encode()
)
CSV = (
    b"file_name,caption,exif,sha256\r\n0.jpg,zero,,\r\n"
    b'"1.jpg",ann@example.org,"%s",%s\r\ngone.jpg,bo@example.org,,'
    % (EXIF.replace('"', '""').encode(), SHA.encode())
)
ROWS = [("metadata.jsonl", JSONL), ("metadata.csv", CSV)]


def make(root: Path, name: str, data: bytes) -> Path:
    (root / "photos").mkdir(parents=True)
    for number in range(2):
        (root / "photos" / f"{number}.jpg").write_bytes(photo())
    (root / "photos" / name).write_bytes(data)
    (root / "a.jsonl").write_bytes(b'{"text":"x"}\n')
    return root


@pytest.mark.parametrize(("name", "data"), ROWS)
def test_the_row_of_a_removed_picture_goes_and_so_does_a_loose_row(
    tmp_path: Path, name: str, data: bytes
) -> None:
    root = make(tmp_path / "copy", name, data)
    patch = patch_of(operation(root, 1, "remove", "photos", 1), operation(root, 2, "remove", "photos", 2))

    report = apply(patch, root)

    start = data.index(b'{"caption"') if name.endswith("l") else data.index(b'"1.jpg"')
    left = data[:start] + (b"\n" if name.endswith("l") else b"")
    assert (root / "photos" / name).read_bytes() == left
    assert [path.name for path in (root / "photos").iterdir() if path.suffix == ".jpg"] == ["0.jpg"]
    assert (report.removed, report.is_complete, verify_clean(patch, root)) == (2, True, [])
    assert report.shards[0].sha256_after == fingerprint(str(root / "photos")).sha256
    done = tree(root)
    assert apply(patch, root).already == 2
    assert tree(root) == done


@pytest.mark.parametrize(("name", "data"), ROWS)
def test_texts_of_a_row_are_redacted_and_what_it_tells_of_the_picture_follows(
    tmp_path: Path, name: str, data: bytes
) -> None:
    root = make(tmp_path / "copy", name, data)
    spans: list[dict[str, Any]] = [span(0, 15, field="metadata.json.caption"), COVER | {"field": "image"}]
    loose = [span(0, 14, field="metadata.json.caption")]
    patch = patch_of(
        operation(root, 1, "redact", "photos", 1, spans=spans),
        operation(root, 2, "redact", "photos", 2, spans=loose),
    )

    report = apply(patch, root)

    sha256 = hashlib.sha256((root / "photos" / "1.jpg").read_bytes()).hexdigest()
    new = data.replace(b"ann@example.org", b"[EMAIL_ADDRESS]").replace(b"bo@example.org", b"[EMAIL_ADDRESS]")
    new = new.replace(SHA.encode(), sha256.encode()).replace(b'{"a": "b"}', b"null")
    new = new.replace(b'"%s"' % EXIF.replace('"', '""').encode(), b"{}").replace(b'\n"1.jpg",', b"\n1.jpg,")
    assert (root / "photos" / name).read_bytes() == new
    assert (report.redacted, report.is_complete, verify_clean(patch, root)) == (2, True, [])
    assert apply(patch, root).already == 2
    (after,) = [one for _, row, one in records_of(root) if one.get("file") == "1.jpg" and row == 1]
    assert after["metadata.json"]["sha256"] == sha256


@pytest.mark.parametrize("step", range(1, 40, 3))
def test_a_crash_between_picture_and_row_is_healed(tmp_path: Path, step: int) -> None:
    root = make(tmp_path / "copy", "metadata.jsonl", JSONL)
    patch = patch_of(
        operation(root, 1, "remove", "photos", 0),
        operation(root, 2, "redact", "photos", 1, spans=[span(0, 15, field="metadata.json.caption")]),
    )
    shutil.copytree(root, tmp_path / "undisturbed")
    apply(patch, tmp_path / "undisturbed")

    crashing_apply(patch, root, step)
    apply(patch, root)

    assert tree(root) == tree(tmp_path / "undisturbed")
