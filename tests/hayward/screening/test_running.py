"""Many shards, in this process and in several."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hayward.screening import Finding, ShardReport, screen_shards


def write_shards(folder: Path, count: int) -> list[str]:
    paths = []
    for number in range(count):
        path = folder / f"part-{number}.jsonl"
        lines = [
            {"text": f"mail ann{row}@example.org"} if row % 3 == number % 3 else {"text": "plain"}
            for row in range(50)
        ]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        paths.append(str(path))
    return paths


def run(paths: list[str], *, jobs: int) -> tuple[list[Finding], list[ShardReport]]:
    findings: list[Finding] = []
    reports = list(screen_shards(paths, screeners=("pii",), write=findings.extend, jobs=jobs))
    return findings, reports


def test_several_processes_give_the_same_in_the_same_order(tmp_path: Path) -> None:
    paths = write_shards(tmp_path, 3)
    paths.insert(1, str(tmp_path / "none.jsonl"))

    alone, together = run(paths, jobs=1), run(paths, jobs=3)

    assert together == alone
    assert [report.path for report in together[1]] == paths
    assert [report.reason for report in together[1]] == [None, "missing", None, None]
    assert sum(report.flagged for report in together[1]) == len(together[0])


PROGRAM = """
import sys
from hayward.screening import screen_shards
if __name__ == "__main__":
    reports = screen_shards(sys.argv[1:], screeners=("pii",), write=lambda findings: list(findings), jobs=2)
    for report in reports:
        print(report.path, report.read, report.reason, flush=True)
"""


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def workers(pid: int) -> list[int]:
    """The processes of the pool, without multiprocessing's resource tracker."""
    return [child for child in children(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.process
def test_interrupt_ends_all_processes(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    big = tmp_path / "big.jsonl"
    big.write_text('{"text": "call +44 20 7946 0958 or 212-555-0123 today"}\n' * 400_000)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    running = subprocess.Popen(
        [sys.executable, str(program), str(big), str(big)], env=environment, stderr=subprocess.PIPE
    )
    wait_for(lambda: len(workers(running.pid)) == 2)
    pids = workers(running.pid)

    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)

    assert running.returncode == -signal.SIGINT
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


@pytest.mark.process
def test_process_that_is_killed_loses_its_shard_to_a_second_try(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    big = tmp_path / "big.jsonl"
    big.write_text('{"text": "call +44 20 7946 0958 or 212-555-0123 today"}\n' * 10_000)
    (small,) = write_shards(tmp_path, 1)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    running = subprocess.Popen(
        [sys.executable, str(program), str(big), small], env=environment, stdout=subprocess.PIPE, text=True
    )
    wait_for(lambda: len(workers(running.pid)) == 2)

    for pid in workers(running.pid):
        os.kill(pid, signal.SIGKILL)
    out, _ = running.communicate(timeout=120)

    assert out.splitlines() == [f"{big} 10000 None", f"{small} 50 None"]
