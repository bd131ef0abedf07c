"""Holding the embedded servers: taking a lease starts them if need be, and they stay while it is open."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

from config.embedded import folders, places, servers
from config.embedded.folders import CannotStart

PATIENCE_SECONDS = 90.0
AGAIN_SECONDS = 5.0
PROJECT = Path(__file__).resolve().parents[2]


class Lease:
    """The servers stay up while this is open; it closes with the process, however that ends."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def close(self) -> None:
        self._connection.close()


def _connect(home: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(places.lease_socket(home)))
    except OSError:
        connection.close()
        return None
    return connection


def _start_supervisor(home: Path) -> None:
    log = home / "log/services.log"
    command = [sys.executable, "-m", "config.embedded.supervisor", str(home)]
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            check=False,
            cwd=PROJECT,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    if done.returncode != 0:
        raise CannotStart(f"The embedded servers did not start. The end of {log}:\n{servers.tail(log)}")


def _ask(connection: socket.socket, wanted: Collection[str]) -> str:
    """The supervisor's answer; empty when it was just leaving."""
    try:
        connection.settimeout(PATIENCE_SECONDS)
        connection.sendall((" ".join(sorted(wanted)) + "\n").encode())
        answer = b""
        while not answer.endswith(b"\n"):
            part = connection.recv(65536)
            if not part:
                return ""
            answer += part
    except (ConnectionError, TimeoutError):
        return ""
    return answer.decode().strip()


def take(home: Path, wanted: Collection[str]) -> Lease:
    """Start those servers of `home` that don't run yet, and hold them all. Raises CannotStart."""
    folders.prepare_home(home)
    folders.check_sockets(home)
    deadline = time.monotonic() + PATIENCE_SECONDS
    asked_for = 0.0
    while time.monotonic() < deadline:
        connection = _connect(home)
        if connection is not None:
            answer = _ask(connection, wanted)
            if answer == "ready":
                return Lease(connection)
            connection.close()
            if answer:
                raise CannotStart(json.loads(answer.removeprefix("failed ")))
        elif time.monotonic() - asked_for > AGAIN_SECONDS:
            asked_for = time.monotonic()
            _start_supervisor(home)
        time.sleep(0.01)
    raise CannotStart(
        f"The servers in {home} did not answer within {PATIENCE_SECONDS:.0f} s. See {home}/log."
    )
