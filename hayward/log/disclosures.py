"""Disclosures: what an entry commits to without saying it, in the form of RFC 9901, with decoys."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from hayward.log import encoding
from hayward.log.entries import DIGESTS, Entry

NAMES = ("item", "actor", "second_actor", "requester", "note", "evidence")
SALT_CONTEXT = b"hayward/salt/v1"
KEY_BYTES = 32


class InvalidDisclosure(ValueError):
    """The text is not a disclosure, or its values cannot make one."""


class Mismatch(Exception):
    """A disclosure is not one of those that the entry committed to: somebody changed one of the two."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What a disclosure says once opened; true only if `verify` accepted it."""

    salt: str
    name: str
    value: Any


def salt(key: bytes, ds: str, seq: int, name: str) -> bytes:
    """HMAC-SHA256(key, "hayward/salt/v1" 00 ds 00 decimal(seq) 00 name), 32 bytes.

    `key` is the subject's: whoever destroys it makes all of the subject's salts unknowable.
    """
    if len(key) != KEY_BYTES:
        raise InvalidDisclosure(f"a subject key has {KEY_BYTES} bytes")
    message = b"\x00".join((SALT_CONTEXT, ds.encode(), str(seq).encode(), name.encode()))
    return hmac.digest(key, message, "sha256")


def disclosure(salt: bytes, name: str, value: Any) -> str:
    """base64url of the JSON array [salt, name, value] (RFC 9901 §4.2.1). Raises InvalidDisclosure."""
    if name not in NAMES:
        raise InvalidDisclosure(f"entries disclose only {', '.join(NAMES)}")
    try:
        array = json.dumps(
            [encoding.encode_url(salt), name, value],
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        ).encode()
    except (TypeError, ValueError) as error:
        raise InvalidDisclosure(f"the value of {name} cannot be written as JSON") from error
    return encoding.encode_url(array)


def digest(disclosure: str) -> str:
    """base64url(SHA-256(ASCII(disclosure))) (RFC 9901 §4.2.3)."""
    return encoding.encode_url(hashlib.sha256(disclosure.encode("ascii")).digest())


def decoy() -> str:
    """A digest of nothing: nobody can tell it from a real one (RFC 9901 §4.2.5)."""
    return encoding.encode_url(hashlib.sha256(secrets.token_bytes(32)).digest())


def commit(disclosures: Collection[str]) -> tuple[str, ...]:
    """The `_sd` of an entry: the disclosures' digests, filled up to eight with decoys, sorted.

    Raises InvalidDisclosure for more than eight, or the same one twice.
    """
    digests = {digest(text) for text in disclosures}
    if len(digests) != len(disclosures) or len(digests) > DIGESTS:
        raise InvalidDisclosure(f"an entry holds at most {DIGESTS} different disclosures")
    while len(digests) < DIGESTS:
        digests.add(decoy())
    return tuple(sorted(digests))


def open_disclosure(text: str) -> Disclosed:
    """Reads a disclosure without believing it. Raises InvalidDisclosure."""
    try:
        array = json.loads(encoding.decode_url(text).decode())
    except (ValueError, RecursionError) as error:
        raise InvalidDisclosure("not base64url of JSON") from error
    if not isinstance(array, list) or len(array) != 3 or not all(isinstance(part, str) for part in array[:2]):
        raise InvalidDisclosure("a disclosure is an array of salt, name and value")
    salt, name, value = array
    if name not in NAMES:
        raise InvalidDisclosure("a disclosure of a name that entries do not have")
    return Disclosed(salt, name, value)


def verify(entry: Entry, disclosures: Iterable[str]) -> dict[str, Any]:
    """The disclosed values by name, if the entry committed to each of them.

    Raises Mismatch for one that it did not commit to, and InvalidDisclosure for what is none or comes twice.
    """
    values: dict[str, Any] = {}
    for text in disclosures:
        disclosed = open_disclosure(text)
        if digest(text) not in entry.sd:
            raise Mismatch(f"seq {entry.seq}: the disclosed {disclosed.name} is not the one committed to")
        if disclosed.name in values:
            raise InvalidDisclosure(f"seq {entry.seq}: {disclosed.name} is disclosed twice")
        values[disclosed.name] = disclosed.value
    return values
