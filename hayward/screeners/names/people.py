"""Reads a person's name at a place in a text, and says how sure the list of names makes it."""

from __future__ import annotations

from dataclasses import dataclass

from hayward.screeners.names.letters import NAME_AT, WORD
from hayward.screeners.names.listing import NEVER, ORGANISED, fold, name_list

KIND = "person_name"
# Particles that no name begins with where the words before call for one: "Herr der Ringe", "my name is the ...".
LATER = frozenset("de des del de la le el al y e d das den der dos do da du l te".split())


@dataclass(frozen=True, slots=True)
class Person:
    """A name in a text: its place and its words, particles and initials among them."""

    start: int
    end: int
    words: tuple[str, ...]

    @property
    def is_listed(self) -> bool:
        """Whether it begins with a listed given name, or ends with a listed name."""
        names = name_list()
        return names.is_given(self.words[0]) or names.is_known(self.words[-1])

    @property
    def ends_listed(self) -> bool:
        return name_list().is_known(self.words[-1])

    @property
    def begins_listed(self) -> bool:
        return name_list().is_given(self.words[0])

    @property
    def is_full(self) -> bool:
        """Whether it is more than one word."""
        return len(self.words) > 1


def person_at(text: str, start: int) -> Person | None:
    """The name that begins just at `start`, without what cannot belong to it; None where none does."""
    match = NAME_AT.match(text, start)
    if match is None:
        return None
    kept: list[tuple[str, int]] = []
    for word in WORD.finditer(text, start, match.end()):
        folded = fold(word.group())
        if folded in ORGANISED:
            return None
        if folded in NEVER and len(folded) > 1 and not word.group().islower():
            break
        kept.append((word.group(), word.end()))
    while kept and kept[-1][0].islower():
        kept.pop()
    if not kept or fold(kept[0][0]) in LATER or not any(len(word) > 1 for word, _ in kept):
        return None
    words, end = tuple(word for word, _ in kept), kept[-1][1]
    if text[end : end + 1] == "." and words[-1] in {"Jr", "Sr"}:
        end += 1
    return Person(start, end, words)


def person_in_any_case(text: str, start: int, limit: int = 40) -> Person | None:
    """A name in small letters that begins with a listed given name: "my name is ann lee"."""
    names = name_list()
    kept: list[tuple[str, int]] = []
    for word in WORD.finditer(text, start, min(len(text), start + limit)):
        if (kept and text[kept[-1][1] : word.start()] != " ") or (not kept and word.start() != start):
            break
        if not (names.is_known(word.group()) if kept else names.is_given(word.group())):
            break
        kept.append((word.group(), word.end()))
    if not kept:
        return None
    return Person(start, kept[-1][1], tuple(word for word, _ in kept))
