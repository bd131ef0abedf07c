"""Text in pixels, by RapidOCR (PP-OCR models, inside its wheel), where a first look at a small copy sees some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from hayward.screeners.images.detecting import Box
from hayward.screeners.images.opening import Pixels

# The detector at 256 pixels costs an eighth of what it costs in full, and sees 19 of 20 pictures with text in them;
# edges and runs of strokes, counted without a network, saw 8 of 10 and mistook every second photograph.
GLANCE_SIDE = 256
# Lines are looked for in a copy of this size, which bounds the memory, and read from the picture itself.
READ_SIDE = 960
SEEN_SIDE = 2000
SMALLEST_SIDE = 16
MOST_LINES, LONGEST_LINE = 400, 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as read, how sure the reader is, and its box in pixels of what was looked at."""

    text: str
    score: float
    box: Box


class Reader:
    """Reads lines of text."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        one = "EngineConfig.onnxruntime"
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": SEEN_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": READ_SIDE,
                f"{one}.intra_op_num_threads": 1,
                f"{one}.inter_op_num_threads": 1,
            }
        )

    def glance(self, pixels: Pixels) -> bool:
        """Whether there seems to be text."""
        import cv2

        height, width = pixels.shape[:2]
        if min(height, width) < SMALLEST_SIDE:
            return False
        scale = min(1.0, GLANCE_SIDE / max(height, width))
        size = max(SMALLEST_SIDE, round(width * scale)), max(SMALLEST_SIDE, round(height * scale))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        seen = self._engine(
            _bgr(small.astype(np.uint8, copy=False)), use_det=True, use_cls=False, use_rec=False
        )
        return getattr(seen, "boxes", None) is not None

    def __call__(self, pixels: Pixels) -> Iterator[Line]:
        if not self.glance(pixels):
            return
        read = self._engine(_bgr(pixels), use_det=True, use_cls=False, use_rec=True)
        rows = zip(read.txts or (), read.scores or (), () if read.boxes is None else read.boxes, strict=False)
        for text, score, corners in list(rows)[:MOST_LINES]:
            yield Line(text[:LONGEST_LINE], float(score), _around(corners))


def _bgr(pixels: Pixels) -> Pixels:
    return pixels[:, :, ::-1].copy()


def _around(corners: Any) -> Box:
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return left, top, right, bottom
