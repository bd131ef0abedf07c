"""`hayward memory`: made from shards and lists, added to, told about; a failed command leaves what was there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hayward.cli.exits import ExitCode
from tests.hayward.cli.conftest import Command
from tests.hayward.screeners.duplicates.texts import edited, text

RECORDS = [{"id": number, "text": text(number)} for number in range(3)]


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def removed(tmp_path: Path) -> Path:
    return write(tmp_path / "removed.jsonl", *RECORDS)


@pytest.fixture
def memory(tmp_path: Path, removed: Path, hayward: Command) -> Path:
    hayward("memory", "build", "--out", tmp_path / "memory", removed)
    return tmp_path / "memory"


def facts(hayward: Command, folder: Path) -> dict[str, object]:
    facts = json.loads(hayward("memory", "info", folder, "--json").out)
    assert isinstance(facts, dict)
    return facts


def test_build_keeps_records_and_texts(tmp_path: Path, removed: Path, hayward: Command) -> None:
    done = hayward("memory", "build", "--out", tmp_path / "m", removed)

    assert (done.code, done.out) == (ExitCode.OK, "")
    assert done.err == f"3 records added; {tmp_path / 'm'} holds 6 fingerprints.\n"
    told = facts(hayward, tmp_path / "m")
    assert {name: told[name] for name in ("fingerprints", "records", "contents", "signatures", "images")} == {
        "fingerprints": 6,
        "records": 3,
        "contents": 3,
        "signatures": 3,
        "images": 0,
    }


def test_screen_finds_what_was_removed_and_near_copies_of_it(
    tmp_path: Path, memory: Path, hayward: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = write(
        tmp_path / "crawl.jsonl", {"text": text(9)}, {"text": edited(text(1), 0.01, 4)}, {"text": text(2)}
    )
    monkeypatch.setenv("HAYWARD_MEMORY", str(memory))

    done = hayward("screen", shard, "--screeners", "duplicates")

    found = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["record"], one["kind"], one["context"].partition("@")[0]) for one in found] == [
        (1, "near_duplicate", "decided:1"),
        (2, "known_duplicate", "decided:2"),
    ]


def test_add_goes_on_with_new_labels(tmp_path: Path, memory: Path, hayward: Command) -> None:
    more = write(tmp_path / "more.jsonl", {"text": text(50)})

    done = hayward("memory", "add", memory, more)

    assert done.err == f"1 records added; {memory} holds 8 fingerprints.\n"
    assert facts(hayward, memory)["records"] == 4


def test_digests_are_read_from_a_list(tmp_path: Path, hayward: Command) -> None:
    listed = tmp_path / "digests.txt"
    listed.write_text(f"{'ab' * 32}\n\n{'cd' * 32}\n")

    done = hayward("memory", "build", "--out", tmp_path / "m", "--digests", listed)

    assert done.code == ExitCode.OK
    assert [facts(hayward, tmp_path / "m")[name] for name in ("records", "contents")] == [2, 0]


@pytest.mark.parametrize("line", ["ab", "g" * 64, "é" * 64], ids=ascii)
def test_line_that_is_no_digest_is_refused_and_nothing_changes(
    tmp_path: Path, memory: Path, hayward: Command, line: str
) -> None:
    before = facts(hayward, memory)
    listed = tmp_path / "digests.txt"
    listed.write_text(f"{'ab' * 32}\n{line}\n")

    done = hayward("memory", "build", "--out", memory, "--digests", listed)

    assert (done.code, done.err) == (
        ExitCode.USAGE,
        f"Error: {listed}, line 2: not a SHA-256 in hex (64 characters).\n",
    )
    assert facts(hayward, memory) == before


def test_records_that_cannot_be_read_are_told(tmp_path: Path, hayward: Command) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "the sheep"}\nnonsense\n')

    done = hayward("memory", "build", "--out", tmp_path / "m", broken, tmp_path / "missing.jsonl")

    assert done.code == ExitCode.PARTLY_DONE
    assert [line.partition(":")[0] for line in done.err.splitlines()[:-1]] == ["Warning"] * 2
    assert facts(hayward, tmp_path / "m")["records"] == 1


def test_nothing_to_read_leaves_the_memory_as_it_was(tmp_path: Path, memory: Path, hayward: Command) -> None:
    before = facts(hayward, memory)

    done = hayward("memory", "build", "--out", memory, tmp_path / "missing.jsonl")

    assert done.code == ExitCode.NOT_FOUND
    assert facts(hayward, memory) == before


@pytest.mark.parametrize("act", [("add",), ("info",)], ids=str)
def test_folder_without_memory_is_told(
    tmp_path: Path, removed: Path, hayward: Command, act: tuple[str]
) -> None:
    done = hayward("memory", *act, tmp_path, *([removed] if act == ("add",) else []))

    assert done.code == ExitCode.NOT_FOUND
    assert done.err.startswith(f"Error: {tmp_path} holds no memory. Build it with ")


def test_build_without_anything_to_read_is_refused(tmp_path: Path, hayward: Command) -> None:
    done = hayward("memory", "build", "--out", tmp_path / "m")

    assert done.code == ExitCode.USAGE
    assert not (tmp_path / "m").exists()


def test_info_is_columns_for_people(memory: Path, hayward: Command) -> None:
    lines = hayward("memory", "info", memory).out.splitlines()

    assert [line.split()[0] for line in lines] == [
        "fingerprints", "records", "contents", "signatures", "images", "segments", "bytes", "digest",
    ]  # fmt: skip
