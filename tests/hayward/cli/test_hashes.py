"""`hayward hashes` as people type it."""

import hashlib
import json
from pathlib import Path

import pytest

from hayward.cli import main
from hayward.screeners.images.derive import perceptual_hash
from tests.hayward.screeners.images import pictures

PICTURE = pictures.encoded(pictures.patterned(), "JPEG")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PICTURE)
    return path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_built_list_knows_a_listed_image(
    tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "memes.pdq.txt").write_text(perceptual_hash(PICTURE)[0].hex())

    assert run("hashes", "build", tmp_path / "memes.pdq.txt", "--out", tmp_path / "lists", "--json") == 0
    assert json.loads(capsys.readouterr().out)["pdq"] == 1
    assert run("hashes", "check", picture, "--lists", tmp_path / "lists", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "listed": True,
        "type": "pdq",
        "distance": 0,
        "list": "memes",
    }


def test_negative_list_silences(tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()
    (tmp_path / "listed.txt").write_text(digest)
    (tmp_path / "harmless.txt").write_text(digest)
    run(
        "hashes",
        "build",
        tmp_path / "listed.txt",
        "--negative",
        tmp_path / "harmless.txt",
        "--out",
        tmp_path / "l",
    )
    capsys.readouterr()

    assert run("hashes", "check", picture, "--lists", tmp_path / "l") == 0

    assert capsys.readouterr().out == "listed  no\n"


def test_file_that_is_no_image_is_compared_by_its_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "listed.txt").write_text(hashlib.md5(b"text", usedforsecurity=False).hexdigest())
    (tmp_path / "file").write_bytes(b"text")
    run("hashes", "build", tmp_path / "listed.txt", "--out", tmp_path / "lists", "--quiet")
    capsys.readouterr()

    assert run("hashes", "check", tmp_path / "file", "--lists", tmp_path / "lists") == 0

    told = capsys.readouterr()
    assert told.out == "listed    yes\ntype      md5\ndistance  0\nlist      listed\n"
    assert told.err == ("Warning: compared by MD5 and SHA-256 only. It is no JPEG, PNG, WebP or GIF.\n")


def test_list_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "listed.txt").write_text(f"{'0f' * 16}\nnonsense\n")

    assert run("hashes", "build", tmp_path / "listed.txt", "--out", tmp_path / "lists") == 2

    assert "listed.txt, line 2" in capsys.readouterr().err
    assert not (tmp_path / "lists").exists()


def test_missing_lists_are_missing(tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("hashes", "check", picture, "--lists", tmp_path / "none") == 4

    assert "hayward hashes build" in capsys.readouterr().err
