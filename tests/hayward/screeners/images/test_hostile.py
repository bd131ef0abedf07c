"""Images made to do harm: each is held with a reason, in bounded time and memory, and the next one is seen."""

import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners.base import HELD
from hayward.screeners.images.limits import DETAILS, Limits
from hayward.screeners.images.screener import ImageScreener
from tests.hayward.screeners.images import pictures
from tests.shared_data import shared_data

JPEG = pictures.encoded(pictures.patterned(), "JPEG")


@pytest.fixture(scope="module")
def screener() -> Iterator[ImageScreener]:
    screener = ImageScreener(limits=Limits(seconds=60))
    yield screener
    screener.close()


def reasons(screener: ImageScreener, *images: bytes) -> list[str | None]:
    found = screener.screen(pa.array(images, pa.large_binary())).to_pylist()
    held = {hit["index"]: hit["rule"] for hit in found if hit["kind"] == HELD}
    return [held.get(index) for index in range(len(images))]


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (b"", "image-empty"),
        (b"no image", "image-format-refused"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image-format-refused"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image-format-refused"),
        (b"GIF89a", "image-corrupt"),
        (JPEG[: len(JPEG) // 2], "image-corrupt"),
        (JPEG[:20], "image-corrupt"),
        (pictures.plain()[:60], "image-corrupt"),
        (pictures.png_of(9_000, 9_000), "image-too-large"),
        (pictures.png_of(60_000, 60_000, rows=100), "image-too-large"),
        (pictures.png_of(2**31 - 1, 2**31 - 1, rows=1), "image-too-large"),
        (pictures.plain("BMP"), "image-format-refused"),
        (pictures.plain("TIFF"), "image-format-refused"),
    ],
    ids=[
        "empty",
        "text",
        "eps",
        "svg",
        "gif-head",
        "half-jpeg",
        "jpeg-head",
        "cut-png",
        "bomb-9000",
        "bomb-60000",
        "bomb-largest",
        "bmp",
        "tiff",
    ],
)
def test_bad_image_is_held_with_its_reason_and_the_next_is_seen(
    screener: ImageScreener, image: bytes, reason: str
) -> None:
    assert reasons(screener, image, JPEG) == [reason, None]


def test_bomb_is_refused_at_once(screener: ImageScreener) -> None:
    bomb = pictures.png_of(60_000, 60_000, rows=100)
    reasons(screener, JPEG)
    begin = time.perf_counter()

    reasons(screener, bomb)

    # A hundredth of it is measured; decoding it would take a minute and 3.6 GB.
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize("size", [(1, 65_535), (65_535, 1), (1, 1), (6_300, 6_300)], ids=str)
def test_odd_but_allowed_sizes_are_seen(screener: ImageScreener, size: tuple[int, int]) -> None:
    assert reasons(screener, pictures.png_of(*size)) == [None]


def test_image_with_another_file_behind_it_is_seen_as_what_it_begins_with(screener: ImageScreener) -> None:
    behind = [b"PK\x03\x04" + b"x" * 4096, b"<script>alert(1)</script>", pictures.plain("GIF")]

    assert reasons(screener, *(JPEG + other for other in behind)) == [None, None, None]


def test_jpeg_that_calls_itself_png_is_no_png(screener: ImageScreener) -> None:
    assert reasons(screener, b"\x89PNG\r\n\x1a\n" + JPEG) == ["image-corrupt"]


def test_animation_of_many_frames_is_looked_at_in_part(screener: ImageScreener) -> None:
    frames = [pictures.patterned((64 + number % 2, 64)).resize((64, 64)) for number in range(300)]
    animation = pictures.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert reasons(screener, animation) == [None]


def test_malformed_files_of_pillow_never_pass_for_seen_unless_they_can_be(screener: ImageScreener) -> None:
    folder = shared_data("adversarial", "pillow-malformed")
    paths = [path for path in sorted(folder.iterdir()) if path.suffix not in {".txt", ""}]

    found = dict(zip([path.name for path in paths], reasons(screener, *map(_read, paths)), strict=True))

    seen = {name for name, reason in found.items() if reason is None}
    assert seen <= {"broken_exif_dpi.jpg", "invalid-exif.jpg"}
    assert set(found.values()) - {None} <= set(DETAILS)
    assert found["png_decompression_dos.png"] == "image-corrupt"
    assert reasons(screener, JPEG) == [None]


def test_odd_metadata_of_pillow_hold_nothing_that_can_be_decoded(screener: ImageScreener) -> None:
    folder = shared_data("images", "pillow-metadata")
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in {".jpg", ".png", ".webp", ".gif"}]

    assert set(reasons(screener, *map(_read, paths))) == {None}


def _read(path: Path) -> bytes:
    return path.read_bytes()
