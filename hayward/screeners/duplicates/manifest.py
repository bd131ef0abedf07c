"""The list of contents of a memory: what makes its files count."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TypedDict, cast

from hayward.screeners.duplicates.arrays import synchronise
from hayward.screeners.duplicates.near import BANDS, ROWS
from hayward.screeners.duplicates.normal import NORMAL_FORM
from hayward.screeners.duplicates.signature import ALGORITHM, BITS, SEED, SHINGLE, SLOTS

FILE = "memory.json"
FORMAT = "hayward-memory/1"
# What fingerprints must share to be comparable at all.
PARAMETERS = {
    "normal_form": NORMAL_FORM,
    "shingle_words": SHINGLE,
    "slots": SLOTS,
    "bits": BITS,
    "bands": BANDS,
    "rows": ROWS,
    "rensa_algorithm": ALGORITHM,
    "seed": SEED,
}


class SegmentEntry(TypedDict):
    """A segment's folder, and how many fingerprints went into it."""

    name: str
    fingerprints: int


class Manifest(TypedDict):
    """A memory as it stands: its segments, how many fingerprints were added, and a digest of them all."""

    format: str
    parameters: dict[str, int]
    digest: str
    fingerprints: int
    segments: list[SegmentEntry]


class NotAMemory(Exception):
    """A folder holds no memory that this program can use; `str()` says why and what to do."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} {why} Build it with `hayward memory build --out {folder} SHARD…`.")


def empty() -> Manifest:
    """A memory to which nothing was added."""
    return manifest(hashlib.sha256(FORMAT.encode()).hexdigest(), 0, [])


def manifest(digest: str, fingerprints: int, segments: list[SegmentEntry]) -> Manifest:
    return Manifest(
        format=FORMAT, parameters=PARAMETERS, digest=digest, fingerprints=fingerprints, segments=segments
    )


def read(folder: Path) -> Manifest:
    """Raises NotAMemory."""
    try:
        found = json.loads((folder / FILE).read_text())
    except (FileNotFoundError, NotADirectoryError):
        raise NotAMemory(folder, "holds no memory.") from None
    except (OSError, ValueError):
        raise NotAMemory(folder, "holds a memory whose list of contents cannot be read.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotAMemory(folder, f"holds no memory of the form {FORMAT}.")
    if found.get("parameters") != PARAMETERS:
        raise NotAMemory(folder, "holds a memory of fingerprints made in another way.")
    return cast(Manifest, found)


def publish(folder: Path, contents: Manifest) -> None:
    """Puts the list in place at once; the segments it names are on disk already."""
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps(contents, indent=2) + "\n")
    synchronise(new)
    new.replace(folder / FILE)
    synchronise(folder, deep=False)
