"""The PDQ hash of pixels, and how much there is in them to tell them by."""

from __future__ import annotations

import numpy as np

from hayward.screeners.images.opening import Opened, Pixels, small_luma

# PDQ shrinks what it is given to 64 pixels; from 128 the hash is close to that of the full picture.
SIDE = 128
# "discard hashes with quality below 50": Facebook, hashing.pdf of PDQ, "Quality metric".
LEAST_QUALITY = 50


def pdq_of(luma: Pixels) -> tuple[bytes, int]:
    """The hash (32 bytes) and the quality (0..100) of a picture in grey."""
    import pdqhash

    vector, quality = pdqhash.compute(np.repeat(luma[:, :, None], 3, axis=2))
    return np.packbits(vector.astype(np.uint8)).tobytes(), int(quality)


def pdq_of_image(opened: Opened) -> tuple[bytes, int]:
    """The hash and the quality of an image's first frame, upright, by reduced decoding."""
    return pdq_of(small_luma(opened, SIDE))
