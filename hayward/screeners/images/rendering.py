"""Makes images from images: parts blurred or covered, metadata left behind, previews; runs in the child process."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PIL import Image, ImageFilter

from hayward.screeners.images.limits import UnreadableImage
from hayward.screeners.images.opening import ORIENTATION, Opened, all_frames, flat, typed_failures, upright

Box = Sequence[int]
# What stays of a blurred box: so many means of colour along its longer side. Fewer than a face has features.
CELLS = 6
# An animation may have so many times the pixels that a still may have.
ANIMATION_PIXELS = 200_000_000
SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92, "subsampling": 0},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 90, "method": 4},
    "GIF": {},
}
MODES = {
    "JPEG": ("L", "RGB"),
    "PNG": ("L", "LA", "RGB", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("RGB", "RGBA"),
}


def derive(opened: Opened, *, blur: Sequence[Box], cover: Sequence[Box], drop_metadata: bool) -> bytes:
    """The image upright and encoded anew in its format, boxes blurred or covered in every frame.

    Raises UnreadableImage.
    """

    def changed(frame: Image.Image) -> Image.Image:
        return _covered(_blurred(frame, blur), cover)

    _check(opened, [*blur, *cover])
    kept = {} if drop_metadata else _kept(opened, with_xmp=not (blur or cover))
    with typed_failures(opened.encoded):
        if opened.format in {"GIF", "WEBP"} and getattr(opened.image, "n_frames", 1) > 1:
            return _animation(opened, changed, kept)
        picture = _plain(upright(opened), opened.format, keep_profile=not drop_metadata)
        return _saved(changed(picture), opened.format, **kept)


def preview(opened: Opened, *, size: int) -> bytes:
    """A grey and blurred JPEG of the first frame, `size` pixels on its longer side."""
    with typed_failures(opened.encoded):
        if opened.format == "JPEG":
            opened.image.draft("RGB", (size, size))
        picture = flat(upright(opened))
        picture.thumbnail((size, size))
        grey = picture.convert("L").filter(ImageFilter.GaussianBlur(size / 32))
        return _saved(grey, "JPEG")


def _check(opened: Opened, boxes: Sequence[Box]) -> None:
    width, height = opened.size
    for left, top, right, bottom in boxes:
        if min(right, width) <= max(left, 0) or min(bottom, height) <= max(top, 0):
            raise UnreadableImage("box-outside-image")


def _blurred(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Each box reduced to a few means of colour, drawn out smoothly: nothing of what was there can be had back."""
    for box in boxes:
        place = _clipped(box, picture.size)
        part = picture.crop(place)
        scale = CELLS / max(part.size)
        few = part.resize(
            [max(1, min(CELLS, round(side * scale))) for side in part.size], Image.Resampling.BOX
        )
        smooth = few.resize(part.size, Image.Resampling.BILINEAR).filter(
            ImageFilter.GaussianBlur(max(part.size) / CELLS / 2)
        )
        picture.paste(smooth, place[:2])
    return picture


def _covered(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    modes: dict[str, float | tuple[float, ...]] = {
        "L": 0,
        "LA": (0, 255),
        "RGB": (0, 0, 0),
        "RGBA": (0, 0, 0, 255),
    }
    black = modes[picture.mode]
    for box in boxes:
        picture.paste(black, _clipped(box, picture.size))
    return picture


def _clipped(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return max(0, left), max(0, top), min(size[0], right), min(size[1], bottom)


def _animation(opened: Opened, changed: Callable[[Image.Image], Image.Image], kept: dict[str, Any]) -> bytes:
    if opened.image.width * opened.image.height * getattr(opened.image, "n_frames", 1) > ANIMATION_PIXELS:
        raise UnreadableImage("image-too-large")
    waits: list[int] = []

    def drawn() -> Iterator[Image.Image]:
        for frame, wait in all_frames(opened):
            waits.append(wait)
            yield changed(_plain(frame, opened.format))

    pictures = list(drawn())
    loop = {"loop": opened.image.info["loop"]} if "loop" in opened.image.info else {}
    after = list(itertools.islice(pictures, 1, None))
    return _saved(
        pictures[0], opened.format, save_all=True, append_images=after, duration=waits, **loop, **kept
    )


def _plain(picture: Image.Image, format_: str, *, keep_profile: bool = False) -> Image.Image:
    """The picture in a mode that its format keeps and boxes can be drawn in, its colours in sRGB."""
    profile = picture.info.get("icc_profile")
    transparent = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    if picture.mode not in MODES[format_] or "transparency" in picture.info:
        picture = picture.convert("RGBA" if transparent and "RGBA" in MODES[format_] else "RGB")
    if profile and not keep_profile and picture.mode in {"RGB", "RGBA"}:
        picture = _in_srgb(picture, profile)
    # What Pillow writes unasked (a comment, a gamma, a profile) it takes from here.
    picture.info = {}
    return picture


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture
    return turned if turned is not None else picture


def _kept(opened: Opened, *, with_xmp: bool) -> dict[str, Any]:
    """The metadata that may stay: EXIF without its orientation and its thumbnail, the profile, and XMP.

    A thumbnail, and XMP that may hold one, would show what was blurred.
    """
    with typed_failures(opened.encoded):
        exif = opened.image.getexif()
        exif.pop(ORIENTATION, None)
        kept: dict[str, Any] = {"exif": exif.tobytes()} if len(exif) and opened.format != "GIF" else {}
        names = ("icc_profile", "xmp") if with_xmp else ("icc_profile",)
        known = () if opened.format == "GIF" else names
        return kept | {name: opened.image.info[name] for name in known if opened.image.info.get(name)}


def _saved(picture: Image.Image, format_: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format_, **SAVING[format_], **options)
    return file.getvalue()
