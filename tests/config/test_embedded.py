"""The embedded servers, with real processes that are interrupted, killed, and started at once."""

import contextlib
import os
import pwd
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.embedded import CannotStart, places, processes, servers
from config.embedded.supervisor import Supervisor, supervise
from tests.config import census
from tests.conftest import await_condition

pytestmark = pytest.mark.process

BOTH = ("postgres", "redis")
HOLD = """
import sys
from pathlib import Path
from config.embedded import CannotStart, take
try:
    lease = take(Path(sys.argv[1]), sys.argv[2:])
except CannotStart as error:
    print("refused:", error, flush=True)
    sys.exit(2)
print("ready", flush=True)
sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


class Holder:
    """A program that holds a lease until it is told to end."""

    def __init__(self, home: Path, names: tuple[str, ...] = BOTH, **options: object) -> None:
        command = [sys.executable, "-c", HOLD, str(home), *names]
        self.process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0, **options
        )

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, signum: int = signal.SIGTERM) -> None:
        with self.process:
            self.process.send_signal(signum)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "home"
    yield place
    for process in census.serving(place):
        process.kill()


@pytest.fixture
def hold(home: Path) -> Iterator[Callable[..., Holder]]:
    holders: list[Holder] = []

    def start(place: Path = home, names: tuple[str, ...] = BOTH, **options: object) -> Holder:
        holders.append(Holder(place, names, **options))
        return holders[-1]

    yield start
    for holder in holders:
        holder.end(signal.SIGKILL)


def ask(home: Path, query: str) -> object:
    host = str(places.postgres_folder(home))
    with psycopg.connect(host=host, user="hayward", dbname="hayward") as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def redis_says(home: Path, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(places.redis_socket(home)))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(1000).decode()


def test_servers_keep_what_they_are_given(home: Path, hold: Callable[..., Holder]) -> None:
    assert hold().said() == "ready"

    assert ask(home, "SHOW fsync") == "on"
    assert ask(home, "SHOW synchronous_commit") == "on"
    assert ask(home, "SHOW data_checksums") == "on"
    assert ask(home, "SHOW listen_addresses") == ""
    assert ask(home, "SELECT 'ß' < 'z'") is False  # by code point, on every system alike
    assert redis_says(home, "CONFIG GET appendonly").split()[-1] == "yes"
    assert redis_says(home, "CONFIG GET maxmemory-policy").split()[-1] == "noeviction"
    assert redis_says(home, "CONFIG GET port").split()[-1] == "0"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_servers_end_with_the_last_program_however_it_ends(
    home: Path, hold: Callable[..., Holder], signum: int
) -> None:
    holder = hold()
    assert holder.said() == "ready"

    holder.end(signum)

    census.await_nobody(home)
    assert not places.sockets(home).exists()
    assert "database system is shut down" in (home / "log/postgres.log").read_text()


def test_killed_supervisor_leaves_nothing_and_loses_nothing(home: Path, hold: Callable[..., Holder]) -> None:
    assert hold().said() == "ready"
    ask(home, "CREATE TABLE kept AS SELECT 7 AS number")

    census.named(home, "config.embedded.supervisor").kill()
    census.await_nobody(home)

    assert hold().said() == "ready"
    assert ask(home, "SELECT number FROM kept") == 7


def test_servers_stay_while_one_of_two_programs_leaves(home: Path, hold: Callable[..., Holder]) -> None:
    first, second = hold(), hold()
    assert (first.said(), second.said()) == ("ready", "ready")
    postmaster = census.named(home, "postgres -D").pid

    first.end(signal.SIGKILL)
    third = hold()

    assert third.said() == "ready"
    assert ask(home, "SELECT 1") == 1
    assert census.named(home, "postgres -D").pid == postmaster


def test_five_programs_at_once_share_one_start(home: Path, hold: Callable[..., Holder]) -> None:
    holders = [hold() for _ in range(5)]

    assert [holder.said() for holder in holders] == ["ready"] * 5
    assert census.named(home, "postgres -D").is_running()
    assert census.named(home, "config.embedded.supervisor").is_running()


def test_program_that_comes_while_the_servers_leave_gets_new_ones(
    home: Path, hold: Callable[..., Holder]
) -> None:
    first = hold()
    assert first.said() == "ready"
    leaving = census.named(home, "config.embedded.supervisor")

    leaving.terminate()

    assert hold().said() == "ready"
    assert ask(home, "SELECT 1") == 1
    assert census.named(home, "config.embedded.supervisor").pid != leaving.pid


def test_dead_server_is_started_again(home: Path, hold: Callable[..., Holder]) -> None:
    assert hold().said() == "ready"

    census.named(home, "redis-server").kill()

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return redis_says(home, "PING").startswith("+PONG")
        return False

    await_condition(answers, what="Redis started again")


def test_stale_files_of_a_crash_do_not_hinder_the_next_start(home: Path, hold: Callable[..., Holder]) -> None:
    holder = hold()
    assert holder.said() == "ready"
    holder.end()
    census.await_nobody(home)
    pid_file = home / "pg/postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n{home}/pg\n0\n5432\n\n\n\nready   \n"
    )  # a living process, but not it
    os.chown(pid_file, (home / "pg").stat().st_uid, -1)
    (home / "pg.new").mkdir()
    places.sockets(home).mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(places.lease_socket(home)))

    assert hold().said() == "ready"
    assert ask(home, "SELECT 1") == 1


def test_home_may_lie_deeper_than_a_socket_path_may_be_long(
    tmp_path: Path, hold: Callable[..., Holder]
) -> None:
    deep = tmp_path.joinpath(*["a folder with a rather long name"] * 8)
    assert len(str(deep)) > 200

    assert hold(deep).said() == "ready"
    assert ask(deep, "SELECT 1") == 1


def test_only_the_server_asked_for_is_started(home: Path, hold: Callable[..., Holder]) -> None:
    assert hold(names=("redis",)).said() == "ready"
    assert not (home / "pg").exists()

    assert hold(names=("postgres",)).said() == "ready"
    assert ask(home, "SELECT 1") == 1
    assert redis_says(home, "PING") == "+PONG\r\n"


@as_root
def test_servers_do_not_run_as_root(home: Path, hold: Callable[..., Holder]) -> None:
    assert hold().said() == "ready"

    owners = {census.named(home, word).username() for word in ("postgres -D", "redis-server")}

    assert owners == {pwd.getpwuid((home / "pg").stat().st_uid).pw_name}
    assert owners != {"root"}


@as_root
def test_normal_user_runs_them_too(tmp_path: Path) -> None:
    someone = processes.reaching(
        processes.Account(pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid, "nobody"),
        [Path(sys.executable), tmp_path],
    )
    assert someone is not None
    home, log = tmp_path / "home", tmp_path / "said"
    home.mkdir(mode=0o700)
    os.chown(home, someone.uid, someone.gid)
    with log.open("wb") as output:
        process = processes.start(
            [sys.executable, "-c", HOLD, str(home), *BOTH],
            output=output,
            account=someone,
            folder=Path.cwd(),
            stdin=subprocess.PIPE,
        )
    with process:
        await_condition(log.read_text, what="an answer")

        assert log.read_text() == "ready\n"
        assert {p.username() for p in census.serving(home)} == {"nobody"}
        process.kill()
    await_condition(lambda: not census.serving(home), what="their end")


@as_root
def test_server_reaches_what_lies_in_a_folder_closed_to_its_user(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "program"
    program.write_text("")
    nobody = processes.Account(pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid, "nobody")
    # access(2), which initdb asks, forgets capabilities unless told otherwise.
    look = [sys.executable, "-c", "import os, sys; sys.exit(os.access(sys.argv[1], os.R_OK))", str(program)]

    with processes.start(
        look, output=subprocess.DEVNULL, account=processes.reaching(nobody, [program, Path(sys.executable)])
    ) as looking:
        looking.wait()

    assert looking.returncode == 1
    assert closed.stat().st_mode & 0o777 == 0o700


def test_home_that_is_a_file_is_refused(home: Path) -> None:
    home.write_text("")

    with pytest.raises(CannotStart, match="which is a file"):
        embedded.take(home, BOTH)


@as_root
def test_home_of_another_user_is_refused(home: Path) -> None:
    home.mkdir()
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)

    with pytest.raises(CannotStart, match="belongs to user nobody"):
        embedded.take(home, BOTH)


def test_home_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(CannotStart, match=r"cannot be made: .* Set HAYWARD_HOME"):
        embedded.take(Path("/proc/hayward"), BOTH)


@as_root
def test_sockets_that_another_user_laid_out_are_refused(home: Path) -> None:
    trap = places.sockets(home)
    trap.mkdir()
    os.chown(trap, pwd.getpwnam("nobody").pw_uid, -1)

    with pytest.raises(CannotStart, match="cannot be trusted"):
        embedded.take(home, BOTH)

    trap.rmdir()


def test_data_of_another_version_are_refused(home: Path, hold: Callable[..., Holder]) -> None:
    (home / "pg").mkdir(parents=True)
    (home / "pg/PG_VERSION").write_text("14\n")

    said = hold().said()

    assert said.startswith(f"refused: {home}/pg was made by PostgreSQL 14, and this is PostgreSQL 18.")
    assert (home / "pg/PG_VERSION").read_text() == "14\n"


def test_folder_with_other_things_in_it_is_refused(home: Path, hold: Callable[..., Holder]) -> None:
    (home / "pg").mkdir(parents=True)

    assert hold().said().startswith(f"refused: {home}/pg is not a PostgreSQL data folder.")


def test_failed_initdb_is_told_in_its_own_words(home: Path, hold: Callable[..., Holder]) -> None:
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    holder = hold(preexec_fn=small_files_only)

    said = holder.process.communicate()[0]

    assert said.startswith("refused: initdb failed with status 1. It said:")
    assert "File too large" in said
    assert not (home / "pg").exists()


def test_server_that_dies_again_and_again_is_given_up(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        supervisor = Supervisor(home, listener)
        with subprocess.Popen(["false"]) as dead:
            dead.wait()
        supervisor.running["redis"] = servers.Server("Redis", dead, ())
        supervisor.restarts = 5

        with pytest.raises(CannotStart, match="Redis died 6 times"):
            supervisor._mend()

        supervisor.close()


def test_second_supervisor_leaves_at_once(home: Path, hold: Callable[..., Holder]) -> None:
    assert hold().said() == "ready"
    answer: list[int] = []

    second = threading.Thread(target=lambda: answer.append(supervise(home)))
    second.start()
    second.join(10)

    assert answer == [0]


def test_nothing_is_started_when_servers_are_given(tmp_path: Path) -> None:
    script = "import django; django.setup(); from config import embedded; embedded.ensure(); print('done')"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HAYWARD_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "postgresql://somebody@db.example.org/hayward",
        "REDIS_URL": "redis://redis.example.org/0",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
    }

    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("done\n", "")
    assert not (tmp_path / "home").exists()
