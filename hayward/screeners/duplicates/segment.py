"""One segment of a memory: a folder of tables that is written once and then only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.duplicates.arrays import mapped, save, synchronise
from hayward.screeners.duplicates.digests import DigestTable, Labels, halves
from hayward.screeners.duplicates.fingerprints import HAS, PARTS, PDQ_BYTES, Rows
from hayward.screeners.duplicates.near import SignatureTable
from hayward.screeners.duplicates.signature import SIGNATURE_BYTES
from hayward.screeners.images.hashing import PdqIndex

_BLOCK = 1 << 20
_SHAPES: dict[str, tuple[type[Any], int]] = {
    "record": (np.uint64, 2),
    "content": (np.uint64, 2),
    "signature": (np.uint8, SIGNATURE_BYTES),
    "pdq": (np.uint8, PDQ_BYTES),
}


class Spool:
    """Files that the parts of fingerprints gather in until a segment is made of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}

    def add_rows(self, rows: Rows) -> None:
        """Adds the parts that the fingerprints have."""
        for part in PARTS:
            chosen = rows[(rows["has"] & HAS[part]) != 0]
            values = halves(chosen[part]) if part in {"record", "content"} else chosen[part]
            self.add(part, values, chosen["label"])

    def add(self, part: str, values: NDArray[Any], labels: Labels) -> None:
        for begin in range(0, len(values), _BLOCK):
            self._file(part).write(np.ascontiguousarray(values[begin : begin + _BLOCK]).data)
            self._file(f"{part}-labels").write(np.ascontiguousarray(labels[begin : begin + _BLOCK]).data)

    def columns(self, part: str) -> tuple[NDArray[Any], Labels]:
        """All values of a part and their labels, mapped."""
        dtype, width = _SHAPES[part]
        return self._mapped(part, dtype).reshape(-1, width), self._mapped(f"{part}-labels", np.int64)

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._files:
            self._files[name] = (self._folder / name).open("wb")
        return self._files[name]

    def _mapped(self, name: str, dtype: type[Any]) -> NDArray[Any]:
        if name not in self._files:
            return np.empty(0, dtype)
        self._files[name].flush()
        return np.asarray(np.memmap(self._folder / name, dtype, "r"))


@dataclass(frozen=True, slots=True)
class Images:
    """PDQ hashes with labels."""

    index: PdqIndex | None
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def near(self, pdq: bytes, distance: int) -> Iterator[tuple[int, int]]:
        """(label, bits apart) of all within `distance`."""
        if self.index is not None:
            for position, apart in self.index.near(pdq, distance):
                yield int(self.labels[position]), apart


@dataclass(frozen=True, slots=True)
class Segment:
    """The tables of a segment."""

    records: DigestTable
    contents: DigestTable
    signatures: SignatureTable
    images: Images

    @classmethod
    def build(cls, spool: Spool, folder: Path) -> Segment:
        """Writes the segment, on disk when this returns."""
        folder.mkdir(parents=True)
        DigestTable.build(*spool.columns("record"), folder, "records")
        DigestTable.build(*spool.columns("content"), folder, "contents")
        SignatureTable.build(*spool.columns("signature"), folder)
        hashes, labels = spool.columns("pdq")
        save(folder / "image-labels.npy", labels)
        if len(hashes):
            PdqIndex.build(hashes, folder / "images")
        synchronise(folder)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Segment:
        """Raises OSError, ValueError or NotAnIndex where it is not whole."""
        labels = mapped(folder / "image-labels.npy")
        return cls(
            DigestTable.open(folder, "records"),
            DigestTable.open(folder, "contents"),
            SignatureTable.open(folder),
            Images(PdqIndex.open(folder / "images") if len(labels) else None, labels),
        )

    def pour(self, spool: Spool) -> None:
        """Adds all that is in this segment to a spool."""
        spool.add("record", *self.records.entries())
        spool.add("content", *self.contents.entries())
        spool.add("signature", *self.signatures.entries())
        if self.images.index is not None:
            spool.add("pdq", self.images.index.hashes, self.images.labels)

    def counts(self) -> dict[str, int]:
        return {
            "records": len(self.records),
            "contents": len(self.contents),
            "signatures": len(self.signatures),
            "images": len(self.images),
        }
