"""A pulled log: verified before it is kept, continued after every kind of break, never rolled back."""

from __future__ import annotations

from pathlib import Path

import pytest

from hayward.client.api import Client
from hayward.client.errors import Unreachable
from hayward.client.pulling import CHECKPOINT, ENTRIES, PART, VKEY, NotALog, Pulled, pull
from hayward.log import merkle
from hayward.log.errors import RolledBack, Tampered, Untrusted, VerificationFailed
from hayward.log.notes import verifier_of
from hayward.log.verify import verify
from tests.hayward.client.peer import Answer, Asked, Peer
from tests.hayward.log.golden import KEY, ORIGIN, OTHER_KEY, make_entry, make_log, sign_log
from tests.hayward.log.golden import VKEY as TRUSTED

LEAVES = make_log(30)
VERIFIER = verifier_of(ORIGIN, KEY)


def pulled(peer: Peer, folder: Path) -> Pulled:
    with Client(peer.url) as client:
        return pull(client, dataset="demo", folder=folder, verifier=VERIFIER)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def joined(leaves: list[bytes]) -> bytes:
    return b"".join(leaf + b"\n" for leaf in leaves)


def test_a_first_pull_keeps_entries_checkpoint_and_key(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)

    result = pulled(peer, tmp_path / "new" / "log")

    assert result == Pulled(ORIGIN, 30, 30, merkle.root(LEAVES), TRUSTED, {"remove": 30})
    assert content(tmp_path / "new" / "log") == {
        ENTRIES: joined(LEAVES),
        CHECKPOINT: sign_log(LEAVES).encode(),
        VKEY: f"{TRUSTED}\n".encode(),
    }


def test_a_later_pull_fetches_only_what_is_new(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES[:12])
    pulled(peer, tmp_path)
    peer.keep_log(LEAVES)
    peer.asked.clear()

    result = pulled(peer, tmp_path)

    assert result.added == 18
    assert [asked.query for asked in peer.asked if asked.path.endswith("/entries")] == [
        {"after": "11", "limit": "18"}
    ]
    assert content(tmp_path)[ENTRIES] == joined(LEAVES)


def test_a_pull_without_news_fetches_no_entries(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)
    pulled(peer, tmp_path)
    before = content(tmp_path)
    peer.asked.clear()

    assert pulled(peer, tmp_path).added == 0

    assert [asked.path for asked in peer.asked] == ["/api/v1/datasets/demo/log/checkpoint"]
    assert content(tmp_path) == before


def test_an_empty_log_is_pulled(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log([])

    assert pulled(peer, tmp_path).size == 0

    assert verify(tmp_path / ENTRIES, (tmp_path / CHECKPOINT).read_text(), TRUSTED).size == 0


def test_a_broken_connection_leaves_the_copy_and_is_resumed(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES[:5])
    pulled(peer, tmp_path)
    before = content(tmp_path)
    peer.keep_log(LEAVES)
    whole = peer.routes["GET /datasets/demo/log/entries"]
    peer.routes["GET /datasets/demo/log/entries"] = Answer(
        200, joined(LEAVES[5:15]) + LEAVES[15][:100], length=99_999
    )

    with pytest.raises(Unreachable):
        pulled(peer, tmp_path)
    assert {name: data for name, data in content(tmp_path).items() if name != PART} == before
    peer.routes["GET /datasets/demo/log/entries"] = whole
    peer.asked.clear()
    result = pulled(peer, tmp_path)

    assert result.size == 30
    assert [asked.query["after"] for asked in peer.asked if asked.path.endswith("/entries")] == ["14"]
    assert sorted(content(tmp_path)) == sorted([ENTRIES, CHECKPOINT, VKEY])


@pytest.mark.parametrize(
    "part",
    [
        joined(LEAVES[5:9]),
        joined(LEAVES[5:9]) + LEAVES[9][:50],
        joined(LEAVES[5:9]) + b"x" * 9000,
        b"nonsense\n",
        b"",
    ],
)
def test_a_part_left_behind_is_used_as_far_as_it_is_whole(peer: Peer, tmp_path: Path, part: bytes) -> None:
    peer.keep_log(LEAVES[:5])
    pulled(peer, tmp_path)
    (tmp_path / PART).write_bytes(part)
    peer.keep_log(LEAVES)

    assert pulled(peer, tmp_path).size == 30

    assert content(tmp_path)[ENTRIES] == joined(LEAVES)


def test_a_part_with_forged_entries_is_thrown_away(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)
    (tmp_path / PART).write_bytes(joined([make_entry(0)]))

    with pytest.raises(Tampered):
        pulled(peer, tmp_path)

    assert pulled(peer, tmp_path).size == 30


@pytest.mark.parametrize("kept", [12, 20, 30])
def test_a_copy_stopped_between_its_files_is_completed(peer: Peer, tmp_path: Path, kept: int) -> None:
    peer.keep_log(LEAVES[:12])
    pulled(peer, tmp_path)
    (tmp_path / ENTRIES).write_bytes(joined(LEAVES[:kept]))
    peer.keep_log(LEAVES)

    assert pulled(peer, tmp_path).size == 30

    assert verify(tmp_path / ENTRIES, (tmp_path / CHECKPOINT).read_text(), TRUSTED).size == 30


def test_entries_without_a_checkpoint_are_completed(peer: Peer, tmp_path: Path) -> None:
    (tmp_path / ENTRIES).write_bytes(joined(LEAVES[:7]))
    peer.keep_log(LEAVES)

    assert pulled(peer, tmp_path).added == 30

    assert content(tmp_path)[ENTRIES] == joined(LEAVES)


def test_a_file_that_is_no_log_is_not_overwritten(peer: Peer, tmp_path: Path) -> None:
    (tmp_path / ENTRIES).write_bytes(b'{"mine": true}\n')
    peer.keep_log(LEAVES)

    with pytest.raises(NotALog):
        pulled(peer, tmp_path)

    assert content(tmp_path) == {ENTRIES: b'{"mine": true}\n'}


@pytest.mark.parametrize(
    "damage", [joined(LEAVES[:3]), b"", joined([*LEAVES[:4], make_entry(4), *LEAVES[5:12]])]
)
def test_a_damaged_copy_is_refused_and_left_alone(peer: Peer, tmp_path: Path, damage: bytes) -> None:
    peer.keep_log(LEAVES[:12])
    pulled(peer, tmp_path)
    (tmp_path / ENTRIES).write_bytes(damage)
    peer.keep_log(LEAVES)

    with pytest.raises(Tampered, match="another folder"):
        pulled(peer, tmp_path)

    assert content(tmp_path)[ENTRIES] == damage


def test_a_forged_checkpoint_in_the_copy_is_refused(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)
    pulled(peer, tmp_path)
    (tmp_path / CHECKPOINT).write_text(sign_log(LEAVES, key=OTHER_KEY))

    with pytest.raises(Untrusted, match="another folder"):
        pulled(peer, tmp_path)


def refused(peer: Peer, folder: Path, kind: type[VerificationFailed]) -> None:
    before = content(folder)
    with pytest.raises(kind):
        pulled(peer, folder)
    assert content(folder) == before


def test_a_log_that_shrank_or_was_rewritten_is_refused_and_the_copy_stays(peer: Peer, tmp_path: Path) -> None:
    peer.keep_log(LEAVES)
    pulled(peer, tmp_path)

    peer.keep_log(LEAVES[:29])
    refused(peer, tmp_path, RolledBack)
    peer.keep_log([*LEAVES[:29], make_entry(29)])
    refused(peer, tmp_path, Tampered)
    peer.keep_log([make_entry(0), *LEAVES[1:], *make_log(32)[30:]])
    refused(peer, tmp_path, Tampered)
    peer.keep_log([*LEAVES, make_entry(30)], key=OTHER_KEY)
    refused(peer, tmp_path, Untrusted)


@pytest.mark.parametrize(
    "sent",
    [
        joined(LEAVES[:29]),
        joined([*LEAVES[:29], make_entry(29)]),
        joined(LEAVES[1:]),
        joined([*LEAVES[:3], b"{}"]),
        joined(LEAVES)[:-1],
    ],
)
def test_entries_that_are_not_those_signed_are_never_kept(peer: Peer, tmp_path: Path, sent: bytes) -> None:
    peer.keep_log(LEAVES)

    def entries(asked: Asked) -> Answer:
        return Answer(200, b"" if int(asked.query.get("after", -1)) >= 28 else sent)

    peer.routes["GET /datasets/demo/log/entries"] = entries

    refused(peer, tmp_path, Tampered)


def test_the_log_of_another_dataset_is_refused(peer: Peer, tmp_path: Path) -> None:
    origin = "hayward.example/log/other"
    peer.keep_log([], origin=origin)

    with Client(peer.url) as client, pytest.raises(Untrusted, match="not the log of demo"):
        pull(client, dataset="demo", folder=tmp_path, verifier=verifier_of(origin, KEY))
