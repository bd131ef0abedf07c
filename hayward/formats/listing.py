"""Tells among the files below a folder which are shards, which are pictures, and which only go with others."""

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from hayward.formats import storage
from hayward.formats.errors import unreadable
from hayward.formats.media import kind_of

SUFFIXES = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".tar": "webdataset",
    ".tgz": "webdataset",
}
COMPRESSED = (".gz", ".zst")
# JSON files that lie beside shards and are not shards; they are read when named themselves.
COMPANIONS = frozenset(
    {"metadata.json", "croissant.json", "dataset_info.json", "dataset_infos.json", "state.json"}
)
# What tells of the pictures of a Hugging Face image folder, beside them or above.
METADATA = frozenset({"metadata.jsonl", "metadata.csv"})
STATS = "_stats"  # the end of the name with which img2dataset reports on a shard
HERE = "."


def format_of(path: str) -> str | None:
    """The format that a file name tells, or None."""
    name = PurePosixPath(path).name.lower()
    for ending in COMPRESSED:
        if name.endswith(ending) and not name.endswith((".parquet" + ending, ".tgz" + ending)):
            name = name.removesuffix(ending)
    return SUFFIXES.get(PurePosixPath(name).suffix)


def is_shard_name(name: str) -> bool:
    """Whether a file of this name is a shard, as far as its name alone tells."""
    base = PurePosixPath(name).name
    return not base.startswith(".") and base.lower() not in COMPANIONS and format_of(base) is not None


def is_image(name: str) -> bool:
    return kind_of(PurePosixPath(name).suffix[1:]) == "image"


def is_metadata(name: str) -> bool:
    """Whether a file of this name holds rows about pictures, where there are any beside or below it."""
    return PurePosixPath(name).name.lower() in METADATA


def shards_among(names: Iterable[str]) -> list[str]:
    """The shards among the files below a folder, as relative paths; a folder of pictures is one shard, "." the whole.

    A folder that holds pictures and, at any depth, no other shard is one shard with all that lies below it. Pictures
    that lie in a folder beside other shards are a shard too, without the folders below.
    """
    listed = sorted(names)
    files = shard_files(listed)
    busy = {folder for name in files for folder in _folders_of(name)}
    found = set(files)
    for name in listed:
        if is_image(name):
            # The folders of a name come innermost first: the outermost that is free of other shards is the shard.
            inner, *outer = _folders_of(name)
            place = inner
            for folder in outer if inner not in busy else ():
                if folder in busy:
                    break
                place = folder
            found.add(place)
    pictured = found.difference(files)
    for name in listed:
        if is_metadata(name) and is_shard_name(name) and name not in files:
            inner, *outer = _folders_of(name)
            if inner not in pictured and not any(folder in pictured - busy for folder in outer):
                found.add(name)  # its pictures lie in shards further down, to which it does not belong
    return sorted(found)


def shard_files(names: Collection[str]) -> list[str]:
    """The files that are shards themselves: not what img2dataset writes beside its shards, nor a picture's text."""
    pictures = {stem(name) for name in names if is_image(name)}
    above = {folder for name in names if is_image(name) for folder in _folders_of(name)}
    tars = {stem(name) for name in names if format_of(name) == "webdataset"}
    tables = {stem(name) for name in names if name.endswith(".parquet")}
    counted = {stem(name).removesuffix(STATS) for name in names if name.endswith(f"{STATS}.json")}
    filled = {folder for name in names for folder in _folders_of(name)} & counted if counted else set()
    beside = {f"{one}.parquet" for one in tars | filled}
    beside |= {f"{one}{STATS}.json" for one in counted & (tars | tables | filled)}
    return [
        name
        for name in names
        if is_shard_name(name)
        and name not in beside
        and not (is_metadata(name) and _folders_of(name)[0] in above)
        and not (kind_of(ending(name)) == "json" and stem(name) in pictures)
    ]


def picture_files(names: Collection[str]) -> list[str]:
    """The files that the folder's own shard of pictures consists of, sorted: pictures and what tells of them."""
    shards = set(shard_files(names))
    own = [name for name in names if "/" not in name and name not in shards] if shards else names
    pictures = {stem(name) for name in own if is_image(name)}
    above = {folder for name in own if is_image(name) for folder in _folders_of(name)}
    return sorted(
        name
        for name in own
        if is_image(name)
        or (is_metadata(name) and _folders_of(name)[0] in above)
        or (kind_of(ending(name)) in ("text", "json") and stem(name) in pictures)
    )


def stem(name: str) -> str:
    """A name without its ending; "txt.gz" is one ending, and so is "tar.zst"."""
    plain = name.removesuffix(".gz").removesuffix(".zst")
    return plain.rpartition(".")[0] if "." in PurePosixPath(plain).name else plain


def ending(name: str) -> str:
    return name[len(stem(name)) + 1 :]


def files_below(folder: str) -> list[str]:
    """The visible files below a folder, as paths relative to it; raises UnreadableShard."""
    if storage.is_url(folder):
        return list(_remote(folder))
    found: list[str] = []
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        inner = Path(place).relative_to(folder).as_posix()
        prefix = "" if inner == HERE else f"{inner}/"
        found += [prefix + name for name in names if not name.startswith(".")]
    return found


def _refuse(error: OSError) -> None:
    raise unreadable(str(error.filename), error) from error


def _remote(url: str) -> Iterator[str]:
    system, inside = storage.filesystem(url)
    try:
        names = [str(name) for name in system.find(inside)]
    except OSError as error:
        raise unreadable(url, error) from error
    for name in names:
        inner = PurePosixPath(name).relative_to(PurePosixPath(inside))
        if not any(part.startswith(".") for part in inner.parts):
            yield inner.as_posix()


def _folders_of(name: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(name).parents]
