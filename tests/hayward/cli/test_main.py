"""How every command ends: exit codes, plain messages, nothing but data on stdout, an answer at once."""

from __future__ import annotations

import errno
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hayward.cli.exits import ExitCode, Failure, code_for
from hayward.client import errors as client_errors
from hayward.client.pins import ChangedKey
from hayward.client.pulling import NotALog
from hayward.log import errors as log_errors
from tests.hayward.cli.conftest import Command
from tests.hayward.client.peer import Answer, Peer, problem

HEAVY = {
    "cryptography",
    "detoxify",
    "django",
    "fsspec",
    "httpx",
    "numpy",
    "phonenumbers",
    "platformdirs",
    "pyarrow",
    "rich",
    "sklearn",
    "torch",
    "zstandard",
}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("odd"), 1),
        (client_errors.ApiError("odd"), 1),
        (client_errors.UnexpectedAnswer("odd"), 1),
        (client_errors.Rejected("no"), 2),
        (client_errors.Denied("no"), 3),
        (PermissionError(13, "no"), 3),
        (client_errors.Missing("no"), 4),
        (FileNotFoundError(2, "no"), 4),
        (client_errors.Conflict("no"), 5),
        (NotALog("no"), 5),
        (Failure("half", code=ExitCode.PARTLY_DONE), 6),
        (log_errors.Malformed("no"), 7),
        (log_errors.Untrusted("no"), 7),
        (log_errors.Tampered(seq=3, why="no"), 7),
        (log_errors.RolledBack("no"), 7),
        (ChangedKey("no"), 7),
        (client_errors.Unreachable("later"), 75),
        (client_errors.Busy("later"), 75),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert code_for(error) == code


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 2), (401, 3), (403, 3), (404, 4), (409, 5), (422, 2), (429, 75), (500, 1), (503, 75)],
)
def test_an_error_of_the_server_ends_in_its_exit_code_and_words(
    hayward: Command, peer: Peer, status: int, code: int
) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = problem(status, detail="The reason in words.")

    done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", peer.url)

    assert done.code == code
    assert done.out == ""
    assert f"Error: The reason in words (HTTP {status})." in done.err
    assert "Traceback" not in done.err


def test_a_server_that_is_down_says_so_and_ends_in_75(hayward: Command) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", url)

    assert done.code == 75
    assert done.err == (
        f"Asking {url}/api/v1/datasets/demo/releases/1.0 …\n"
        f"Error: No answer from {url}: [Errno {errno.ECONNREFUSED}] Connection refused. "
        "Is the server running, and is the address right?\n"
    )


def test_quiet_leaves_nothing_but_the_error(hayward: Command, peer: Peer) -> None:
    done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", peer.url, "--quiet")

    assert (done.code, done.out, done.err) == (4, "", "Error: Not found (HTTP 404).\n")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["lgo"], "Did you mean 'log'?"),
        (["log", "pul"], "Did you mean 'pull'?"),
        (["log", "pull"], "Missing argument"),
        (["log", "pull", "demo"], "--out"),
        (["log", "pull", "demo", "--outt", "x"], "--out"),
        (["dataset", "status", "demo", "--release", "1.0"], "HAYWARD_SERVER"),
        (["dataset", "status", "demo", "--release", "1.0", "--server", "data.example.org"], "https://"),
        (["dataset", "status", "demo", "--release", "1.0", "--interval", "-1"], "--interval"),
    ],
)
def test_wrong_usage_ends_in_2_and_says_what_to_do(hayward: Command, arguments: list[str], hint: str) -> None:
    done = hayward(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert hint in done.err


def test_a_token_is_no_flag(hayward: Command) -> None:
    assert hayward("dataset", "status", "demo", "--release", "1.0", "--token", "hwd_x").code == 2


def test_a_token_comes_from_the_environment_or_a_file(
    hayward: Command, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("hwd_file\n")
    monkeypatch.setenv("HAYWARD_TOKEN", "hwd_env")
    command = ("dataset", "status", "demo", "--release", "1.0", "--server", peer.url)

    hayward(*command)
    hayward(*command, "--token-file", file)

    assert [asked.headers["authorization"] for asked in peer.asked] == ["Bearer hwd_env", "Bearer hwd_file"]


def test_an_unforeseen_error_is_one_line_unless_debugging(
    hayward: Command, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = Answer(200, b"nonsense")
    command = ("dataset", "status", "demo", "--release", "1.0", "--server", peer.url, "-q")

    plain = hayward(*command)
    monkeypatch.setenv("HAYWARD_DEBUG", "1")
    debug = hayward(*command)

    assert plain.err == "Error: The answer is not JSON. Is this the address of a Hayward server?\n"
    assert "Traceback" in debug.err
    assert (plain.code, debug.code) == (1, 1)


@pytest.mark.process
def test_ctrl_c_ends_in_130_without_a_traceback() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        command = [
            sys.executable,
            "-m",
            "hayward.cli",
            "dataset",
            "status",
            "demo",
            "--release",
            "1.0",
            "--server",
            url,
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            connection, _ = deaf.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.process
def test_help_loads_no_heavy_library() -> None:
    program = (
        "import sys\n"
        "from hayward.cli import main\n"
        "main(['--help'])\n"
        "print(','.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert HEAVY & set(done.stderr.strip().split(",")) == set()


@pytest.mark.process
def test_the_version_is_printed(hayward_process: Command) -> None:
    done = hayward_process("--version")

    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"hayward (\d+\.\d+\.\d+\S*|\(source checkout\))\n", done.out)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dataset", "register"],
        ["dataset", "status"],
        ["log", "pull"],
        ["log", "verify"],
        ["patch", "pull"],
        ["patch", "apply"],
        ["patch", "verify"],
        ["screen"],
    ],
)
def test_help_shows_examples_before_options(hayward: Command, arguments: list[str]) -> None:
    done = hayward(*arguments, "--help")

    assert (done.code, done.err) == (0, "")
    assert 0 < done.out.index("Example") < done.out.index("Options:")
    assert " ".join(["  hayward", *arguments]) in done.out
