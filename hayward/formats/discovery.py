"""Finds the shards that folders, globs, files and fsspec URLs stand for."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from hayward.formats import storage
from hayward.formats.errors import UnreadableShard, unreadable
from hayward.formats.listing import HERE, files_below, is_shard_name, shards_among


def discover(paths: Sequence[str]) -> list[str]:
    """All shards below folders, matching globs or named, sorted, each once.

    A folder of pictures is one shard, see `listing.shards_among`. Hidden files and folders (a leading dot) are passed
    over. Raises UnreadableShard ("missing") for a path that stands for nothing, and "permission" for a folder that may
    not be listed.
    """
    found: set[str] = set()
    for path in paths:
        shards = set(_remote(path) if storage.is_url(path) else _local(path))
        if not shards:
            raise UnreadableShard(path, "missing")
        found |= shards
    return sorted(found)


def base_of(place: str) -> str:
    """The folder that a folder, file, glob or URL stands for: a glob's up to its first wildcard."""
    if glob.has_magic(place):
        parts = place.split("/")
        plain = next(number for number, part in enumerate(parts) if glob.has_magic(part))
        return "/".join(parts[:plain]) or ("/" if place.startswith("/") else ".")
    return place.rpartition("/")[0] or "." if is_shard_name(place) else place.rstrip("/") or "/"


def _local(path: str) -> Iterator[str]:
    if Path(path).is_dir():
        yield from _folder(path)
    elif os.path.lexists(path):
        yield path
    elif glob.has_magic(path):
        for match in glob.iglob(path, recursive=True):  # noqa: PTH207 (Path.glob takes no absolute pattern)
            yield from _folder(match) if Path(match).is_dir() else [match]


def _folder(folder: str) -> Iterator[str]:
    for name in shards_among(files_below(folder)):
        yield folder.rstrip("/") or "/" if name == HERE else os.path.join(folder, name)  # noqa: PTH118


def _remote(url: str) -> Iterator[str]:
    system, inside = storage.filesystem(url)
    try:
        matches = system.glob(inside) if glob.has_magic(inside) else [inside]
        yield from (name for match in matches for name in _below(system, str(match)))
    except OSError as error:
        raise unreadable(url, error) from error


def _below(system: Any, path: str) -> list[str]:
    if PurePosixPath(path).name.startswith("."):
        return []
    url = str(system.unstrip_protocol(path))
    if not system.isdir(path):
        return [url] if system.exists(path) else []
    names = shards_among(files_below(url))
    return [url.rstrip("/") if name == HERE else storage.joined(url, name) for name in names]
