"""Texts as windows of at most as many tokens as a model reads, so that nothing after the first ones is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# A longer text is cut before it is turned into tokens: tokenizers keep some hundred bytes per token.
PART = 100_000
PART_OVERLAP = 256


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens of one window with the model's special tokens, and its span in code points of the text."""

    ids: list[int]
    start: int
    end: int


@dataclass(frozen=True)
class Windower:
    """Cuts texts for a model of `maximum` tokens; neighbouring windows share an eighth of their tokens.

    `tokenizer` is a fast one (Hugging Face tokenizers): its offsets are code points.
    """

    tokenizer: Tokenizer
    maximum: int

    @cached_property
    def _frame(self) -> tuple[list[int], list[int]]:
        """Special tokens before and after every window: [CLS] … [SEP], or <s> … </s>."""
        empty = self.tokenizer.encode("").ids
        return empty[:1], empty[1:]

    def windows(self, text: str) -> list[Window]:
        """At least one; a text of one window has it from its start to its end."""
        found = [window for begin, part in _parts(text) for window in self._of_part(part, begin)]
        if len(found) == 1:
            return [Window(found[0].ids, 0, len(text))]
        return found

    def _of_part(self, part: str, shift: int) -> Iterator[Window]:
        encoded = self.tokenizer.encode(part, add_special_tokens=False)
        before, after = self._frame
        room = self.maximum - len(before) - len(after)
        ids, offsets = encoded.ids, encoded.offsets
        for begin in _begins(len(ids), room):
            chosen = slice(begin, begin + room)
            span = offsets[chosen] or [(0, len(part))]
            yield Window([*before, *ids[chosen], *after], shift + span[0][0], shift + span[-1][1])


def _begins(tokens: int, room: int) -> list[int]:
    """Where windows begin: an eighth of overlap, the last one full."""
    if tokens <= room:
        return [0]
    step = room - room // 8
    return [*range(0, tokens - room, step), tokens - room]


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Parts of bounded size with where they begin, cut at white space where there is some, a little overlapping."""
    begin = 0
    while len(text) - begin > PART:
        end = text.rfind(" ", begin + PART // 2, begin + PART)
        end = begin + PART if end < 0 else end
        yield begin, text[begin:end]
        begin = end - PART_OVERLAP
    yield begin, text[begin:]
