"""`hayward memory …`: makes and tells of the memory that the screener `duplicates` asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Json, Messages, Quiet, print_facts, print_json

if TYPE_CHECKING:
    from hayward.screeners.duplicates.fingerprints import Fingerprint
    from hayward.screeners.duplicates.memory import Memory

DIGEST_BYTES = 32

app = typer.Typer(
    help="Keep a memory of decided records, to find them and their near copies again.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Shards = Annotated[
    list[str] | None,
    typer.Argument(metavar="SHARD…", help="Files, folders or globs of decided records.", show_default=False),
]
Digests = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Digests of decided records, one in hex per line.", show_default=False),
]
Field = Annotated[
    list[str] | None,
    typer.Option("--field", help="Field to look at; repeat for more. Default: by the layout."),
]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The memory's folder.", show_default=False)]


@dataclass
class Reading:
    """Decided records as they are read: how many so far, and what could not be."""

    shards: Sequence[str]
    fields: Sequence[str] | None
    digests: Path | None
    label: int = 0
    records: int = 0
    held: int = 0
    unreadable: list[str] = field(default_factory=list)

    def fingerprints(self) -> Iterator[Fingerprint]:
        """All fingerprints, labels in the order of the digests, then of the shards."""
        if self.digests is not None:
            yield from self._listed(self.digests)
        from hayward.formats import UnreadableShard, discover

        for path in self.shards:
            try:
                for shard in discover([path]):
                    yield from self._shard(shard)
            except UnreadableShard as error:
                self.unreadable.append(str(error))

    def _shard(self, path: str) -> Iterator[Fingerprint]:
        from hayward.formats import open_shard
        from hayward.screeners.duplicates.records import record_fingerprints

        for batch in open_shard(path, fields=self.fields):
            self.held += len(batch.held)
            yield from record_fingerprints(batch, first_label=self._labels(len(batch.rows)))

    def _listed(self, path: Path) -> Iterator[Fingerprint]:
        from hayward.screeners.duplicates.fingerprints import Fingerprint

        with path.open(encoding="ascii", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                digest = line.strip()
                if digest:
                    yield Fingerprint(self._labels(1), record=_digest(digest, path, number))

    def _labels(self, count: int) -> int:
        """The first of so many new labels."""
        first, self.label = self.label, self.label + count
        self.records += count
        return first


@app.command()
def build(
    shards: Shards = None,
    *,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where to make the memory.", show_default=False)
    ],
    digests: Digests = None,
    fields: Field = None,
    quiet: Quiet = False,
) -> None:
    """Make a memory of the records in these shards, in place of the one in the folder.

    It holds digests, signatures and labels, no content. Labels count records in the order given, from 0.

    \b
    Examples:
      hayward memory build --out decided/ removed.jsonl.gz
      HAYWARD_MEMORY=decided hayward screen data/ --screeners duplicates

    Exit codes: 0 all read, 2 usage, 4 not found, 5 another process writes it, 6 some record or shard not read.
    """
    from hayward.screeners.duplicates.memory import Memory

    reading = _reading(shards, fields, digests)
    with _failures():
        _finish(reading, Memory.build(_some(reading), out), Messages(quiet=quiet))


@app.command()
def add(
    folder: Folder,
    shards: Shards = None,
    *,
    digests: Digests = None,
    fields: Field = None,
    quiet: Quiet = False,
) -> None:
    """Add the records in these shards to a memory.

    Labels go on from the number of fingerprints that it holds.

    \b
    Example:
      hayward memory add decided/ removed-in-may.jsonl.gz

    Exit codes: as for build.
    """
    from hayward.screeners.duplicates.memory import Memory

    reading = _reading(shards, fields, digests)
    with _failures():
        memory = Memory.open(folder)
        reading.label = len(memory)
        _finish(reading, memory.append(_some(reading)), Messages(quiet=quiet))


@app.command()
def info(folder: Folder, *, as_json: Json = False) -> None:
    """Tell how much a memory holds, and its digest.

    Exit codes: 0 it is whole, 4 there is none.
    """
    from hayward.screeners.duplicates.memory import Memory

    with _failures():
        memory = Memory.open(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    facts = {"fingerprints": len(memory), **memory.counts(), "bytes": size, "digest": memory.digest}
    if as_json:
        print_json(facts)
    else:
        print_facts(list(facts.items()))


@contextmanager
def _failures() -> Iterator[None]:
    """Turns what the memory raises into exit codes."""
    from hayward.screeners import UnableToLoad
    from hayward.screeners.duplicates.manifest import NotAMemory
    from hayward.screeners.duplicates.writing import BeingWritten

    try:
        yield
    except NotAMemory as error:
        raise Failure(str(error), code=ExitCode.NOT_FOUND) from error
    except BeingWritten as error:
        raise Failure(str(error), code=ExitCode.CONFLICT) from error
    except UnableToLoad as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error


def _reading(shards: Sequence[str] | None, fields: Sequence[str] | None, digests: Path | None) -> Reading:
    if not shards and digests is None:
        raise Failure(
            "Say what was decided: shards, or --digests FILE. See hayward memory build --help.",
            code=ExitCode.USAGE,
        )
    return Reading(shards or (), fields or None, digests)


def _some(reading: Reading) -> Iterator[Fingerprint]:
    """The fingerprints; where there are none and something could not be read, nothing is written at all."""
    yield from reading.fingerprints()
    if reading.unreadable and not reading.records:
        raise Failure("\n".join(reading.unreadable), code=ExitCode.NOT_FOUND)


def _digest(text: str, path: Path, line: int) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != DIGEST_BYTES:
        raise Failure(f"{path}, line {line}: not a SHA-256 in hex (64 characters).", code=ExitCode.USAGE)
    return digest


def _finish(reading: Reading, memory: Memory, messages: Messages) -> None:
    for error in reading.unreadable:
        messages.warn(error)
    if reading.held:
        messages.warn(f"{reading.held} records could not be read and are not in the memory.")
    messages.say(f"{reading.records} records added; {memory.folder} holds {len(memory)} fingerprints.")
    if reading.unreadable or reading.held:
        raise typer.Exit(ExitCode.PARTLY_DONE)
