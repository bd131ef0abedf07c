"""The whole site as one program: it is ready, it stops, and nothing of it is ever left behind."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import running
from tests.config import census
from tests.conftest import await_condition

pytestmark = [pytest.mark.process, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


class Up:
    """A running `manage.py up`."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        environment = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", f"--port={port}", "--concurrency=1"],
            cwd=ROOT,
            env=environment | {"HAYWARD_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        self.said = ""

    def await_url(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            found = re.search(r"up at (http://\S+);", line)
            if found:
                return found[1]
        raise AssertionError(self.said)

    def family(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def await_end(self) -> str:
        self.said += self.process.communicate(timeout=30)[0]
        return self.said


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site") / "home"


@pytest.fixture
def up(home: Path) -> Iterator[Callable[..., Up]]:
    sites: list[Up] = []

    def start(port: int = 0) -> Up:
        sites.append(Up(home, port))
        return sites[-1]

    yield start
    for site in sites:
        with site.process:
            site.process.kill()
    census.await_nobody(home)


def await_end_of(family: list[psutil.Process]) -> None:
    await_condition(
        lambda: not psutil.wait_procs(family, timeout=0)[1], what="the end of all programs", seconds=15
    )


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_site_stops_with_all_its_programs(up: Callable[..., Up], home: Path, signum: int) -> None:
    site = up()
    address = site.await_url().removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", "/health/")
    assert connection.getresponse().status == 200
    connection.close()
    family = site.family()
    assert len(family) >= 5  # gunicorn and its worker, Celery's worker and its child, the clock

    site.process.send_signal(signum)

    assert site.await_end().endswith("Stopped.\n")
    assert site.process.returncode == 0
    await_end_of(family)
    census.await_nobody(home)


def test_killed_site_leaves_nothing_behind(up: Callable[..., Up], home: Path) -> None:
    site = up()
    site.await_url()
    family = site.family()

    site.process.kill()

    await_end_of(family)
    census.await_nobody(home)


def test_death_of_a_program_stops_the_site_and_is_told(up: Callable[..., Up], home: Path) -> None:
    site = up()
    site.await_url()
    family = site.family()
    worker = next(process for process in family if "worker" in process.cmdline())

    worker.kill()

    said = site.await_end()
    assert f"The worker stopped by itself, with status -9. The end of {home}/log/worker.log:" in said
    assert site.process.returncode == 1
    await_end_of(family)


def test_port_that_is_taken_is_told_before_anything_starts(up: Callable[..., Up], home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site = up(port)

        said = site.await_end()

    assert (
        f"Port {port} on 127.0.0.1 is taken by another program. Choose another with --port, or PORT=" in said
    )
    assert site.process.returncode == 1


def test_port_that_is_free_passes() -> None:
    running.check_port(0)
