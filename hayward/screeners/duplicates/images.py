"""What is kept of an encoded image to know it again: the digest of its bytes and its PDQ hash."""

from __future__ import annotations

import hashlib

from hayward.screeners.images.derive import perceptual_hash
from hayward.screeners.images.pdq import LEAST_QUALITY


def bytes_digest(encoded: bytes | memoryview) -> bytes:
    """SHA-256 of the file: its content digest."""
    return hashlib.sha256(encoded).digest()


def pdq_hash(encoded: bytes) -> bytes | None:
    """The PDQ hash, None of a picture with too little in it to be told by. Raises UnreadableImage, UnableToLoad."""
    hash_, quality = perceptual_hash(encoded)
    return hash_ if quality >= LEAST_QUALITY else None
