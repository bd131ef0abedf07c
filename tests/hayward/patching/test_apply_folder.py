"""Tests of applying patches to copies of folders of pictures."""

import shutil
from pathlib import Path

import pytest

from hayward.formats import fingerprint
from hayward.patching import apply, verify_clean
from tests.hayward.formats.shards import write_jsonl
from tests.hayward.formats.tars import PIXEL
from tests.hayward.patching.copies import operation, patch_of, records_of, span, stamps, tree
from tests.hayward.patching.test_interrupted import crashing_apply


def make_copy(root: Path) -> Path:
    """A folder of five pictures, two with texts, beside a shard of JSON lines."""
    (root / "photos" / "in").mkdir(parents=True)
    for number in range(4):
        (root / "photos" / f"{number}.jpg").write_bytes(PIXEL + b"%d" % number)
    (root / "photos" / "in" / "9.png").write_bytes(PIXEL)
    (root / "photos" / "1.txt").write_bytes(b"ann@example.org and Bo")
    (root / "photos" / "1.json").write_bytes(b'{"caption" : "ann@example.org", "n": 1}')
    (root / "photos" / "2.txt").write_bytes(b"a text")
    (root / "photos" / "list.txt").write_bytes(b"of nobody's picture")
    write_jsonl(root / "a.jsonl", [{"text": "x"}])
    return root


def test_a_removed_picture_goes_with_its_texts_and_nothing_else_is_touched(tmp_path: Path) -> None:
    root = make_copy(tmp_path / "copy")
    before, touched = tree(root), stamps(root)
    patch = patch_of(operation(root, 1, "remove", "photos", 1), operation(root, 2, "remove", "photos", 4))

    report = apply(patch, root)

    gone = {"photos/1.jpg", "photos/1.txt", "photos/1.json", "photos/in/9.png"}
    left = {name: data for name, data in tree(root).items() if not name.startswith(".hayward/")}
    assert left == {name: data for name, data in before.items() if name not in gone}
    assert {
        path: stamp for path, stamp in stamps(root).items() if ".hayward" not in path
    }.items() <= touched.items()
    assert (report.removed, report.is_complete) == (2, True)
    assert report.shards[0].sha256_after == fingerprint(str(root / "photos")).sha256
    assert verify_clean(patch, root) == []


def test_texts_beside_a_picture_are_redacted(tmp_path: Path) -> None:
    root = make_copy(tmp_path / "copy")
    spans = [span(0, 15, field="txt"), span(20, 22, "person_name", "txt"), span(0, 15, field="json.caption")]
    patch = patch_of(operation(root, 1, "redact", "photos", 1, spans=spans))

    report = apply(patch, root)

    assert (root / "photos" / "1.txt").read_bytes() == b"[EMAIL_ADDRESS] and [PERSON_NAME]"
    assert (root / "photos" / "1.json").read_bytes() == b'{"caption" : "[EMAIL_ADDRESS]", "n": 1}'
    assert (root / "photos" / "1.jpg").read_bytes() == PIXEL + b"1"
    assert report.shards[0].sha256_after == fingerprint(str(root / "photos")).sha256
    assert apply(patch, root).already == 1


def test_dry_runs_change_nothing_and_tell_the_same(tmp_path: Path) -> None:
    root = make_copy(tmp_path / "copy")
    patch = patch_of(operation(root, 1, "remove", "photos", 1), operation(root, 2, "remove", "photos", 3))
    touched = stamps(root)

    dry = apply(patch, root, dry_run=True)

    assert stamps(root) == touched
    assert (dry.removed, dry.is_complete) == (2, True)
    assert apply(patch, root).removed == 2
    touched = stamps(root)
    assert apply(patch, root).already == 2
    assert stamps(root) == touched


def test_a_copy_that_is_itself_the_folder_is_patched(tmp_path: Path) -> None:
    root = make_copy(tmp_path / "copy")
    patch = patch_of(operation(root, 1, "remove", "photos", 1))

    report = apply(patch, root / "photos")

    assert [(one.path, one.removed) for one in report.shards] == [(".", 1)]
    assert not (root / "photos" / "1.txt").exists()
    here = patch_of(operation(root / "photos", 2, "remove", ".", 0), since=0)
    assert apply(here, root / "photos").removed == 1


def test_a_folder_found_under_two_names_never_loses_another_picture(tmp_path: Path) -> None:
    root = make_copy(tmp_path / "copy")
    (root / "a.jsonl").unlink()  # now the whole copy is one folder of pictures, and "photos" a part of it
    remove = operation(root, 1, "remove", ".", 1)
    named = {**remove["locations"][0], "shard": "photos", "sha256": fingerprint(str(root / "photos")).sha256}
    loose = {**operation(root, 2, "remove", ".", 3), "locations": []}
    patch = patch_of({**remove, "locations": [named]}, loose)

    apply(patch, root)
    report = apply(patch, root)

    assert report.is_complete
    assert [one["file"] for _, _, one in records_of(root)] == [
        "photos/0.jpg",
        "photos/2.jpg",
        "photos/in/9.png",
    ]


@pytest.mark.parametrize("step", range(1, 46))
def test_a_crash_at_every_single_step_is_healed(tmp_path: Path, step: int) -> None:
    root = make_copy(tmp_path / "copy")
    patch = patch_of(
        operation(root, 1, "remove", "photos", 1),
        operation(root, 2, "redact", "photos", 2, spans=[span(0, 1, field="txt")]),
        operation(root, 3, "remove", "photos", 4),
        operation(root, 4, "label", "photos", 0, label="x"),
    )
    shutil.copytree(root, tmp_path / "undisturbed")
    apply(patch, tmp_path / "undisturbed")

    crashing_apply(patch, root, step)
    apply(patch, root)

    assert tree(root) == tree(tmp_path / "undisturbed")


def test_a_file_that_somebody_changed_after_a_crash_is_left_alone(tmp_path: Path) -> None:
    root = make_copy(tmp_path / "copy")
    patch = patch_of(operation(root, 1, "remove", "photos", 1), operation(root, 2, "remove", "photos", 4))
    shutil.copytree(root, tmp_path / "original")
    for step in range(1, 60):
        crashing_apply(patch, root, step)
        if (root / ".hayward" / "journal.jsonl").exists():
            break
    (root / "photos" / "in" / "9.png").write_bytes(b"another picture")

    apply(patch, root)

    assert (root / "photos" / "in" / "9.png").read_bytes() == b"another picture"
    assert not (root / "photos" / "1.jpg").exists()
