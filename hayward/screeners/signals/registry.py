"""Registry lists: domains and URLs whose owners opted out, by the million."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.signals.evidence import Signal, said

MOST_LABELS = 16


class Registry:
    """Entries by the first eight bytes of their BLAKE2b: eight bytes each, and by accident none is taken for another.

    An entry is a domain (`example.org`, which covers its subdomains) or a URL with a path (`https://example.org/a`,
    which covers that page alone).
    """

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self._hashes = np.unique(hashes)
        self.digest = hashlib.sha256(self._hashes.tobytes()).hexdigest()

    def __len__(self) -> int:
        return len(self._hashes)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Registry:
        """Reads files with an entry per line; `#` begins a comment. Raises UnableToLoad."""
        hashes = []
        for path in paths:
            try:
                with path.open(encoding="utf-8", errors="replace") as lines:
                    hashes.append(np.fromiter(_entries(lines), np.uint64))
            except OSError as error:
                raise UnableToLoad(
                    f"HAYWARD_OPT_OUT_LISTS: {path} cannot be read: {error.strerror}."
                ) from error
        return cls(np.concatenate(hashes) if hashes else np.empty(0, np.uint64))

    def signals(self, url: str) -> Iterator[Signal]:
        """What the lists say about a URL or domain; nothing where it is not in them, which is no yes."""
        names = _names(url)
        asked = np.array([_hash(name) for name in names], np.uint64)
        if not len(self) or not len(asked):
            return
        places = np.minimum(np.searchsorted(self._hashes, asked), len(self) - 1)
        for place in np.flatnonzero(self._hashes[places] == asked).tolist():
            yield said("registry", "train-ai", "n", names[place], subject=names[place])


def _entries(lines: Iterable[str]) -> Iterator[int]:
    for line in lines:
        entry = line.partition("#")[0].strip()
        if entry:
            host, page = _host_and_page(entry)
            yield _hash(page or host)


def _names(url: str) -> list[str]:
    """The page and the domains that it lies in, the narrowest first."""
    host, page = _host_and_page(url)
    labels = host.split(".")[-MOST_LABELS:]
    domains = [".".join(labels[first:]) for first in range(len(labels) - 1)]
    return [name for name in (page, *domains) if name]


def _host_and_page(text: str) -> tuple[str, str]:
    """The host in small letters, and host, path and query together where there is a path."""
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", ""
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return host, host + path if host and path else ""


def _hash(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
