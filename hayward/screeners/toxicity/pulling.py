"""Brings Detoxify's published checkpoints to where torch keeps them, from their publisher or from a file."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from hayward.screeners.toxicity.choosing import PUBLISHED

BLOCK = 1 << 20
Tell = Callable[[int], None]


class WrongChecksum(Exception):
    """What was brought is not the published file: its digest does not begin as the file's name says."""


class UnableToPull(Exception):
    """The publisher could not be reached or refused; `str()` says so and what to do instead."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A checkpoint that now lies at `path`, with its sha256 for the operator to confirm."""

    path: Path
    sha256: str


def published_url(model: str) -> str:
    """Where Detoxify downloads this model from, by its own list."""
    from detoxify.detoxify import MODEL_URLS

    return str(MODEL_URLS[model])


def pull(model: str, url: str, folder: Path, *, tell: Tell) -> Pulled:
    """Downloads the checkpoint to `folder`; `tell` hears of each piece's bytes.

    Nothing of it is loaded. Raises UnableToPull, WrongChecksum; then nothing is left behind.
    """
    try:
        with (
            httpx.stream("GET", url, follow_redirects=True, timeout=60) as response,
            _arriving(model, folder) as arriving,
        ):
            response.raise_for_status()
            return arriving.take(response.iter_bytes(BLOCK), tell)
    except httpx.HTTPError as error:
        raise UnableToPull(
            f"{url} could not be downloaded ({type(error).__name__}). Download it elsewhere and give it with --from."
        ) from error


def copy(model: str, source: Path, folder: Path, *, tell: Tell) -> Pulled:
    """Copies a checkpoint that was brought some other way; as `pull` otherwise. Raises OSError, WrongChecksum."""
    with source.open("rb") as file, _arriving(model, folder) as arriving:
        return arriving.take(iter(lambda: file.read(BLOCK), b""), tell)


@dataclass(frozen=True)
class _Arriving:
    """A file that gets its name only when its digest begins as torch.hub's naming says: <name>-<8 hex>.ckpt."""

    target: Path
    file: IO[bytes]

    def take(self, blocks: Iterator[bytes], tell: Tell) -> Pulled:
        digest = hashlib.sha256()
        for block in blocks:
            digest.update(block)
            self.file.write(block)
            tell(len(block))
        self.file.flush()
        expected = self.target.stem.rpartition("-")[2]
        if not digest.hexdigest().startswith(expected):
            raise WrongChecksum(
                f"This is not the published {self.target.name}: its SHA-256 is {digest.hexdigest()}, which should "
                f"begin with {expected}. Nothing was kept; download it again."
            )
        Path(self.file.name).chmod(0o644)
        Path(self.file.name).replace(self.target)
        return Pulled(self.target, digest.hexdigest())


@contextmanager
def _arriving(model: str, folder: Path) -> Iterator[_Arriving]:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / PUBLISHED[model]
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{target.name}.", delete=False) as file:
        try:
            yield _Arriving(target, file)
        finally:
            Path(file.name).unlink(missing_ok=True)
