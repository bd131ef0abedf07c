"""Known images in one folder: hashes that are listed, and negative ones that silence what is known to be harmless."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from hayward.screeners.images.hashing.exact import ExactIndex
from hayward.screeners.images.hashing.lists import BYTES, HASH_TYPES, Entry, HashType, read_list
from hayward.screeners.images.hashing.pdq_index import MATCH_DISTANCE, NotAnIndex, PdqIndex, mapped

FORMAT = "hayward-hash-lists/1"
# Facebook, hashing.pdf of PDQ: hashes of lower quality are to be discarded, they say too little to match by.
LEAST_QUALITY = 50
MOST_LABELS = 1 << 16
_CHUNK = 1 << 20


class NotHashLists(Exception):
    """A folder holds no hash lists that can be used; `str()` says which and what to do."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds no whole hash lists. Build them: hayward hashes build LIST --out {folder}"
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A listed hash that an image has, or is near to: its type, the bits between, and what the list calls it."""

    type: HashType
    distance: int
    label: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """The hashes of one image; `pdq` is None where it could not be decoded."""

    md5: bytes
    sha256: bytes
    pdq: bytes | None = None
    quality: int = 0

    @classmethod
    def of(cls, encoded: bytes | memoryview, pdq: bytes | None = None, quality: int = 0) -> Hashed:
        """MD5 and SHA-256 of an image as stored, with its PDQ hash where there is one."""
        md5 = hashlib.md5(encoded, usedforsecurity=False).digest()
        return cls(md5, hashlib.sha256(encoded).digest(), pdq, quality)


@dataclass(frozen=True)
class Side:
    """The listed hashes, or the negative ones."""

    exact: Mapping[HashType, ExactIndex]
    pdq: PdqIndex
    labels: Mapping[HashType, np.ndarray[tuple[int], np.dtype[np.uint16]]]

    def find_exact(self, hashed: Hashed) -> tuple[HashType, int] | None:
        """The first position of the image's MD5 or SHA-256."""
        pairs: tuple[tuple[HashType, bytes], ...] = (("sha256", hashed.sha256), ("md5", hashed.md5))
        return next(
            ((type_, place) for type_, value in pairs for place in self.exact[type_].find(value)), None
        )

    def find_near(self, hashed: Hashed) -> tuple[int, int] | None:
        """The nearest PDQ hash (position, distance), if the image has a hash that says enough."""
        if hashed.pdq is None or hashed.quality < LEAST_QUALITY:
            return None
        return next(iter(self.pdq.near(hashed.pdq, MATCH_DISTANCE)), None)


class HashIndex:
    """Hash lists of any size, mapped from a folder; a lookup reads a few pages of it."""

    def __init__(self, listed: Side, negative: Side, about: Mapping[str, object]) -> None:
        self._listed, self._negative = listed, negative
        self._names = [str(name) for name in _list(about["labels"])]
        self.digest = str(about["digest"])
        self.counts: dict[str, int] = {str(type_): len(index) for type_, index in listed.exact.items()}
        self.counts["pdq"] = len(listed.pdq)
        self.counts["negative"] = sum(map(len, negative.exact.values())) + len(negative.pdq)

    @classmethod
    def open(cls, folder: Path) -> HashIndex:
        """The hash lists in a folder. Raises NotHashLists."""
        try:
            about = json.loads((folder / "lists.json").read_text())
            if about.get("format") != FORMAT:
                raise NotHashLists(folder)
            return cls(_side(folder / "listed"), _side(folder / "negative"), about)
        except (OSError, ValueError, KeyError, NotAnIndex) as error:
            raise NotHashLists(folder) from error

    def match(self, hashed: Hashed) -> Match | None:
        """The best match of an image, None where there is none or a negative list silences it.

        A negative MD5 or SHA-256 silences all, a negative PDQ hash whatever PDQ match is no nearer than it.
        """
        if self._negative.find_exact(hashed) is not None:
            return None
        if (same := self._listed.find_exact(hashed)) is not None:
            return self._match(*same, distance=0)
        near = self._listed.find_near(hashed)
        if near is None:
            return None
        harmless = self._negative.find_near(hashed)
        if harmless is not None and harmless[1] <= near[1]:
            return None
        return self._match("pdq", near[0], distance=near[1])

    def _match(self, type_: HashType, position: int, *, distance: int) -> Match:
        return Match(type_, distance, self._names[int(self._listed.labels[type_][position])])


@dataclass
class _Gathered:
    """Hashes on their way to disk, a file per type, and the number of each one's label."""

    files: dict[HashType, IO[bytes]]
    labels: dict[HashType, array[int]] = field(
        default_factory=lambda: {type_: array("H") for type_ in HASH_TYPES}
    )

    def add(self, entry: Entry, label: int) -> None:
        self.files[entry.type].write(entry.value)
        self.labels[entry.type].append(label)


def build(
    lists: Sequence[Path],
    folder: Path,
    *,
    negative: Sequence[Path] = (),
    type_: HashType | None = None,
    on_list: Callable[[Path], None] | None = None,
) -> HashIndex:
    """Builds hash lists in `folder` from text files, and opens them; older ones there are replaced when all is done.

    Memory: about 16 bytes per hash of the largest type. Raises UnreadableHashList, OSError; FileExistsError where the
    folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "lists.json").exists():
        raise FileExistsError(f"{folder} is there already and holds no hash lists. Name another folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _workplace(folder) as place:
        names: dict[str, int] = {}
        digest = hashlib.sha256()
        for side, paths in (("listed", lists), ("negative", negative)):
            entries = (entry for path in _told(paths, on_list) for entry in read_list(path, type_=type_))
            _write_side(entries, place / side, names)
            _add_to_digest(digest, place / side)
        about = {"format": FORMAT, "digest": digest.hexdigest(), "labels": list(names)}
        (place / "lists.json").write_text(json.dumps(about, ensure_ascii=False) + "\n")
        _put(place, folder)
    return HashIndex.open(folder)


def _told(paths: Iterable[Path], on_list: Callable[[Path], None] | None) -> Iterator[Path]:
    for path in paths:
        yield path
        if on_list is not None:
            on_list(path)


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    place = folder.with_name(f".{folder.name}.building-{os.getpid()}")
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _put(place: Path, folder: Path) -> None:
    """Puts the finished folder where it belongs. Whoever has mapped the old one can go on reading it."""
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    place.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _write_side(entries: Iterable[Entry], folder: Path, names: dict[str, int]) -> None:
    folder.mkdir(parents=True)
    raw = {type_: folder / f"{type_}.raw" for type_ in HASH_TYPES}
    gathered = _Gathered({type_: path.open("wb", _CHUNK) for type_, path in raw.items()})
    try:
        for entry in entries:
            gathered.add(entry, _label(entry.label, names))
    finally:
        for file in gathered.files.values():
            file.close()
    for type_, path in raw.items():
        size = path.stat().st_size
        rows = np.memmap(path, np.uint8, "r") if size else np.empty(0, np.uint8)
        hashes = rows.reshape(-1, BYTES[type_])
        index = PdqIndex if type_ == "pdq" else ExactIndex
        index.build(hashes, folder / type_)
        np.save(folder / f"{type_}-labels.npy", np.frombuffer(gathered.labels[type_], np.uint16))
        path.unlink()


def _label(name: str, names: dict[str, int]) -> int:
    """The number of a label; lists with more than can be told apart share the last."""
    return (
        names.setdefault(name, len(names)) if name in names or len(names) < MOST_LABELS else MOST_LABELS - 1
    )


def _add_to_digest(digest: hashlib._Hash, folder: Path) -> None:
    for name in ("md5/rows.npy", "sha256/rows.npy", "pdq/hashes.npy"):
        with (folder / name).open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)


def _side(folder: Path) -> Side:
    exact: dict[HashType, ExactIndex] = {
        type_: ExactIndex.open(folder / type_) for type_ in HASH_TYPES if type_ != "pdq"
    }
    labels = {type_: mapped(folder / f"{type_}-labels.npy") for type_ in HASH_TYPES}
    side = Side(exact, PdqIndex.open(folder / "pdq"), labels)
    sizes = {**{type_: len(index) for type_, index in exact.items()}, "pdq": len(side.pdq)}
    if sizes != {type_: len(of_type) for type_, of_type in labels.items()}:
        raise ValueError(folder)
    return side


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("labels are no list")
    return value
