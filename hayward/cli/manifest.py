"""The manifest of a release: which shards it has, how long they are, and their sha256."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hayward.cli.exits import ExitCode, Failure

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ManifestShard:
    path: str
    """Relative to the root, with forward slashes."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    root: str
    """Folder or URL that the shards' paths are relative to."""
    shards: tuple[ManifestShard, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def find(paths: Sequence[str], *, root: str | None) -> tuple[str, dict[str, str]]:
    """The root, and the shards under `paths` by their name relative to it.

    Raises Failure for a shard outside the root, and hayward.formats.UnreadableShard for a path without shards.
    """
    from hayward.formats import discover

    found = [_absolute(path) for path in discover(paths)]
    base = _absolute(root) if root else _common_root(paths, found)
    return base, {_relative(path, base): path for path in found}


def names_of(paths: Sequence[str], *, root: str | None) -> dict[str, str]:
    """The shards' names relative to the root, by their paths as given. Raises Failure for a shard outside it."""
    absolute = {path: _absolute(path) for path in paths}
    if not absolute:
        return {}
    base = _absolute(root) if root else _common_root([], list(absolute.values()))
    return {path: _relative(place, base) for path, place in absolute.items()}


def hashed(root: str, shards: Mapping[str, str], *, on_shard: Callable[[int], None]) -> Manifest:
    """The manifest of found shards; reads each to its end. Raises hayward.formats.UnreadableShard."""
    from hayward.formats import fingerprint

    listed = []
    for name, path in shards.items():
        mark = fingerprint(path)
        listed.append(ManifestShard(name, mark.bytes, mark.sha256))
        on_shard(1)
    return Manifest(root, tuple(listed))


def of_text(text: str, *, root: str | None, source: str) -> Manifest:
    """Reads a manifest: {"root": …, "shards": [{"path", "bytes", "sha256"}, …]}, or the list alone.

    Raises Failure that names `source` and the first wrong shard.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(f"{source} is not JSON: {error}.", code=ExitCode.USAGE) from error
    listed = value.get("shards") if isinstance(value, dict) else value
    base = root or (value.get("root") if isinstance(value, dict) else None)
    if not isinstance(listed, list) or not listed:
        raise Failure(
            f"{source} lists no shards. It is a list of path, bytes and sha256.", code=ExitCode.USAGE
        )
    if not isinstance(base, str):
        raise Failure(
            f"{source} names no root. Give the folder of its paths with --root.", code=ExitCode.USAGE
        )
    shards = tuple(
        _shard_of(shard, source=f"{source}, shard {number}") for number, shard in enumerate(listed, 1)
    )
    if len({shard.path for shard in shards}) != len(shards):
        raise Failure(f"{source} lists a path twice.", code=ExitCode.USAGE)
    return Manifest(base, shards)


def _shard_of(value: Any, *, source: str) -> ManifestShard:
    members = value if isinstance(value, dict) else {}
    path, length, sha256 = (members.get(name) for name in ("path", "bytes", "sha256"))
    if not isinstance(path, str) or not path or path.startswith("/") or ".." in path.split("/"):
        raise Failure(f"{source}: the path must lie below the root.", code=ExitCode.USAGE)
    if not isinstance(length, int) or isinstance(length, bool) or length < 0:
        raise Failure(f"{source}: bytes is a number of bytes.", code=ExitCode.USAGE)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise Failure(f"{source}: sha256 is 64 hex digits.", code=ExitCode.USAGE)
    return ManifestShard(path, length, sha256)


def _is_url(path: str) -> bool:
    return "://" in path


def _absolute(path: str) -> str:
    return path.rstrip("/") if _is_url(path) else Path(os.path.abspath(path)).as_posix()  # noqa: PTH100 (keeps links)


def _common_root(paths: Sequence[str], found: Sequence[str]) -> str:
    """The one folder that was named, else the deepest folder that holds all shards."""
    if len(paths) == 1 and _absolute(paths[0]) not in found and "*" not in paths[0]:
        return _absolute(paths[0])
    return posixpath.commonpath([posixpath.dirname(path) for path in found])


def _relative(path: str, root: str) -> str:
    prefix = root.rstrip("/") + "/"
    if path == root.rstrip("/"):
        return "."  # a folder of pictures that is the root itself
    if not path.startswith(prefix):
        raise Failure(
            f"{path} is not below the root {root}. Name a folder that holds all shards with --root.",
            code=ExitCode.USAGE,
        )
    return path.removeprefix(prefix)
