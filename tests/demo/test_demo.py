"""`make demo` as a newcomer runs it: started, stopped, started again, and refused with a reason."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from demo.site import PROJECT
from tests.factories import write_jsonl

pytestmark = [pytest.mark.process, pytest.mark.slow]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(port: int, *options: str) -> list[str]:
    return [sys.executable, "manage.py", "demo", "--port", str(port), *options]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HAYWARD_HOME": str(home), "HAYWARD_TLS": "off", "PYTHONUNBUFFERED": "1"}


@contextmanager
def demo(home: Path, port: int, *options: str) -> Iterator[str]:
    """What it said until it was up; Ctrl-C afterwards must end it with status 0."""
    log = home.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(port, *options), cwd=PROJECT, env=environment(home), stdout=output, stderr=output
        )
        try:
            deadline = time.monotonic() + 120
            while "Ctrl-C stops it." not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield log.read_text()
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0


def test_demo_starts_stops_and_goes_on(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()

    with demo(home, port) as first:
        page = httpx.get(f"http://127.0.0.1:{port}/changelog/notes/")
    with demo(home, port) as second:
        again = httpx.get(f"http://127.0.0.1:{port}/datasets/notes/")

    assert re.findall(r"^  (\w+) +\w+ +\w{6}-\w{6}-\w{6}$", first, re.MULTILINE) == [
        "olga",
        "max",
        "alice",
        "bob",
    ]
    assert "320 records read = 243 passed + 76 flagged + 1 held" in first
    assert "Screened pictures 1.0: 8 records read = 3 passed + 4 flagged + 1 held" in first
    assert (page.status_code, again.status_code) == (200, 200)
    assert not re.search(r"\w{6}-\w{6}-\w{6}", second)


def test_demo_takes_other_data(tmp_path: Path) -> None:
    write_jsonl(
        tmp_path / "My Shards" / "a.jsonl",
        [{"text": "Write to nora.lind@example.org, please."}, {"text": "fine"}],
    )

    with demo(tmp_path / "home", free_port(), "--data", str(tmp_path / "My Shards" / "*.jsonl")) as said:
        assert "Screened my-shards 1.0: 2 records read = 1 passed + 1 flagged + 0 held" in said


def test_demo_names_the_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        done = subprocess.run(
            command(port),
            cwd=PROJECT,
            env=environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken by another program" in done.stderr


def test_demo_names_data_that_are_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "nothing" / "*.jsonl"

    done = subprocess.run(
        command(free_port(), "--data", str(missing)),
        cwd=PROJECT,
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert str(missing) in done.stderr
