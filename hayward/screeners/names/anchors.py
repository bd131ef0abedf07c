"""Where in a text a rule is worth trying: beginnings of words, capitals and numbers, found for all rules at once.

A regular expression tried at every place of a text costs more than all else; a number looked up for every word costs
next to nothing. The rules still decide by their own patterns, at the places that are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.names.letters import CAPITAL, MARK

Places = NDArray[np.int64]
# Classes of code points, as bits.
WORD, CAPITAL_LETTER, DIGIT, SPACE, INNER, SPACELESS, PARTICLE = 1, 2, 4, 8, 16, 32, 64
# Spanish writes "pº Mayor": these two end a word here.
_ORDINALS = "ºª"
_CLASSES = (
    (WORD, rf"(?![{_ORDINALS}])\w"),
    (CAPITAL_LETTER, f"[{CAPITAL}]"),
    (DIGIT, r"\d"),
    (SPACE, r"[ \u00a0\u202f]"),
    # What a word of a name may hold beyond letters.
    (INNER, rf"{MARK}|['’‐{_ORDINALS}-]"),
    (SPACELESS, r"[〒\u3040-\u9fff\uac00-\ud7af]"),
    # What letters.PARTICLES begin with.
    (PARTICLE, r"[abdehiltvyz]"),
)
_BETWEEN_NUMBERS, _BEFORE_NO_NUMBER = ([ord(sign) for sign in signs] for signs in (",-–/", "./#-"))
_FIRST_WORD = re.compile(rf"[^\W{_ORDINALS}]+")
# A word's key is made of its first letters and its length; KEYS is how many keys there are.
_SPREAD, _LENGTH_SPREAD = (0x1, 0x9E37, 0x85EB, 0xC2B3), 0x27D5
KEYS = 1 << 16
# No letters, digits or marks of names are beyond (Unicode 17: the ideographs of plane 3 end before).
LAST = 0x40000


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """The classes of every code point up to LAST, told by the expressions that the rules themselves use."""
    numbers = np.array([*range(0xD800), *range(0xE000, LAST)])
    every = numbers.astype("<u4").tobytes().decode("utf-32-le")
    table = np.zeros(LAST + 1, np.uint8)
    for bit, expression in _CLASSES:
        for match in re.finditer(f"(?:{expression})+", every):
            table[numbers[match.start() : match.end()]] |= bit
    return table


def _codes(text: str) -> NDArray[np.uint32]:
    """The code points of a text, with NULs after them: one may look a little beyond its end."""
    return np.frombuffer(text.encode("utf-32-le") + bytes(4 * len(_SPREAD)), "<u4")


def _keys(codes: NDArray[np.uint32], starts: Places, ends: Places, letters: int | None) -> NDArray[np.uint16]:
    """The keys of words; of their first letters alone where `letters` tells how many."""
    keys = ((ends - starts) * _LENGTH_SPREAD if letters is None else np.zeros(len(starts), np.int64)).astype(
        np.uint32
    )
    for place, spread in enumerate(_SPREAD[:letters]):
        letter = codes[starts + place]
        letter[starts + place >= ends] = 0
        keys += letter * np.uint32(spread)
    return (keys ^ (keys >> 16)).astype(np.uint16)


@dataclass(frozen=True)
class Anchors:
    """The words and signs of a text (`folded`: the same in small letters); places are in code points."""

    text: str
    folded: str

    @cached_property
    def classes(self) -> NDArray[np.uint8]:
        """The classes of each character, and of the NULs after them."""
        return _classes()[np.minimum(_codes(self.text), LAST)]

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        return _codes(self.folded)

    @cached_property
    def words(self) -> tuple[Places, Places]:
        """Where words begin, and where they end."""
        is_word = np.zeros(len(self.classes) + 1, np.int8)
        is_word[1:] = self.classes & WORD
        edges = np.diff(is_word)
        return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)

    @cached_property
    def keys(self) -> NDArray[np.uint16]:
        return _keys(self.codes, *self.words, None)

    @cached_property
    def short_keys(self) -> NDArray[np.uint16]:
        return _keys(self.codes, *self.words, Beginnings.LETTERS)

    @cached_property
    def numbers(self) -> list[int]:
        """Where words begin with a digit and a space, a comma or a sign between two numbers follows.

        Not behind a sign that makes them a part of something else.
        """
        starts, ends = self.words
        codes = self.codes
        is_number = self.classes[starts] & DIGIT != 0
        is_number[is_number] = ~np.isin(codes[starts[is_number] - 1], _BEFORE_NO_NUMBER)
        starts, ends = starts[is_number], ends[is_number]
        goes_on = np.isin(codes[ends], _BETWEEN_NUMBERS)
        places: list[int] = starts[goes_on | (self.classes[ends] & SPACE != 0)].tolist()
        return places

    @cached_property
    def numbers_apart(self) -> list[int]:
        """Where digits begin behind a space and a word or a dot."""
        is_digit, is_space = (self.classes & bit != 0 for bit in (DIGIT, SPACE))
        places = np.flatnonzero(is_digit[2:] & is_space[1:-1])
        is_word = (self.classes[places] & (WORD | DIGIT)) == WORD
        kept: list[int] = (places[is_word | (self.codes[places] == ord("."))] + 2).tolist()
        return kept

    @cached_property
    def spaceless(self) -> Places:
        """Where Chinese, Japanese and Korean signs are."""
        return np.flatnonzero(self.classes & SPACELESS)

    @cached_property
    def capitalised(self) -> tuple[Places, Places]:
        """Where words begin with a capital letter, and where those end."""
        starts, ends = self.words
        is_capital = self.classes[starts] & CAPITAL_LETTER != 0
        return starts[is_capital], ends[is_capital]

    @cached_property
    def pairs(self) -> list[int]:
        """Where capitalised words begin that a space and the beginning of a name's next word follow."""
        starts, ends = self.capitalised
        here, beyond = self.classes[ends], self.classes[ends + 1]
        goes_on = here & INNER != 0
        leads = (here & SPACE != 0) & (beyond & (CAPITAL_LETTER | PARTICLE) != 0)
        places: list[int] = starts[goes_on | leads].tolist()
        return places

    def capitalised_before(self, sign: str) -> list[int]:
        """Where capitalised words begin that the sign follows."""
        starts, ends = self.capitalised
        follows = self.codes[ends] == ord(sign)
        places: list[int] = starts[follows | (self.classes[ends] & INNER != 0)].tolist()
        return places


class Beginnings:
    """The first words of phrases: places in a text where one of the phrases may begin, among few others.

    A phrase's first word is a whole word of the text, in any case; with `whole=False` its first letters are enough.
    """

    LETTERS = 3

    def __init__(self, phrases: Iterable[str], *, whole: bool = True) -> None:
        self._whole = whole
        words = {match.group() for match in map(_FIRST_WORD.match, phrases) if match}
        self._is_key = np.zeros(KEYS, bool)
        for word in words:
            ends = np.array([len(word)])
            self._is_key[_keys(_codes(word.lower()), ends * 0, ends, None if whole else self.LETTERS)] = True

    def places(self, anchors: Anchors) -> list[int]:
        """Where words begin that may be a phrase's first, in order."""
        places: list[int] = anchors.words[0][self.begin(anchors)].tolist()
        return places

    def begin(self, anchors: Anchors) -> NDArray[np.bool_]:
        """Which of the words may be a phrase's first."""
        return self._is_key[anchors.keys if self._whole else anchors.short_keys]


def matches(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterable[re.Match[str]]:
    """What `pattern.finditer(text)` yields where no match begins but at one of the places (in order)."""
    done = 0
    for place in places:
        if place >= done:
            match = pattern.match(text, place)
            if match is not None:
                done = match.end()
                yield match
