"""The subject index: names for values by which whoever brings the same value finds it, and nobody reads it back."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from hayward.screeners.pii.subjects import SUBJECT_KINDS, normalised

__all__ = ["SUBJECT_KINDS", "SubjectIndex"]

SECRET_BYTES = 32


class SubjectIndex:
    """The secret under which values are digested; two indexes with different secrets cannot be joined.

    A digest is HMAC-SHA256 (RFC 2104) over `hayward-subject/1`, the kind and the value in its one normal spelling, with
    NUL between them.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"A subject key has at least {SECRET_BYTES} bytes, this one has {len(secret)}.")
        self._secret = secret
        self._digest = lru_cache(maxsize=4096)(self._made)

    def digest(self, kind: str, value: str) -> str | None:
        """The digest (hex) of a value of that kind; None where the kind names nobody or the value is none of it."""
        return self._digest(kind, value) if kind in SUBJECT_KINDS else None

    def _made(self, kind: str, value: str) -> str | None:
        spelled = normalised(kind, value)
        if not spelled:
            return None
        message = "\0".join(("hayward-subject/1", kind, spelled)).encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()
