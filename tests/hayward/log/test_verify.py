"""Verification of whole logs: what is whole passes, every change is refused, and the message says where."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayward.log import merkle, notes
from hayward.log.checkpoint import Checkpoint, sign_checkpoint
from hayward.log.errors import Malformed, RolledBack, Tampered, Untrusted, VerificationFailed
from hayward.log.verify import CHUNK_BYTES, Replay, Verified, lines, verify
from tests.hayward.log.golden import KEY, ORIGIN, OTHER_KEY, VKEY, make_entry, make_log, sign_log

SIZE = 40
LEAVES = make_log(SIZE)
NOTE = sign_log(LEAVES)


def verify_bytes(data: bytes, note: str = NOTE, vkey: str = VKEY, previous: str | None = None) -> Verified:
    return verify(io.BytesIO(data), note, vkey, previous)


def joined(leaves: list[bytes]) -> bytes:
    return b"".join(leaf + b"\n" for leaf in leaves)


def test_a_whole_log_is_verified_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "entries.jsonl"
    path.write_bytes(joined(LEAVES))

    assert verify(path, NOTE, VKEY) == Verified(ORIGIN, SIZE, merkle.root(LEAVES), {"remove": SIZE})


def test_the_empty_log_is_verified() -> None:
    assert verify_bytes(b"", sign_log([])) == Verified(ORIGIN, 0, merkle.EMPTY_ROOT, {})


def test_an_empty_log_with_another_root_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), KEY)

    with pytest.raises(Tampered):
        verify_bytes(b"", note)


@pytest.mark.parametrize("old", [0, 1, 17, SIZE])
def test_a_log_that_extends_an_earlier_checkpoint_is_verified(old: int) -> None:
    assert verify_bytes(joined(LEAVES), previous=sign_log(LEAVES[:old])).previous == old


def test_a_log_shorter_than_an_earlier_checkpoint_is_refused() -> None:
    with pytest.raises(RolledBack, match="39 entries and had 40"):
        verify_bytes(joined(LEAVES[:39]), sign_log(LEAVES[:39]), previous=NOTE)


@pytest.mark.parametrize("old", [1, 17, SIZE])
def test_a_log_rewritten_and_signed_anew_is_refused_by_an_earlier_checkpoint(old: int) -> None:
    rewritten = [make_entry(0), *LEAVES[1:]]

    with pytest.raises(Tampered) as caught:
        verify_bytes(joined(rewritten), sign_log(rewritten), previous=sign_log(LEAVES[:old]))

    assert caught.value.seq is None


def test_an_earlier_checkpoint_of_another_log_is_refused() -> None:
    other = sign_log([], origin="hayward.example/log/other")

    with pytest.raises(Untrusted):
        verify_bytes(joined(LEAVES), previous=other)


# The seven classes of mutation: each takes the lines and a position, and returns the changed file.
def flip(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    data = bytearray(joined(leaves))
    start = len(joined(leaves[:at]))
    data[start + rng.randrange(len(leaves[at]) + 1)] ^= 1 << rng.randrange(8)
    return bytes(data)


def drop(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    return joined(leaves[:at] + leaves[at + 1 :])


def duplicate(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    return joined(leaves[: at + 1] + leaves[at:])


def swap(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    other = (at + 1 + rng.randrange(len(leaves) - 1)) % len(leaves)
    swapped = list(leaves)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    return joined(swapped)


def insert(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    return joined([*leaves[:at], make_entry(at), *leaves[at:]])


def truncate(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    data = joined(leaves)
    return data[: rng.randrange(len(data))]


def replace(leaves: list[bytes], at: int, rng: random.Random) -> bytes:
    return joined([*leaves[:at], make_entry(at), *leaves[at + 1 :]])


Mutation = Callable[[list[bytes], int, random.Random], bytes]


@pytest.mark.parametrize("mutation", [flip, drop, duplicate, swap, insert, truncate, replace])
@given(st.integers(0, SIZE - 1), st.randoms(use_true_random=False))
def test_a_mutated_log_is_refused(mutation: Mutation, at: int, rng: random.Random) -> None:
    data = mutation(LEAVES, at, rng)

    with pytest.raises(VerificationFailed):
        verify_bytes(data)


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(0, 7))
def test_a_mutated_checkpoint_is_refused(at: int, bit: int) -> None:
    data = bytearray(NOTE.encode())
    data[at] ^= 1 << bit

    with pytest.raises((Malformed, Untrusted)):
        verify_bytes(joined(LEAVES), data.decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize(
    ("mutation", "seq"),
    [(drop, 5), (duplicate, 6), (insert, 6), (replace, None)],
    ids=["drop", "duplicate", "insert", "replace"],
)
def test_the_first_bad_entry_is_named_where_it_can_be_known(mutation: Mutation, seq: int | None) -> None:
    data = mutation(LEAVES, 5, random.Random(0))  # noqa: S311 - a test that fails must fail again

    with pytest.raises(Tampered) as caught:
        verify_bytes(data)

    assert caught.value.seq == seq


@pytest.mark.parametrize(
    ("data", "seq", "why"),
    [
        (joined(LEAVES[:7]), 7, "ends after 7 of 40"),
        (joined(LEAVES)[:-1], 39, "cut off"),
        (joined([*LEAVES[:3], b"", *LEAVES[3:]]), 3, "not JSON"),
        (joined(LEAVES).replace(b"\n", b"\r\n"), 0, "canonical"),
        (joined(LEAVES[:2]) + b"x" * (2 * CHUNK_BYTES), 2, "longer than 4096"),
        (joined([*LEAVES[:2], b" " * 5000, *LEAVES[2:]]), 2, "larger than 4096"),
        (joined([*LEAVES, make_entry(SIZE)]), SIZE, "beyond the 40"),
        (joined([*LEAVES[:4], make_entry(4, ds="other"), *LEAVES[5:]]), 4, "another dataset"),
    ],
)
def test_a_refusal_says_where_and_why(data: bytes, seq: int, why: str) -> None:
    with pytest.raises(Tampered, match=why) as caught:
        verify_bytes(data)

    assert caught.value.seq == seq


def test_an_entry_of_a_newer_version_is_not_called_tampering() -> None:
    newer = [LEAVES[0].replace(b'"v":1', b'"v":2')]

    with pytest.raises(Malformed, match="newer version"):
        verify_bytes(joined(newer), sign_log(newer))


def test_the_key_is_never_taken_from_the_log() -> None:
    forged = sign_log(LEAVES, key=OTHER_KEY)

    with pytest.raises(Untrusted):
        verify_bytes(joined(LEAVES), forged)
    with pytest.raises(Untrusted):
        verify_bytes(joined(LEAVES), NOTE, notes.verifier_of(ORIGIN, OTHER_KEY).vkey)
    with pytest.raises(Malformed):
        verify_bytes(joined(LEAVES), NOTE, "not a key")


@pytest.mark.parametrize("origin", ["demo", "/log/demo", "hayward.example/log/", "hayward.example/log/a/b"])
def test_an_origin_that_names_no_dataset_is_refused(origin: str) -> None:
    with pytest.raises(Malformed, match="origin"):
        verify_bytes(b"", sign_log([], origin=origin), notes.verifier_of(origin, KEY).vkey)


@pytest.mark.parametrize("length", [1, 7, 600, 1 << 20])
def test_lines_are_the_same_however_the_bytes_are_cut(length: int) -> None:
    data = joined(LEAVES)

    assert list(lines(data[at : at + length] for at in range(0, len(data), length))) == LEAVES


def test_a_replay_goes_on_where_another_stopped() -> None:
    replay = Replay("demo", marks=[Checkpoint(ORIGIN, SIZE, merkle.root(LEAVES))])

    for leaf in LEAVES:
        replay.add(leaf)
    replay.finish(Checkpoint(ORIGIN, SIZE, merkle.root(LEAVES)))

    assert (replay.size, replay.acts) == (SIZE, {"remove": SIZE})


def test_memory_stays_bounded_on_a_file_without_line_feeds(tmp_path: Path) -> None:
    path = tmp_path / "entries.jsonl"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    tracemalloc.start()

    try:
        with pytest.raises(Tampered, match="longer than"):
            verify(path, NOTE, VKEY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 10 * CHUNK_BYTES


def test_memory_does_not_grow_with_the_log() -> None:
    leaves = make_log(6 * CHUNK_BYTES // len(LEAVES[0]))
    data, note = io.BytesIO(joined(leaves)), sign_log(leaves)
    tracemalloc.start()

    try:
        assert verify(data, note, VKEY).size == len(leaves)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5 * CHUNK_BYTES
