"""Keeps a verified copy of a public log in a folder, fetching only what is new."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hayward.client.api import Client
from hayward.client.files import atomic_file
from hayward.log.checkpoint import Checkpoint
from hayward.log.errors import Tampered, Untrusted, VerificationFailed
from hayward.log.notes import Verifier
from hayward.log.verify import Replay, check_no_rollback, chunks, dataset_of, lines, trusted_checkpoint

ENTRIES = "entries.jsonl"
PART = "entries.jsonl.part"
CHECKPOINT = "checkpoint"
VKEY = "vkey"


class NotALog(FileExistsError):
    """The folder holds a file of ours by name that is none of ours."""


@dataclass(frozen=True, slots=True)
class Pulled:
    origin: str
    size: int
    added: int
    root: bytes
    vkey: str
    acts: dict[str, int]


def pull(
    client: Client,
    *,
    dataset: str,
    folder: Path,
    verifier: Verifier,
    on_entries: Callable[[int], None] = lambda _amount: None,
) -> Pulled:
    """Brings the copy in `folder` up to the server's checkpoint, verified with `verifier` before it is kept.

    The folder then holds entries.jsonl, checkpoint and vkey. What arrived before a break is kept aside and
    used next time. Raises ApiError, a VerificationFailed (the copy stays as it was), NotALog or OSError.
    """
    note = client.checkpoint(dataset)
    head = trusted_checkpoint(note, [verifier])
    if dataset_of(head.origin) != dataset:
        raise Untrusted(f"the server sent the checkpoint of {head.origin}, which is not the log of {dataset}")
    held = _held(folder, verifier)
    check_no_rollback(head, held)
    replay = Replay(dataset, marks=[mark for mark in (held, head) if mark is not None])
    kept = _replay_copy(folder / ENTRIES, replay, held=held, head=head)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _fetch(client, dataset=dataset, part=folder / PART, replay=replay, head=head, on_entries=on_entries)
    except VerificationFailed:
        (folder / PART).unlink(missing_ok=True)
        raise
    _publish(folder, kept=kept, note=note, verifier=verifier)
    added = head.size - (held.size if held else 0)
    return Pulled(head.origin, head.size, added, head.root, verifier.vkey, replay.acts)


def _held(folder: Path, verifier: Verifier) -> Checkpoint | None:
    """The checkpoint that the copy reached, verified like any other: files may have been changed."""
    try:
        note = (folder / CHECKPOINT).read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    try:
        return trusted_checkpoint(note, [verifier])
    except VerificationFailed as error:
        raise Untrusted(f"{folder / CHECKPOINT}: {error}. Pull into another folder to start anew") from error


def _replay_copy(path: Path, replay: Replay, *, held: Checkpoint | None, head: Checkpoint) -> int:
    """Replays the copy as far as it is whole and signed; returns the bytes that this takes."""
    try:
        kept = _replay_file(path, replay, stop=head.size)
    except Tampered as error:
        raise Tampered(
            seq=error.seq, why=f"{path}: {error.why}. Pull into another folder to start anew"
        ) from error
    if held is not None and replay.size < held.size:
        raise Tampered(
            seq=replay.size,
            why=f"{path} is damaged after {replay.size} of {held.size} entries. "
            "Pull into another folder to start anew",
        )
    if held is None and replay.size == 0 and path.exists() and path.stat().st_size:
        raise NotALog(f"{path} is not the log of this dataset. Choose another folder with --out.")
    return kept


def _replay_file(path: Path, replay: Replay, *, stop: int) -> int:
    length = 0
    try:
        with path.open("rb") as file:
            for line in lines(chunks(file)):
                if replay.size >= stop:
                    break
                replay.add(line)
                length += len(line) + 1
    except FileNotFoundError:
        return 0
    except Tampered as error:
        # An entry that cannot stand here ends what is usable; a wrong root says that all of it is wrong.
        if error.seq is None:
            raise
    return length


def _fetch(
    client: Client,
    *,
    dataset: str,
    part: Path,
    replay: Replay,
    head: Checkpoint,
    on_entries: Callable[[int], None],
) -> None:
    usable = _replay_file(part, replay, stop=head.size)
    with part.open("ab") as file:
        file.truncate(usable)
        if replay.size < head.size:
            for line in client.entries(dataset, start=replay.size, stop=head.size):
                replay.add(line)
                file.write(line + b"\n")
                on_entries(1)
    replay.finish(head)


def _publish(folder: Path, *, kept: int, note: str, verifier: Verifier) -> None:
    entries, part = folder / ENTRIES, folder / PART
    if part.stat().st_size or not entries.exists() or entries.stat().st_size != kept:
        with atomic_file(entries) as out:
            if kept:
                with entries.open("rb") as old:
                    _copy(old, out, kept)
            with part.open("rb") as new:
                shutil.copyfileobj(new, out, 1 << 20)
    # The checkpoint comes last: a copy that stops before it is one that the next pull completes.
    for name, text in ((VKEY, f"{verifier.vkey}\n"), (CHECKPOINT, note)):
        with atomic_file(folder / name) as out:
            out.write(text.encode())
    part.unlink()


def _copy(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length:
        piece = source.read(min(length, 1 << 20))
        target.write(piece)
        length -= len(piece)
