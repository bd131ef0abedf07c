"""Images in the memory: the same file, the same picture in other bytes, and files that are no pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from hayward.screeners.base import HELD
from hayward.screeners.duplicates.fingerprints import Fingerprint
from hayward.screeners.duplicates.images import bytes_digest, pdq_hash
from hayward.screeners.duplicates.memory import Memory
from hayward.screeners.duplicates.screener import DuplicatesScreener


def picture(seed: int, *, quality: int = 90, size: int = 256) -> bytes:
    """A picture of coarse coloured patches, as JPEG."""
    patches = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(patches).resize((size, size), Image.Resampling.BICUBIC).save(
        encoded, "JPEG", quality=quality
    )
    return encoded.getvalue()


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> DuplicatesScreener:
    decided = [
        Fingerprint(label, content=bytes_digest(picture(label)), pdq=pdq_hash(picture(label)))
        for label in (1, 2)
    ]
    return DuplicatesScreener(Memory.build(decided, tmp_path_factory.mktemp("memory")))


def screened(screener: DuplicatesScreener, *images: bytes | None) -> list[tuple[int, str, str]]:
    hits = screener.screen(pa.array(images, pa.large_binary()), field="image").to_pylist()
    assert {(hit["start"], hit["end"]) for hit in hits} <= {(0, 0)}
    return [(hit["index"], hit["kind"], hit["rule"]) for hit in hits]


def test_same_file_is_known(screener: DuplicatesScreener) -> None:
    assert screened(screener, None, picture(2)) == [(1, "known_duplicate", "duplicates.content/1")]


def test_same_picture_in_other_bytes_is_near(screener: DuplicatesScreener) -> None:
    (hit,) = screener.screen(pa.array([picture(2, quality=30, size=200)], pa.large_binary())).to_pylist()

    label, _, bits = hit["context"].removeprefix("decided:").partition("@")
    assert (hit["kind"], hit["rule"], hit["validator"], label) == (
        "near_duplicate",
        "duplicates.pdq/1",
        "PDQ",
        "2",
    )
    assert int(bits) <= 31
    assert hit["score"] == pytest.approx(1 - int(bits) / 256)


def test_other_pictures_are_not_found(screener: DuplicatesScreener) -> None:
    assert screened(screener, *(picture(seed) for seed in range(10, 20))) == []


def test_flat_picture_is_too_little_to_tell_by(screener: DuplicatesScreener) -> None:
    flat = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(flat, "PNG")

    assert pdq_hash(flat.getvalue()) is None
    assert screened(screener, flat.getvalue()) == []


def test_file_that_is_no_picture_holds_its_record(screener: DuplicatesScreener) -> None:
    assert screened(screener, b"no picture", picture(1)) == [
        (0, HELD, "image-format-refused"),
        (1, "known_duplicate", "duplicates.content/1"),
    ]


def test_memory_without_images_opens_none(tmp_path: Path) -> None:
    screener = DuplicatesScreener(Memory.build([Fingerprint(1, record=bytes(32))], tmp_path))

    assert screened(screener, b"no picture") == []
