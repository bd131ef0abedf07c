"""Draws the demonstration's pictures: places on an invented common, and what a camera or a careless hand adds."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageDraw

SHARD = "common-pictures.tar"
SIZE = WIDTH, HEIGHT = 640, 480
MADE_AT = 1_780_000_000  # one time for all members, so that the same pictures give the same shard
SKIES = {"morning": ("#f6d9b0", "#9cc4dd"), "noon": ("#cfe6f2", "#5fa3d0"), "evening": ("#f2b48a", "#6d6aa6")}
TORN = "old-barn"  # its file ends early, as a torn download leaves it

# Name, sky, what stands there, caption.
PLACES = (
    ("mill-pond", "morning", "pond", "The pond below the mill, early in June."),
    (
        "long-hedge",
        "noon",
        "trees",
        "The long hedge. Prints from Mireille Aubry, mireille_aubry@example.net.",
    ),
    ("notice-board", "noon", "board", "The notice board by the gate."),
    ("far-hill", "evening", "trees", "The far hill at dusk."),
    ("ford", "noon", "pond", "The ford, low in water."),
    (TORN, "morning", "trees", "The old barn."),
    ("new-gate", "evening", "board", "The new gate, not painted yet."),
    ("lower-field", "noon", "trees", "The lower field after the hay."),
)
# What its camera wrote into a picture.
PLACED, SIGNED = "mill-pond", "far-hill"
LINES = {
    "notice-board": (
        "LOST: a grey umbrella",
        "Please call 020 7946 0018",
        "or write to",
        "nora.lind@example.org",
    ),
    "new-gate": ("Shut the gate", "Mind the sheep"),
}


def write(folder: Path) -> Path:
    """The pictures with their captions as a WebDataset tar in the folder; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SHARD
    with tarfile.open(path, "w") as tar:
        for name, content in _members():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), MADE_AT
            tar.addfile(member, io.BytesIO(content))
    return path


def _members() -> Iterator[tuple[str, bytes]]:
    for number, (name, sky, what, caption) in enumerate(PLACES):
        encoded = _encoded(_scene(number, sky, what, LINES.get(name, ())), _exif(name))
        yield f"{name}.jpg", encoded[: len(encoded) // 2] if name == TORN else encoded
        yield f"{name}.txt", caption.encode()


def _exif(name: str) -> Image.Exif:
    exif = Image.Exif()
    if name == PLACED:
        place: dict[int, Any] = {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (51.0, 10.0, 43.0),
            ExifTags.GPS.GPSLongitudeRef: "W",
            ExifTags.GPS.GPSLongitude: (1.0, 49.0, 34.0),
        }
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    if name == SIGNED:
        exif[ExifTags.Base.Artist] = "Tomas Okafor"
        exif[ExifTags.Base.BodySerialNumber] = "00481516"
    return exif


def _encoded(picture: Image.Image, exif: Image.Exif) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def _scene(number: int, sky: str, what: str, lines: tuple[str, ...]) -> Image.Image:
    """Hills under a sky, elsewhere for each number, with a pond, trees or a board with lines of text before them."""
    below, above = (Image.new("RGB", SIZE, colour) for colour in SKIES[sky])
    picture = Image.composite(below, above, Image.linear_gradient("L").resize(SIZE))
    pen = ImageDraw.Draw(picture)
    sun = 40 + number * 193 % 520
    pen.ellipse((sun, 50, sun + 70, 120), fill="#fdf3cf")
    for row, colour in enumerate(("#8fae8b", "#6f9a63", "#54803f")):
        top, left = 210 + 55 * row + number * 37 % 60, (number * 311 + row * 457) % 700 - 420
        pen.ellipse((left, top, left + 760, top + 700), fill=colour)
        pen.rectangle((0, top + 80, WIDTH, HEIGHT), fill=colour)
    {"pond": _pond, "trees": _trees, "board": _board}[what](pen)
    for row, line in enumerate(lines):
        pen.text((140, 166 + 46 * row), line, fill="#23211c", font_size=26)
    return picture


def _pond(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((120, 360, 520, 460), fill="#6fa3bf", outline="#3d6a45", width=6)
    for left in (170, 260, 350):
        pen.arc((left, 390, left + 90, 420), 200, 340, fill="#cfe3ec", width=3)


def _trees(pen: ImageDraw.ImageDraw) -> None:
    for left, top in ((60, 250), (190, 290), (330, 260), (500, 300)):
        pen.rectangle((left + 26, top + 60, left + 38, top + 130), fill="#5d4630")
        pen.ellipse((left - 20, top - 40, left + 84, top + 80), fill="#3f6b34")


def _board(pen: ImageDraw.ImageDraw) -> None:
    for left in (150, 470):
        pen.rectangle((left, 120, left + 16, 440), fill="#5d4630")
    pen.rectangle((108, 136, 532, 370), fill="#e9dfc6", outline="#5d4630", width=10)
