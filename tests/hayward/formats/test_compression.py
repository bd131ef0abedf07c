"""Tests of bounded decompression."""

import gzip
import io
import os

import pytest
import zstandard

from hayward.formats.compression import CHUNK, BrokenStream, decompressed, detect

DATA = b"".join(b'{"n":%d}\n' % number for number in range(50_000))
SKIPPABLE = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def unfold(stream: bytes) -> tuple[bytes, str | None]:
    """What a stream gives before it breaks, and how it breaks."""
    parts = []
    try:
        for chunk in decompressed(io.BytesIO(stream), detect(stream[:4])):
            assert len(chunk) <= CHUNK
            parts.append(chunk)
    except BrokenStream as error:
        return b"".join(parts), error.reason
    return b"".join(parts), None


@pytest.mark.parametrize(
    "stream",
    [
        DATA,
        gzip.compress(DATA),
        gzip.compress(DATA[:1000]) + gzip.compress(b"") + gzip.compress(DATA[1000:]),
        gzip.compress(DATA) + b"\0" * 700,
        zstd(DATA),
        zstd(DATA[:1000]) + zstd(b"") + zstd(DATA[1000:]),
        SKIPPABLE + zstd(DATA),
    ],
)
def test_decompressed_gives_the_whole_content(stream: bytes) -> None:
    assert unfold(stream) == (DATA, None)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_decompressed_gives_what_stands_before_the_truncation(pack: type) -> None:
    noise = os.urandom(300_000)

    content, reason = unfold(pack(noise)[:-1000])

    assert reason == "truncated"
    assert len(content) > 100_000
    assert noise.startswith(content)


def test_decompressed_notices_every_truncation_of_a_small_stream() -> None:
    for stream in (gzip.compress(b"abc" * 9), zstd(b"abc" * 9)):
        assert {unfold(stream[:end])[1] for end in range(4, len(stream))} == {"truncated"}


def test_decompressed_notices_damage_and_garbage() -> None:
    packed = bytearray(gzip.compress(DATA))
    packed[-6] ^= 1  # the checksum

    assert unfold(bytes(packed))[1] == "corrupt"
    assert unfold(gzip.compress(DATA) + b"garbage")[1] == "corrupt"
    assert unfold(zstd(DATA) + b"garbage")[1] == "corrupt"


def test_decompressed_refuses_a_zstandard_window_over_128_mib() -> None:
    options = zstandard.ZstdCompressionParameters.from_level(3, window_log=28)
    packer = zstandard.ZstdCompressor(compression_params=options).compressobj()

    assert unfold(packer.compress(DATA) + packer.flush()) == (b"", "corrupt")
