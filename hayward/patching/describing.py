"""What a record says of the very bytes of a picture, and what it has to say once the picture is changed."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hayward.formats import media
from hayward.formats.columns import is_image_field
from hayward.formats.media import kind_of
from hayward.formats.records import member_of

# The names that img2dataset gives them (downloader.py, `compute_hash` and `extract_exif`).
HASHES = {"md5": 16, "sha256": 32, "sha512": 64}
EXIF = "exif"
NO_EXIF = "{}"

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of a changed picture: its digests by algorithm, its width and height.

    `others` are the digests of the record's other pictures: what names one of those stays.
    """

    digests: Mapping[str, bytes]
    size: tuple[int, int]
    others: frozenset[bytes] = frozenset()


def facts_of(encoded: bytes, record: Mapping[str, Any]) -> Facts:
    """The facts of a picture of our own making that stands in the record; raises UnreadableImage."""
    from hayward.screeners.images.limits import Limits
    from hayward.screeners.images.opening import open_image

    others = [other for other in _pictures(record) if other != encoded]
    return Facts(
        {name: _digest(name, encoded) for name in HASHES},
        open_image(encoded, Limits()).size,
        frozenset(_digest(name, other) for name in HASHES for other in others),
    )


def consequences(record: Mapping[str, Any], keys: Keys, facts: Facts) -> Iterator[tuple[Keys, Any]]:
    """Where the record tells of the picture at `keys`, and what it has to tell.

    In a table that is in the picture's own row and struct, in a tar or folder in the JSON beside it.
    """
    if isinstance(value_at(record, keys), str):  # in a record from Parquet binary stands as base64
        for depth in range(len(keys)):
            said = value_at(record, keys[:depth])
            if not isinstance(said, Mapping):
                continue  # a list of pictures
            yield from (((*keys[:depth], name), new) for name, new in followed(said, facts).items())
    for name in told_in(record):
        if name not in keys:
            yield from (((name, key), new) for key, new in followed(record[name], facts).items())


def value_at(record: Mapping[str, Any], keys: Keys) -> Any:
    """What stands at a place of a record, None where it has no such place."""
    value: Any = record
    for key in keys:
        value = member_of(value, key)
    return value


def told_in(record: Mapping[str, Any]) -> list[str]:
    """The JSON objects of a record that may tell of its pictures."""
    return [name for name, value in record.items() if kind_of(name) == "json" and isinstance(value, Mapping)]


def followed(said: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The members that no longer hold, with their new values: EXIF is emptied, digests and sides are the new ones."""
    new = {name: _followed(name.lower(), value, facts) for name, value in said.items()}
    sides = {name.lower(): name for name in said if name.lower() in ("width", "height")}
    told = tuple(said[sides[side]] if side in sides else None for side in ("width", "height"))
    if told == facts.size[::-1]:  # only an upright turn changes sides
        new |= {
            sides[side]: type(said[sides[side]])(length)
            for side, length in zip(("width", "height"), facts.size, strict=True)
        }
    return {name: value for name, value in new.items() if value != said[name]}


def is_emptied(record: Mapping[str, Any], keys: list[str]) -> bool:
    """Whether a text is the EXIF of a picture, taken out when the picture was changed."""
    return keys[-1].lower() == EXIF and value_at(record, tuple(keys)) in (NO_EXIF, None)


def _followed(name: str, value: Any, facts: Facts) -> Any:
    if name == EXIF and value is not None:
        # Elsewhere than with img2dataset it is binary or an object: then nothing stands for nothing.
        return NO_EXIF if isinstance(value, str) and value.lstrip()[:1] == "{" else None
    if name in HASHES and isinstance(value, str):
        return _renewed(value, facts.digests[name], facts.others)
    return value


def _renewed(told: str, new: bytes, others: frozenset[bytes]) -> str:
    """The new digest, written as the old one is: in hex, or base64 where a table holds its bytes."""
    with suppress(ValueError):
        if len(old := bytes.fromhex(told)) == len(new):
            upper = told != told.lower()
            return told if old in others else new.hex().upper() if upper else new.hex()
    with suppress(binascii.Error, ValueError):
        if len(old := base64.b64decode(told, validate=True)) == len(new):
            return told if old in others else base64.b64encode(new).decode("ascii")
    return told


def _pictures(record: Mapping[str, Any]) -> Iterator[bytes]:
    for name, value in record.items():
        several = isinstance(value, list)
        for one in value if several else (value,):
            if isinstance(one, bytes | Mapping) or several or is_image_field(name):
                picture = media({name: one}, f"{name}.bytes" if isinstance(one, Mapping) else name)
                if picture is not None:
                    yield picture


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()
