"""Checkpoints: the signed head of a log, its size and root (c2sp.org/tlog-checkpoint v1.0.0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hayward.log import encoding, notes
from hayward.log.merkle import HASH_BYTES
from hayward.log.notes import Verifier

MAX_SIZE = 1 << 63


class MalformedCheckpoint(ValueError):
    """The note's text is not a checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, the number of its entries, and the root of its tree."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed: origin, size, base64 of the root, each on a line of its own."""
        lines = (self.origin, str(self.size), encoding.encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Reads a checkpoint's text, with or without extension lines. Raises MalformedCheckpoint."""
    # split('\n'), because splitlines() breaks at U+2028 and other characters as well.
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise MalformedCheckpoint("a checkpoint has the lines origin, size and root, and no empty line")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, _parse_size(size), _parse_root(root), tuple(extensions))


def _parse_size(text: str) -> int:
    # str.isdigit() and int() accept digits of other scripts.
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or str(int(text)) != text:
        raise MalformedCheckpoint("the checkpoint's size is not a decimal number without leading zeros")
    if int(text) >= MAX_SIZE:
        raise MalformedCheckpoint("the checkpoint's size is 2^63 or more")
    return int(text)


def _parse_root(text: str) -> bytes:
    try:
        root = encoding.decode(text)
    except ValueError as error:
        raise MalformedCheckpoint(f"the checkpoint's root is {error}") from error
    if len(root) != HASH_BYTES:
        raise MalformedCheckpoint("the checkpoint's root has not 32 bytes")
    return root


def sign_checkpoint(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> str:
    """The signed note of a checkpoint; the key's name is the origin. Raises notes.InvalidNote."""
    return notes.sign(checkpoint.text(), checkpoint.origin, private_key)


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint, once a trusted key of the log itself signed it.

    Raises notes.InvalidNote or MalformedCheckpoint. A key of another name does not speak for the origin
    (tlog-checkpoint: the log's key name is its origin), so its signature alone is not enough.
    """
    origin = note.partition("\n")[0]
    text = notes.open_note(note, [verifier for verifier in verifiers if verifier.name == origin])
    return parse_checkpoint(text)
