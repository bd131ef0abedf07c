"""Data goes to stdout, words to stderr, colours only to a terminal that wants them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from hayward.cli import output
from hayward.cli.output import Messages, print_table

TABLE = (
    "from hayward.cli.output import Messages, print_table\n"
    "with Messages().progress('Hashing', total=2) as advance:\n"
    "    advance(1)\n"
    "print_table(('name', 'count'), [('a', 1)])\n"
)


def on_a_terminal(program: str, **environment: str) -> str:
    """What a program writes to a terminal that is its stdout and its stderr."""
    reader, writer = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=writer,
        stderr=writer,
        env={name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
        | {"TERM": "xterm-256color", "COLUMNS": "80"}
        | environment,
    )
    os.close(writer)
    pieces = []
    try:
        while piece := os.read(reader, 4096):
            pieces.append(piece)
    except OSError:
        # Linux reports the end of a terminal like this.
        pass
    finally:
        os.close(reader)
    assert done.wait(timeout=30) == 0
    return b"".join(pieces).decode()


@pytest.mark.process
def test_a_terminal_gets_a_bar_and_a_table() -> None:
    shown = on_a_terminal(TABLE)

    assert "Hashing" in shown
    assert "\x1b[" in shown
    assert "─" in shown


@pytest.mark.process
@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": "dumb", "NO_COLOR": "1"}])
def test_a_dumb_terminal_gets_no_control_codes(environment: dict[str, str]) -> None:
    shown = on_a_terminal(TABLE, **environment)

    assert "Hashing" not in shown
    assert "\x1b" not in shown


def test_programs_get_lines_with_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "count"), [("a", 1), ("b", 2)])

    assert capsys.readouterr().out == "name\tcount\na\t1\nb\t2\n"


def test_progress_is_silent_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Messages().progress("Hashing", total=2) as advance:
        advance(2)

    assert capsys.readouterr() == ("", "")


def test_quiet_keeps_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    messages = Messages(quiet=True)

    messages.say("working")
    messages.warn("odd")

    assert capsys.readouterr() == ("", "Warning: odd\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("what and why"), "what and why"),
        (ValueError(), "ValueError"),
        (FileNotFoundError(2, "No such file or directory", "a.json"), "a.json: No such file or directory"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_an_error_is_said_in_a_sentence(error: Exception, sentence: str) -> None:
    assert output.sentence(error) == sentence
