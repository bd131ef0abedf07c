"""Arrays on disk: written in blocks, read by mapping."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save(path: Path, values: NDArray[Any]) -> None:
    """Writes an array as a .npy file."""
    save_blocks(path, values.dtype, values.shape, [values])


def save_blocks(
    path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], blocks: Iterable[NDArray[Any]]
) -> None:
    """Writes blocks that together are one array as a .npy file, with only one of them in memory."""
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.ascontiguousarray(block).data)


def mapped(path: Path) -> NDArray[Any]:
    """The array in a .npy file, mapped for reading; as an ordinary array, which is quicker to index than a memmap.

    Raises OSError, or ValueError where the file is damaged.
    """
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
    # An array without elements cannot be mapped.
    return np.asarray(np.load(path, mmap_mode="r" if all(shape) else None, allow_pickle=False))


def synchronise(path: Path, *, deep: bool = True) -> None:
    """Makes a file durable, or the names in a folder and (`deep`) all that is in it."""
    for each in (*(path.rglob("*") if deep else ()), path):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
