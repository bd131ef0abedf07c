"""Starts a demonstration site as its own process, for scripts, and runs the `hayward` command against it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

PROJECT = Path(__file__).resolve().parent.parent
HOLD_SECONDS = 4
PATIENCE = 180.0

Found = TypeVar("Found")


class Wrong(Exception):
    """A step did not do what it must."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, the passwords of its people, and the environment of its commands."""

    url: str
    passwords: dict[str, str]
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Commands:
    """The `hayward` command, and bare requests, with one person's token."""

    site: Site
    token: str

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> tuple[int, str]:
        """Exit status and standard output; raises `Wrong` for another status than the accepted ones."""
        done = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "-m", "hayward.cli", *arguments],
            env={**self.site.environment, "HAYWARD_SERVER": self.site.url, "HAYWARD_TOKEN": self.token},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in accept:
            raise Wrong(
                f"hayward {' '.join(arguments)} exited with {done.returncode}:\n{done.stderr[-2000:]}"
            )
        return done.returncode, done.stdout

    def get(self, path: str) -> Any:
        """The JSON at that address of the API; raises `Wrong` for an error."""
        answer = httpx.get(
            self.site.url + path, headers={"Authorization": f"Bearer {self.token}"}, timeout=30
        )
        if answer.status_code != 200:
            raise Wrong(f"GET {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()


def expect(what: str, found: object, wanted: object) -> None:
    """Raise `Wrong` unless both are equal."""
    if found != wanted:
        raise Wrong(f"{what}: expected {wanted}, found {found}")


def wait_for(what: str, look: Callable[[], Found | None], patience: float = PATIENCE) -> Found:
    """What `look` gives as soon as it gives something; raises `Wrong` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise Wrong(f"{what}: not within {patience:.0f} s")


@contextlib.contextmanager
def running_site(home: Path, *, readable: Path) -> Iterator[Site]:
    """An empty demonstration site with its own home, stopped by Ctrl-C's signal at the end; raises `Wrong`."""
    port = _free_port()
    passwords = home.parent / "passwords.json"
    environment = {
        **os.environ,
        "HAYWARD_HOME": str(home),
        "HAYWARD_DATA_ROOTS": str(readable),
        "HAYWARD_HOLD_SECONDS": str(HOLD_SECONDS),
        "HAYWARD_TLS": "off",
        "XDG_STATE_HOME": str(home.parent / "state"),
        "XDG_CONFIG_HOME": str(home.parent / "config"),
    }
    command = [
        sys.executable,
        "manage.py",
        "demo",
        "--empty",
        "--port",
        str(port),
        "--passwords",
        str(passwords),
    ]
    log = home.parent / "site.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)  # noqa: S603
        try:
            wait_for("the site answers", lambda: _up(process, log))
            yield Site(f"http://127.0.0.1:{port}", json.loads(passwords.read_text()), environment)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(timeout=60)
    expect("exit status of the site after Ctrl-C", status, 0)


def _up(process: subprocess.Popen[bytes], log: Path) -> bool | None:
    said = log.read_text(errors="replace")
    if process.poll() is not None:
        raise Wrong(f"the site did not start:\n{said[-3000:]}")
    return "Ctrl-C stops it." in said or None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
