"""Remembers which key each log had when first met, so that a changed key is noticed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import platformdirs

from hayward.client.files import atomic_file
from hayward.log.errors import VerificationFailed
from hayward.log.notes import Verifier
from hayward.log.verify import parse_vkey

OFFLINE = "offline"
"""Stands for the server of a log that was only ever met as files."""


class ChangedKey(VerificationFailed):
    """The log now has another key than the one pinned: a rotation that was announced, or a forgery."""


class Pins:
    """The pinned keys, one small file for each server and dataset below `folder`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or platformdirs.user_state_path("hayward") / "log-keys"

    def path(self, *, server: str, dataset: str) -> Path:
        return self.folder / quote(server, safe="") / f"{quote(dataset, safe='')}.vkey"

    def pinned(self, *, server: str, dataset: str) -> Verifier | None:
        """The pinned key, None before the first meeting. Raises hayward.log.errors.Malformed."""
        try:
            return parse_vkey(self.path(server=server, dataset=dataset).read_text())
        except FileNotFoundError:
            return None

    def pin(self, verifier: Verifier, *, server: str, dataset: str) -> Path:
        """Remembers a key in place of any earlier one."""
        path = self.path(server=server, dataset=dataset)
        with atomic_file(path) as file:
            file.write(f"{verifier.vkey}\n".encode())
        return path

    def check(self, verifier: Verifier, *, server: str, dataset: str) -> bool:
        """Whether the key is the pinned one; False before the first meeting. Raises ChangedKey."""
        pinned = self.pinned(server=server, dataset=dataset)
        if pinned is None:
            return False
        if pinned != verifier:
            raise ChangedKey(
                f"the key of the log of {dataset} at {server} has changed, and nothing was fetched.\n"
                f"  pinned: {pinned.vkey}\n  now:    {verifier.vkey}\n"
                "If its keepers announced the change, run again with --vkey and the new key as they "
                "published it. If not, somebody may be forging the log."
            )
        return True

    def of_origin(self, origin: str) -> list[Verifier]:
        """All pinned keys that speak for a log, whichever server it was met at."""
        found = [parse_vkey(path.read_text()) for path in sorted(self.folder.glob("*/*.vkey"))]
        return [verifier for verifier in dict.fromkeys(found) if verifier.name == origin]
