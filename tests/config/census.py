"""Which processes serve a home, and waiting until none does."""

from pathlib import Path

import psutil

from config.embedded import places
from tests.conftest import await_condition


def serving(home: Path) -> list[psutil.Process]:
    """The supervisor and the servers of a home, not the programs that hold them."""
    marks = (str(home), str(places.sockets(home)))
    programs = ("config.embedded.supervisor", "postgres -D", "redis-server", "initdb")
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter(["pid", "cmdline"]):
        command = " ".join(process.info["cmdline"] or ())
        if any(mark in command for mark in marks) and any(word in command for word in programs):
            found[process.pid] = process
    return list(found.values())


def named(home: Path, word: str) -> psutil.Process:
    """The one process of the home whose command line has `word` in it."""
    (process,) = [process for process in serving(home) if word in " ".join(process.cmdline())]
    return process


def await_nobody(home: Path, *, seconds: float = 20) -> None:
    """Return once nothing serves the home any more, not even a half-made one."""
    await_condition(lambda: not serving(home), what=f"the end of all processes of {home}", seconds=seconds)
