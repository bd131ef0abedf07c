"""Tests of applying patches to copies of JSON lines."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hayward.formats import digest
from hayward.patching import ShardChange, UnusableCopy, apply, verify_clean
from tests.hayward.formats.shards import write_jsonl, write_parquet
from tests.hayward.patching.copies import operation, patch_of, records_of, span, stamps, tree
from tests.shared_data import shared_data

LINES = [
    b'{"text":"Write to ann@example.org.", "n" : 1.0}\r\n',
    b"\n",
    b'{"text": "Nothing here.","n":2}\n',
    b"not JSON at all\n",
    b'{"n":3,"text":"Call \\u0035\\u0035\\u0035-0100, \\ud83d\\ude00 or bo@example.net"}\n',
    b'{"text":"Nothing here.","n":4}',
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    (folder / "train").mkdir(parents=True)
    (folder / "train" / "a.jsonl").write_bytes(b"".join(LINES))
    write_jsonl(folder / "train" / "b.jsonl.gz", [{"text": f"Record {n}", "n": n} for n in range(10, 30)])
    write_jsonl(folder / "c.jsonl.zst", [{"text": f"Record {n}", "n": n} for n in range(30, 50)])
    write_parquet(folder / "d.parquet", [{"text": f"Record {n}", "n": n} for n in range(50, 70)])
    return folder


def counts(report: Any) -> dict[str, int]:
    names = (
        "removed",
        "redacted",
        "labelled",
        "already",
        "missing",
        "restored",
        "unrestorable",
        "needs_original",
        "refused",
    )
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def test_apply_changes_the_named_records_and_no_other_byte(root: Path) -> None:
    patch = patch_of(
        operation(root, 1, "remove", "train/a.jsonl", 2),
        operation(root, 2, "redact", "train/a.jsonl", 4, spans=[span(5, 13, "phone_number"), span(20, 34)]),
        operation(root, 3, "redact", "train/a.jsonl", 0, spans=[span(9, 24)]),
    )
    before, touched = tree(root), stamps(root)
    seen: list[ShardChange] = []

    report = apply(patch, root, on_shard=seen.append)

    redacted = b'{"n":3,"text":"Call [PHONE_NUMBER], \\ud83d\\ude00 or [EMAIL_ADDRESS]"}\n'
    first = b'{"text":"Write to [EMAIL_ADDRESS].", "n" : 1.0}\r\n'
    assert (root / "train" / "a.jsonl").read_bytes() == first + LINES[1] + LINES[3] + redacted + LINES[5]
    others = [name for name in before if name != "train/a.jsonl"]
    assert [tree(root)[name] for name in others] == [before[name] for name in others]
    assert [stamps(root)[str(root / name)] for name in others] == [
        touched[str(root / name)] for name in others
    ]
    assert counts(report) == {"removed": 1, "redacted": 2}
    assert (seen, report.is_complete) == (report.shards, True)
    assert json.loads(json.dumps(report.as_dict()))["shards"][0]["path"] == "train/a.jsonl"
    assert [one.row for one in verify_clean(patch, root) if one.reason == "present"] == []


def test_apply_again_changes_nothing(root: Path) -> None:
    patch = patch_of(
        operation(root, 1, "remove", "train/a.jsonl", 2),
        operation(root, 2, "redact", "train/b.jsonl.gz", 4, spans=[span(0, 6)]),
        operation(root, 3, "remove", "c.jsonl.zst", 0),
        operation(root, 4, "redact", "d.parquet", 7, spans=[span(0, 6)]),
        operation(root, 5, "label", "d.parquet", 9, label="toxicity"),
    )
    first = apply(patch, root)
    touched = stamps(root)

    second = apply(patch, root)

    assert counts(first) == {"removed": 2, "redacted": 2, "labelled": 1}
    assert counts(second) == {"already": 5}
    assert second.shards == []
    assert stamps(root) == touched


def test_dry_run_tells_the_same_and_writes_nothing(root: Path) -> None:
    patch = patch_of(
        operation(root, 1, "remove", "train/a.jsonl", 2),
        operation(root, 2, "redact", "d.parquet", 4, spans=[span(0, 6)]),
        operation(root, 3, "label", "c.jsonl.zst", 4, label="toxicity"),
        {"seq": 4, "action": "remove", "digest": "0" * 64, "locations": []},
    )
    before, touched = tree(root), stamps(root)

    dry = apply(patch, root, dry_run=True)

    assert (tree(root), stamps(root)) == (before, touched)
    wet = apply(patch, root)
    assert counts(dry) == counts(wet) == {"removed": 1, "redacted": 1, "labelled": 1, "missing": 1}
    assert [one.path for one in dry.shards] == [one.path for one in wet.shards]


def test_an_empty_patch_leaves_every_shard_untouched(root: Path) -> None:
    touched = stamps(root)

    report = apply(patch_of(), root)

    assert {path: stamp for path, stamp in stamps(root).items() if path in touched} == touched
    assert counts(report) == {}


def test_apply_finds_records_in_a_copy_that_was_cut_otherwise(root: Path, tmp_path: Path) -> None:
    remove = operation(root, 1, "remove", "train/b.jsonl.gz", 3)
    redact = operation(root, 2, "redact", "d.parquet", 3, spans=[span(0, 6)])
    other = tmp_path / "other"
    other.mkdir()
    everything = [record for _, _, record in records_of(root)]
    write_parquet(other / "x.parquet", everything[::2])
    write_jsonl(other / "train.jsonl", everything[1::2])

    report = apply(patch_of(remove, redact), other)

    assert counts(report) == {"removed": 1, "redacted": 1}
    left = [record["text"] for _, _, record in records_of(other)]
    assert len(left) == len(everything) - 1
    assert [text for text in left if text in ("Record 13", "Record 53")] == []
    assert left.count("[EMAIL_ADDRESS] 53") == 1


def test_apply_never_trusts_a_row_alone(root: Path) -> None:
    remove = operation(root, 1, "remove", "train/b.jsonl.gz", 3)
    lying = {**remove, "locations": [{**remove["locations"][0], "row": 5}]}
    shifted = {**lying, "seq": 2, "digest": "f" * 64}

    report = apply(patch_of(lying, shifted), root)

    assert counts(report) == {"removed": 1, "missing": 1}
    texts = [record["text"] for shard, _, record in records_of(root) if shard == "train/b.jsonl.gz"]
    assert texts == [f"Record {n}" for n in range(10, 30) if n != 13]


def test_apply_keeps_compression_and_gives_gzip_no_time(root: Path) -> None:
    shutil.copy(root / "train" / "b.jsonl.gz", root / "many.jsonl.gz")
    with (root / "many.jsonl.gz").open("ab") as file:
        file.write(gzip.compress(b'{"text":"second member"}\n'))
    content = gzip.decompress((root / "many.jsonl.gz").read_bytes()).splitlines(keepends=True)

    apply(
        patch_of(
            operation(root, 1, "remove", "many.jsonl.gz", 0), operation(root, 2, "remove", "c.jsonl.zst", 0)
        ),
        root,
    )

    packed = (root / "many.jsonl.gz").read_bytes()
    assert packed[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert gzip.decompress(packed) == b"".join(content[1:])
    assert (root / "c.jsonl.zst").read_bytes()[:4] == b"\x28\xb5\x2f\xfd"
    assert sum(shard == "c.jsonl.zst" for shard, _, _ in records_of(root)) == 19


def test_a_later_patch_builds_on_an_earlier_one(root: Path) -> None:
    redact = operation(root, 1, "redact", "train/a.jsonl", 4, spans=[span(5, 13, "phone_number")])
    more = {**redact, "seq": 11, "spans": [span(20, 34), span(6, 9, "digits")]}
    gone = operation(root, 12, "remove", "train/b.jsonl.gz", 0)
    apply(patch_of(redact, until=10), root)

    report = apply(patch_of(more, gone, since=10, until=20), root)

    assert counts(report) == {"removed": 1, "redacted": 1}
    assert (
        b'"Call [PHONE_NUMBER], \\ud83d\\ude00 or [EMAIL_ADDRESS]"'
        in (root / "train" / "a.jsonl").read_bytes()
    )
    last = apply(patch_of({**redact, "seq": 21, "action": "remove"}, since=20, until=30), root)
    assert counts(last) == {"removed": 1}
    assert b"Call" not in (root / "train" / "a.jsonl").read_bytes()


def test_a_redaction_across_an_earlier_one_needs_the_original(root: Path) -> None:
    redact = operation(root, 1, "redact", "train/a.jsonl", 0, spans=[span(9, 24)])
    apply(patch_of(redact, until=10), root)
    before = (root / "train" / "a.jsonl").read_bytes()

    report = apply(patch_of({**redact, "seq": 11, "spans": [span(0, 12)]}, since=10, until=20), root)

    assert counts(report) == {"needs_original": 1}
    assert (root / "train" / "a.jsonl").read_bytes() == before
    assert [(one.code, one.shard, one.seqs) for one in report.problems] == [
        ("needs-original", "train/a.jsonl", (11,))
    ]
    # What was not done is asked for again: the copy has not moved past entry 10.
    with pytest.raises(UnusableCopy, match="pull a patch since 10"):
        apply(patch_of(since=20, until=30), root)


def test_a_span_outside_its_field_is_refused_and_the_rest_goes_on(root: Path) -> None:
    wrong = operation(root, 1, "redact", "train/a.jsonl", 2, spans=[span(5, 500)])
    absent = operation(root, 2, "redact", "train/b.jsonl.gz", 2, spans=[span(0, 1, field="title")])
    touched = stamps(root)

    report = apply(patch_of(wrong, absent, operation(root, 3, "remove", "c.jsonl.zst", 0)), root)

    assert counts(report) == {"removed": 1, "refused": 2}
    assert not report.is_complete
    assert {stamps(root)[path] == touched[path] for path in touched if not path.endswith(".zst")} == {True}


def test_restore_cancels_in_the_patch_and_tells_what_only_the_original_can_restore(root: Path) -> None:
    remove = operation(root, 1, "remove", "train/a.jsonl", 2)
    restore = {**remove, "seq": 15, "action": "restore", "ref": 1}
    original = (root / "train" / "a.jsonl").read_bytes()

    assert counts(apply(patch_of(remove, restore), root, dry_run=True)) == {}
    apply(patch_of(remove, until=10), root)
    late = patch_of(restore, since=10, until=20)

    assert counts(apply(late, root)) == {"unrestorable": 1}
    (root / "train" / "a.jsonl").write_bytes(original)
    assert counts(apply(late, root)) == {"restored": 1}
    assert counts(apply(patch_of(remove, until=10), root)) == {"removed": 1}


def test_an_original_shard_that_comes_back_is_patched_again(root: Path) -> None:
    remove = patch_of(operation(root, 1, "remove", "train/a.jsonl", 2))
    original = (root / "train" / "a.jsonl").read_bytes()
    apply(remove, root)
    patched = (root / "train" / "a.jsonl").read_bytes()
    (root / "train" / "a.jsonl").write_bytes(original)

    report = apply(remove, root)

    assert counts(report) == {"removed": 1}
    assert (root / "train" / "a.jsonl").read_bytes() == patched


def test_labels_go_to_a_sidecar_follow_the_record_and_can_be_withdrawn(root: Path) -> None:
    label = operation(root, 1, "label", "train/a.jsonl", 0, label="toxicity")
    redact = operation(root, 11, "redact", "train/a.jsonl", 0, spans=[span(9, 24)])
    before = tree(root)

    report = apply(patch_of(label, until=10), root)

    assert counts(report) == {"labelled": 1}
    assert {name: data for name, data in tree(root).items() if name in before} == before
    sidecar = root / ".hayward" / "labels.jsonl"
    line = {"digest": label["digest"], "record": label["digest"], "label": "toxicity", "seq": 1}
    assert [json.loads(one) for one in sidecar.read_bytes().splitlines()] == [line]
    apply(patch_of(redact, since=10, until=20), root)
    now = next(
        digest(record) for shard, row, record in records_of(root) if (shard, row) == ("train/a.jsonl", 0)
    )
    assert [json.loads(one)["record"] for one in sidecar.read_bytes().splitlines()] == [now]
    withdrawn = apply(patch_of({**label, "seq": 21, "action": "restore", "ref": 1}, since=20, until=30), root)
    assert counts(withdrawn) == {"restored": 1}
    assert sidecar.read_bytes() == b""


def test_duplicates_at_unnamed_places_are_shown_by_verify_and_found_when_thorough(root: Path) -> None:
    shutil.copy(root / "train" / "b.jsonl.gz", root / "again.jsonl.gz")
    patch = patch_of(operation(root, 1, "remove", "train/b.jsonl.gz", 3))
    apply(patch, root)

    left = verify_clean(patch, root)
    report = apply(patch, root, thorough=True)

    assert [(one.shard, one.row, one.seqs) for one in left if one.reason == "present"] == [
        ("again.jsonl.gz", 3, (1,))
    ]
    assert counts(report) == {"removed": 1}
    assert [one for one in verify_clean(patch, root) if one.reason == "present"] == []


def test_verify_clean_does_not_vouch_for_what_it_cannot_read(root: Path) -> None:
    patch = patch_of(operation(root, 1, "remove", "c.jsonl.zst", 0))
    (root / "broken.jsonl.gz").write_bytes((root / "train" / "b.jsonl.gz").read_bytes()[:60])

    left = verify_clean(patch, root)

    assert [(one.shard, one.reason) for one in left] == [
        ("broken.jsonl.gz", "unreadable"),
        ("c.jsonl.zst", "present"),
        ("train/a.jsonl", "unreadable"),
    ]


def test_a_shard_that_cannot_be_read_is_reported_and_the_run_stays_open(root: Path) -> None:
    remove = operation(root, 1, "remove", "train/b.jsonl.gz", 3)
    whole = (root / "train" / "b.jsonl.gz").read_bytes()
    (root / "train" / "b.jsonl.gz").write_bytes(whole[:-20])
    patch = patch_of({**remove, "locations": []}, operation(root, 2, "remove", "c.jsonl.zst", 0))

    report = apply(patch, root)

    assert counts(report) == {"removed": 1}
    assert [(one.code, one.shard) for one in report.problems] == [
        ("unreadable", "train/b.jsonl.gz"),
        ("not-rewritten", "train/b.jsonl.gz"),
    ]
    (root / "train" / "b.jsonl.gz").write_bytes(whole)
    assert counts(apply(patch, root)) == {"removed": 1, "already": 1}
    assert counts(apply(patch, root)) == {"already": 2}


def test_a_symbolic_link_is_never_followed(root: Path, tmp_path: Path) -> None:
    outside = write_jsonl(tmp_path / "outside.jsonl", [{"text": "Record 10", "n": 10}])
    before = outside.read_bytes()
    remove = operation(root, 1, "remove", "train/b.jsonl.gz", 0)
    (root / "train" / "b.jsonl.gz").unlink()
    (root / "link.jsonl").symlink_to(outside)

    report = apply(patch_of(remove), root)

    assert outside.read_bytes() == before
    assert (root / "link.jsonl").is_symlink()
    assert [(one.code, one.shard) for one in report.problems] == [("unreadable", "link.jsonl")]


def test_apply_refuses_another_dataset_a_gap_and_no_folder(root: Path) -> None:
    apply(patch_of(until=10), root)

    with pytest.raises(UnusableCopy, match="pull a patch since 10"):
        apply(patch_of(since=12, until=20), root)
    (root / ".hayward" / "receipt.json").write_text(
        (root / ".hayward" / "receipt.json").read_text().replace('"demo"', '"other"')
    )
    with pytest.raises(UnusableCopy, match="is a copy of other"):
        apply(patch_of(), root)
    with pytest.raises(UnusableCopy, match="is no folder"):
        apply(patch_of(), root / "nowhere")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.sets(st.integers(0, 29)),
    name=st.sampled_from(["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"]),
)
def test_removing_rows_leaves_just_the_others(tmp_path: Path, rows: set[int], name: str) -> None:
    root = tmp_path / "copy"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    records = [{"text": f"Record {n} \U0001f600", "n": n} for n in range(30)]
    if name.endswith("parquet"):
        write_parquet(root / name, records, row_group_size=7)
    else:
        write_jsonl(root / name, records)
    before = (root / name).read_bytes()

    report = apply(patch_of(*(operation(root, row, "remove", name, row) for row in sorted(rows))), root)

    assert [record for _, _, record in records_of(root)] == [one for one in records if one["n"] not in rows]
    assert report.removed == len(rows)
    assert rows or (root / name).read_bytes() == before


def test_a_real_shard_loses_one_record_and_keeps_every_other_byte(tmp_path: Path) -> None:
    for parts in (
        ("data-juicer", "redpajama-c4-refined.jsonl"),
        ("dolma", "data", "provided", "documents", "000.json.gz"),
    ):
        shutil.copyfile(shared_data("shards", *parts), tmp_path / parts[-1])
    lines = (tmp_path / "redpajama-c4-refined.jsonl").read_bytes().splitlines(keepends=True)
    packed = gzip.decompress((tmp_path / "000.json.gz").read_bytes()).splitlines(keepends=True)
    patch = patch_of(
        operation(tmp_path, 1, "remove", "redpajama-c4-refined.jsonl", 4),
        operation(tmp_path, 2, "redact", "000.json.gz", 7, spans=[span(0, 9)]),
    )

    apply(patch, tmp_path)

    assert (tmp_path / "redpajama-c4-refined.jsonl").read_bytes() == b"".join(lines[:4] + lines[5:])
    now = gzip.decompress((tmp_path / "000.json.gz").read_bytes()).splitlines(keepends=True)
    assert now[:7] + now[8:] == packed[:7] + packed[8:]
    text = json.loads(packed[7])["text"]
    assert json.loads(now[7]) == {**json.loads(packed[7]), "text": "[EMAIL_ADDRESS]" + text[9:]}
