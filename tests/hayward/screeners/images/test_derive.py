"""What is made of images for others: upright, without metadata, what was blurred is gone; the same bytes each time."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageSequence

from hayward.screeners.images.derive import UnreadableImage, derive, perceptual_hash, preview
from tests.hayward.screeners.images import pictures
from tests.shared_data import shared_data

FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]


def opened(encoded: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(encoded))
    image.load()
    return image


def secret_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x013B] = "Ann Baker"
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0), 3: "E", 4: (0.0, 7.0, 0.0)}
    return exif


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_derivative_is_upright_in_its_format_without_metadata(format_: str) -> None:
    image = pictures.encoded(pictures.patterned((120, 80)), format_, exif=secret_exif())

    made = derive(image)

    picture = opened(made)
    assert (picture.format, picture.size) == (format_, (80, 120))
    assert not picture.getexif()
    assert b"Ann Baker" not in made
    assert _left_in(made) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_derivative_is_the_same_each_time(format_: str) -> None:
    image = pictures.encoded(pictures.patterned(), format_)

    assert derive(image, blur=[(5, 5, 50, 50)]) == derive(image, blur=[(5, 5, 50, 50)])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_can_be_derived(mode: str) -> None:
    picture = pictures.patterned().convert("L" if mode == "I;16" else mode)
    image = pictures.encoded(picture.convert(mode) if mode == "I;16" else picture)

    made = opened(derive(image, blur=[(0, 0, 9, 9)], cover=[(9, 9, 20, 20)]))

    assert made.size == picture.size


def test_blurred_box_keeps_few_colours_and_the_rest_is_untouched() -> None:
    before = pictures.patterned()

    after = opened(derive(pictures.encoded(before), blur=[(40, 30, 140, 130)])).convert("RGB")

    box = (40, 30, 140, 130)
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    assert changed[0] >= 40
    assert changed[1] >= 30
    assert changed[2] <= 140
    assert changed[3] <= 130
    detail = [np.abs(np.diff(np.asarray(one.crop(box), int), axis=1)).max() for one in (before, after)]
    assert detail[0] > 100
    assert detail[1] < 20


def test_two_faces_with_the_same_means_give_the_same_blur() -> None:
    first = np.zeros((60, 60, 3), np.uint8)
    second = first.copy()
    first[::2] = 200
    second[1::2] = 200

    made = [
        np.asarray(opened(derive(pictures.encoded(Image.fromarray(one)), blur=[(0, 0, 60, 60)])), int)
        for one in (first, second)
    ]

    assert np.abs(made[0] - made[1]).max() <= 1


def test_covered_box_is_black() -> None:
    made = opened(derive(pictures.plain(size=(50, 40)), cover=[(10, 5, 30, 25)])).convert("RGB")

    assert made.crop((10, 5, 30, 25)).getcolors() == [(400, (0, 0, 0))]
    assert made.getpixel((9, 5)) == made.getpixel((30, 24)) == (0, 128, 0)


def test_box_reaches_at_most_to_the_edge() -> None:
    made = opened(derive(pictures.plain(size=(20, 10)), cover=[(-5, -5, 500, 500)])).convert("RGB")

    assert made.getcolors() == [(200, (0, 0, 0))]


@pytest.mark.parametrize("box", [(20, 0, 30, 10), (0, 10, 5, 12), (5, 5, 5, 9), (9, 9, 3, 3), (-9, 0, 0, 5)])
def test_box_outside_the_image_is_an_error(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(UnreadableImage) as refused:
        derive(pictures.plain(size=(20, 10)), blur=[box])

    assert refused.value.reason == "box-outside-image"


def test_boxes_count_in_the_upright_image() -> None:
    image = pictures.encoded(Image.new("RGB", (40, 20), "white"), exif=secret_exif())

    made = opened(derive(image, cover=[(0, 30, 20, 40)])).convert("L")

    assert made.size == (20, 40)
    assert made.crop((0, 30, 20, 40)).getextrema() == (0, 0)
    assert made.crop((0, 0, 20, 30)).getextrema() == (255, 255)


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
def test_every_frame_of_an_animation_is_covered(format_: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue", "white")]
    image = pictures.encoded(
        frames[0], format_, save_all=True, append_images=frames[1:], duration=[50, 60, 70, 80]
    )

    made = Image.open(io.BytesIO(derive(image, cover=[(0, 0, 20, 40)])))

    covered = [frame.convert("L").crop((0, 0, 18, 40)).getextrema() for frame in ImageSequence.Iterator(made)]
    assert len(covered) == 4
    assert [place for place, (_, high) in enumerate(covered) if int(str(high)) >= 12] == []


def test_metadata_that_stay_lose_the_orientation() -> None:
    image = pictures.encoded(pictures.patterned((120, 80)), "JPEG", exif=secret_exif())

    made = opened(derive(image, drop_metadata=False))

    assert (made.size, made.getexif().get(0x0112), made.getexif()[0x013B]) == ((80, 120), None, "Ann Baker")


def test_thumbnail_in_metadata_does_not_survive_a_blur() -> None:
    marked = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><xmp:Thumbnails>SECRET</xmp:Thumbnails></x:xmpmeta>"
    image = pictures.encoded(pictures.patterned(), "JPEG", xmp=marked)

    assert b"SECRET" not in derive(image, blur=[(0, 0, 50, 50)], drop_metadata=False)


def test_preview_is_small_grey_and_blurred() -> None:
    image = pictures.encoded(pictures.patterned((800, 600)), "PNG", exif=secret_exif())

    made = preview(image)

    picture = opened(made)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "L", (240, 320))
    assert not picture.getexif()
    assert np.abs(np.diff(np.asarray(picture, int), axis=1)).max() < 40


def test_unreadable_image_is_refused_with_its_reason() -> None:
    for make in (derive, preview, perceptual_hash):
        with pytest.raises(UnreadableImage) as refused:
            make(b"GIF89a")
        assert refused.value.reason == "image-corrupt"


def test_no_metadata_of_real_files_survive() -> None:
    folder = shared_data("images", "pillow-metadata")
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in {".jpg", ".png", ".webp", ".gif"}]

    left = {path.name: _left_in(derive(path.read_bytes())) for path in paths}

    assert len(left) > 15
    assert {name: names for name, names in left.items() if names} == {}


def _left_in(made: bytes) -> list[str]:
    image = Image.open(io.BytesIO(made))
    harmless = {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "duration", "version",
        "transparency", "extension", "timestamp",
    }  # fmt: skip
    return sorted(str(name) for name in image.info if name not in harmless) + [
        str(tag) for tag in image.getexif()
    ]


def test_hash_of_a_shrunk_copy_is_near() -> None:
    large = pictures.patterned((800, 600))
    small = large.resize((300, 225))

    hashes = [perceptual_hash(pictures.encoded(one, "JPEG", quality=80)) for one in (large, small)]

    apart = int.from_bytes(hashes[0][0]) ^ int.from_bytes(hashes[1][0])
    assert apart.bit_count() <= 31
    assert min(quality for _, quality in hashes) >= 50


def test_path_is_never_taken_for_an_image(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage):
        derive(bytes(tmp_path))
