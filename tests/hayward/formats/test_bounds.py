"""Tests that hostile shards take bounded memory and little time, measured in processes of their own."""

import gzip
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

MIB = 1 << 20

READ = """
import json, resource, sys
from hayward.formats import UnreadableShard, open_shard
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read, held, size, reason = 0, [], 0, None
try:
    for batch in open_shard(sys.argv[1], media=sys.argv[2:]):
        read += len(batch.rows)
        held += [(one.row, one.reason) for one in batch.held]
        size += batch.fields.nbytes
except UnreadableShard as error:
    reason = error.reason
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"read": read, "held": held[:3], "size": size, "reason": reason, "grown": (peak - base) * 1024}))
"""


def read_apart(path: Path, *media: str) -> dict[str, object]:
    """What reading a shard gives, and by how many bytes it made the process grow."""
    command = [sys.executable, "-c", textwrap.dedent(READ), str(path), *(media or ("text",))]
    done = subprocess.run(command, capture_output=True, check=True, timeout=100, text=True)
    result: dict[str, object] = json.loads(done.stdout)
    return result


def grown(result: dict[str, object]) -> int:
    size = result["grown"]
    assert isinstance(size, int)
    return size


def test_a_line_of_200_mb_is_held_without_being_buffered(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text":"before"}\n{"text":"')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n{"text":"after"}\n')

    result = read_apart(path)

    assert (result["read"], result["held"]) == (2, [[1, "record-too-large"]])
    assert grown(result) < 80 * MIB


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_bomb_of_zeros_is_held_as_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    zeros = bytes(MIB)
    if suffix == ".gz":
        member = gzip.compress(zeros * 16, 9)
        path.write_bytes(member * 16)
    else:
        with zstandard.open(path, "wb") as file:
            for _ in range(256):
                file.write(zeros)

    result = read_apart(path)

    assert path.stat().st_size < 2 * MIB
    assert (result["read"], result["held"], result["reason"]) == (0, [[0, "record-too-large"]], None)
    assert grown(result) < 120 * MIB


def test_a_bomb_of_blank_and_tiny_lines_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * (2 * MIB)) + gzip.compress(b'{"text":""}\n' * 100_000))

    result = read_apart(path)

    assert (result["read"], result["held"]) == (100_000, [])
    assert grown(result) < 150 * MIB


def test_a_dictionary_bomb_is_read_in_bounded_batches(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    entries = pa.array(["", "x" * 1_000_000])
    indices = pa.array([0] * 5000 + [1] * 2000, pa.int32())
    table = pa.table({"text": pa.DictionaryArray.from_arrays(indices, entries)})
    pq.write_table(table, path, compression="zstd", store_schema=False)

    result = read_apart(path)

    assert path.stat().st_size < 2000
    assert (result["read"], result["held"], result["reason"]) == (7000, [], None)
    assert grown(result) < 450 * MIB


def test_a_bomb_of_shared_prefixes_is_read_in_bounded_batches(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": pa.array(["x" * 1_000_000] * 1000)})
    pq.write_table(table, path, use_dictionary=False, column_encoding="DELTA_BYTE_ARRAY", compression="zstd")

    result = read_apart(path)

    assert path.stat().st_size < 100_000
    assert (result["read"], result["reason"]) == (1000, None)
    assert grown(result) < 450 * MIB


def test_ten_million_repeated_rows_stream_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    column = pa.DictionaryArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int8()), 10_000_000), pa.array(["12345678"])
    )
    pq.write_table(
        pa.table({"text": column}), path, compression="zstd", store_schema=False, row_group_size=5_000_000
    )

    result = read_apart(path)

    assert path.stat().st_size < MIB
    assert result["read"] == 10_000_000
    assert grown(result) < 300 * MIB


@pytest.mark.skipif(os.name != "posix", reason="needs users and permissions")
def test_a_shard_or_folder_without_permission_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.jsonl").write_bytes(b'{"text":"a"}\n')
    (tmp_path / "a.jsonl").chmod(0)
    (tmp_path / "closed").chmod(0)
    for folder in [tmp_path, *list(tmp_path.parents)[:3]]:
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(0o755)
    script = """
import os, sys
from hayward.formats import UnreadableShard, discover, fingerprint, open_shard
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
for act in (lambda: open_shard(sys.argv[1]), lambda: fingerprint(sys.argv[1]), lambda: discover([sys.argv[2]])):
    try:
        act()
    except UnreadableShard as error:
        print(error.reason)
"""
    command = [sys.executable, "-c", script, str(tmp_path / "a.jsonl"), str(tmp_path / "closed")]

    done = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)
    (tmp_path / "closed").chmod(0o755)

    assert done.stdout.split() == ["permission"] * 3, done.stderr


def test_parquet_with_flipped_bytes_never_crashes_or_hangs(tmp_path: Path) -> None:
    table = pa.table({"text": [f"{n} of many" for n in range(500)], "n": list(range(500))})
    pq.write_table(table, tmp_path / "seed.parquet", row_group_size=100, compression="zstd")
    script = """
import random, sys
from hayward.formats import UnreadableShard, iterate_records
seed, path = open(sys.argv[1], "rb").read(), sys.argv[2]
chance = random.Random(7)
for _ in range(600):
    data = bytearray(seed)
    for _ in range(chance.choice([1, 2, 8])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with open(path, "wb") as file:
        file.write(data)
    try:
        for _ in iterate_records(path):
            pass
    except UnreadableShard:
        pass
"""
    command = [sys.executable, "-c", script, str(tmp_path / "seed.parquet"), str(tmp_path / "a.parquet")]

    done = subprocess.run(command, capture_output=True, check=False, timeout=100, text=True)

    assert (done.returncode, done.stderr) == (0, "")
