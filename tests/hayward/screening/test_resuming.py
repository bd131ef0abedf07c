"""A run that was killed goes on where it was, and a changed screener alone is run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners import Screener, load
from hayward.screeners.base import Hit, Media, hits
from hayward.screening import Finding, ShardReport, screen_shard, screen_shards
from hayward.screening.resuming import ResumedScreening
from tests.hayward.screening.fragile import Fragile
from tests.hayward.screening.test_running import wait_for, write_shards


class Words:
    """Finds one word, counts the texts that it was shown, and fails on another word."""

    kinds, notice, examples = ("word",), None, ()
    looks_at: frozenset[Media] = frozenset({"text"})

    def __init__(self, name: str, word: str, *, config: str = "1", breaks_on: str = "\0") -> None:
        self.name, self.version, self.config_digest = name, "1", config * 64
        self._word, self._breaks_on = word, breaks_on
        self.seen = 0

    def screen(self, column: pa.Array, *, field: str = "text") -> pa.RecordBatch:
        texts = [text or "" for text in column.to_pylist()]
        self.seen += len(texts)
        if any(self._breaks_on in text for text in texts):
            raise ValueError(field)
        found = [
            Hit(index, "word", place, place + len(self._word), 1.0, f"{self.name}/1")
            for index, text in enumerate(texts)
            for place in range(len(text))
            if text.startswith(self._word, place)
        ]
        return hits(found)


def resumed(path: Path, state: Path, *screeners: Screener) -> tuple[list[Finding], ShardReport]:
    screening = ResumedScreening(str(path), state=state, screeners=screeners)
    return [finding for batch in screening for finding in batch], screening.report


def anew(path: Path, *screeners: Screener) -> tuple[list[Finding], ShardReport]:
    screening = screen_shard(str(path), screeners=screeners)
    return [finding for batch in screening for finding in batch], screening.report


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    records = [
        {"text": "sheep and goat and sheep", "title": "goat"},
        {"text": "plain", "title": "sheep, then goat"},
        {"text": "nothing", "title": "nothing"},
        {"text": "goat", "title": ""},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records) + "broken\n")
    return path


def test_done_shard_is_not_read_again(shard: Path, tmp_path: Path) -> None:
    sheep, goat = Words("sheep", "sheep"), Words("goat", "goat")
    first = resumed(shard, tmp_path / "state", sheep, goat)
    seen = sheep.seen, goat.seen

    again = resumed(shard, tmp_path / "state", sheep, goat)

    assert first == anew(shard, Words("sheep", "sheep"), Words("goat", "goat"))
    assert again == first
    assert (sheep.seen, goat.seen) == seen


def test_changed_screener_alone_runs_again(shard: Path, tmp_path: Path) -> None:
    sheep, goat = Words("sheep", "sheep"), Words("goat", "goat")
    resumed(shard, tmp_path / "state", sheep, goat)
    seen = sheep.seen
    changed = Words("goat", "nothing", config="2")

    findings, report = resumed(shard, tmp_path / "state", sheep, changed)

    assert (findings, report) == anew(shard, Words("sheep", "sheep"), Words("goat", "nothing", config="2"))
    assert (sheep.seen, changed.seen > 0) == (seen, True)


def test_further_screener_joins_what_is_done(shard: Path, tmp_path: Path) -> None:
    goat = Words("goat", "goat")
    resumed(shard, tmp_path / "state", goat)
    seen = goat.seen

    both = resumed(shard, tmp_path / "state", Words("sheep", "sheep"), goat)
    fewer = resumed(shard, tmp_path / "state", goat)

    assert both == anew(shard, Words("sheep", "sheep"), Words("goat", "goat"))
    assert fewer == anew(shard, Words("goat", "goat"))
    assert goat.seen == seen


def test_passes_that_were_replaced_are_removed(shard: Path, tmp_path: Path) -> None:
    for config in "123":
        resumed(shard, tmp_path / "state", Words("goat", "goat", config=config))

    assert len([file for file in (tmp_path / "state").rglob("*") if file.is_file()]) == 2


def test_changed_shard_is_read_again(shard: Path, tmp_path: Path) -> None:
    goat = Words("goat", "goat")
    resumed(shard, tmp_path / "state", goat)
    with shard.open("a") as file:
        file.write('{"text": "one more goat", "title": ""}\n')

    findings, report = resumed(shard, tmp_path / "state", goat)

    assert (findings, report) == anew(shard, Words("goat", "goat"))
    assert report.read == 6


def test_record_that_a_screener_failed_on_stays_held_as_a_whole(shard: Path, tmp_path: Path) -> None:
    goat = Words("goat", "goat")
    resumed(shard, tmp_path / "state", goat)
    failing = Words("sheep", "sheep", breaks_on="plain")

    findings, report = resumed(shard, tmp_path / "state", failing, goat)

    assert findings == anew(shard, Words("sheep", "sheep", breaks_on="plain"), Words("goat", "goat"))[0]
    assert {finding.record for finding in findings} == {0, 3}
    assert report.held_reasons == {"screener-failed": 1, "invalid-json": 1}
    assert (report.read, report.passed, report.flagged, report.held) == (5, 1, 2, 2)


def test_mended_screener_frees_the_record_for_the_others_too(shard: Path, tmp_path: Path) -> None:
    goat = Words("goat", "goat")
    resumed(shard, tmp_path / "state", Words("sheep", "sheep", breaks_on="plain"), goat)
    seen = goat.seen

    mended = resumed(shard, tmp_path / "state", Words("sheep", "sheep", config="2"), goat)

    assert mended == anew(shard, Words("sheep", "sheep", config="2"), Words("goat", "goat"))
    assert goat.seen > seen


def test_shard_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"\x1f\x8b broken")
    first = resumed(path, tmp_path / "state", Fragile())

    again = resumed(path, tmp_path / "state", Fragile())

    assert first == again == anew(path, Fragile())
    assert again[1].error is not None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format": "another"}', b"[]"])
def test_marker_that_is_none_is_work_to_do(shard: Path, tmp_path: Path, damage: bytes) -> None:
    whole = resumed(shard, tmp_path / "state", Words("goat", "goat"))
    (marker,) = (tmp_path / "state").rglob("*.json")
    marker.write_bytes(damage)
    goat = Words("goat", "goat")

    again = resumed(shard, tmp_path / "state", goat)

    assert (again, goat.seen > 0) == (whole, True)


def test_findings_that_were_cut_are_work_to_do(shard: Path, tmp_path: Path) -> None:
    whole = resumed(shard, tmp_path / "state", Words("goat", "goat"))
    (findings,) = (tmp_path / "state").rglob("*.jsonl")
    findings.write_bytes(findings.read_bytes()[:-9])

    assert resumed(shard, tmp_path / "state", Words("goat", "goat")) == whole


def run(paths: Sequence[str], *, jobs: int, state: Path | None) -> tuple[list[Finding], list[ShardReport]]:
    findings: list[Finding] = []
    reports = list(screen_shards(paths, screeners=("pii",), write=findings.extend, jobs=jobs, state=state))
    return findings, reports


def test_several_processes_share_one_state(tmp_path: Path) -> None:
    paths = write_shards(tmp_path, 3)

    together = run(paths, jobs=3, state=tmp_path / "state")

    assert together == run(paths, jobs=1, state=None)
    assert together == run(paths, jobs=1, state=tmp_path / "state")


def big_shards(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"part-{number}.jsonl" for number in range(count)]
    for path in paths:
        path.write_text('{"text": "call +44 20 7946 0958 or write to ann@post.example.co.uk"}\n' * 4_000)
    return paths


def times(state: Path) -> dict[str, int]:
    return {str(marker): marker.stat().st_mtime_ns for marker in state.rglob("*.json")}


@pytest.mark.process
def test_killed_run_goes_on_where_it_was_and_ends_alike(tmp_path: Path) -> None:
    data, state = tmp_path / "data", tmp_path / "state"
    data.mkdir()
    big_shards(data, 4)
    command = [sys.executable, "-m", "hayward.cli", "screen", str(data), "--screeners", "pii", "-q"]
    one, two = (
        ["--out", str(tmp_path / f"{name}.jsonl"), "--report", str(tmp_path / f"{name}.json")]
        for name in "ab"
    )
    running = subprocess.Popen([*command, "--state", str(state), *one])
    wait_for(lambda: len(times(state)) >= 2)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    done = times(state)

    subprocess.run([*command, "--state", str(state), *one], check=True, timeout=120)
    subprocess.run([*command, *two], check=True, timeout=120)

    assert len(done) in {2, 3}
    assert {marker: written for marker, written in times(state).items() if marker in done} == done
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert len(times(state)) == 4


def test_what_killed_runs_left_is_removed_once_it_is_old(shard: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    resumed(shard, state, Words("goat", "goat"))
    (folder,) = state.iterdir()
    old, young = folder / ".old.jsonl.1", folder / ".young.jsonl.2"
    old.touch()
    young.touch()
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))

    resumed(shard, state, Words("goat", "goat"))

    assert (old.exists(), young.exists()) == (False, True)


def test_a_real_screener_and_another_are_merged_as_one_pass_finds_them(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    texts = ["You stupid idiot, write to ann@mail.example.co.uk", "plain", "call 212-555-0123, idiot"]
    path.write_text("".join(json.dumps({"text": text, "title": text}) + "\n" for text in texts))
    (pii,) = load(("pii",))
    resumed(path, tmp_path / "state", Words("idiot", "idiot"))

    merged = resumed(path, tmp_path / "state", pii, Words("idiot", "idiot"))

    assert merged == anew(path, pii, Words("idiot", "idiot"))
