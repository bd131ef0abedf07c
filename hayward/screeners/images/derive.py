"""What is made of an image for others to see: derivatives for patches, previews for moderators, hashes for memory.

All of it happens in a child process with the limits of the screener.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from hayward.screeners.images.limits import Limits, UnreadableImage
from hayward.screeners.images.process import Child

# left, top, right, bottom in pixels of the upright image
Box = tuple[int, int, int, int]
DEFAULT_LIMITS = Limits()

__all__ = ["Box", "Limits", "UnreadableImage", "derive", "perceptual_hash", "preview"]


def derive(
    encoded: bytes,
    *,
    blur: Sequence[Box] = (),
    cover: Sequence[Box] = (),
    drop_metadata: bool = True,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """The image upright and encoded anew in its own format, the same bytes for the same call.

    Boxes to `blur` keep a few means of colour, boxes to `cover` become black; both in every frame of an animation, and
    both reach at most to the edge. Without metadata, colours are brought to sRGB. Raises UnreadableImage.
    """
    head = {
        "task": "derive",
        "blur": [list(box) for box in blur],
        "cover": [list(box) for box in cover],
        "drop_metadata": drop_metadata,
    }
    return _child(limits).ask(head, encoded)[1]


def preview(encoded: bytes, *, size: int = 320, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """A grey, blurred JPEG without metadata, `size` pixels on its longer side: what is shown before a reveal.

    Raises UnreadableImage.
    """
    return _child(limits).ask({"task": "preview", "size": size}, encoded)[1]


def perceptual_hash(encoded: bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[bytes, int]:
    """The PDQ hash (32 bytes) of an image and its quality (0..100; below 50 it says too little to match by).

    Raises UnreadableImage.
    """
    answer, hash_ = _child(limits).ask({"task": "pdq"}, encoded)
    return hash_, answer["quality"]


@lru_cache(maxsize=4)
def _child(limits: Limits) -> Child:
    return Child(limits=limits)
