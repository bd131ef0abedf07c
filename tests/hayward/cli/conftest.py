"""Gives the tests of the commands a server to talk to, a state folder of their own, and the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hayward.cli import main
from tests.hayward.client.peer import Peer, running_peer


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("HAYWARD_SERVER", "HAYWARD_TOKEN", "HAYWARD_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


@pytest.fixture
def hayward(capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line as a function, in this process."""

    def run(*arguments: object) -> Done:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def hayward_process() -> Command:
    """The command line as a process of its own."""

    def run(*arguments: object, **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "hayward.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | environment,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
