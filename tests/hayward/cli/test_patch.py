"""`hayward patch`: what was decided reaches the copy, twice is once, and what is left is told."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hayward.formats import digest
from tests.hayward.cli.conftest import Command
from tests.hayward.client.peer import Answer, Peer

RECORDS = [
    {"text": "a field of barley"},
    {"text": "write to jane.roe@example.org today"},
    {"text": "the gate is broken"},
    {"text": "sheep on the road"},
]


def shard_bytes(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    root.mkdir()
    (root / "a.jsonl").write_bytes(shard_bytes(RECORDS))
    (root / "b.jsonl.gz").write_bytes(gzip.compress(shard_bytes([RECORDS[0]])))
    return root


def operation(
    seq: int, action: str, row: int, record: dict[str, Any] | None = None, **members: Any
) -> dict[str, Any]:
    content = shard_bytes(RECORDS)
    location = {"shard": "a.jsonl", "sha256": hashlib.sha256(content).hexdigest(), "row": row}
    return {
        "seq": seq,
        "action": action,
        "digest": digest(record or RECORDS[row]),
        "locations": [location],
        **members,
    }


REMOVE = operation(3, "remove", 2)
REDACT = operation(4, "redact", 1, spans=[{"field": "text", "start": 9, "end": 29, "kind": "email_address"}])
LABEL = operation(5, "label", 3, label="toxicity")
AFTER = shard_bytes([RECORDS[0], {"text": "write to [EMAIL_ADDRESS] today"}, RECORDS[3]])


def document(*operations: dict[str, Any], since: int = 0, until: int = 12) -> bytes:
    return json.dumps(
        {
            "format": "hayward-patch/1",
            "dataset": "demo",
            "release": "1.0",
            "since": since,
            "until": until,
            "operations": operations,
        }
    ).encode()


@pytest.fixture
def patch(tmp_path: Path) -> Path:
    file = tmp_path / "demo.patch.json"
    file.write_bytes(document(REMOVE, REDACT, LABEL))
    return file


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_a_patch_is_pulled_as_the_server_wrote_it(hayward: Command, peer: Peer, tmp_path: Path) -> None:
    peer.routes["GET /datasets/demo/patch"] = Answer(200, document(REMOVE))
    command = ("patch", "pull", "demo", "--release", "1.0", "--since", "0", "--server", peer.url, "--out")

    to_file = hayward(*command, tmp_path / "sub" / "p.json")
    to_stdout = hayward(*command, "-")

    assert (to_file.code, to_file.out) == (0, "")
    assert (tmp_path / "sub" / "p.json").read_bytes() == document(REMOVE)
    assert to_stdout.out.encode() == document(REMOVE)
    assert "1 operations. Next time: --since 12" in to_file.err
    assert peer.asked[0].query == {"since": "0", "release": "1.0"}


def test_what_is_no_patch_is_not_kept(hayward: Command, peer: Peer, tmp_path: Path) -> None:
    peer.routes["GET /datasets/demo/patch"] = Answer(200, b'{"format": "other"}')

    done = hayward(
        "patch", "pull", "demo", "--release", "1.0", "--server", peer.url, "--out", tmp_path / "p.json"
    )

    assert done.code == 2
    assert not (tmp_path / "p.json").exists()


def test_a_patch_is_applied_once_and_the_rest_stays(hayward: Command, patch: Path, copy: Path) -> None:
    other = (copy / "b.jsonl.gz").read_bytes()

    done = hayward("patch", "apply", patch, copy)
    again = hayward("patch", "apply", patch, copy)

    assert (done.code, again.code) == (0, 0)
    assert done.out.splitlines() == [
        "shard\tremoved\tredacted\tlabelled",
        "a.jsonl\t1\t1\t1",
        "total\t1\t1\t1",
    ]
    assert again.out.splitlines()[-1] == "total\t0\t0\t0"
    assert "3 already applied." in again.err
    assert (copy / "a.jsonl").read_bytes() == AFTER
    assert (copy / "b.jsonl.gz").read_bytes() == other


def test_a_patch_writes_pseudonyms_or_hashes_and_the_copy_keeps_to_them(
    hayward: Command, patch: Path, copy: Path, tmp_path: Path
) -> None:
    done = hayward("patch", "apply", patch, copy, "--replace", "pseudonym", "--json")
    again = hayward("patch", "apply", patch, copy)
    other = hayward("patch", "apply", patch, copy, "--replace", "mark")
    verified = hayward("patch", "verify", patch, copy)

    assert (done.code, again.code, other.code, verified.code) == (0, 0, 5, 0)
    assert json.loads(done.out)["replace"] == "pseudonym"
    assert json.loads((copy / "a.jsonl").read_bytes().splitlines()[1]) == {
        "text": "write to person1@example.org today"
    }
    assert "--replace pseudonym" in other.err


def test_hashes_need_a_key(hayward: Command, patch: Path, copy: Path) -> None:
    before = contents(copy)

    done = hayward("patch", "apply", patch, copy, "--replace", "hash")

    assert (done.code, contents(copy)) == (2, before)


def test_a_dry_run_counts_and_writes_nothing(hayward: Command, patch: Path, copy: Path) -> None:
    before = contents(copy)

    done = hayward("patch", "apply", patch, copy, "--dry-run", "--json")

    assert done.code == 0
    report = json.loads(done.out)
    assert (report["removed"], report["redacted"], report["labelled"], report["dry_run"]) == (1, 1, 1, True)
    assert contents(copy) == before


def test_a_receipt_holds_what_json_prints_with_sha256_before_and_after(
    hayward: Command, patch: Path, copy: Path, tmp_path: Path
) -> None:
    done = hayward("patch", "apply", patch, copy, "--json", "--receipt", tmp_path / "receipt.json")

    receipt = json.loads((tmp_path / "receipt.json").read_text())
    assert receipt == json.loads(done.out)
    assert receipt["format"] == "hayward-patch-report/1"
    (shard,) = receipt["shards"]
    assert shard["sha256_before"] == hashlib.sha256(shard_bytes(RECORDS)).hexdigest()
    assert shard["sha256_after"] == hashlib.sha256(AFTER).hexdigest()


def test_what_could_not_be_done_ends_in_6(hayward: Command, tmp_path: Path, patch: Path, copy: Path) -> None:
    hayward("patch", "apply", patch, copy)
    restore = tmp_path / "restore.json"
    restore.write_bytes(document(operation(13, "restore", 2, ref=3), since=12, until=14))

    done = hayward("patch", "apply", restore, copy)

    assert done.code == 6
    assert done.err.startswith("Warning: 1 restored records cannot come back")


def test_a_copy_that_lacks_earlier_patches_ends_in_5(
    hayward: Command, tmp_path: Path, patch: Path, copy: Path
) -> None:
    hayward("patch", "apply", patch, copy)
    later = tmp_path / "later.json"
    later.write_bytes(document(since=20, until=30))

    done = hayward("patch", "apply", later, copy)

    assert done.code == 5
    assert "since 12" in done.err


@pytest.mark.process
def test_a_copy_is_clean_only_after_the_patch(hayward_process: Command, patch: Path, copy: Path) -> None:
    before = hayward_process("patch", "verify", patch, copy)
    applied = hayward_process("patch", "apply", patch, copy, "-q")
    after = hayward_process("patch", "verify", patch, copy)

    assert before.code == 7
    assert before.out.splitlines() == [
        "shard\trecord\treason\tentries",
        "a.jsonl\t1\tpresent\t4",
        "a.jsonl\t2\tpresent\t3",
    ]
    assert "not clean: 2 records" in before.err
    assert (applied.code, applied.err) == (0, "")
    assert (after.code, after.out) == (0, "")
    assert "is clean up to entry 12" in after.err


def test_of_an_unreadable_shard_nothing_is_proved(hayward: Command, patch: Path, copy: Path) -> None:
    hayward("patch", "apply", patch, copy)
    whole = (copy / "b.jsonl.gz").read_bytes()
    (copy / "b.jsonl.gz").write_bytes(whole[:-9])

    done = hayward("patch", "verify", patch, copy, "--json")

    assert done.code == 6
    answer = json.loads(done.out)
    assert (answer["is_clean"], [one["reason"] for one in answer["leftovers"]]) == (False, ["unreadable"])


@pytest.mark.parametrize("command", ["apply", "verify"])
@pytest.mark.parametrize(
    ("content", "root", "code"),
    [
        (None, "copy", 4),
        (b"{", "copy", 2),
        (b"[]", "copy", 2),
        (document(), "absent", 4),
        (document(), "file", 4),
    ],
)
def test_wrong_input_says_what_is_wrong(
    hayward: Command, tmp_path: Path, copy: Path, *, command: str, content: bytes | None, root: str, code: int
) -> None:
    file = tmp_path / "given.json"
    (tmp_path / "file").write_text("a file")
    if content is not None:
        file.write_bytes(content)

    done = hayward("patch", command, file, tmp_path / root)

    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("Error: ")
    assert str(tmp_path) in done.err
