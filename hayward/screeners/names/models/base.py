"""What a model of names is: it reads texts of any length in windows and yields labelled places."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from hayward.screeners.base import UnableToLoad
from hayward.screeners.names.page import Page, Row
from hayward.screeners.pii.spans import Evidence

# Labels as models spell them, without B- and I-: OntoNotes and CoNLL (spaCy, Stanza, most exports), the PII models
# ai4privacy, Piiranha, StarPII and GLiNER's prompts. What is not here is none of our kinds.
LABELS: Mapping[str, str] = {
    **dict.fromkeys(
        ("PER", "PERSON", "NAME", "PATIENT", "FULLNAME", "FULL_NAME", "FULL NAME", "PERSON_NAME", "PERSON NAME"
         ,"GIVENNAME", "SURNAME", "FIRSTNAME", "LASTNAME", "MIDDLENAME", "FIRST_NAME", "LAST_NAME", "GIVENNAME1"
         ,"GIVENNAME2", "LASTNAME1", "LASTNAME2", "LASTNAME3", "PRIVATE_PERSON"),
        "person_name",
    ),
    **dict.fromkeys(
        ("ADDRESS", "STREET", "STREETADDRESS", "STREET_ADDRESS", "STREET ADDRESS", "HOME ADDRESS", "BUILDINGNUM"
         ,"BUILDINGNUMBER", "SECONDARYADDRESS", "FULL_ADDRESS", "PRIVATE_ADDRESS"
         ,"LOCATION ADDRESS"),
        "street_address",
    ),
}  # fmt: skip
# A first and a last name, a street and its number, side by side, are one: so many characters may stand between.
WIDEST_GAP = 2
OUTER_PUNCTUATION = " \t\r\n.,;:!?\"“”„'’‘()[]<>"


class Place(NamedTuple):
    """Code points of one text that a model labels, with its probability (a fixed one where it tells none)."""

    start: int
    end: int
    label: str
    score: float


class Labeller(Protocol):
    """Labels texts. `window` is the most code points it takes at once; it raises UnableToLoad, never truncates."""

    @property
    def engine(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def window(self) -> int: ...

    def label(self, texts: Sequence[str]) -> Iterable[Sequence[Place]]: ...


class Model:
    """A labeller over pages: cuts long texts into windows that overlap, and maps its labels to our kinds."""

    OVERLAP = 200

    def __init__(self, labeller: Labeller) -> None:
        self.labeller = labeller
        self.identity = {"engine": labeller.engine, "digest": labeller.digest}

    def find(self, page: Page) -> Iterator[Row]:
        cuts = list(self._cuts(page))
        labelled = self.labeller.label([page.text[start:end] for start, end, *_ in cuts])
        for (start, _, low, high), places in zip(cuts, labelled, strict=True):
            for place in joined(page.text[start:], ours(places)):
                # What lies in the overlap belongs to the window that has its first character farther from an edge.
                if low <= start + place.start < high:
                    evidence = Evidence(place.label, f"name.{self.labeller.engine}/1", self.labeller.engine)
                    yield start + place.start, start + place.end, place.score, evidence

    def _cuts(self, page: Page) -> Iterator[tuple[int, int, int, int]]:
        """Windows (start, end) over all texts of the page, and the part (low, high) that each answers for."""
        ends = [*(int(start) - 1 for start in page.starts[1:]), len(page.text.rstrip("\0"))]
        for begin, end in zip(page.starts.tolist(), ends, strict=True):
            yield from windows(page.text, begin, end, self.labeller.window, self.OVERLAP)


def windows(text: str, begin: int, end: int, size: int, overlap: int) -> Iterator[tuple[int, int, int, int]]:
    """Cuts [begin, end) into windows of at most `size` characters that begin and end between words."""
    start = low = begin
    while start < end:
        stop = _between_words(text, min(end, start + size), start + size // 2) if start + size < end else end
        high = end if stop == end else stop - overlap // 2
        if text[start:stop].strip():
            yield start, stop, low, high
        if stop == end:
            return
        low = high
        start = _between_words(text, max(start + 1, stop - overlap), start + 1)


def _between_words(text: str, place: int, least: int) -> int:
    """The nearest place at or before `place`, after `least`, that follows a space; `place` where there is none."""
    space = max(text.rfind(" ", least, place), text.rfind("\n", least, place))
    return space + 1 if space >= 0 else place


def ours(places: Iterable[Place]) -> list[Place]:
    """The places of labels that we know, in order, under our kinds."""
    known = ((place, LABELS.get(_plain(place.label))) for place in places)
    return sorted(Place(place.start, place.end, kind, place.score) for place, kind in known if kind)


def _plain(label: str) -> str:
    return (
        label.split("-", 1)[1].upper() if label[:2] in {"B-", "I-", "E-", "S-", "L-", "U-"} else label.upper()
    )


def joined(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """Places trimmed of outer punctuation, those of one kind side by side made one."""
    last: Place | None = None
    for place in places:
        trimmed = _trimmed(text, place)
        if trimmed is None:
            continue
        if last and last.label == trimmed.label and _touch(text, last, trimmed):
            score = min(last.score, trimmed.score)
            last = Place(last.start, max(last.end, trimmed.end), last.label, score)
            continue
        if last:
            yield last
        last = trimmed
    if last:
        yield last


def _touch(text: str, first: Place, second: Place) -> bool:
    between = text[first.end : second.start]
    return len(between) <= WIDEST_GAP and not between.strip(
        " ,-’'" if first.label == "street_address" else " -’'"
    )


def _trimmed(text: str, place: Place) -> Place | None:
    inside = text[place.start : place.end]
    start = place.start + len(inside) - len(inside.lstrip(OUTER_PUNCTUATION))
    end = place.end - (len(inside) - len(inside.rstrip(OUTER_PUNCTUATION)))
    return Place(start, end, place.label, place.score) if end > start else None


def folder_digest(folder: Path) -> str:
    """sha256 (hex) over names and bytes of all files of a model; raises UnableToLoad."""
    whole = hashlib.sha256()
    try:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            with path.open("rb") as file:
                whole.update(f"{path.relative_to(folder).as_posix()}\0".encode())
                whole.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise UnableToLoad(f"The model in {folder} cannot be read: {error.strerror}.") from error
    return whole.hexdigest()
