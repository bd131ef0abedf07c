"""`hayward screen` as a real process over bad files: file and place are named, the rest goes on, memory is bounded."""

from __future__ import annotations

import gzip
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hayward.cli.exits import ExitCode
from tests.hayward.cli.conftest import Command
from tests.shared_data import shared_data

pytestmark = pytest.mark.process

GOOD = b'{"text": "Write to ann@example.org"}\n'
PROGRAM = [sys.executable, "-m", "hayward.cli", "screen", "--screeners", "pii"]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_bytes(GOOD)
    return path


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def truncated() -> bytes:
    whole = gzip.compress(
        b"".join(b'{"text": "%d %s"}\n' % (row, os.urandom(20).hex().encode()) for row in range(2000))
    )
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("empty.jsonl", b"", "has no bytes"),
        ("cut.jsonl.gz", truncated(), "ends too early at record"),
        ("bytes.jsonl", b'{"text": "a"}\n{"text": "\xff\xfe"}\n', "record 1: held, invalid-utf8"),
        ("nan.jsonl", b'{"text": "a"}\n{"text": "b", "score": NaN}\n', "record 1: held, non-finite-number"),
        ("list.jsonl", b'["text"]\n', "record 0: held, not-an-object"),
        ("not.parquet", b"PAR1 and no more", "not.parquet"),
        ("wrong.jsonl.gz", b'{"text": "plain"}\n', "wrong.jsonl.gz"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_bad_file_is_named_with_its_place_and_the_rest_goes_on(  # noqa: PLR0917
    hayward_process: Command, good: Path, tmp_path: Path, name: str, content: bytes, place: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)

    done = hayward_process("screen", bad, good, "--screeners", "pii")

    assert [json.loads(line)["path"] for line in done.out.splitlines()] == [str(good)]
    assert str(bad) in done.err
    assert place in done.err
    assert "Traceback" not in done.err
    assert done.code == ExitCode.PARTLY_DONE


def test_bad_parquet_of_others_is_refused_by_name(hayward_process: Command, good: Path) -> None:
    bad = shared_data("shards", "parquet-testing", "bad_data", "PARQUET-1481.parquet")

    done = hayward_process("screen", bad, good, "--screeners", "pii")

    assert [json.loads(line)["path"] for line in done.out.splitlines()] == [str(good)]
    assert str(bad) in done.err
    assert "Traceback" not in done.err
    assert done.code == ExitCode.PARTLY_DONE


def test_line_of_200_megabytes_is_held_in_bounded_memory(tmp_path: Path) -> None:
    bad, report = tmp_path / "long.jsonl", tmp_path / "report.json"
    with bad.open("wb") as file:
        file.write(GOOD + b'{"text": "')
        file.truncate(200 << 20)
        file.seek(0, os.SEEK_END)
        file.write(b'"}\n' + GOOD)
    peak = "import resource as r, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    peak += "print(code, r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss)"

    done = subprocess.run(
        [sys.executable, "-c", peak, *PROGRAM, bad, "--out", tmp_path / "out.jsonl", "--report", report],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    code, kibibytes = map(int, done.stdout.split())
    total = json.loads(report.read_text())["total"]
    assert (code, total["read"], total["flagged"], total["held"]) == (ExitCode.PARTLY_DONE, 3, 2, 1)
    assert "record 1: held, record-too-large" in done.stderr
    assert kibibytes < 400 << 10


def test_folder_without_permission_is_named_and_the_rest_goes_on(good: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "a.jsonl").write_bytes(GOOD)
    closed.chmod(0o000)
    bound = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs setpriv (util-linux) to give up root's right to read everything")
        bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps=-all"]

    done = subprocess.run(
        [*bound, *PROGRAM, closed, good], capture_output=True, text=True, check=False, timeout=60
    )
    alone = subprocess.run(
        [*bound, *PROGRAM, closed], capture_output=True, text=True, check=False, timeout=60
    )
    closed.chmod(0o755)

    assert [json.loads(line)["path"] for line in done.stdout.splitlines()] == [str(good)]
    assert str(closed) in done.stderr
    assert (done.returncode, alone.returncode) == (ExitCode.PARTLY_DONE, ExitCode.PERMISSION)


def test_interrupt_leaves_no_half_written_file(tmp_path: Path) -> None:
    big, out = tmp_path / "big.jsonl", tmp_path / "out.jsonl"
    big.write_bytes(GOOD * 400_000)
    running = subprocess.Popen([*PROGRAM, big, "--out", out], stderr=subprocess.PIPE)
    wait_for(lambda: any(path.name.startswith(".out.jsonl.") for path in tmp_path.iterdir()))

    running.send_signal(signal.SIGINT)
    _, words = running.communicate(timeout=30)

    assert running.returncode == ExitCode.INTERRUPTED
    assert b"Traceback" not in words
    assert [path.name for path in tmp_path.iterdir()] == ["big.jsonl"]


def test_progress_is_drawn_on_a_terminal_only(good: Path) -> None:
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"}

    shown = subprocess.run(
        [*PROGRAM, good], stderr=follower, stdout=subprocess.PIPE, env=environment, check=True
    )
    os.close(follower)
    terminal = os.read(leader, 65536).decode()
    os.close(leader)
    piped = subprocess.run([*PROGRAM, good], capture_output=True, text=True, check=True)

    assert shown.stdout.decode() == piped.stdout
    assert "Screening" in terminal
    assert "Screening" not in piped.stderr
    assert "\x1b" not in piped.stderr + piped.stdout


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_reader_that_goes_away_ends_the_command_quietly(tmp_path: Path, unbuffered: str) -> None:
    big = tmp_path / "big.jsonl"
    big.write_bytes(GOOD * 20_000)
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    running = subprocess.Popen(
        [*PROGRAM, big], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert running.stdout is not None

    running.stdout.readline()
    running.stdout.close()
    _, words = running.communicate(timeout=60)

    assert (running.returncode, words) == (ExitCode.INTERRUPTED, b"")


def test_all_findings_arrive_at_a_slow_reader(tmp_path: Path) -> None:
    big = tmp_path / "big.jsonl"
    big.write_bytes(GOOD * 3_000)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}

    done = subprocess.run([*PROGRAM, big], capture_output=True, env=environment, check=True)

    assert [json.loads(line)["record"] for line in done.stdout.splitlines()] == list(range(3_000))
