"""What one encoded image may cost, and the codes of what is wrong with one that costs more or cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "image-empty",
    "image-too-large",
    "image-corrupt",
    "image-format-refused",
    "image-timeout",
    "image-memory",
    "image-decoder-died",
    "box-outside-image",
    "screener-failed",
]
DETAILS: dict[Reason, str] = {
    "image-empty": "It has no bytes.",
    "image-too-large": "It has more pixels or bytes than the limit.",
    "image-corrupt": "The decoder gave it up as damaged.",
    "image-format-refused": "It is no JPEG, PNG, WebP or GIF.",
    "image-timeout": "Looking at it took longer than the limit.",
    "image-memory": "Looking at it needed more memory than the limit.",
    "image-decoder-died": "The decoder's process ended while looking at it.",
    "box-outside-image": "A box to blur or cover lies outside it.",
    "screener-failed": "The screener failed on it.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one image: pixels of a frame, bytes as stored, frames looked at, seconds, and bytes of memory.

    `memory` is what the decoding process may map beyond what it needs for its models.
    """

    pixels: int = 40_000_000
    encoded: int = 128 << 20
    frames: int = 5
    seconds: float = 60.0
    memory: int = 1 << 30


class UnreadableImage(Exception):
    """An image could not be looked at; `reason` is one of DETAILS."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(DETAILS[reason])
        self.reason: Reason = reason
