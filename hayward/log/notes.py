"""Signed notes (c2sp.org/signed-note v1.0.0) with Ed25519 keys: write, split, open with trusted keys only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hayward.log import encoding

ED25519 = 0x01
KEY_ID_BYTES = 4
MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 32
_DASH = "— "


class InvalidNote(ValueError):
    """Parent of what can be wrong with a note."""


class MalformedNote(InvalidNote):
    """The text is not a signed note, or beyond the size that a verifier reads."""


class MalformedKey(InvalidNote):
    """The text is not an Ed25519 verifier key."""


class UnknownSigner(InvalidNote):
    """None of the trusted keys signed the note."""


class WrongSignature(InvalidNote):
    """A line claims to be of a trusted key and its signature is wrong."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A name and an Ed25519 public key; as text the `vkey` of the signed-note specification."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Reads `name+hex8(key id)+base64(type ‖ key)`. Raises MalformedKey."""
        parts = vkey.strip("\n").split("+", 2)
        if len(parts) != 3 or not _is_name(parts[0]):
            raise MalformedKey("a verifier key looks like <name>+<8 hex digits>+<base64>")
        name, claimed_id, encoded = parts
        try:
            data = encoding.decode(encoded)
        except ValueError as error:
            raise MalformedKey(f"the key of {name} is {error}") from error
        if len(data) != 33 or data[0] != ED25519:
            raise MalformedKey(f"the key of {name} is not an Ed25519 key")
        verifier = cls(name, data[1:])
        if verifier.key_id.hex() != claimed_id:
            raise MalformedKey(f"the key id of {name} does not belong to its key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ LF ‖ type ‖ key)[:4]."""
        data = self.name.encode() + b"\n" + bytes([ED25519]) + self.public_key
        return hashlib.sha256(data).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encoding.encode(bytes([ED25519]) + self.public_key)}"

    def accepts(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note, not yet believed."""

    name: str
    key_id: bytes
    signature: bytes


def verifier_of(name: str, private_key: Ed25519PrivateKey) -> Verifier:
    """The public half of a signing key under its name. Raises MalformedKey for a name unfit for notes."""
    if not _is_name(name):
        raise MalformedKey("a key name is not empty and has neither spaces nor '+'")
    return Verifier(name, private_key.public_key().public_bytes_raw())


def sign(text: str, name: str, private_key: Ed25519PrivateKey) -> str:
    """The note of `text` (ending with a newline), signed once. Raises MalformedNote, MalformedKey."""
    verifier = verifier_of(name, private_key)
    if not text.endswith("\n") or _has_control_characters(text):
        raise MalformedNote("a note's text ends with a newline and has no control characters")
    signature = encoding.encode(verifier.key_id + private_key.sign(text.encode()))
    return f"{text}\n{_DASH}{name} {signature}\n"


def split_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """The text (with its final newline) and the signature lines, unverified. Raises MalformedNote."""
    if len(note.encode("utf-8", "surrogatepass")) > MAX_NOTE_BYTES:
        raise MalformedNote(f"the note is larger than {MAX_NOTE_BYTES} bytes")
    if _has_control_characters(note):
        raise MalformedNote("the note has control characters or is not valid UTF-8")
    # The text may contain blank lines itself: only the last one separates.
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not text or not signatures.endswith("\n"):
        raise MalformedNote("the note has no blank line followed by signature lines")
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedNote(f"the note has more than {MAX_SIGNATURES} signatures")
    return text + "\n", tuple(_parse_signature(line) for line in lines)


def open_note(note: str, verifiers: Sequence[Verifier]) -> str:
    """The text, once at least one trusted key signed it; signatures of unknown keys are ignored.

    Raises MalformedNote, UnknownSigner, or WrongSignature: a line names a trusted key and does not verify.
    """
    text, signatures = split_note(note)
    trusted = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed = False
    for line in signatures:
        verifier = trusted.get((line.name, line.key_id))
        if verifier is None:
            continue
        if not verifier.accepts(text, line.signature):
            raise WrongSignature(f"the signature of {verifier.name} is wrong")
        signed = True
    if not signed:
        names = ", ".join(sorted({verifier.name for verifier in verifiers})) or "no key"
        raise UnknownSigner(f"no trusted key signed it (trusted: {names})")
    return text


def _parse_signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise MalformedNote("a signature line looks like '— <name> <base64>'")
    try:
        data = encoding.decode(encoded)
    except ValueError as error:
        raise MalformedNote(f"a signature is {error}") from error
    if len(data) <= KEY_ID_BYTES:
        raise MalformedNote("a signature is too short")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _has_control_characters(text: str) -> bool:
    # Lone surrogates stand for bytes that were not UTF-8.
    return any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in text)
