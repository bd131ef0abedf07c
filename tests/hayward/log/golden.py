"""The keys of the golden log and logs made for tests, all through the library's own acts."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hayward.log import disclosures, entries, merkle, notes
from hayward.log.checkpoint import Checkpoint, sign_checkpoint

ORIGIN = "hayward.example/log/demo"
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
SUBJECT_KEY = b"\x11" * 32
POLICY = "1@" + "ab" * 32
VKEY = notes.verifier_of(ORIGIN, KEY).vkey


def make_entry(seq: int, *, ds: str = "demo", act: str = "remove", ref: int | None = None) -> bytes:
    disclosed = disclosures.disclosure(disclosures.salt(SUBJECT_KEY, ds, seq, "item"), "item", {"row": seq})
    return entries.build(
        ds=ds,
        seq=seq,
        t=1763800000,
        act=act,
        rsn="pii.email",
        pol=POLICY,
        rev="1.0",
        ref=ref,
        sd=disclosures.commit([disclosed]),
    )


def make_log(size: int, *, ds: str = "demo") -> list[bytes]:
    return [make_entry(seq, ds=ds) for seq in range(size)]


def sign_log(leaves: list[bytes], *, origin: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> str:
    return sign_checkpoint(Checkpoint(origin, len(leaves), merkle.root(leaves)), key)
