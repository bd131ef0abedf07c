"""`hayward log`: keys are pinned, never taken from what they should prove; every mismatch ends in 7."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hayward.log import merkle
from hayward.log.notes import verifier_of
from tests.hayward.cli.conftest import Command
from tests.hayward.client.peer import Peer
from tests.hayward.log.golden import ORIGIN, OTHER_KEY, VKEY, make_entry, make_log, sign_log
from tests.shared_data import shared_data

LEAVES = make_log(20)
ROOT = merkle.root(LEAVES).hex()


@pytest.fixture
def pulled(hayward: Command, peer: Peer, tmp_path: Path) -> Path:
    peer.keep_log(LEAVES)
    folder = tmp_path / "demo-log"
    assert hayward("log", "pull", "demo", "--out", folder, "--server", peer.url).code == 0
    return folder


def test_the_first_pull_pins_the_key_and_says_so(hayward: Command, peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)

    done = hayward("log", "pull", "demo", "--out", tmp_path / "log", "--server", peer.url)

    assert done.code == 0
    assert dict(line.split(maxsplit=1) for line in done.out.splitlines()) == {
        "log": ORIGIN,
        "entries": "20",
        "new": "20",
        "root": ROOT,
        "folder": str(tmp_path / "log"),
    }
    assert "Pinned the key" in done.err
    assert VKEY in done.err
    (pin,) = (tmp_path / "state" / "hayward" / "log-keys").glob("*/demo.vkey")
    assert pin.read_text() == f"{VKEY}\n"


def test_a_second_pull_trusts_the_pinned_key(hayward: Command, peer: Peer, pulled: Path) -> None:
    peer.keep_log([*LEAVES, make_entry(20)])

    done = hayward("log", "pull", "demo", "--out", pulled, "--server", peer.url, "--json")

    assert done.code == 0
    assert "Pinned" not in done.err
    answer = json.loads(done.out)
    assert (answer["size"], answer["added"], answer["acts"]) == (21, 1, {"remove": 21})


def test_a_changed_key_ends_in_7_and_changes_nothing(
    hayward: Command, peer: Peer, pulled: Path, tmp_path: Path
) -> None:
    peer.keep_log(LEAVES, key=OTHER_KEY)

    done = hayward("log", "pull", "demo", "--out", tmp_path / "other", "--server", peer.url)

    assert (done.code, done.out) == (7, "")
    assert "has changed" in done.err
    assert "--vkey" in done.err
    assert not (tmp_path / "other").exists()


def test_a_changed_key_is_accepted_when_given(
    hayward: Command, peer: Peer, pulled: Path, tmp_path: Path
) -> None:
    peer.keep_log(LEAVES, key=OTHER_KEY)
    other = verifier_of(ORIGIN, OTHER_KEY).vkey
    command = ("log", "pull", "demo", "--out", tmp_path / "other", "--server", peer.url)

    assert hayward(*command, "--vkey", other).code == 0

    assert hayward(*command).code == 0


def test_a_given_key_that_did_not_sign_ends_in_7(hayward: Command, peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)
    other = verifier_of(ORIGIN, OTHER_KEY).vkey

    done = hayward("log", "pull", "demo", "--out", tmp_path / "log", "--server", peer.url, "--vkey", other)

    assert done.code == 7
    assert not (tmp_path / "log" / "checkpoint").exists()
    assert not (tmp_path / "state").exists()


def test_a_log_that_shrank_ends_in_7(hayward: Command, peer: Peer, pulled: Path) -> None:
    peer.keep_log(LEAVES[:19])

    done = hayward("log", "pull", "demo", "--out", pulled, "--server", peer.url)

    assert done.code == 7
    assert "19 entries and had 20" in done.err


def test_a_pulled_log_is_verified_offline_with_the_pinned_key(
    hayward: Command, peer: Peer, pulled: Path
) -> None:
    peer.asked.clear()

    done = hayward("log", "verify", pulled)

    assert done.code == 0
    assert peer.asked == []
    assert dict(line.split(maxsplit=1) for line in done.out.splitlines()) == {
        "origin": ORIGIN,
        "size": "20",
        "root": ROOT,
        "signed_by": VKEY,
        "act": "remove  20",
    }


@pytest.mark.process
def test_verification_ends_in_7_for_a_process_too(hayward_process: Command, pulled: Path) -> None:
    whole = hayward_process("log", "verify", pulled, "--json")
    entries = (pulled / "entries.jsonl").read_bytes()
    (pulled / "entries.jsonl").write_bytes(entries.replace(b'"seq":7', b'"seq":8'))
    changed = hayward_process("log", "verify", pulled, "--json")

    assert (whole.code, json.loads(whole.out)["root"]) == (0, ROOT)
    assert (changed.code, changed.out) == (7, "")
    assert changed.err == ("Error: seq 7 is expected here and the entry says 8 (first bad entry: seq 7)\n")


def joined(leaves: list[bytes]) -> bytes:
    return b"".join(leaf + b"\n" for leaf in leaves)


@pytest.mark.parametrize(
    ("entries", "where"),
    [
        (joined(LEAVES[:19]), "seq 19"),
        (joined([*LEAVES[:5], *LEAVES[6:]]), "seq 5"),
        (joined([*LEAVES[:5], LEAVES[4], *LEAVES[5:]]), "seq 5"),
        (joined([*LEAVES, make_entry(20)]), "seq 20"),
        (joined([*LEAVES[:5], make_entry(5), *LEAVES[6:]]), "somewhere in the log"),
        (joined(LEAVES)[:-1], "seq 19"),
        (b"\xff\xfe" * 100, "seq 0"),
    ],
)
def test_changed_entries_end_in_7_with_the_first_bad_seq(
    hayward: Command, pulled: Path, entries: bytes, where: str
) -> None:
    (pulled / "entries.jsonl").write_bytes(entries)

    done = hayward("log", "verify", pulled)

    assert (done.code, done.out) == (7, "")
    assert where in done.err


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\xff\xfe",
        sign_log(LEAVES, key=OTHER_KEY).encode(),
        sign_log(LEAVES[:19]).encode(),
        b"x" * 100_000,
    ],
)
def test_a_changed_checkpoint_ends_in_7(hayward: Command, pulled: Path, note: bytes) -> None:
    (pulled / "checkpoint").write_bytes(note)

    done = hayward("log", "verify", pulled, "--vkey", VKEY)

    assert (done.code, done.out) == (7, "")
    assert done.err.startswith("Error: ")


def test_an_earlier_checkpoint_must_be_extended(hayward: Command, pulled: Path, tmp_path: Path) -> None:
    for name, leaves in (("old", LEAVES[:9]), ("newer", make_log(21)), ("fork", make_log(9))):
        (tmp_path / name).write_text(sign_log(leaves))

    codes = {
        name: hayward("log", "verify", pulled, "--previous", tmp_path / name).code
        for name in ("old", "newer", "fork")
    }

    assert codes == {"old": 0, "newer": 7, "fork": 7}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A log that came as files, from nowhere in particular."""
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "entries.jsonl").write_bytes(joined(LEAVES))
    (folder / "checkpoint").write_text(sign_log(LEAVES))
    (folder / "vkey").write_text(f"{VKEY}\n")
    return folder


def test_the_key_in_the_folder_is_not_trusted_by_itself(hayward: Command, bundle: Path) -> None:
    done = hayward("log", "verify", bundle)

    assert (done.code, done.out) == (2, "")
    assert "--vkey" in done.err
    assert "--trust-on-first-use" in done.err


def test_the_key_in_the_folder_is_trusted_once_when_told(hayward: Command, bundle: Path) -> None:
    first = hayward("log", "verify", bundle, "--trust-on-first-use")
    (bundle / "checkpoint").write_text(sign_log(LEAVES, key=OTHER_KEY))
    (bundle / "vkey").write_text(verifier_of(ORIGIN, OTHER_KEY).vkey)
    second = hayward("log", "verify", bundle, "--trust-on-first-use")

    assert first.code == 0
    assert "Pinned the key" in first.err
    assert second.code == 7


@pytest.mark.parametrize("given", ["key", "file"])
def test_the_key_may_be_given(hayward: Command, bundle: Path, tmp_path: Path, given: str) -> None:
    (tmp_path / "demo.vkey").write_text(f"{VKEY}\n")

    assert (
        hayward("log", "verify", bundle, "--vkey", VKEY if given == "key" else tmp_path / "demo.vkey").code
        == 0
    )


@pytest.mark.parametrize(("given", "code"), [("a+b+c", 2), ("absent.vkey", 4)])
def test_a_key_that_is_none_is_wrong_usage(hayward: Command, bundle: Path, given: str, code: int) -> None:
    assert hayward("log", "verify", bundle, "--vkey", given).code == code


def test_a_folder_that_is_not_there_ends_in_4(hayward: Command, tmp_path: Path) -> None:
    done = hayward("log", "verify", tmp_path / "absent", "--vkey", VKEY)

    assert done.code == 4
    assert "absent" in done.err


def test_two_servers_may_keep_logs_of_one_name(
    hayward: Command, peer: Peer, pulled: Path, tmp_path: Path
) -> None:
    peer.keep_log(LEAVES, key=OTHER_KEY)
    elsewhere = peer.url.replace("127.0.0.1", "localhost")
    other = tmp_path / "other"

    assert hayward("log", "pull", "demo", "--out", other, "--server", elsewhere).code == 0

    assert hayward("log", "verify", pulled).code == 0
    assert hayward("log", "verify", other).code == 0


def test_the_golden_leaves_are_older_than_the_schema(hayward: Command, tmp_path: Path) -> None:
    # Their root and signature are right; two digests and a bare policy version are not what version 1 says.
    for name, source in (("entries.jsonl", "golden.jsonl"), ("checkpoint", "golden.checkpoint")):
        (tmp_path / name).write_bytes(shared_data("logs", "golden", source).read_bytes())

    done = hayward("log", "verify", tmp_path, "--vkey", shared_data("logs", "golden", "golden.vkey"))

    assert done.code == 7
    assert "_sd" in done.err
