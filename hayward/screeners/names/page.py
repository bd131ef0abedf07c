"""A stretch of texts as characters: what the rules of names and addresses search, and how they say what they found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.names.anchors import Anchors
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.spans import Evidence
from hayward.screeners.pii.stretch import stretches

# Start and end (exclusive) in the page's text, score, and why.
Row = tuple[int, int, float, Evidence]
WINDOW = 80
_SPACELESS = re.compile(r"(?:[0-9０-９][0-9０-９-]{0,8} ?)?[〒\u3040-\u9fff\uac00-\ud7af][^\n\0]{0,1000}")
_NUMBER_BEFORE = 10


@dataclass(frozen=True)
class Page:
    """Consecutive texts of a column, joined by NUL; `starts[i]` is where text `first + i` begins, in code points."""

    text: str
    starts: NDArray[np.int64]
    first: int

    def bounds(self, number: int) -> tuple[int, int]:
        """Where the text of that number in the page begins and ends."""
        starts = self.starts
        return int(starts[number]), int(starts[number + 1]) if number + 1 < len(starts) else len(self.text)

    @cached_property
    def folded(self) -> str:
        """The text in small letters, character for character."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "İ".join(part.lower() for part in self.text.split("İ"))  # the one that is two when small

    @cached_property
    def anchors(self) -> Anchors:
        return Anchors(self.text, self.folded)

    @cached_property
    def spaceless(self) -> list[tuple[int, int]]:
        """The parts that hold Chinese, Japanese or Korean, from the first such sign of a line on."""
        if self.text.isascii():
            return []
        found: list[tuple[int, int]] = []
        done = 0
        for place in self.anchors.spaceless.tolist():
            if place >= done:
                match = _SPACELESS.search(self.text, max(done, place - _NUMBER_BEFORE))
                if match is None:
                    break
                found.append(match.span())
                done = match.end()
        return found

    def near(self, words: Words, start: int, end: int) -> str | None:
        """The nearest of the words around a span, as Words.near."""
        begin = max(0, start - WINDOW)
        before, inside = self.text[begin:start].encode(), self.text[start:end].encode()
        window = before + inside + self.text[end : end + WINDOW].encode()
        return words.near(window, len(before), len(before) + len(inside))

    def line_end(self, start: int, *, reach: int) -> int:
        """Where the line that `start` lies in ends, `reach` characters on at the latest."""
        ends = (self.text.find(sign, start, start + reach) for sign in "\n\r\0")
        return min((end for end in ends if end >= 0), default=min(len(self.text), start + reach))


def pages(column: pa.LargeStringArray) -> Iterator[Page]:
    """The texts of a column in pages of about a mebibyte; nulls count as empty."""
    for stretch in stretches(column):
        starts = stretch.starts - np.searchsorted(stretch.continuations, stretch.starts)
        yield Page(stretch.text.decode(), starts, stretch.first)


@dataclass(frozen=True)
class Finder:
    """One way to find a kind: takes a page, yields rows in any order, in time linear in the text."""

    kind: str
    find: Callable[[Page], Iterable[Row]]
    examples: tuple[Example, ...]
