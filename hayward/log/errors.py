"""The four ways in which a log fails verification."""

from __future__ import annotations


class VerificationFailed(Exception):
    """Parent of all: the log must not be believed. `str()` says why and where."""


class Malformed(VerificationFailed):
    """The checkpoint, key or file is not in the format at all, so nothing can be said about its content."""


class Untrusted(VerificationFailed):
    """The checkpoint carries no valid signature of the trusted key, or speaks for another log."""


class Tampered(VerificationFailed):
    """The entries are not those that were signed.

    `seq` is the first bad entry where the evidence tells it, else None: a root hash alone says that some
    entry changed, not which.
    """

    def __init__(self, *, seq: int | None, why: str) -> None:
        where = "somewhere in the log" if seq is None else f"first bad entry: seq {seq}"
        super().__init__(f"{why} ({where})")
        self.seq = seq
        self.why = why


class RolledBack(VerificationFailed):
    """The log is shorter than one that its keeper signed before."""
