"""Decides which folders and URLs the server may read shards from."""

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings


class NotAllowed(Exception):
    """The place lies outside what the operator opened to Hayward."""


def allowed_roots() -> Sequence[str]:
    """The folders and URL prefixes the operator allows (`HAYWARD_DATA_ROOTS`)."""
    roots: Sequence[str] = settings.HAYWARD_DATA_ROOTS
    return roots


def checked(place: str) -> str:
    """The place with symbolic links resolved, when it lies below an allowed root; else raises `NotAllowed`.

    `place` is a folder, file, glob or fsspec URL. A glob is judged by the folder before its first wildcard.
    """
    if _is_remote(place):
        return _checked_remote(place)
    resolved = os.path.realpath(place)
    if not any(
        _is_below(resolved, os.path.realpath(root)) for root in allowed_roots() if not _is_remote(root)
    ):
        raise NotAllowed(
            f"{place} is outside the folders this server may read. "
            "Ask the operator to add its folder to HAYWARD_DATA_ROOTS."
        )
    return resolved


def _checked_remote(place: str) -> str:
    if ".." in urlsplit(place).path.split("/"):
        raise NotAllowed(f"{place} must not contain '..'.")
    if not any(_is_remote(root) and _is_below(place, root.rstrip("/")) for root in allowed_roots()):
        raise NotAllowed(
            f"{place} is not below a URL this server may read. Ask the operator to add it to HAYWARD_DATA_ROOTS."
        )
    return place


def _is_remote(place: str) -> bool:
    return "://" in place


def _is_below(place: str, root: str) -> bool:
    return place == root or place.startswith(root.rstrip("/") + "/")
