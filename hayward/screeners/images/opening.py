"""Opens an encoded image from a stranger, within limits; to be called in the child process only."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from hayward.screeners.images.limits import Limits, UnreadableImage

Pixels = NDArray[np.uint8]

# What the web serves. Pillow's other forty decoders are where its security fixes go (FITS, PSD, JPEG 2000, FLI …).
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8")
ORIENTATION = 0x0112
# EXIF 2.32, 4.6.4 A: what to do with the stored rows so that the picture stands upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Opened:
    """An image whose head was read: its format, its size when upright, its orientation, its frames."""

    encoded: bytes
    image: Image.Image
    stored: tuple[int, int]
    format: str
    orientation: int | None
    frames: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture in pixels."""
        width, height = self.stored
        return (height, width) if self.orientation in SIDEWAYS else (width, height)


def open_image(encoded: bytes, limits: Limits) -> Opened:
    """Reads the head of an image. Raises UnreadableImage."""
    if not encoded:
        raise UnreadableImage("image-empty")
    if len(encoded) > limits.encoded:
        raise UnreadableImage("image-too-large")
    with typed_failures(encoded):
        # Pillow's own limit is looked at after some formats have been given their memory.
        Image.MAX_IMAGE_PIXELS = limits.pixels
        image = Image.open(io.BytesIO(encoded), formats=FORMATS)
        if image.width * image.height > limits.pixels:
            raise UnreadableImage("image-too-large")
        frames = min(getattr(image, "n_frames", 1), limits.frames) if image.format in {"GIF", "WEBP"} else 1
        return Opened(encoded, image, image.size, _format(image), _orientation(image), frames)


@contextmanager
def typed_failures(encoded: bytes) -> Iterator[None]:
    """Turns whatever a decoder raises into UnreadableImage. Its warnings are errors: they tell of bombs and damage."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Of damaged EXIF the metadata tell (exif.unreadable); the picture can be seen all the same.
            warnings.filterwarnings("ignore", message="Corrupt EXIF data")
            yield
    except UnreadableImage:
        raise
    except MemoryError as error:
        raise UnreadableImage("image-memory") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImage("image-too-large") from error
    except UnidentifiedImageError as error:
        known = encoded.startswith(BEGINNINGS)
        raise UnreadableImage("image-corrupt" if known else "image-format-refused") from error
    except Exception as error:
        raise UnreadableImage("image-corrupt") from error


def small_luma(opened: Opened, side: int) -> Pixels:
    """The first frame upright in grey, reduced while decoding to about `side` pixels."""
    with typed_failures(opened.encoded):
        image = opened.image
        image.draft("L", (side, side))
        return np.asarray(_turned(_reduced(image, side).convert("L"), opened.orientation))


def frames(opened: Opened, wanted: int, longest: int) -> Iterator[Pixels]:
    """The first frames upright in RGB, none longer than `longest` on a side, transparency laid over white.

    A JPEG is decoded no larger than it must be for its longer side to have the pixels that are `wanted`.
    """
    with typed_failures(opened.encoded):
        image = _again(opened)
        for number in range(opened.frames):
            image.seek(number)
            if opened.format == "JPEG":
                image.draft("RGB", _within(image.size, wanted))
            yield np.asarray(_turned(flat(_shrunk(image, longest)), opened.orientation))


def upright(opened: Opened) -> Image.Image:
    """The first frame in full, upright, in the mode that it was stored in."""
    with typed_failures(opened.encoded):
        image = _again(opened)
        image.load()
        return _turned(image, opened.orientation)


def all_frames(opened: Opened) -> Iterator[tuple[Image.Image, int]]:
    """Every frame in full and upright, with the milliseconds that it stays."""
    with typed_failures(opened.encoded):
        image = _again(opened)
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            yield _turned(image.convert("RGBA"), opened.orientation), int(image.info.get("duration", 0))


def flat(image: Image.Image) -> Image.Image:
    """The image in RGB, transparency laid over white."""
    if image.mode == "RGB":
        return image
    if "transparency" not in image.info and image.mode not in {"RGBA", "LA", "PA", "La", "RGBa"}:
        return image.convert("RGB")
    page = Image.new("RGB", image.size, "white")
    over = image.convert("RGBA")
    page.paste(over, mask=over.getchannel("A"))
    return page


def _again(opened: Opened) -> Image.Image:
    """The image as it was before anybody drafted it or turned to another frame of it."""
    if opened.format == "PNG":
        return opened.image
    return Image.open(io.BytesIO(opened.encoded), formats=FORMATS)


def _format(image: Image.Image) -> str:
    # A multi-picture JPEG (CIPA DC-007) is a JPEG with more behind it.
    return "JPEG" if image.format == "MPO" else str(image.format)


def _orientation(image: Image.Image) -> int | None:
    try:
        orientation = image.getexif().get(ORIENTATION)
    except Exception:  # noqa: BLE001 - the metadata tell of it
        return None
    return orientation if isinstance(orientation, int) and orientation in UPRIGHT else None


def _turned(image: Image.Image, orientation: int | None) -> Image.Image:
    return image if orientation is None else image.transpose(UPRIGHT[orientation])


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size in the same proportions with no side above `longest`."""
    scale = min(1.0, longest / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    return width, height


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    size = _within(image.size, longest)
    if size == image.size:
        return image
    if image.mode in {"P", "1"}:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """The image reduced by whole numbers, while its shorter side stays at `side` or above."""
    factor = min(image.size) // side
    if factor < 2:
        return image
    return image.convert("RGB" if image.mode in {"P", "1", "PA"} else image.mode).reduce(factor)
