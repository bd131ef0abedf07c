"""`hayward findings import`: what `hayward screen` wrote reaches the server whole, or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from hayward.cli.exits import ExitCode
from tests.hayward.cli.conftest import Command
from tests.hayward.client.peer import Answer, Asked, Peer, as_json

ROUTE = "POST /datasets/demo/releases/1.0/findings"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"text": "Write to ann@mail.example.org"}\n{"text": "plain"}\nbroken\n')
    (folder / "b.jsonl").write_text('{"text": "nothing"}\n')
    return folder


@pytest.fixture
def screened(hayward: Command, data: Path, tmp_path: Path) -> tuple[Path, Path]:
    found, report = tmp_path / "findings.jsonl", tmp_path / "report.json"
    hayward("screen", data, "--screeners", "pii", "--out", found, "--report", report)
    return found, report


def stored(asked: Asked) -> Answer:
    return as_json({"shard": asked.body["shard"], "state": "done", "findings": len(asked.body["findings"])})


def test_what_was_screened_is_imported(
    hayward: Command, peer: Peer, data: Path, screened: tuple[Path, Path]
) -> None:
    peer.routes[ROUTE] = stored
    found, report = screened

    done = hayward(
        "findings",
        "import",
        found,
        "--report",
        report,
        "--dataset",
        "demo",
        "--release",
        "1.0",
        "--server",
        peer.url,
    )

    assert (done.code, done.out) == (
        ExitCode.OK,
        "shards        2\nfindings      1\nrecords held  1\n",
    )
    bodies = {one.body["shard"]: one.body for one in peer.asked}
    assert sorted(bodies) == ["a.jsonl", "b.jsonl"]
    assert bodies["a.jsonl"]["sha256"] == hashlib.sha256((data / "a.jsonl").read_bytes()).hexdigest()
    assert bodies["a.jsonl"]["report"]["held_records"][0]["reason"] == "invalid-json"
    assert [row["record"] for row in bodies["a.jsonl"]["findings"]] == [0]
    assert bodies["b.jsonl"]["findings"] == []


def test_root_names_the_shards_as_the_release_does(
    hayward: Command, peer: Peer, tmp_path: Path, screened: tuple[Path, Path]
) -> None:
    peer.routes[ROUTE] = stored
    found, report = screened
    common = (
        "--report",
        report,
        "--dataset",
        "demo",
        "--release",
        "1.0",
        "--server",
        peer.url,
        "--json",
        "-q",
    )

    done = hayward("findings", "import", found, *common, "--root", tmp_path, "--unchecked")

    assert json.loads(done.out) == {"shards": 2, "left_out": [], "findings": 1, "held": 1}
    assert sorted(one.body["shard"] for one in peer.asked) == ["data/a.jsonl", "data/b.jsonl"]
    assert not any("sha256" in one.body for one in peer.asked)


def test_shards_that_are_not_here_go_unproved_and_it_is_said(
    hayward: Command, peer: Peer, data: Path, screened: tuple[Path, Path]
) -> None:
    peer.routes[ROUTE] = stored
    found, report = screened
    (data / "b.jsonl").unlink()
    common = ("--report", report, "--dataset", "demo", "--release", "1.0", "--server", peer.url)

    done = hayward("findings", "import", found, *common)

    assert done.code == ExitCode.OK
    assert (
        f"Warning: {data / 'b.jsonl'} is not here: nothing proves that it is the release's shard." in done.err
    )
    assert [one.body["shard"] for one in peer.asked if "sha256" in one.body] == ["a.jsonl"]


def test_shard_that_was_not_read_is_left_out(
    hayward: Command, peer: Peer, data: Path, tmp_path: Path
) -> None:
    peer.routes[ROUTE] = stored
    (data / "c.jsonl.gz").write_bytes(b"\x1f\x8b broken")
    found, report = tmp_path / "f.jsonl", tmp_path / "r.json"
    hayward("screen", data, "--screeners", "pii", "--out", found, "--report", report)

    done = hayward(
        "findings",
        "import",
        found,
        "--report",
        report,
        "--dataset",
        "demo",
        "--release",
        "1.0",
        "--server",
        peer.url,
    )

    assert done.code == ExitCode.PARTLY_DONE
    assert "c.jsonl.gz was not read to its end, so nothing of it was imported." in done.err
    assert sorted(one.body["shard"] for one in peer.asked) == ["a.jsonl", "b.jsonl"]


def test_nothing_is_sent_when_a_line_is_wrong(
    hayward: Command, peer: Peer, screened: tuple[Path, Path]
) -> None:
    found, report = screened
    found.write_text(found.read_text() + '{"path": "a"}\n')

    done = hayward(
        "findings",
        "import",
        found,
        "--report",
        report,
        "--dataset",
        "demo",
        "--release",
        "1.0",
        "--server",
        peer.url,
    )

    assert done.code == ExitCode.USAGE
    assert done.err == f"Error: {found}, line 2: screener is missing or no text.\n"
    assert peer.asked == []
