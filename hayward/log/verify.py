"""Verifies an exported log against its signed checkpoint, as a stream in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hayward.log import entries
from hayward.log.checkpoint import Checkpoint, MalformedCheckpoint, open_checkpoint
from hayward.log.entries import InvalidEntry, UnknownVersion
from hayward.log.errors import Malformed, RolledBack, Tampered, Untrusted
from hayward.log.merkle import Frontier, leaf_hash
from hayward.log.notes import InvalidNote, MalformedKey, MalformedNote, UnknownSigner, Verifier

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Verified:
    """What is proved: these entries, in this order and number, are what the log's key signed."""

    origin: str
    size: int
    root: bytes
    acts: dict[str, int]
    """Number of entries by act."""
    previous: int | None = None
    """Size of the earlier checkpoint that the log was proved to extend."""


def verify(source: Path | BinaryIO, note: str, vkey: str, previous: str | None = None) -> Verified:
    """Proves that the lines of `source` are exactly the entries that `note` signs under the trusted `vkey`.

    `previous` is an earlier checkpoint of the same log that the caller kept: the log must extend it.
    Raises Malformed, Untrusted, Tampered (with the first bad seq where it can be known) or RolledBack.
    """
    head = trusted_checkpoint(note, [parse_vkey(vkey)])
    earlier = None if previous is None else trusted_checkpoint(previous, [parse_vkey(vkey)])
    check_no_rollback(head, earlier)
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _verify_stream(file, head, earlier)
    return _verify_stream(source, head, earlier)


def _verify_stream(file: BinaryIO, head: Checkpoint, earlier: Checkpoint | None) -> Verified:
    replay = Replay(dataset_of(head.origin), marks=[mark for mark in (earlier, head) if mark is not None])
    for line in lines(chunks(file)):
        replay.add(line)
    replay.finish(head)
    return Verified(
        origin=head.origin,
        size=head.size,
        root=head.root,
        acts=replay.acts,
        previous=None if earlier is None else earlier.size,
    )


class Replay:
    """Follows a log entry by entry: checks each against its place, and the tree at every marked size."""

    def __init__(self, ds: str, *, marks: Sequence[Checkpoint]) -> None:
        self.frontier = Frontier()
        self._ds = ds.encode()
        self._acts: dict[bytes, int] = {}
        self._marks = {mark.size: mark for mark in marks}
        self._limit = max(self._marks, default=0)
        self._check_mark()

    @property
    def acts(self) -> dict[str, int]:
        """Number of entries by act so far."""
        return {act.decode("ascii"): count for act, count in sorted(self._acts.items())}

    @property
    def size(self) -> int:
        return self.frontier.size

    def add(self, line: bytes) -> None:
        """Takes the next line, without its line feed. Raises Tampered or Malformed."""
        seq = self.frontier.size
        if seq >= self._limit:
            raise Tampered(seq=seq, why=f"there are entries beyond the {self._limit} that were signed")
        try:
            ds, named_seq, act = entries.place(line)
        except UnknownVersion as error:
            raise Malformed(f"seq {seq}: {error}; a newer version of this program may read it") from error
        except InvalidEntry as error:
            raise Tampered(seq=seq, why=str(error)) from error
        if named_seq != seq:
            raise Tampered(seq=seq, why=f"seq {seq} is expected here and the entry says {named_seq}")
        if ds != self._ds:
            raise Tampered(seq=seq, why="the entry belongs to another dataset")
        # The stored bytes are hashed, never a second spelling of what was read from them.
        self.frontier.append(leaf_hash(line))
        self._acts[act] = self._acts.get(act, 0) + 1
        if self.frontier.size in self._marks:
            self._check_mark()

    def finish(self, head: Checkpoint) -> None:
        """Call after the last line. Raises Tampered when entries are missing."""
        if self.size != head.size:
            raise Tampered(seq=self.size, why=f"the log ends after {self.size} of {head.size} signed entries")

    def _check_mark(self) -> None:
        mark = self._marks.get(self.frontier.size)
        if mark is not None and self.frontier.root() != mark.root:
            raise Tampered(
                seq=None,
                why=f"the first {mark.size} entries do not have the root that was signed for that size",
            )


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file, a mebibyte at a time."""
    return iter(lambda: file.read(CHUNK_BYTES), b"")


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a log without their line feeds, however its bytes are cut into pieces.

    Holds no more than a piece and a line. Raises Tampered for a line longer than any entry, and for a last
    line without its line feed.
    """
    rest, seq = b"", 0
    for piece in pieces:
        whole = (rest + piece).split(b"\n")
        rest = whole.pop()
        yield from whole
        seq += len(whole)
        if len(rest) > entries.MAX_BYTES:
            raise Tampered(seq=seq, why=f"the line is longer than {entries.MAX_BYTES} bytes")
    if rest:
        raise Tampered(seq=seq, why="the last line is cut off")


def parse_vkey(vkey: str) -> Verifier:
    """The verifier of a `vkey` text. Raises Malformed."""
    try:
        return Verifier.parse(vkey)
    except MalformedKey as error:
        raise Malformed(str(error)) from error


def trusted_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint of a note that a trusted key signed. Raises Malformed or Untrusted."""
    try:
        return open_checkpoint(note, verifiers)
    except UnknownSigner as error:
        names = ", ".join(verifier.name for verifier in verifiers)
        raise Untrusted(f"the checkpoint is not signed by the trusted key of {names}") from error
    except (MalformedNote, MalformedCheckpoint) as error:
        raise Malformed(f"the checkpoint cannot be read: {error}") from error
    except InvalidNote as error:
        raise Untrusted(f"the checkpoint is forged or damaged: {error}") from error


def check_no_rollback(head: Checkpoint, earlier: Checkpoint | None) -> None:
    """A keeper's log never shrinks and has one root for a size. Raises RolledBack, Tampered or Untrusted."""
    if earlier is None:
        return
    if earlier.origin != head.origin:
        raise Untrusted("the earlier checkpoint is of another log")
    if earlier.size > head.size:
        raise RolledBack(f"the log has {head.size} entries and had {earlier.size} at an earlier checkpoint")
    if earlier.size == head.size and earlier.root != head.root:
        raise Tampered(seq=None, why=f"two different roots were signed for size {head.size}")


def dataset_of(origin: str) -> str:
    """The dataset's slug in an origin `<host>/log/<slug>`. Raises Malformed."""
    host, log, slug = origin.rpartition("/log/")
    if not host or not log or not slug or "/" in slug:
        raise Malformed("the checkpoint's origin is not <host>/log/<dataset>")
    return slug
