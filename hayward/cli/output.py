"""Where words go: data to stdout, messages and progress to stderr, errors without tracebacks."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from hayward.client.files import atomic_file

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]


class Messages:
    """What the program tells a person while it works; never on stdout, never when quiet."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet

    def say(self, text: str) -> None:
        if not self.quiet:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def warn(self, text: str) -> None:
        """A warning, shown even when quiet."""
        sys.stderr.write(f"Warning: {text}\n")
        sys.stderr.flush()

    @contextmanager
    def progress(self, label: str, *, total: int | None) -> Iterator[Callable[[int], None]]:
        """Yields a function to call with the amount just done; draws a bar on a terminal only."""
        if self.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield _show_nothing
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True, no_color=no_color()), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda amount: bar.advance(task, amount)


def _show_nothing(amount: int) -> None:
    """Progress where nobody watches."""


def no_color() -> bool:
    """Whether NO_COLOR (no-color.org) or HAYWARD_NO_COLOR asks for plain text."""
    return bool(os.environ.get("NO_COLOR") or os.environ.get("HAYWARD_NO_COLOR"))


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """Prints `name  value` lines in two columns; None is left out."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        if value is not None:
            sys.stdout.write(f"{name:<{width}}  {value}\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people on a terminal, tab-separated lines for programs elsewhere."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            sys.stdout.write("\t".join(str(cell) for cell in row) + "\n")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console(no_color=no_color()).print(table)


@contextmanager
def stdout() -> Iterator[IO[bytes]]:
    """stdout as a file that writes all it is given: with PYTHONUNBUFFERED set, Python's own writes only a part."""
    raw = sys.stdout.buffer
    if not isinstance(raw, io.RawIOBase):
        yield raw
        raw.flush()
        return
    buffered = io.BufferedWriter(raw)
    try:
        yield buffered
        buffered.flush()
    finally:
        with suppress(BrokenPipeError):
            buffered.detach()


def write_data(data: bytes, *, out: str) -> None:
    """Writes a result to the file `out`, or to stdout for `-`."""
    if out == "-":
        with stdout() as file:
            file.write(data)
        return
    with atomic_file(Path(out)) as file:
        file.write(data)


def report_error(error: Exception) -> None:
    """One plain message on stderr: what, why, what to do. HAYWARD_DEBUG asks for the traceback."""
    if os.environ.get("HAYWARD_DEBUG"):
        import traceback

        traceback.print_exception(error)
    sys.stderr.write(f"Error: {sentence(error)}\n")


def sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    return str(error) or type(error).__name__
