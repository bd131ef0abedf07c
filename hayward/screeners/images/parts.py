"""Which parts of the screener run, what each needs, and how closely they look."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from hayward.screeners.base import UnableToLoad

Part = Literal["metadata", "hashes", "faces", "nudity", "text"]
Care = Literal["quick", "thorough"]
PARTS: tuple[Part, ...] = get_args(Part)
NEEDS: Mapping[Part, tuple[str, ...]] = {
    "metadata": ("PIL",),
    "hashes": ("PIL", "pdqhash"),
    "faces": ("PIL", "cv2", "onnxruntime", "onnx", "nudenet"),
    "nudity": ("PIL", "cv2", "onnxruntime", "nudenet"),
    "text": ("PIL", "cv2", "onnxruntime", "rapidocr"),
}
PARTS_SETTING, CARE_SETTING = "HAYWARD_IMAGES", "HAYWARD_IMAGES_CARE"


@dataclass(frozen=True, slots=True)
class Sides:
    """The longer side, in pixels, that each network is given."""

    nudity: int
    faces: int


SIDES: Mapping[Care, Sides] = {"quick": Sides(224, 192), "thorough": Sides(320, 512)}


def chosen_parts(environment: Mapping[str, str] = os.environ) -> tuple[Part, ...]:
    """The parts that HAYWARD_IMAGES names; by default all whose libraries are installed.

    Raises UnableToLoad for an unknown part, and where a library of a part that was named is missing.
    """
    named = [name.strip() for name in environment.get(PARTS_SETTING, "").split(",") if name.strip()]
    unknown = [name for name in named if name not in PARTS]
    if unknown:
        raise UnableToLoad(f"{PARTS_SETTING} names {unknown[0]!r}. Known parts: {', '.join(PARTS)}.")
    wanted = [part for part in PARTS if not named or part in named]
    lacking = {part: missing(part) for part in wanted}
    if named and any(lacking.values()):
        part, names = next((part, names) for part, names in lacking.items() if names)
        raise UnableToLoad(f"The part {part} needs {', '.join(names)}: pip install 'hayward[images]'.")
    able = tuple(part for part in wanted if not lacking[part])
    if not able:
        raise UnableToLoad("The screener images needs Pillow: pip install 'hayward[images]'.")
    return able


def chosen_care(environment: Mapping[str, str] = os.environ) -> Care:
    """How closely to look, from HAYWARD_IMAGES_CARE. Raises UnableToLoad for an unknown word."""
    care = environment.get(CARE_SETTING) or "quick"
    if care not in SIDES:
        raise UnableToLoad(f"{CARE_SETTING} is {care!r}. It may be {' or '.join(SIDES)}.")
    return "thorough" if care == "thorough" else "quick"


def missing(part: Part) -> tuple[str, ...]:
    """The packages that a part needs and that are not installed."""
    return tuple(name for name in NEEDS[part] if importlib.util.find_spec(name) is None)
