"""Encoded images made for tests."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw


def encoded(picture: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format_, **options)
    return file.getvalue()


def plain(format_: str = "PNG", size: tuple[int, int] = (64, 48), colour: str = "green") -> bytes:
    return encoded(Image.new("RGB", size, colour), format_)


def written(*lines: str, size: tuple[int, int] = (640, 240)) -> bytes:
    """A page with these lines on it."""
    page = Image.new("RGB", size, "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((20, 20 + 60 * number), line, fill="black", font_size=32)
    return encoded(page, "JPEG", quality=90)


def patterned(size: tuple[int, int] = (256, 192)) -> Image.Image:
    """A picture with much to tell it by."""
    picture = Image.new("RGB", size)
    pen = ImageDraw.Draw(picture)
    for number in range(40):
        place = (number * 37 % size[0], number * 53 % size[1])
        pen.ellipse(
            (*place, place[0] + 10 + number, place[1] + 8 + number), fill=(number * 6, 255 - number * 5, 90)
        )
    return picture


def png_of(width: int, height: int, *, rows: int | None = None) -> bytes:
    """A grey PNG of any size, built without a picture in memory: one bit per pixel, all black."""
    squeeze = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    data = b"".join(squeeze.compress(row) for _ in range(height if rows is None else rows)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
