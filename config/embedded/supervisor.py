"""The small process that owns the embedded servers: it keeps them up while anybody holds a lease.

A lease is an open connection to its socket, so it ends with its holder, however that ends. The words on it:
the client sends the names of the servers it needs and a newline; the answer is `ready`, or `failed` and why.
"""

import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from config.embedded import folders, places, servers
from config.embedded.folders import CannotStart

GRACE_SECONDS = 1.5  # so that a row of commands shares one start
PATIENCE_SECONDS = 60.0
MOST_RESTARTS = 5


def _is_served(home: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(places.lease_socket(home)))
        except OSError:
            return False
        return True


def _lock(home: Path) -> IO[bytes] | None:
    """The home's lock, held until we exit; None when another supervisor serves the home."""
    held = (home / folders.LOCK).open("ab")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _is_served(home):
                break
            time.sleep(0.02)  # the one before us is still shutting down
        else:
            return held
    held.close()
    return None


def _listen(home: Path) -> socket.socket:
    path = places.lease_socket(home)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(64)
    return listener


class Supervisor:
    def __init__(self, home: Path, listener: socket.socket) -> None:
        self.home = home
        self.listener = listener
        self.running: dict[str, servers.Server] = {}
        self.restarts = 0
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)

    def serve(self) -> None:
        """Return when nobody has held a lease for the grace."""
        last_held = time.monotonic()
        while time.monotonic() - last_held < GRACE_SECONDS:
            for key, _ in self.selector.select(0.25):
                connection = key.fileobj
                if connection is self.listener:
                    self.selector.register(self.listener.accept()[0], selectors.EVENT_READ)
                elif isinstance(connection, socket.socket):
                    self._hear(connection)
            self._mend()
            if len(self.selector.get_map()) > 1:
                last_held = time.monotonic()

    def _hear(self, connection: socket.socket) -> None:
        try:
            wanted = connection.recv(1024).decode("ascii").split()
            if wanted:
                connection.sendall(self._start(wanted).encode() + b"\n")
                return
        except (OSError, UnicodeDecodeError):
            pass  # its holder is gone
        self.selector.unregister(connection)
        connection.close()

    def _start(self, wanted: list[str]) -> str:
        try:
            for name in wanted:
                if name not in self.running:
                    self.running[name] = servers.STARTERS[name](self.home)
        except CannotStart as error:
            return "failed " + json.dumps(str(error))
        return "ready"

    def _mend(self) -> None:
        """Start a server again that died; its data are durable. Too many deaths: give up."""
        for name, server in list(self.running.items()):
            if not server.is_running:
                self.restarts += 1
                if self.restarts > MOST_RESTARTS:
                    raise CannotStart(f"{server.name} died {self.restarts} times.")
                sys.stderr.write(
                    f"{server.name} died with status {server.process.returncode}: starting it again\n"
                )
                del self.running[name]
                self.running[name] = servers.STARTERS[name](self.home)

    def close(self) -> None:
        """Let nobody in any more, then stop the servers."""
        places.lease_socket(self.home).unlink(missing_ok=True)
        self.listener.close()
        for server in self.running.values():
            server.stop()
        self.selector.close()
        shutil.rmtree(places.sockets(self.home), ignore_errors=True)


def _leave(_signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def supervise(home: Path) -> int:
    """Own the servers of `home` until the last lease ends; at once 0 when another supervisor does."""
    folders.prepare_home(home)
    lock = _lock(home)
    if lock is None:
        return 0
    folders.prepare_sockets(home)
    supervisor = Supervisor(home, _listen(home))
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        supervisor.serve()
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        supervisor.close()
    return 0


if __name__ == "__main__":
    if os.fork():  # the caller waits for this half only, and the other one is nobody's child
        os._exit(0)
    os.setsid()
    sys.exit(supervise(Path(sys.argv[1])))
