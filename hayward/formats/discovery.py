"""Finds the shards that folders, globs, files and fsspec URLs stand for."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from hayward.formats import storage
from hayward.formats.errors import UnreadableShard, unreadable

SUFFIXES = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
COMPRESSED = (".gz", ".zst")
# JSON files that lie beside shards and are not shards; they are read when named themselves.
COMPANIONS = frozenset(
    {"metadata.json", "croissant.json", "dataset_info.json", "dataset_infos.json", "state.json"}
)


def format_of(path: str) -> str | None:
    """The format that a file name tells, or None."""
    name = PurePosixPath(path).name.lower()
    for ending in COMPRESSED:
        if name.endswith(ending) and not name.endswith(".parquet" + ending):
            name = name.removesuffix(ending)
    return SUFFIXES.get(PurePosixPath(name).suffix)


def discover(paths: Sequence[str]) -> list[str]:
    """All shards below folders, matching globs or named, sorted, each once.

    Hidden files and folders (a leading dot) are passed over. Raises UnreadableShard ("missing") for a path
    that stands for nothing, and "permission" for a folder that may not be listed.
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
    return (
        place.rpartition("/")[0] or "." if _is_shard(PurePosixPath(place).name) else place.rstrip("/") or "/"
    )


def _local(path: str) -> Iterator[str]:
    if Path(path).is_dir():
        yield from _folder(path)
    elif os.path.lexists(path):
        yield path
    elif glob.has_magic(path):
        for match in glob.iglob(path, recursive=True):  # noqa: PTH207 (Path.glob takes no absolute pattern)
            yield from _folder(match) if Path(match).is_dir() else [match]


def _folder(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(place, name) for name in names if _is_shard(name))  # noqa: PTH118


def _refuse(error: OSError) -> None:
    raise unreadable(str(error.filename), error) from error


def _remote(url: str) -> Iterator[str]:
    system, inside = storage.filesystem(url)
    try:
        matches = system.glob(inside) if glob.has_magic(inside) else [inside]
        names = [name for match in matches for name in _below(system, str(match))]
    except OSError as error:
        raise unreadable(url, error) from error
    yield from (str(system.unstrip_protocol(name)) for name in names)


def _below(system: Any, path: str) -> list[str]:
    if PurePosixPath(path).name.startswith("."):
        return []
    if system.isdir(path):
        return [name for name in system.find(path) if _is_visible(name, path)]
    return [path] if system.exists(path) else []


def _is_visible(name: str, folder: str) -> bool:
    inner = PurePosixPath(name).relative_to(PurePosixPath(folder))
    return _is_shard(inner.name) and not any(part.startswith(".") for part in inner.parts)


def _is_shard(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in COMPANIONS and format_of(name) is not None
