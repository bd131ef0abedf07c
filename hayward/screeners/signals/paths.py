"""Path patterns of robots.txt and its kin."""

from __future__ import annotations

from urllib.parse import urlsplit


def path_of(url: str) -> str:
    """Path and query of a URL, "/" where it cannot be read."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches the beginning of a path: `*` is any run of characters, `$` at the end the end.

    RFC 9309, sections 2.2.2 and 2.2.3. Takes time linear in the path for each `*`, as nothing is tried twice.
    """
    anchored = pattern.endswith("$")
    first, *rest = (pattern[:-1] if anchored else pattern).split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    if not rest:
        return not anchored or place == len(path)
    for piece in rest[:-1]:
        place = path.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    last = rest[-1]
    if anchored:
        return len(path) - len(last) >= place and path.endswith(last)
    return path.find(last, place) >= 0
