"""Tests that hostile tars and folders take bounded memory and little time, and lose no record."""

import gzip
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from hayward.formats import UnreadableShard, open_shard
from tests.hayward.formats.tars import people, tar_bytes, write_tar
from tests.hayward.formats.test_bounds import MIB, grown, read_apart

BIG = 57 * MIB  # seven are 400 MiB; each is less than the pictures of one record may be

FUZZ = """
import random, sys
from hayward.formats import UnreadableShard, iterate_records, open_shard
seed, path = open(sys.argv[1], "rb").read(), sys.argv[2]
chance = random.Random(7)
for turn in range(500):
    data = bytearray(seed)
    for _ in range(chance.choice([1, 1, 2, 8])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with open(path, "wb") as file:
        file.write(data)
    rows, walked, ends = [], [], []
    try:
        for batch in open_shard(path, media=["text", "image", "signal"]):
            rows += [*batch.rows.to_pylist(), *(one.row for one in batch.held)]
    except UnreadableShard as error:
        ends.append(error.row)
    try:
        for row, _ in iterate_records(path):
            walked.append(row)
    except UnreadableShard as error:
        ends.append(error.row)
    assert sorted(rows) == walked == list(range(len(walked))), (turn, rows, walked)
    assert set(ends) in (set(), {len(walked)}, {None}), (turn, ends)
"""


def write_big_tar(path: Path, extension: str, *, count: int = 7) -> Path:
    """A tar of members of 57 MiB each that no file system stores."""
    with path.open("wb") as file:
        for number in range(count):
            info = tarfile.TarInfo(f"{number}.{extension}")
            info.size = BIG
            file.write(info.tobuf(tarfile.USTAR_FORMAT))
            file.seek(BIG, io.SEEK_CUR)
        file.write(bytes(1024))
    return path


@pytest.mark.parametrize(
    ("extension", "media", "most"), [("jpg", "image", 260), ("jpg", "text", 40), ("mp4", "image", 40)]
)
def test_a_tar_of_400_mib_is_read_in_bounded_memory(
    tmp_path: Path, extension: str, media: str, most: int
) -> None:
    result = read_apart(write_big_tar(tmp_path / "a.tar", extension), "text", media)

    assert (result["read"], result["held"], result["reason"]) == (7, [], None)
    assert grown(result) < most * MIB


def test_a_folder_of_400_mib_is_read_in_bounded_memory(tmp_path: Path) -> None:
    for number in range(7):
        with (tmp_path / f"{number}.jpg").open("wb") as file:
            file.truncate(BIG)

    result = read_apart(tmp_path, "text", "image")

    assert (result["read"], result["held"], result["reason"]) == (7, [], None)
    assert grown(result) < 260 * MIB


@pytest.mark.parametrize(
    ("extension", "held"), [("jpg", ["record-too-large"]), ("txt", ["record-too-large"]), ("mp4", [])]
)
def test_a_tar_bomb_is_read_in_bounded_memory(tmp_path: Path, extension: str, held: list[str]) -> None:
    path = tmp_path / "a.tar.gz"
    info = tarfile.TarInfo(f"0.{extension}")
    info.size = 400 * MIB
    with gzip.open(path, "wb", 9) as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(400):
            file.write(bytes(MIB))
        file.write(tar_bytes([("1.txt", b"after the bomb")]))

    result = read_apart(path, "text", "image")

    assert path.stat().st_size < MIB
    assert (result["read"], result["held"]) == (2 - len(held), [[0, reason] for reason in held])
    assert result["reason"] is None
    assert grown(result) < 60 * MIB


def test_a_bomb_inside_a_member_is_held(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(400 * MIB), 9)
    path = write_tar(tmp_path / "a.tar", [("0.txt.gz", bomb), ("1.txt", b"after the bomb")])

    result = read_apart(path, "text", "image")

    assert (result["read"], result["held"]) == (1, [[0, "record-too-large"]])
    assert grown(result) < 60 * MIB


@pytest.mark.parametrize(
    ("pattern", "read", "held"),
    [("{:06}.txt", 100_001, []), ("0.{:06}.txt", 1, [[0, "record-too-large"]])],
)
def test_100_000_tiny_members_are_read_in_bounded_memory(
    tmp_path: Path, pattern: str, read: int, held: list[object]
) -> None:
    path = tmp_path / "a.tar"
    with path.open("wb") as file:
        for number in range(100_000):
            info = tarfile.TarInfo(pattern.format(number))
            info.size = 1
            file.write(info.tobuf(tarfile.USTAR_FORMAT) + b"x" + bytes(511))
        file.write(tar_bytes([("last.txt", b"x")]))

    result = read_apart(path)  # ends it after 100 seconds

    assert (result["read"], result["held"], result["reason"]) == (read, held, None)
    assert grown(result) < 150 * MIB


def test_headers_that_promise_more_than_there_is_are_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("0.txt")
    info.size = 1 << 40
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240))

    with pytest.raises(UnreadableShard) as caught:
        list(open_shard(str(tmp_path / "a.tar"), media={"text", "image"}))

    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_tars_with_flipped_bytes_never_crash_hang_or_lose_records(tmp_path: Path, name: str) -> None:
    seed = write_tar(tmp_path / "seed" / name, [*people(), ("d/" * 60 + "long.txt", b"x" * 700)])
    command = [sys.executable, "-c", FUZZ, str(seed), str(tmp_path / name)]

    done = subprocess.run(command, capture_output=True, check=False, timeout=100, text=True)

    assert (done.returncode, done.stderr) == (0, "")
