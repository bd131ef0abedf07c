"""Runs the whole site, web, worker and clock, as children of one process that none of them outlives."""

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from config.embedded import processes, servers

STOP_SECONDS = 6.0
READY_SECONDS = 90.0


class PortTaken(Exception):
    """Somebody else listens on the port, or we may not."""


class ProgramDied(Exception):
    """One of the programs ended by itself; the message holds the end of its log."""


@dataclass(slots=True)
class Program:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise ProgramDied when it no longer runs."""
        if self.process.poll() is not None:
            what = f"The {self.name} stopped by itself, with status {self.process.returncode}"
            raise ProgramDied(f"{what}. The end of {self.log}:\n{servers.tail(self.log)}")


@dataclass(slots=True)
class Site:
    """The running site: `url` without a slash at its end, and its programs by name."""

    url: str
    programs: dict[str, Program] = field(default_factory=dict)

    def check(self) -> None:
        """Raise ProgramDied when a program no longer runs."""
        for program in self.programs.values():
            program.check()

    def wait(self) -> None:
        """Stay until Ctrl-C (KeyboardInterrupt) or until a program dies (ProgramDied)."""
        while True:
            self.check()
            time.sleep(0.2)

    def wait_ready(self) -> None:
        """Return once the web and both workers answer. Raises ProgramDied, TimeoutError."""
        deadline = time.monotonic() + READY_SECONDS
        while not (_web_answers(self.url) and _workers_answer()):
            self.check()
            if time.monotonic() > deadline:
                logs = " and ".join(str(program.log) for program in self.programs.values())
                raise TimeoutError(f"The site was not ready within {READY_SECONDS:.0f} s. See {logs}.")
            time.sleep(0.1)


def _web_answers(url: str) -> bool:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/health/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _workers_answer() -> bool:
    from config.celery import app

    try:
        answering = {name.split("@")[0] for reply in app.control.ping(timeout=0.5) for name in reply}
    except OSError:
        return False
    return answering >= {"shards", "clerk"}


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        reasons = {
            errno.EADDRINUSE: "is taken by another program",
            errno.EACCES: "may be used by root only",
        }
        reason = reasons.get(error.errno or 0, f"cannot be used: {error.strerror}")
        advice = "Choose another with --port, or PORT=8099 before the command."
        raise PortTaken(f"Port {port} on {host} {reason}. {advice}") from error
    return listener


def check_port(port: int, *, host: str = "127.0.0.1") -> None:
    """Raise PortTaken, before long preparations, when the site could not listen there."""
    _listen(host, port).close()


def worker_command(*, concurrency: int, queues: str = "celery,shards") -> list[str]:
    """The command line of a Celery worker for these queues: `shards` has the long tasks, `celery` all others."""
    options = [
        f"--queues={queues}",
        "--loglevel=INFO",
        f"--concurrency={concurrency}",
        "--without-gossip",
        "--without-mingle",
    ]
    return [sys.executable, "-m", "celery", "-A", "config", "worker", *options]


def beat_command() -> list[str]:
    """The command line of the clock that wakes workers."""
    return [sys.executable, "-m", "celery", "-A", "config", "beat", "--loglevel=WARNING", "--pidfile="]


def _web_command(descriptor: int) -> list[str]:
    options = ["--worker-class=gthread", "--workers=1", "--threads=8", "--timeout=60", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=fd://{descriptor}", *options]


def start_program(
    name: str,
    command: list[str],
    *,
    log_dir: Path,
    environment: Mapping[str, str] | None = None,
    pass_fds: tuple[int, ...] = (),
) -> Program:
    """Start one program of the site as our child, killed by the kernel when we die."""
    log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = servers.log_file(log_dir, name)
    ours = {"HAYWARD_HOME": str(settings.HAYWARD_HOME), "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as output:
        process = processes.start(
            command,
            output=output,
            environment={**os.environ, **ours, **(environment or {})},
            folder=settings.BASE_DIR,
            pass_fds=pass_fds,
        )
    return Program(name, process, log)


def stop_programs(programs: list[Program]) -> None:
    """Ask all to finish, and kill what has not within STOP_SECONDS: rows in work go back to the queue."""
    for program in programs:
        with contextlib.suppress(ProcessLookupError):
            program.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for program in programs:
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.process.wait(max(0.0, deadline - time.monotonic()))
        processes.stop(program.process, signals=(), group=True)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Within it, being terminated or losing the terminal is like Ctrl-C."""
    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # a shell may have us ignore the first
    before = {signum: signal.signal(signum, signal.default_int_handler) for signum in caught}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


@contextlib.contextmanager
def everything(
    *,
    port: int,
    log_dir: Path,
    concurrency: int = 2,
    host: str = "127.0.0.1",
    environment: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """The whole site while the block runs; the embedded servers must be there (`embedded.ensure`).

    Port 0 takes a free one. Call it in the main thread. Raises PortTaken; in the block, SIGTERM and SIGHUP
    raise KeyboardInterrupt as Ctrl-C does.
    """
    programs: list[Program] = []
    with _interruptible():
        listener = _listen(host, port)
        try:
            site = Site(f"http://{host}:{listener.getsockname()[1]}")
            descriptor = listener.fileno()
            commands = {
                "web": _web_command(descriptor),
                "worker": [*worker_command(concurrency=concurrency, queues="shards"), "--hostname=shards@%h"],
                "clerk": [*worker_command(concurrency=1, queues="celery"), "--hostname=clerk@%h"],
                "beat": beat_command(),
            }
            for name, command in commands.items():
                fds = (descriptor,) if name == "web" else ()
                program = start_program(name, command, log_dir=log_dir, environment=environment, pass_fds=fds)
                programs.append(program)
                site.programs[name] = program
            listener.close()  # from here on the port is the web's alone
            yield site
        finally:
            listener.close()
            stop_programs(programs)
