"""Files appear complete or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hayward.client.files import atomic_file


class Broken(Exception):
    """Stands for whatever goes wrong while writing."""


def _write_half(path: Path) -> None:
    with atomic_file(path) as file:
        file.write(b"half")
        raise Broken


def test_a_file_replaces_the_old_one_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"

    for content in (b"first", b"second"):
        with atomic_file(path) as file:
            file.write(content)

    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"first")

    with pytest.raises(Broken):
        _write_half(path)

    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_the_file_as_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with atomic_file(tmp_path / "file") as file:
            file.write(b"x")
    finally:
        os.umask(before)

    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
