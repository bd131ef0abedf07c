"""Phrases by language, found in a page in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hayward.screeners.names.anchors import Beginnings, matches
from hayward.screeners.names.page import Page


class Phrase(NamedTuple):
    """A phrase that stands at `start` to `end`; `language` is the first one that lists it."""

    start: int
    end: int
    language: str
    words: str

    def context(self, start: int) -> str:
        """How a hit that begins at `start` names the phrase before it: "en:my name is@-1"."""
        return f"{self.language}:{self.words}@{self.end - start}"


class Phrases:
    """Whole words in any case; each phrase is a regular expression of literals with '|' between phrases."""

    def __init__(self, before: str = r"(?<!\w)", after: str = r"(?!\w)", **by_language: str) -> None:
        self.languages: dict[str, str] = {}
        for language, listed in by_language.items():
            for phrase in listed.split("|"):
                self.languages.setdefault(phrase.strip(), language)
        self._beginnings = Beginnings(self.languages)
        self._pattern = re.compile(before + _alternation(self.languages) + after, re.MULTILINE)

    def finditer(self, page: Page) -> Iterator[Phrase]:
        for match in matches(self._pattern, page.folded, self._beginnings.places(page.anchors)):
            words = match.group()
            yield Phrase(match.start(), match.end(), self.languages[words], words)


def _alternation(phrases: Mapping[str, str]) -> str:
    """The phrases, longest first, grouped by their beginnings: a search then tries few branches at each place."""
    groups: dict[str, list[str]] = defaultdict(list)
    for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
        groups[phrase[0]].append(re.escape(phrase[1:]))
    return "(?:" + "|".join(f"{re.escape(head)}(?:{'|'.join(rest)})" for head, rest in groups.items()) + ")"
