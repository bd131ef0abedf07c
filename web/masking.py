"""Turns a text with findings into pieces that a page can show: covered by default, odd characters made visible."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from moderation.kinds import FindingKind

LONG = 1200  # a stretch without findings that is longer is cut in its middle
EDGE = 400  # what is left of it on either side
MOST = 200_000  # and even "show all" sends no more of one stretch

# Controls (but tab and line ends), soft hyphen, bidirectional and zero-width characters, tags.
UNSEEN = re.compile(
    "(\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff])"
)

Shape = Literal["text", "chip", "cut", "mask", "mark"]


@dataclass(frozen=True, slots=True)
class Cover:
    """A stretch of a text to be covered, in code points, end exclusive, and what a screener took it for."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What a page shows in one go: text, a chip for an unseen character, a cut, a mask, or a shown finding.

    `label` says what a mask or mark is, or which character a chip stands for; `inner` is what a mark holds.
    """

    shape: Shape
    text: str = ""
    label: str = ""
    inner: tuple["Piece", ...] = ()


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    kinds: tuple[str, ...]


def pieces(text: str, covers: Iterable[Cover], *, shown: bool, whole: bool) -> list[Piece]:
    """The text in order. With `shown` the findings are marked, else masked; with `whole` nothing is cut."""
    out: list[Piece] = []
    at = 0
    for stretch in _merged(covers, len(text)):
        out.extend(_plain(text[at : stretch.start], whole=whole))
        out.append(_marked(text, stretch, whole=whole) if shown else _masked(stretch))
        at = stretch.end
    out.extend(_plain(text[at:], whole=whole))
    return out


def is_cut(shown: Sequence[Piece]) -> bool:
    """Whether anything was left out for its length."""
    return any(piece.shape == "cut" or is_cut(piece.inner) for piece in shown)


def described(kinds: Iterable[str]) -> str:
    """Kinds of finding in words, as one phrase."""
    names = [FindingKind(kind).label for kind in kinds]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _merged(covers: Iterable[Cover], length: int) -> list[_Stretch]:
    out: list[_Stretch] = []
    for cover in sorted(covers, key=lambda cover: (cover.start, -cover.end)):
        start, end = max(0, cover.start), min(cover.end, length)
        if start >= end:
            continue
        if out and start < out[-1].end:
            last = out.pop()
            kinds = tuple(dict.fromkeys([*last.kinds, cover.kind]))
            out.append(_Stretch(last.start, max(last.end, end), kinds))
        else:
            out.append(_Stretch(start, end, (cover.kind,)))
    return out


def _masked(stretch: _Stretch) -> Piece:
    count = stretch.end - stretch.start
    unit = "character" if count == 1 else "characters"
    return Piece(
        "mask", text=f"[{described(stretch.kinds)}, {count:,} {unit}]", label=described(stretch.kinds)
    )


def _marked(text: str, stretch: _Stretch, *, whole: bool) -> Piece:
    inner = tuple(_plain(text[stretch.start : stretch.end], whole=whole))
    return Piece("mark", label=described(stretch.kinds), inner=inner)


def _plain(text: str, *, whole: bool) -> Iterator[Piece]:
    limit, edge = (MOST, MOST // 2) if whole else (LONG, EDGE)
    if len(text) <= limit:
        yield from _visible(text)
        return
    yield from _visible(text[:edge])
    yield Piece("cut", text=f"{len(text) - 2 * edge:,} characters not shown")
    yield from _visible(text[-edge:])


def _visible(text: str) -> Iterator[Piece]:
    for part in UNSEEN.split(text):
        if UNSEEN.fullmatch(part):
            yield Piece(
                "chip", text=f"U+{ord(part):04X}", label=unicodedata.name(part, "control character").lower()
            )
        elif part:
            yield Piece("text", text=part)
