"""Makes tars and pictures for tests, harmless ones and hostile ones."""

import gzip
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import zstandard
from PIL import Image

Member = tuple[str, bytes] | tarfile.TarInfo
Members = Iterable[Member]

PIXEL = b"not decoded here, so any bytes are a picture"


def picture(size: tuple[int, int] = (8, 8), form: str = "PNG", colour: str = "red") -> bytes:
    """A real, tiny encoded picture."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, form)
    return file.getvalue()


def tar_bytes(members: Members, form: int = tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            name, data = member
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode, info.uid, info.uname = (
                len(data),
                1_600_000_000.5,
                0o640,
                1234,
                "ann",
            )
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def write_tar(path: Path, members: Members, form: int = tarfile.PAX_FORMAT) -> Path:
    """A tar, compressed as the name says."""
    data = tar_bytes(members, form)
    if path.name.endswith((".gz", ".tgz")):
        data = gzip.compress(data, mtime=0)
    if path.name.endswith(".zst"):
        data = zstandard.ZstdCompressor().compress(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A link, a device, a folder: an entry without content."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def people() -> list[tuple[str, bytes]]:
    """Three samples as WebDataset has them, with a member that nobody may load."""
    return [
        ("a/000.jpg", PIXEL),
        ("a/000.txt", b"Write to ann@example.org today."),
        ("a/000.json", b'{"caption": "Ann", "n": 1, "inner": {"x": "y"}}'),
        ("a/001.jpg", PIXEL + b"1"),
        ("a/001.txt", b"Nothing to see here."),
        ("a/001.npy", b"\x93NUMPY"),
        ("a/002.jpg", PIXEL + b"2"),
        ("a/002.txt", "Call 555-0100 \u2014 ask for Bo \U0001f600.".encode()),
    ]
